"""A year of life: what happens when, and how much is traded on which day."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from functools import partial

from cesnode.community.roles import Role
from cesnode.services.demonstration import fates, matching, office
from cesnode.services.demonstration.character import DAYS
from cesnode.services.demonstration.entering import enter
from cesnode.services.demonstration.fates import Fate
from cesnode.services.demonstration.scene import HOUR, Scene
from cesnode.store import exchanges

TRADES = 1_200
"""How many neighbours make among them; those with the community come on top."""

_FIRST_TRADES = 3  # The day after the founding.
_OPENS, _CLOSES = 7 * HOUR, 21 * HOUR
_MARKET, _USUAL, _REST = 5, 2, 1
_MONTH, _HALF_YEAR = 30, 180


def plan(scene: Scene, hashes: Mapping[str, str], told: Callable[[], None]) -> None:
    """Put a year on the agenda; `hashes` are those of the passwords, by name.

    `told` is called after each trade.
    """
    _plan_people(scene, hashes)
    _plan_office(scene)
    _plan_trades(scene, told)


def _plan_people(scene: Scene, hashes: Mapping[str, str]) -> None:
    add = scene.agenda.add
    for person in scene.character.people:
        join = partial(office.join, scene, person, hashes.get(person.name))
        add(scene.day(person.joins, hour=9), join)
        if given := person.trust:
            at = scene.day(given.day, hour=18)
            add(at, partial(office.trust, scene, person, given))
        if why := person.lock:
            add(scene.day(why.day, hour=18), partial(office.lock, scene, person, why))


def _plan_office(scene: Scene) -> None:
    add, character = scene.agenda.add, scene.character
    _, later = character.rates
    add(scene.day(later.day, hour=19), partial(office.change_rate, scene, later))
    for day in range(_MONTH, DAYS, _MONTH):
        add(scene.day(day, hour=20), partial(office.pay_helpers, scene))
        add(scene.day(day, hour=22), partial(office.tend, scene))
    if owed := character.contribution:
        for day in range(_HALF_YEAR // 2, DAYS, _HALF_YEAR):
            add(scene.day(day, hour=21), partial(office.collect, scene, owed))


def _plan_trades(scene: Scene, told: Callable[[], None]) -> None:
    deck = fates.deck(scene.random, TRADES)
    for at, fate in zip(_moments(scene), deck, strict=True):
        scene.agenda.add(at, partial(_trade, scene, fate, told))


def _moments(scene: Scene) -> list[int]:
    """Return when people trade: by season and weekday, more as they become more."""
    days = range(_FIRST_TRADES, DAYS)
    bustle = [_bustle(scene, day) for day in days]
    return sorted(
        scene.day(day) + scene.random.randrange(_OPENS, _CLOSES)
        for day in scene.random.choices(days, bustle, k=TRADES)
    )


def _bustle(scene: Scene, day: int) -> int:
    character, date = scene.character, _date(scene.day(day))
    members = sum(person.joins < day for person in character.people)
    week = {character.week.market: _MARKET, character.week.rest: _REST}
    return members * week.get(date.weekday(), _USUAL) * character.seasons[date.month - 1]


def _trade(scene: Scene, fate: Fate, told: Callable[[], None], now: int) -> None:
    writer, character, random = scene.writer, scene.character, scene.random
    visitor = character.number(character.having(Role.MEMBER))
    deal = matching.find(
        writer,
        exchanges.load(writer, now),
        character,
        random,
        month=_date(now).month,
        buyer=visitor if fate is Fate.FOR_VISITOR else None,
    )
    if deal is not None:
        trade = enter(writer, character, random, deal, asking=fate.is_asked, now=now)
        fates.befall(scene, trade, fate, now=now)
    told()


def _date(at: int) -> datetime.date:
    return datetime.datetime.fromtimestamp(at, datetime.UTC).date()
