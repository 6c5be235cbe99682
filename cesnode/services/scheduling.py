"""Trades that are to be entered later, or again and again: making and ending schedules.

What falls due during a pause is left out.  How a turn becomes a trade is in `turns`.
"""

from __future__ import annotations

from uuid import UUID

import msgspec

from cesnode.community import rhythm, words
from cesnode.community.exchange import Exchange
from cesnode.community.rhythm import Rhythm
from cesnode.community.roles import Actor, Permission, Scope
from cesnode.errors import (
    FROM_TO,
    N_,
    DayPassed,
    FieldInvalid,
    IdReused,
    NotAllowed,
    ScheduleEmpty,
    UnknownSchedule,
    WrongScheduleState,
)
from cesnode.ledger.accounts import Account
from cesnode.ledger.money import parse, parse_signed
from cesnode.ledger.trades import Channel
from cesnode.services import acting, dates, orders, turns
from cesnode.services.authority import require_side
from cesnode.services.clearing import ordering
from cesnode.services.clearing.addressing import Faraway, resolve
from cesnode.services.orders import Order
from cesnode.services.reading import require_own
from cesnode.store import Reader, Writer, accounts, exchanges, schedules
from cesnode.store.schedules import Schedule, ScheduleState, Side

MOST_TIMES = 1_000


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """A schedule as somebody asks for it; `account` is on the `side` of it.

    `other` may be in another exchange; the amount is in the seller's currency.
    `asking`: a seller's schedule only asks, whatever the house rule.  `most` is what one
    turn may cost in all, in our currency, where it passes a hub and has no price yet.
    """

    id: UUID
    account: str
    side: Side
    other: str
    amount: str
    description: str
    channel: Channel
    rhythm: Rhythm
    first_on: str
    until_on: str | None = None
    times: int | None = None
    asking: bool = False
    most: str | None = None


def add(writer: Writer, actor: Actor, plan: Plan, *, now: int) -> Schedule:
    """Make a schedule; the same id with the same content gives the first one again."""
    exchange = exchanges.load(writer, now)
    made = draft(writer, exchange, actor, plan, now=now)
    if not schedules.insert(writer, made):
        known = schedules.known(writer, plan.id)
        if _terms(known) != _terms(made):
            raise IdReused(id=plan.id)
        return known
    if made.most is not None:
        schedules.agree(writer, made.id, most=made.most, by=actor.member, now=now)
    _note(writer, exchange, actor, made, "schedule.made", now=now)
    return made


def draft(
    reader: Reader, exchange: Exchange, actor: Actor, plan: Plan, *, now: int
) -> Schedule:
    """Read a plan; whatever is wrong with it is named with its field.  Nothing is made."""
    account = accounts.by_number(reader, plan.account, field="account")
    require_side(actor, account)
    other = resolve(reader, exchange, plan.other, field="who")
    first = dates.day(plan.first_on, field="first_on")
    if first < dates.day_of(now):
        raise DayPassed(day=plan.first_on)
    until = dates.day(plan.until_on, field="until_on") if plan.until_on else None
    if until is not None and until < first:
        raise ScheduleEmpty(first=first.isoformat(), until=until.isoformat())
    if plan.times is not None and not 1 <= plan.times <= MOST_TIMES:
        raise FieldInvalid("times", FROM_TO, least=1, most=MOST_TIMES)
    return Schedule(
        id=schedules.next_id(reader),
        uuid=plan.id,
        account=account.id,
        side=plan.side,
        other=other.address if isinstance(other, Faraway) else other,
        amount=_amount(reader, exchange, actor, plan, account, other, now=now),
        description=words.description(plan.description),
        asking=plan.asking and plan.side is Side.SELLER,
        rhythm=plan.rhythm,
        first_on=first,
        until_on=until,
        times=plan.times,
        next_on=first,
        made_by=actor.member,
        made_at=now,
        most=_most(exchange, plan, other),
    )


def show(reader: Reader, actor: Actor, number: int) -> Schedule:
    """Return a schedule; to a stranger it does not exist."""
    actor.require_scope(Scope.READ)
    schedule = schedules.by_id(reader, number)
    try:
        require_own(actor, accounts.by_id(reader, schedule.account))
    except NotAllowed:
        raise UnknownSchedule(number=number) from None
    return schedule


def of_account(reader: Reader, actor: Actor, account: Account | None) -> list[Schedule]:
    """Return the schedules of an account, or without one of all, newest first."""
    actor.require_scope(Scope.READ)
    if account is None:
        actor.require(Permission.READ_ALL)
        return schedules.every(reader)
    require_own(actor, account)
    return schedules.of_account(reader, account.id)


def pause(writer: Writer, actor: Actor, number: int, *, now: int) -> Schedule:
    schedule = _own(writer, actor, number, ScheduleState.RUNNING)
    return _set_state(writer, actor, schedule, ScheduleState.PAUSED, now=now)


def resume(writer: Writer, actor: Actor, number: int, *, now: int) -> Schedule:
    """Go on with the first turn that is not past; what fell due meanwhile is left out."""
    schedule = _own(writer, actor, number, ScheduleState.PAUSED)
    turn = rhythm.turn_from(schedule.first_on, schedule.rhythm, dates.day_of(now))
    turn = max(turn, schedule.turn)
    running = _set_state(writer, actor, schedule, ScheduleState.RUNNING, now=now)
    schedules.go_on(writer, running, turn=turn, next_on=turns.day(schedule, turn))
    return schedules.by_id(writer, number)


def end(writer: Writer, actor: Actor, number: int, *, now: int) -> Schedule:
    schedule = _own(writer, actor, number, ScheduleState.RUNNING, ScheduleState.PAUSED)
    return _set_state(writer, actor, schedule, ScheduleState.ENDED, now=now)


def skip(writer: Writer, actor: Actor, number: int, *, now: int) -> Schedule:
    """Leave out the turn that comes next."""
    schedule = _own(writer, actor, number, ScheduleState.RUNNING)
    _note(writer, exchanges.load(writer, now), actor, schedule, "schedule.skipped", now=now)
    return turns.go_on(writer, schedule)


def agree(writer: Writer, actor: Actor, number: int, *, most: str, now: int) -> Schedule:
    """Let a turn that passes a hub cost so much from now on; what waits is tried again."""
    schedule = _own(writer, actor, number, ScheduleState.RUNNING, ScheduleState.PAUSED)
    exchange = exchanges.load(writer, now)
    other = resolve(writer, exchange, schedule.other, field="who")
    if not turns.has_a_price(schedule.side, other):
        raise FieldInvalid("most", N_("this schedule passes no other exchange"))
    wanted = _amount_at_most(exchange, most)
    schedules.agree(writer, number, most=wanted, by=actor.member, now=now)
    _note(writer, exchange, actor, schedule, "schedule.agreed", now=now)
    return schedules.by_id(writer, number)


def _most(exchange: Exchange, plan: Plan, other: str | Faraway) -> int | None:
    """Read what a turn may cost, which has to be said where a hub asks for its price."""
    if not turns.has_a_price(plan.side, other):
        return None
    if plan.most is None or not plan.most.strip():
        raise FieldInvalid(
            "most",
            N_("say how much it may cost each time, with the fee of the exchange between"),
        )
    return _amount_at_most(exchange, plan.most)


def _amount_at_most(exchange: Exchange, text: str) -> int:
    most = parse_signed(text, exchange.currency, field="most")
    if most <= 0:
        raise FieldInvalid("most", N_("it must be more than zero"))
    return most


def _amount(
    reader: Reader,
    exchange: Exchange,
    actor: Actor,
    plan: Plan,
    account: Account,
    other: str | Faraway,
    *,
    now: int,
) -> int:
    """Read the amount; what is at home has to be tradable as it stands."""
    if isinstance(other, Faraway):
        if plan.side is Side.SELLER:
            return orders.read_amount(plan.amount, exchange, plan.channel)
        return parse(plan.amount, ordering.currency_of(other), dotted=True)
    sells = plan.side is Side.SELLER
    order = Order(
        id=plan.id,
        seller=account.number if sells else other,
        buyer=other if sells else account.number,
        amount=plan.amount,
        description=plan.description,
        channel=plan.channel,
        asking=plan.asking,
    )
    return orders.draft(reader, exchange, actor, order, now=now).trade.amount


def _terms(schedule: Schedule) -> tuple[object, ...]:
    """Return what two schedules of the same id must have in common."""
    return (
        schedule.account,
        schedule.side,
        schedule.other,
        schedule.amount,
        schedule.rhythm,
        schedule.first_on,
        schedule.until_on,
        schedule.times,
        schedule.most is None,
    )


def _own(writer: Writer, actor: Actor, number: int, *states: ScheduleState) -> Schedule:
    schedule = show(writer, actor, number)
    require_side(actor, accounts.by_id(writer, schedule.account))
    if schedule.state not in states:
        raise WrongScheduleState(number=number, state=schedule.state)
    return schedule


def _set_state(
    writer: Writer, actor: Actor, schedule: Schedule, state: ScheduleState, *, now: int
) -> Schedule:
    schedules.set_state(writer, schedule, state)
    exchange = exchanges.load(writer, now)
    _note(writer, exchange, actor, schedule, f"schedule.{state}", now=now)
    return schedules.by_id(writer, schedule.id)


def _note(
    writer: Writer,
    exchange: Exchange,
    actor: Actor,
    schedule: Schedule,
    kind: str,
    *,
    now: int,
) -> None:
    acting.record(writer, exchange, actor, kind, f"schedule:{schedule.uuid}", now=now)
