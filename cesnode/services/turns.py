"""The turns of schedules: which is next, and how it becomes a trade.

1. A turn becomes a trade through the same door as any other, with the rights that its
   maker has on that day, and with an id that follows from the schedule and the day: no
   day is ever entered twice.
2. A node that was away enters every turn it missed, once each, dated as it was due.
3. A turn that cannot be entered stays due and is tried again every day, until it can be,
   or somebody skips it; those after it wait.
4. The schedules of a closed account end.
5. Days are those of UTC.
"""

from __future__ import annotations

import datetime
from uuid import uuid5

import msgspec

from cesnode.community import rhythm
from cesnode.community.exchange import Exchange
from cesnode.community.notices import Kind
from cesnode.community.roles import OPERATOR
from cesnode.errors import NodeError
from cesnode.ledger import money
from cesnode.ledger.accounts import AccountState
from cesnode.ledger.money import Currency
from cesnode.ledger.trades import Channel
from cesnode.services import dates, dealing, noticing
from cesnode.services.authority import member_actor
from cesnode.services.clearing import ordering
from cesnode.services.clearing.addressing import Faraway, resolve
from cesnode.services.orders import Order
from cesnode.store import Reader, Writer, accounts, exchanges, schedules
from cesnode.store.schedules import Schedule, ScheduleState, Side
from federation.keys import PrivateKey

MOST_AT_ONCE = 60
"""So many missed turns of one schedule are entered in one transaction."""


class Entered(msgspec.Struct, frozen=True):
    """What came of the turns of a schedule that were due."""

    trades: int
    problem: NodeError | None
    schedule: Schedule


def due(reader: Reader, *, now: int) -> list[int]:
    """Return which schedules have something to enter."""
    return schedules.due(reader, dates.day_of(now))


def enter(writer: Writer, key: PrivateKey, number: int, *, now: int) -> Entered:
    """Enter all turns of a schedule that are due, until one cannot be."""
    schedule, today = schedules.by_id(writer, number), dates.day_of(now)
    if accounts.by_id(writer, schedule.account).state is AccountState.CLOSED:
        schedules.set_state(writer, schedule, ScheduleState.ENDED)
        return Entered(0, None, schedules.by_id(writer, number))
    for done in range(MOST_AT_ONCE):
        if schedule.state is not ScheduleState.RUNNING:
            return Entered(done, None, schedule)
        due_on = schedule.next_on
        if due_on is None or due_on > today:
            return Entered(done, None, schedule)
        try:
            with writer.part():
                schedule = _enter(writer, key, schedule, due_on.isoformat(), now=now)
        except NodeError as problem:
            _fail(writer, schedule, problem, now=now)
            return Entered(done, problem, schedules.by_id(writer, number))
    return Entered(MOST_AT_ONCE, None, schedule)


def _fail(writer: Writer, schedule: Schedule, problem: NodeError, *, now: int) -> None:
    """Keep what stands in the way, and tell the account's members the first time."""
    if schedule.problem is None:
        noticing.tell_holders(
            writer,
            schedule.account,
            Kind.SCHEDULE_WAITS,
            details={"reason": schedule.description or ""},
            now=now,
        )
    today = dates.day_of(now)
    schedules.failed(writer, schedule, on=today, problem=problem.code)


def currency_of(reader: Reader, exchange: Exchange, schedule: Schedule) -> Currency:
    """Return what the amount of a schedule is in: the seller's currency."""
    if schedule.side is Side.BUYER:
        other = resolve(reader, exchange, schedule.other, field="who")
        if isinstance(other, Faraway):
            return ordering.currency_of(other)
    return exchange.currency


def go_on(writer: Writer, schedule: Schedule) -> Schedule:
    turn = schedule.turn + 1
    schedules.go_on(writer, schedule, turn=turn, next_on=day(schedule, turn))
    return schedules.by_id(writer, schedule.id)


def day(schedule: Schedule, turn: int) -> datetime.date | None:
    """Return when a turn is due; None if the schedule is over by then."""
    due_on = rhythm.day(schedule.first_on, schedule.rhythm, turn)
    if due_on is None or (schedule.times is not None and turn >= schedule.times):
        return None
    return None if schedule.until_on and due_on > schedule.until_on else due_on


def _enter(
    writer: Writer, key: PrivateKey, schedule: Schedule, due_on: str, *, now: int
) -> Schedule:
    """Enter the turn that is next, and go on to the one after it."""
    exchange = exchanges.load(writer, now)
    actor = OPERATOR if schedule.made_by is None else member_actor(writer, schedule.made_by)
    own = accounts.by_id(writer, schedule.account).number
    sells = schedule.side is Side.SELLER
    order = Order(
        id=uuid5(schedule.uuid, due_on),
        seller=own if sells else schedule.other,
        buyer=schedule.other if sells else own,
        amount=money.render(schedule.amount, currency_of(writer, exchange, schedule)),
        description=schedule.description or "",
        event_on=due_on,
        channel=Channel.SCHEDULE,
        asking=schedule.asking,
    )
    recorded = dealing.record(writer, key, actor, order, now=now)
    schedules.entered(writer, schedule, recorded.trade.id)
    return go_on(writer, schedule)
