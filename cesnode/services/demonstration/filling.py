"""Founds communities of the demonstration and lets them live for a year, until today.

The same seed and the same day make the same people trade the same amounts; only what
must be random (keys, and the salts that let words be erased) differs.  Each folder is
filled in one transaction: it holds the whole year or nothing.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from random import Random

from cesnode.community.exchange import Exchange
from cesnode.community.roles import Role
from cesnode.ledger.money import Currency
from cesnode.services import access, founding
from cesnode.services.demonstration import (
    abroad_year,
    bulletin,
    circles,
    gratitude,
    homes,
    stalls,
    talks,
    visits,
    year,
)
from cesnode.services.demonstration.abroad_year import Region
from cesnode.services.demonstration.character import DAYS, Character
from cesnode.services.demonstration.post import Town
from cesnode.services.demonstration.scene import Agenda, Scene
from cesnode.store import Writer, keyring, notices, peer_keys, schema

Progress = Callable[[int, int], None]

_FOUNDED = 8  # The hour.
_UNREAD_DAYS = 7
"""What people were told before these last days they have read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """Somebody whom a visitor can be."""

    number: str
    name: str
    role: Role
    password: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """A community that is there to be visited."""

    code: str
    name: str
    folder: Path
    sign_ins: tuple[SignIn, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Where a community is to live: its folder, and the address of its node."""

    character: Character
    folder: Path
    origin: str


def fill(
    sites: Sequence[Site],
    *,
    today: datetime.date,
    seed: int,
    progress: Progress = lambda _done, _total: None,
) -> list[Filled]:
    """Make data folders with the year that ends as `today` begins.

    Of several communities every two trade with each other.

    Raises:
        DataExists: there is a community in one of these folders already.

    """
    midnight = datetime.datetime.combine(today, datetime.time(), datetime.UTC)
    start = int((midnight - datetime.timedelta(days=DAYS)).timestamp())
    agenda = Agenda()
    pairs = len(sites) * (len(sites) - 1) // 2
    told = _counted(progress, len(sites) * year.TRADES + pairs * abroad_year.A_PAIR)

    def live(writers: Sequence[Writer]) -> None:
        towns = [
            _town(site, writer, agenda, seed=seed, start=start)
            for site, writer in zip(sites, writers, strict=True)
        ]
        for town in towns:
            _found(town, told)
        chance = Random(f"abroad {seed}")  # noqa: S311 - to be repeatable
        abroad_year.plan(Region(towns=towns, random=chance), told)
        agenda.run(until=int(midnight.timestamp()))
        for site, town in zip(sites, towns, strict=True):
            stalls.set_up(town.scene, site.folder)
            circles.gather(town.scene)
            talks.begin(town.scene)
        talks.greet(towns)
        visits.begin(towns)
        for town in towns:
            _come_to_today(town)

    _create([site.folder for site in sites], live)
    return [
        Filled(
            code=site.character.code,
            name=site.character.name,
            folder=site.folder,
            sign_ins=known(site.character),
        )
        for site in sites
    ]


def _create(
    folders: Sequence[Path],
    live: Callable[[Sequence[Writer]], None],
    writers: Sequence[Writer] = (),
) -> None:
    """Make all files in one go; the files are there together, or none is."""
    if not folders:
        live(writers)
        return
    folder, *others = folders
    schema.create(folder, lambda writer: _create(others, live, (*writers, writer)))


def _counted(progress: Progress, total: int) -> Callable[[], None]:
    done = count(1)
    return lambda: progress(next(done), total)


def _town(site: Site, writer: Writer, agenda: Agenda, *, seed: int, start: int) -> Town:
    character = site.character
    chance = Random(f"{character.code} {seed}")  # noqa: S311 - to be repeatable
    scene = Scene(
        writer=writer, character=character, random=chance, agenda=agenda, start=start
    )
    key = keyring.ensure(site.folder)
    return Town(scene=scene, origin=site.origin, key=key, box=keyring.load_box(site.folder))


def _found(town: Town, told: Callable[[], None]) -> None:
    scene, character = town.scene, town.scene.character
    founded_at = scene.day(0, hour=_FOUNDED)
    founding.found(
        scene.writer, _exchange(character, town.origin, founded_at), now=founded_at
    )
    hashes = {one.name: access.hash_password(one.password) for one in known(character)}
    year.plan(scene, hashes, told)
    homes.plan(scene)
    bulletin.plan(scene)
    gratitude.plan(scene)


def _come_to_today(town: Town) -> None:
    """What people were told long ago they have read; no request of the year comes again."""
    scene = town.scene
    notices.take_as_read(scene.writer, before=scene.day(DAYS - _UNREAD_DAYS, hour=_FOUNDED))
    peer_keys.forget_nonces(scene.writer, scene.day(DAYS))


def known(character: Character) -> tuple[SignIn, ...]:
    """Return those whose passwords are no secret, the ordinary member first."""
    people = [person for person in character.people if person.sign_in]
    people.sort(key=lambda person: person.role is not Role.MEMBER)
    return tuple(
        SignIn(
            number=character.number(person),
            name=person.name,
            role=person.role,
            password=character.password(person),
        )
        for person in people
    )


def _exchange(character: Character, origin: str, founded_at: int) -> Exchange:
    first, _ = character.rates
    unit = character.unit
    return Exchange(
        name=character.name,
        origin=origin,
        allow_private_peers=True,
        founded_at=founded_at,
        currency=Currency(
            code=character.code,
            singular=unit.singular,
            plural=unit.plural,
            scale=unit.scale,
            measure=unit.measure,
            hour_value=first.hour_value,
        ),
        rules=character.rules,
        national=first.national,
    )
