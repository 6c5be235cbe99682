"""A year of trade between communities: they meet, agree, buy, send bills, pay back.

Everything is put on the one agenda that all of them share, so that in each file time
runs forward, whoever it is that does something there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial
from itertools import combinations, cycle, permutations
from random import Random
from types import MappingProxyType

from cesnode.community.roles import Role
from cesnode.errors import PeerLimit
from cesnode.ledger.trades import Trade
from cesnode.services.demonstration import abroad, post
from cesnode.services.demonstration.abroad import Offer
from cesnode.services.demonstration.character import DAYS
from cesnode.services.demonstration.entering import voice
from cesnode.services.demonstration.post import Town
from cesnode.services.demonstration.scene import HOUR
from cesnode.services.membership import changing
from cesnode.store import remote_trades, trades

A_PAIR = 44
"""How many times two communities have to do with each other in the year."""

_MEETING = (30, 45, 65)
"""On which days the first two agree, and the next two."""
_OPENS, _CLOSES = 8 * HOUR, 20 * HOUR
_SOON, _LATER = HOUR, 20 * HOUR
"""After what time somebody answers, at the earliest and at the latest."""


class Kind(StrEnum):
    BOUGHT = "somebody buys elsewhere"
    BILLED = "a bill is sent elsewhere, and answered"
    DECLINED = "a bill is sent elsewhere, and declined"
    PAID_BACK = "somebody buys elsewhere, and gets it back"
    MISTYPED = "somebody pays a number that nobody has there"
    ASKED = "somebody buys of the member whom visitors can be, who agrees"


_OF_A_PAIR = MappingProxyType(
    {
        Kind.BILLED: 8,
        Kind.DECLINED: 2,
        Kind.PAID_BACK: 2,
        Kind.MISTYPED: 1,
        Kind.ASKED: 3,
    }
)
_NOBODY = "0999"


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """Communities that live through the same year."""

    towns: Sequence[Town]
    random: Random

    @property
    def pairs(self) -> list[tuple[Town, Town]]:
        return list(combinations(self.towns, 2))


def plan(region: Region, told: Callable[[], None]) -> None:
    """Put what happens between communities on their agenda; `told` after each trade."""
    for pair, day in zip(region.pairs, cycle(_MEETING)):
        one, other = pair
        add = one.scene.agenda.add
        add(one.scene.day(day, hour=20), partial(_meet, one, other))
        for home, away in permutations(pair):
            _, later = home.scene.character.rates
            if later.day > day:
                at = home.scene.day(later.day, hour=20)
                add(at, partial(_renew, home, away))
        for at, kind in _moments(region, one, day):
            home, away = region.random.sample(pair, 2)
            add(at, partial(_happen, region, kind, home, away, told))
        add(one.scene.day(DAYS) - 2, partial(_compare, one, other))
    _plan_visitors(region)


def _plan_visitors(region: Region) -> None:
    """Give each visitor something to decide: bills to pay, and a buyer who waits."""
    for home in region.towns:
        day = home.scene.day
        home.scene.agenda.add(day(_MEETING[0], hour=18), partial(_wish_to_be_asked, home))
    for home, away in permutations(region.towns, 2):
        last = home.scene.day(DAYS)
        add = home.scene.agenda.add
        add(last - HOUR, partial(_bill_visitor, region, home, away))
    for home, away in zip(region.towns, [*region.towns[1:], region.towns[0]], strict=True):
        if home is away:  # Alone in the world.
            continue
        last = home.scene.day(DAYS) - HOUR // 2
        home.scene.agenda.add(last, partial(_buy_of_visitor, region, home, away))


def _moments(region: Region, one: Town, since: int) -> list[tuple[int, Kind]]:
    """Return when two communities have to do with each other, and how."""
    random, scene = region.random, one.scene
    marked = [kind for kind, count in _OF_A_PAIR.items() for _ in range(count)]
    kinds = marked + [Kind.BOUGHT] * (A_PAIR - len(marked))
    random.shuffle(kinds)
    days = (random.randrange(since + 1, DAYS - 1) for _ in kinds)
    times = (scene.day(day) + random.randrange(_OPENS, _CLOSES) for day in days)
    return list(zip(times, kinds, strict=True))


def _meet(one: Town, other: Town, now: int) -> None:
    line, line_back = (abroad.credit_line(each.writer, now=now) for each in (one, other))
    post.introduce(one, other, line, line_back, now=now)


def _renew(home: Town, away: Town, now: int) -> None:
    post.renew(home, away, now=now)


def _compare(one: Town, other: Town, now: int) -> None:
    post.compare(one, other, now=now)
    post.compare(other, one, now=now)


def _happen(
    region: Region,
    kind: Kind,
    home: Town,
    away: Town,
    told: Callable[[], None],
    now: int,
) -> None:
    if kind in {Kind.BILLED, Kind.DECLINED}:
        buyer = abroad.buyer(away.writer, region.random, now=now)
        _bill(region, home, away, buyer, now=now)
        willing = kind is Kind.BILLED
        _later(region, home, away, partial(_answer, region, away, willing=willing), now)
    else:
        _buy(region, kind, home, away, now=now)
    told()


def _buy(region: Region, kind: Kind, home: Town, away: Town, *, now: int) -> None:
    is_asked = kind is Kind.ASKED
    offer = abroad.offer(away.writer, region.random, of_visitor=is_asked, now=now)
    if offer is None:
        return
    if kind is Kind.MISTYPED:
        _, at, node = offer.address.partition("@")
        offer = replace(offer, address=f"{_NOBODY}{at}{node}")
    trade = _bought(region, home, offer, now=now)
    if trade is None:
        return
    post.deliver(home, away, now=now)
    if is_asked:
        _later(region, home, away, partial(_agree, away, _sold(home, away, trade)), now)
    elif kind is Kind.PAID_BACK:
        name = _sold(home, away, trade)
        _later(region, home, away, partial(_pay_back, region, away, name), now)


def _bought(region: Region, home: Town, offer: Offer, *, now: int) -> Trade | None:
    """Let somebody buy, unless it is more than is traded at a time with that peer."""
    try:
        with home.writer.part():
            return abroad.buy(home.writer, home.key, region.random, offer, now=now)
    except PeerLimit:
        return None


def _bill(region: Region, home: Town, away: Town, buyer: str | None, *, now: int) -> None:
    offer = abroad.offer(home.writer, region.random, now=now)
    if offer is None or buyer is None:
        return
    abroad.bill(home.writer, home.key, region.random, offer, buyer, now=now)
    post.deliver(home, away, now=now)


def _later(
    region: Region, home: Town, away: Town, act: Callable[[int], object], now: int
) -> None:
    """Let somebody answer after a while, if the year lasts so long."""

    def answer(then: int) -> None:
        act(then)
        post.deliver(home, away, now=then)

    home.scene.agenda.add(now + region.random.randrange(_SOON, _LATER), answer)


def _answer(region: Region, town: Town, now: int, *, willing: bool) -> None:
    abroad.answer(town.writer, town.key, region.random, willing=willing, now=now)


def _agree(town: Town, name: str, now: int) -> None:
    abroad.agree(town.writer, town.key, name, now=now)


def _pay_back(region: Region, town: Town, name: str, now: int) -> None:
    abroad.pay_back(town.writer, town.key, region.random, name, now=now)


def _sold(home: Town, away: Town, bought: Trade) -> str:
    """Return the name that a trade has on its seller's side."""
    ours = remote_trades.of_known_trade(home.writer, bought.id)
    theirs = remote_trades.known(away.writer, ours.wire_id)
    return str(trades.by_id(away.writer, theirs.trade or 0).uuid)


def _wish_to_be_asked(town: Town, now: int) -> None:
    """The member whom visitors can be decides what comes in from elsewhere."""
    character = town.scene.character
    person = character.having(Role.MEMBER)
    actor = voice(town.writer, character, person)
    changes = changing.Changes(approves_receipts=True)
    changing.change(town.writer, actor, character.number(person), changes, now=now)


def _bill_visitor(region: Region, home: Town, away: Town, now: int) -> None:
    visitor = abroad.visitor(away.writer, now=now)
    _bill(region, home, away, visitor, now=now)


def _buy_of_visitor(region: Region, home: Town, away: Town, now: int) -> None:
    offer = abroad.offer(away.writer, region.random, of_visitor=True, now=now)
    if offer is not None and _bought(region, home, offer, now=now) is not None:
        post.deliver(home, away, now=now)
