"""The open figures of an exchange: what anybody may know of how it goes.

They say nothing of any one person.  What they say is what the ledger says:

1. A trade counts in the month in which it was recorded (UTC); one that was undone
   does not count at all.
2. What past transfers added up to is kept, because transfers are never changed, and
   is used again only while the file still holds the link of the chain it ends with.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from cesnode.community.exchange import Exchange
from cesnode.ledger import chain
from cesnode.services import dates
from cesnode.services.hill import Step, hill
from cesnode.store import Reader, acts, exchanges, statistics, transfers
from cesnode.store.statistics import Neighbour, Sides, Weight

ACTIVE_DAYS = 90
"""An account is active if it traded within so many days."""

_DAY = 86_400
_MONTHS = 12


@dataclass(frozen=True, slots=True)
class Month:
    """What was traded in a month; `first` is its first day."""

    first: datetime.date
    trades: int
    value: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """How far the ledger's chain of transfers goes, and the last link's hash."""

    seq: int
    hash: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What each month came to, up to a link of the chain."""

    seq: int = 0
    hash: bytes | None = None
    months: Mapping[str, tuple[int, int]] = field(
        default_factory=lambda: MappingProxyType({})
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """What the figures depend on: nothing else in the file or outside changes them."""

    head: bytes
    acts: bytes | None
    day: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Everything the public pages tell, as of one state of the file on one day."""

    stamp: Stamp
    tally: Tally
    exchange: Exchange
    head: Head
    members: int
    months: tuple[Month, ...]  # the last twelve, oldest first
    trades: int
    value: int
    sides: Sides
    weight: Weight
    hill: tuple[Step, ...]
    neighbours: tuple[Neighbour, ...]

    @property
    def this_month(self) -> Month:
        return self.months[-1]


def figures(reader: Reader, known: Figures | None, *, now: int) -> Figures:
    """Return the figures of this moment: `known` itself while it still holds."""
    today = dates.midnight(now)
    exchange = exchanges.load(reader, now)
    head = _head(reader, exchange)
    act = acts.head(reader)
    stamp = Stamp(head=head.hash, acts=act[2] if act else None, day=today)
    if known and known.stamp == stamp:
        return known
    tally = _follow(reader, known.tally if known else Tally(), head)
    balances = statistics.balances(reader)
    return Figures(
        stamp=stamp,
        tally=tally,
        exchange=exchange,
        head=head,
        members=statistics.members(reader),
        months=_last_months(tally, today),
        trades=sum(trades for trades, _ in tally.months.values()),
        value=sum(value for _, value in tally.months.values()),
        sides=statistics.sides(reader, since=today - ACTIVE_DAYS * _DAY),
        weight=statistics.weight(reader),
        hill=hill(balances, least=exchange.currency.minor_units),
        neighbours=tuple(statistics.neighbours(reader)),
    )


def _head(reader: Reader, exchange: Exchange) -> Head:
    last = transfers.head(reader)
    if last is None:
        return Head(seq=0, hash=exchange.founding.genesis(chain.LEDGER))
    return Head(seq=last.seq, hash=bytes(last.hash))


def _follow(reader: Reader, known: Tally, head: Head) -> Tally:
    """Add what was recorded since; begin anew if this is no longer the same chain."""
    if known.seq and statistics.hash_of(reader, known.seq) != known.hash:
        known = Tally()
    months = dict(known.months)
    for more in statistics.traded_after(reader, known.seq):
        trades, value = months.get(more.month, (0, 0))
        months[more.month] = trades + more.trades, value + more.value
    return replace(known, seq=head.seq, hash=head.hash, months=MappingProxyType(months))


def _last_months(tally: Tally, today: int) -> tuple[Month, ...]:
    first = datetime.datetime.fromtimestamp(today, datetime.UTC).date().replace(day=1)
    months: list[Month] = []
    for _ in range(_MONTHS):
        months.append(Month(first, *tally.months.get(f"{first:%Y-%m}", (0, 0))))
        first = (first - datetime.timedelta(days=1)).replace(day=1)
    return tuple(reversed(months))
