"""The turns of schedules: which is next, and how it becomes a trade.

1. A turn becomes a trade through the same door as any other, with the rights that its
   maker has on that day, and with an id that follows from the schedule and the day: no
   day is ever entered twice.
2. A node that was away enters every turn it missed, once each, dated as it was due.
3. A turn that cannot be entered stays due and is tried again every day, until it can be,
   or somebody skips it; those after it wait.
4. The schedules of a closed account end.
5. Days are those of UTC.
6. What passes a hub is bought at a quote of that day, if it is within what the owner has
   agreed to; if it is not, the turn waits for the owner.
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
from cesnode.services.clearing.honouring import require_within
from cesnode.services.clearing.quoting import Wish, price_in
from cesnode.services.orders import Order
from cesnode.store import Reader, Writer, accounts, exchanges, quotes, schedules
from cesnode.store.quotes import Direction
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


def question(reader: Reader, number: int, *, now: int) -> Wish | None:
    """Return what has to be asked before a turn can be entered; None if nothing.

    Raises:
        NoRoute, UnknownPeer: no way is known to the seller any more.

    """
    return question_of(reader, schedules.by_id(reader, number), now=now)


def question_of(reader: Reader, schedule: Schedule, *, now: int) -> Wish | None:
    """Return what has to be asked for a turn of a schedule, made or only thought of."""
    exchange = exchanges.load(reader, now)
    other = resolve(reader, exchange, schedule.other, field="who")
    if not has_a_price(schedule.side, other):
        return None
    return Wish(
        seller=schedule.other,
        buyer=accounts.by_id(reader, schedule.account).number,
        amount=money.render(schedule.amount, currency_of(reader, exchange, schedule)),
    )


def has_a_price(side: Side, other: str | Faraway) -> bool:
    """Whether somebody has to be asked what a turn costs: a hub before the seller."""
    return side is Side.BUYER and isinstance(other, Faraway) and other.beyond is not None


def put_off(writer: Writer, number: int, problem: NodeError, *, now: int) -> Entered:
    """Leave due what could not be entered, for it has no price; it is tried again soon."""
    schedule = schedules.by_id(writer, number)
    _fail(writer, schedule, problem, on=None, now=now)
    return Entered(0, problem, schedules.by_id(writer, number))


def enter(
    writer: Writer, key: PrivateKey, number: int, *, quote: str | None = None, now: int
) -> Entered:
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
                schedule = _enter(writer, key, schedule, quote, now=now)
        except NodeError as problem:
            _fail(writer, schedule, problem, on=today, now=now)
            return Entered(done, problem, schedules.by_id(writer, number))
    return Entered(MOST_AT_ONCE, None, schedule)


def _fail(
    writer: Writer,
    schedule: Schedule,
    problem: NodeError,
    *,
    on: datetime.date | None,
    now: int,
) -> None:
    """Keep what stands in the way, and tell the account's members the first time."""
    if schedule.problem is None:
        noticing.tell_holders(
            writer,
            schedule.account,
            Kind.SCHEDULE_WAITS,
            details={"reason": schedule.description or ""},
            now=now,
        )
    schedules.failed(writer, schedule, on=on, problem=problem.code)


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
    writer: Writer, key: PrivateKey, schedule: Schedule, quote: str | None, *, now: int
) -> Schedule:
    """Enter the turn that is next, and go on to the one after it."""
    exchange, due_on = exchanges.load(writer, now), str(schedule.next_on)
    _require_agreed(writer, exchange, schedule, quote)
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
        quote=quote,
    )
    recorded = dealing.record(writer, key, actor, order, now=now)
    schedules.entered(writer, schedule, recorded.trade.id)
    return go_on(writer, schedule)


def _require_agreed(
    reader: Reader, exchange: Exchange, schedule: Schedule, quote: str | None
) -> None:
    """Refuse a price that is more, levy included, than the owner has agreed to.

    Whom we had an agreement with when the schedule was made may be beyond a hub by now;
    then nothing is agreed to yet.
    """
    kept = quotes.find(reader, Direction.GOT, quote) if quote else None
    if kept is not None:
        cost = price_in(exchange, kept)
        require_within(exchange, cost.source.amount + cost.levy, schedule.most or 0)
