"""Founds a community of the demonstration and lets it live for a year, until today.

The same seed and the same day make the same people trade the same amounts; only what
must be random (the salts that let words be erased) differs.  The folder is filled in
one transaction: it holds the whole year or nothing.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from pathlib import Path
from random import Random

from cesnode.community.exchange import Exchange
from cesnode.community.roles import Role
from cesnode.ledger.money import Currency
from cesnode.services import access, founding
from cesnode.services.demonstration import year
from cesnode.services.demonstration.character import DAYS, Character
from cesnode.services.demonstration.scene import Agenda, Scene
from cesnode.services.demonstration.year import Progress
from cesnode.store import Writer, schema

_FOUNDED = 8  # The hour.


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


def fill(
    character: Character,
    folder: Path,
    *,
    origin: str,
    today: datetime.date,
    seed: int,
    progress: Progress = lambda _done, _total: None,
) -> Filled:
    """Make a data folder with the year that ends as `today` begins.

    Raises:
        DataExists: there is a community in this folder already.

    """
    midnight = datetime.datetime.combine(today, datetime.time(), datetime.UTC)
    start = int((midnight - datetime.timedelta(days=DAYS)).timestamp())
    sign_ins = known(character)
    hashes = {one.name: access.hash_password(one.password) for one in sign_ins}

    def live(writer: Writer) -> None:
        scene = Scene(
            writer=writer,
            character=character,
            random=Random(f"{character.code} {seed}"),  # noqa: S311 - to be repeatable
            agenda=Agenda(),
            start=start,
        )
        founded_at = scene.day(0, hour=_FOUNDED)
        exchange = _exchange(character, origin, founded_at)
        founding.found(writer, exchange, now=founded_at)
        year.live(scene, hashes, progress)

    schema.create(folder, live)
    return Filled(
        code=character.code, name=character.name, folder=folder, sign_ins=sign_ins
    )


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
