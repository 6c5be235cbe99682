"""How long a search of the market takes, beside a bare FTS5 query of the same text."""

from __future__ import annotations

import itertools
import random
import time
from collections.abc import Callable, Sequence
from uuid import UUID

from bench.figures import Aim, Bound, Part, Row, Spread, Table, ratio
from bench.place import Bench, Community
from cesnode.community.market import Audience, Kind, State, Terms, Words, fold
from cesnode.community.roles import Actor, Scope
from cesnode.services.demonstration.cast import CAST
from cesnode.services.market import finding
from cesnode.services.market.finding import PAGE, Wanted
from cesnode.store import Reader, Writer, accounts, listings, searching
from cesnode.store.listings import Listing
from cesnode.store.store import reading, writing

NAME = "searching"
_NOW = 1_750_000_000
_DAY = 86_400
_QUERIES = 200
_SEED = 5
_TITLE, _TEXT = 4, 30
_MOST_TIMES = 2.0
_BARE = """
SELECT rowid FROM listing_words WHERE listing_words MATCH ? ORDER BY rank LIMIT ?
"""

Query = tuple[str, ...]


def measure(bench: Bench) -> Part:
    """Fill a market, then look for the same words by the node and without it."""
    community, chance = bench.community(), random.Random(_SEED)  # noqa: S311
    words = _vocabulary()
    bench.say(f"Putting {bench.effort.listings:,} things on the market …")
    with writing(community.folder) as writer:
        _fill(writer, community, words, bench.effort.listings, chance)
    queries = [tuple(chance.choices(words, k=1 + each % 2)) for each in range(_QUERIES)]
    with reading(community.folder) as reader:
        node, bare = _turns(reader, bench.effort.turns, queries)
    rows = (
        Row("the market's page of results", (Spread.of(node),)),
        Row("a bare FTS5 query", (Spread.of(bare),)),
    )
    title = f"{_QUERIES} searches among {bench.effort.listings:,} listings"
    aim = Aim(
        "time of a search, of a bare query",
        ratio(node, bare),
        Bound.AT_MOST,
        _MOST_TIMES,
    )
    return Part(NAME, (Table(title, ("ms a search",), rows),), (aim,))


def _turns(
    reader: Reader, turns: int, queries: Sequence[Query]
) -> tuple[list[float], list[float]]:
    actor = Actor(member=1, accounts=frozenset({1}), scope=Scope.READ)

    def ask_node(query: Query) -> object:
        wanted = Wanted(kind=Kind.OFFERING, words=" ".join(query))
        return finding.browse(reader, actor, wanted, now=_NOW)

    def ask_bare(query: Query) -> object:
        match = " AND ".join(f'"{fold(word)}"*' for word in query)
        return reader.all(_BARE, (match, PAGE + 1))

    node, bare = [], []
    for _ in range(turns):
        node.append(_milliseconds(ask_node, queries))
        bare.append(_milliseconds(ask_bare, queries))
    return node, bare


def _milliseconds(ask: Callable[[Query], object], queries: Sequence[Query]) -> float:
    begun = time.perf_counter()
    for query in queries:
        ask(query)
    return (time.perf_counter() - begun) * 1_000 / len(queries)


def _vocabulary() -> list[str]:
    """Return the words that the demonstration's people use, in three languages."""
    phrases = itertools.chain.from_iterable(
        service.phrases
        for character in CAST.values()
        for service in character.services.values()
    )
    said = (word.strip(",:") for phrase in phrases for word in phrase.split())
    return sorted({word for word in said if word.isalpha()})


def _fill(
    writer: Writer,
    community: Community,
    words: list[str],
    count: int,
    chance: random.Random,
) -> None:
    owners = [accounts.by_number(writer, one.number).id for one in community.members]
    for serial in range(count):
        listings.insert(writer, _listing(serial, chance.choice(owners), words, chance))
    searching.rebuild(writer)


def _listing(serial: int, owner: int, words: list[str], chance: random.Random) -> Listing:
    return Listing(
        id=0,
        uuid=UUID(int=serial),
        peer=None,
        account=owner,
        kind=Kind.OFFERING,
        state=State.SHOWN,
        words=Words(
            title=" ".join(chance.choices(words, k=_TITLE)),
            text=" ".join(chance.choices(words, k=_TEXT)),
        ),
        category=None,
        area=None,
        terms=Terms(),
        audience=Audience.PUBLIC,
        was_shared=True,
        expires_on=None,
        created_at=_NOW - serial,
        shown_at=_NOW - serial,
        changed_at=_NOW - serial,
    )
