"""What programs and the command line are told of a schedule."""

from __future__ import annotations

import msgspec

from cesnode.community.exchange import Exchange
from cesnode.ledger.money import render
from cesnode.services import turns
from cesnode.services.views import instant
from cesnode.store import Reader, accounts, schedules
from cesnode.store.schedules import Schedule

_LISTED = 12


class TurnView(msgspec.Struct, frozen=True, kw_only=True):
    """A day on which a trade was due, and the reference of that trade."""

    due_on: str
    trade: str


class ScheduleView(msgspec.Struct, frozen=True, kw_only=True):
    """A schedule; the amount is in the seller's currency, which `currency` names.

    `problem` is the code of what stands in the way of the turn that is due; `trades`
    are the latest ones; `most` is what a turn that passes a hub may cost, in our units.
    """

    number: int
    account: str
    side: str
    other: str
    amount: str
    currency: str
    description: str | None
    asking: bool
    rhythm: str
    first_on: str
    until_on: str | None
    times: int | None
    state: str
    next_on: str | None
    problem: str | None
    made_at: str
    trades: list[TurnView]
    most: str | None = None


def view(reader: Reader, exchange: Exchange, schedule: Schedule) -> ScheduleView:
    currency = turns.currency_of(reader, exchange, schedule)
    done = schedules.trades_of(reader, schedule.id, limit=_LISTED)
    return ScheduleView(
        number=schedule.id,
        account=accounts.by_id(reader, schedule.account).number,
        side=schedule.side,
        other=schedule.other,
        amount=render(schedule.amount, currency),
        currency=currency.plural,
        description=schedule.description,
        asking=schedule.asking,
        rhythm=schedule.rhythm,
        first_on=schedule.first_on.isoformat(),
        until_on=schedule.until_on.isoformat() if schedule.until_on else None,
        times=schedule.times,
        state=schedule.state,
        next_on=schedule.next_on.isoformat() if schedule.next_on else None,
        problem=schedule.problem,
        made_at=instant(schedule.made_at),
        trades=[TurnView(due_on=due_on, trade=trade) for due_on, trade in done],
        most=render(schedule.most, exchange.currency) if schedule.most else None,
    )
