"""What a member sees first: how they stand, what waits for them, what happened lately.

One read, along indexes of the one account: it costs no more as the ledger grows.
"""

from __future__ import annotations

import datetime
from enum import StrEnum

import msgspec

from cesnode.community.exchange import Exchange
from cesnode.community.roles import Actor, Permission, Scope
from cesnode.ledger.accounts import Account
from cesnode.ledger.limits import Limits
from cesnode.ledger.statements import Line
from cesnode.ledger.trades import Trade, TradeState
from cesnode.services import dates
from cesnode.services.clearing.addressing import known_number
from cesnode.services.reading import require_own
from cesnode.store import (
    Reader,
    accounts,
    applications,
    exchanges,
    statements,
    trades,
    trading_forms,
)
from cesnode.store.trading_forms import Form

RECENT = 6
MONTHS = 12
MOST_WAITING = 20


class Call(StrEnum):
    """What somebody is waited for, or waits for themselves."""

    ANSWER = "answer"  # the other side asks; I agree or say no
    TAKE = "take"  # from another exchange; I agree to receive or say no
    LOOK = "look"  # the buyer says a trade is not right
    UNDER_WAY = "under way"  # another exchange decides
    ASKED = "asked"  # I ask; the other side decides
    OBJECTED = "objected"  # I said that it is not right


MINE = frozenset({Call.ANSWER, Call.TAKE, Call.LOOK})
"""The calls that only this member can answer."""


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """A trade that is not done; `number` and `name` are those of the other side."""

    call: Call
    trade: Trade
    number: str
    name: str | None


class Point(msgspec.Struct, frozen=True):
    """What a balance was at the end of a day."""

    day: datetime.date
    balance: int


class Home(msgspec.Struct, frozen=True, kw_only=True):
    """`limits` hold as they are after what the member's sales have earned.

    `applicants` is how many would like to join and wait for this member's decision.
    """

    exchange: Exchange
    account: Account
    limits: Limits
    waiting: tuple[Waiting, ...]
    forms: tuple[Form, ...]
    applicants: int
    recent: tuple[Line, ...]
    points: tuple[Point, ...]

    @property
    def mine(self) -> tuple[Waiting, ...]:
        return tuple(one for one in self.waiting if one.call in MINE)

    @property
    def others(self) -> tuple[Waiting, ...]:
        return tuple(one for one in self.waiting if one.call not in MINE)

    @property
    def room_below(self) -> int | None:
        """How much may still be received before the floor; None is without end."""
        if self.limits.floor is None:
            return None
        return max(self.account.position.available - self.limits.floor, 0)

    @property
    def room_above(self) -> int | None:
        """How much may still be given before the ceiling; None is without end."""
        position = self.account.position
        if self.limits.ceiling is None:
            return None
        return max(self.limits.ceiling - position.balance - position.held_in, 0)


def home(reader: Reader, actor: Actor, account: Account, *, now: int) -> Home:
    """Return where an account stands; for those who hold it or look after it.

    Raises:
        NotAllowed, ScopeTooNarrow

    """
    actor.require_scope(Scope.READ)
    require_own(actor, account)
    exchange = exchanges.load(reader, now)
    return Home(
        exchange=exchange,
        account=account,
        limits=exchange.rules.growth.widen(account.limits, sales=account.sales),
        waiting=waiting(reader, account),
        applicants=_applicants(reader, actor),
        forms=tuple(trading_forms.open_for(reader, account.id, limit=MOST_WAITING)),
        recent=statements.latest(reader, account.id, count=RECENT),
        points=points(reader, account, now=now),
    )


def waiting(reader: Reader, account: Account) -> tuple[Waiting, ...]:
    """Return what is not done, the oldest of the member's own calls first."""
    open_ones = trades.unsettled(reader, account.id, limit=MOST_WAITING)
    others = [one.buyer if one.seller == account.id else one.seller for one in open_ones]
    names = accounts.names(reader, others)
    found = [
        Waiting(
            call=_call(trade, account),
            trade=trade,
            number=known_number(reader, trade.other) if trade.other else names[other][0],
            name=None if trade.other else names[other][1],
        )
        for trade, other in zip(open_ones, others, strict=True)
    ]
    return tuple(sorted(found, key=lambda one: (one.call not in MINE, one.trade.id)))


def points(reader: Reader, account: Account, *, now: int) -> tuple[Point, ...]:
    """Return the balance at the end of each of the last months, and what it is today."""
    today = dates.day_of(now)
    ends = [today.replace(day=1)]
    while len(ends) < MONTHS:
        ends.append((ends[-1] - datetime.timedelta(days=1)).replace(day=1))
    ends.reverse()
    closings = statements.closings(
        reader, account.id, [dates.start_of(f"{end}", field="day") for end in ends]
    )
    day_before = datetime.timedelta(days=1)
    past = [
        Point(end - day_before, balance)
        for end, balance in zip(ends, closings, strict=True)
    ]
    return (*past, Point(today, account.position.balance))


def _applicants(reader: Reader, actor: Actor) -> int:
    """Return how many wait for this actor to decide; none, if that is not theirs to do."""
    if not actor.may(Permission.KEEP_MEMBERS):
        return 0
    return applications.count_waiting(reader)


def _call(trade: Trade, account: Account) -> Call:
    sells = trade.seller == account.id
    match trade.state:
        case TradeState.OBJECTED:
            return Call.LOOK if sells else Call.OBJECTED
        case TradeState.PENDING:
            return Call.TAKE
        case TradeState.HELD:
            return Call.UNDER_WAY
        case _:
            return Call.ASKED if sells else Call.ANSWER
