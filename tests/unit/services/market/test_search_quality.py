"""What is meant is found among twenty thousand other things in three languages.

The others say the words that are looked for as well, now and then, in their texts: as
people do who mention bread on their way to something else.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import cycle
from pathlib import Path
from random import Random
from uuid import UUID

import pytest

from cesnode.community.market import Audience, Kind, State, Terms, Words
from cesnode.services.market import finding
from cesnode.services.market.finding import Wanted
from cesnode.store import Reader, listings, searching
from cesnode.store.listings import Listing
from cesnode.store.store import reading, writing
from tests.support.exchanges import NOW, Person, acting_as, found, join
from tests.unit.services.market.conftest import Market
from tests.unit.services.market.test_judged import JUDGED, MARKET

OTHERS = 20_000
MENTIONED = 40
"""One text in so many mentions something that is looked for."""
ENGLISH = (
    "sewing curtains piano weekend cooking company evening walks wool knitting painting"
    " wall letters stories guitar songs firewood chess photographs translation"
)
PORTUGUESE = (
    "costura cortinas piano cozinha passeios tricô pintura parede histórias guitarra"
    " canções lenha xadrez fotografias tradução companhia tardes limpeza janelas"
)
ARABIC = (
    "خياطة ستائر بيانو طبخ نزهات صوف رسم جدار قصص عود أغان حطب شطرنج صور ترجمة صحبة مساء"
)
TONGUES = (ENGLISH, PORTUGUESE, ARABIC)


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Person]:
    folder = found(tmp_path_factory.mktemp("crowd") / "oakvale")
    chance = Random(7)  # noqa: S311 - the same market every time
    with writing(folder) as writer:
        ann, bob = join(writer, "Ann Ash"), join(writer, "Bob Beech")
        for listing in others(bob, chance):
            listings.insert(writer, listing)
        market = Market(writer, {})
        for title, text, keywords in MARKET:
            market.put(ann, title, text=text, keywords=keywords)
        searching.rebuild(writer)
    return folder, ann


def others(owner: Person, chance: Random) -> Iterator[Listing]:
    """Make up things in each language in turn; later than all that is looked for."""
    sought = [word for words, _ in JUDGED for word in words.split()]
    for number, tongue in zip(range(OTHERS), cycle(TONGUES), strict=False):
        words = tongue.split()
        text = chance.choices(words, k=chance.randint(5, 40))
        if not chance.randrange(MENTIONED):
            text[chance.randrange(len(text))] = chance.choice(sought)
        yield Listing(
            id=0,
            uuid=UUID(int=number),
            peer=None,
            account=owner.account,
            kind=Kind.OFFERING,
            state=State.SHOWN,
            words=Words(title=" ".join(chance.sample(words, 3)), text=" ".join(text)),
            category=None,
            area=None,
            terms=Terms(),
            audience=Audience.HERE,
            was_shared=False,
            expires_on=None,
            created_at=NOW,
            shown_at=NOW + number,
            changed_at=NOW,
        )


def ranks(reader: Reader, who: Person) -> dict[str, int | None]:
    """Return at which place of the first page each search has what is meant by it."""
    actor = acting_as(reader, who)
    told: dict[str, int | None] = {}
    for words, best in JUDGED:
        page = finding.browse(reader, actor, Wanted(words=words), now=NOW).listings
        titles = [view.title for view in page]
        told[words] = titles.index(best) + 1 if best in titles else None
    return told


def test_what_is_meant_is_found_among_twenty_thousand_others(
    crowd: tuple[Path, Person],
) -> None:
    folder, ann = crowd
    with reading(folder) as reader:
        found_at = ranks(reader, ann)

    assert [words for words, rank in found_at.items() if rank is None or rank > 5] == []
    places = [Fraction(1, rank) for rank in found_at.values() if rank is not None]
    assert sum(places) / len(JUDGED) >= Fraction(9, 10), found_at


def test_twenty_thousand_things_in_three_languages_are_there(
    crowd: tuple[Path, Person],
) -> None:
    folder, ann = crowd
    with reading(folder) as reader:
        actor = acting_as(reader, ann)
        found_all = [
            finding.browse(reader, actor, Wanted(words=word), now=NOW).has_more
            for word in ("piano", "xadrez", "شطرنج")
        ]
        assert listings.head(reader) == OTHERS + len(MARKET)

    assert found_all == [True, True, True]
