"""The markets of the demonstration: sorted whole, filled, small, and the same each time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

import pytest

from cesnode.community.exchange import Exchange
from cesnode.community.market import Audience, Kind, State
from cesnode.ledger.money import Currency
from cesnode.services.demonstration import office, patterns, stalls
from cesnode.services.demonstration.cast import CAST
from cesnode.services.demonstration.scene import Agenda, Scene
from cesnode.services.demonstration.shelves import SHELVES
from cesnode.store import accounts, listings, media, pictures
from cesnode.store.listings import Listing
from cesnode.store.store import writing
from tests.support.exchanges import FOUNDED, found

_LARGEST = 25_000


@contextmanager
def filled(folder: Path, code: str) -> Iterator[Scene]:
    """Found a community of the tables, let everybody join, and set its market up."""
    character = CAST[code]
    first, _ = character.rates
    unit = character.unit
    currency = Currency(
        code=code,
        singular=unit.singular,
        plural=unit.plural,
        scale=unit.scale,
        measure=unit.measure,
        hour_value=first.hour_value,
    )
    exchange = Exchange(
        name=character.name,
        origin="http://127.0.0.1:8101",
        allow_private_peers=True,
        founded_at=FOUNDED,
        currency=currency,
        rules=character.rules,
        national=first.national,
    )
    with writing(found(folder, exchange)) as writer:
        scene = Scene(
            writer=writer,
            character=character,
            random=Random(7),  # noqa: S311 - to be repeatable
            agenda=Agenda(),
            start=FOUNDED,
        )
        for person in character.people:
            office.join(scene, person, None, scene.day(person.joins))
        stalls.set_up(scene, folder)
        yield scene


def every(scene: Scene) -> list[Listing]:
    owners = accounts.every(scene.writer)
    return [one for each in owners for one in listings.of_account(scene.writer, each.id)]


@pytest.mark.parametrize("code", CAST)
def test_every_service_stands_on_one_shelf(code: str) -> None:
    placed = [service for shelf in SHELVES[code] for service in shelf.services]

    assert sorted(placed) == sorted(CAST[code].services)


@pytest.mark.parametrize("code", CAST)
def test_a_market_has_offerings_wants_shared_ones_and_pictures(
    tmp_path: Path, code: str
) -> None:
    with filled(tmp_path / code, code) as scene:
        found_ = every(scene)
        shown = [one for one in found_ if one.state is State.SHOWN]
        held = pictures.of_listings(scene.writer, [one.id for one in found_])

    assert len([one for one in shown if one.kind is Kind.OFFERING]) >= 40
    assert any(one.kind is Kind.WANT for one in shown)
    assert {one.audience for one in shown} == set(Audience) - {Audience.GROUP}
    assert {one.state for one in found_} >= {State.SHOWN, State.HIDDEN}
    assert all(one.category for one in found_)
    assert len(held) >= 20
    assert all(
        media.path(tmp_path / code, one.small) for each in held.values() for one in each
    )


def test_the_same_chance_makes_the_same_market(tmp_path: Path) -> None:
    markets = []
    for name in ("one", "two"):
        with filled(tmp_path / name, "VILA") as scene:
            markets.append([(one.uuid, one.words, one.terms) for one in every(scene)])

    assert markets[0] == markets[1]


def test_a_pattern_is_small_enough_to_be_shown_as_it_is() -> None:
    chance = Random(1)  # noqa: S311 - to be repeatable

    drawn = [patterns.draw(chance) for _ in range(12)]

    assert max(len(one.small) for one in drawn) <= _LARGEST
