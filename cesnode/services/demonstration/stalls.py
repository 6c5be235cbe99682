"""Sets up the market of a community: what its people offer, and what some of them seek.

Titles are what the tables call a service, prices lie between its least and its most, and
a few things have ended, are hidden or done with, as on any market.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from random import Random

from cesnode.community.market import Audience, Kind, Wish
from cesnode.community.roles import OPERATOR
from cesnode.ledger.accounts import AccountState
from cesnode.ledger.money import render
from cesnode.services import dates
from cesnode.services.demonstration import matching, patterns
from cesnode.services.demonstration.character import DAYS, Person, Service
from cesnode.services.demonstration.entering import as_written, new_id, voice
from cesnode.services.demonstration.scene import DAY, Scene
from cesnode.services.demonstration.shelves import SHELVES
from cesnode.services.market import keeping, publishing
from cesnode.services.market.drafts import Draft
from cesnode.store import accounts, categories, exchanges, media, pictures
from cesnode.store.pictures import Picture

_PATTERNS = 8
_WITH_PICTURE = 0.5
_SEEK = 0.35
_AUDIENCES = (Audience.HERE, Audience.HERE, Audience.NEIGHBOURS, Audience.PUBLIC)
_FATES = (*(None,) * 14, Wish.HIDE, Wish.FULFIL)
_LATELY = 60
"""Days before the end of the year within which people put things up."""
_SHORT = 20


def set_up(scene: Scene, folder: Path) -> None:
    """Put up what everybody offers, and what some seek, in the last weeks of the year."""
    sorts = _sort(scene)
    drawn = [_picture(scene.random, folder) for _ in range(_PATTERNS)]
    for person in scene.character.people:
        for offer in person.offers:
            _put_up(scene, person, offer, Kind.OFFERING, sorts, drawn)
        if scene.random.random() < _SEEK:
            sought = scene.random.choice(sorted(set(sorts) - set(person.offers)))
            _put_up(scene, person, sought, Kind.WANT, sorts, ())


def _sort(scene: Scene) -> dict[str, int]:
    """Make the categories; return the one of each service."""
    shelves, writer = SHELVES[scene.character.code], scene.writer
    tree = {shelf.name: (shelf.icon, ()) for shelf in shelves}
    keeping.begin(writer, OPERATOR, tree, now=scene.day(DAYS) - 1)
    return {
        service: categories.named(writer, shelf.name, None) or 0
        for shelf in shelves
        for service in shelf.services
    }


def _put_up(
    scene: Scene,
    person: Person,
    offer: str,
    kind: Kind,
    sorts: Mapping[str, int],
    drawn: Sequence[Picture],
) -> None:
    writer, random = scene.writer, scene.random
    owner = accounts.by_number(writer, scene.character.number(person))
    if owner.state is not AccountState.OPEN:
        return
    now = scene.day(DAYS) - random.randrange(1, _LATELY) * DAY // 2 - random.randrange(DAY)
    actor = voice(writer, scene.character, person)
    draft = _draft(scene, scene.character.services[offer], sorts[offer], now)
    listing = publishing.publish(
        writer, actor, kind, owner.number, draft, id=new_id(random), now=now
    ).listing
    if drawn and random.random() < _WITH_PICTURE:
        pictures.replace(writer, listing.id, [random.choice(drawn)])
    fate = random.choice(_FATES)
    if fate is not None:
        publishing.move(writer, actor, listing.id, fate, now=now + DAY)


def _draft(scene: Scene, service: Service, category: int, now: int) -> Draft:
    random = scene.random
    title, *others = random.sample(service.phrases, len(service.phrases))
    currency = exchanges.load(scene.writer, now).currency
    ends = dates.day_of(now + random.choice((_SHORT, DAYS)) * DAY)
    priced = random.random() < 0.8  # noqa: PLR2004 - one in five is to be agreed
    return Draft(
        title=title,
        text="\n".join(f"- {other}" for other in others),
        category=category,
        price=as_written(render(matching.price(service, random), currency))
        if priced
        else "",
        audience=random.choice(_AUDIENCES),
        until=ends.isoformat(),
    )


def _picture(random: Random, folder: Path) -> Picture:
    drawn = patterns.draw(random)
    name = media.save(folder, drawn.small)
    return publishing.filed(drawn, name, name, "")
