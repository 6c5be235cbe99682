"""Schedules: each turn becomes one trade, dated as due, with its maker's rights."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from cesnode.community.notices import Kind
from cesnode.community.rhythm import Rhythm
from cesnode.community.roles import OPERATOR, Role
from cesnode.errors import Code
from cesnode.ledger.trades import Channel, Trade, TradeState
from cesnode.services import bell, scheduling, turns
from cesnode.services.membership import changing, closing, locking
from cesnode.services.scheduling import Plan
from cesnode.services.turns import Entered
from cesnode.store import Writer, schedules, trades
from cesnode.store.schedules import Schedule, ScheduleState, Side
from federation.keys import PrivateKey
from tests.support.exchanges import (
    DAY,
    NOW,
    Person,
    acting_as,
    balances,
    join,
    refused,
)

TODAY, TOMORROW = "2025-07-15", "2025-07-16"
KEY = PrivateKey(bytes(32))


def plan(  # noqa: PLR0913 - the parts of a plan
    account: Person,
    other: Person | str,
    amount: str = "10",
    *,
    id: UUID | None = None,  # noqa: A002 - the field's own name
    side: Side = Side.BUYER,
    rhythm: Rhythm = Rhythm.WEEKLY,
    first_on: str = TODAY,
    until_on: str | None = None,
    times: int | None = None,
    asking: bool = False,
) -> Plan:
    return Plan(
        id=id or uuid4(),
        account=account.number,
        side=side,
        other=other if isinstance(other, str) else other.number,
        amount=amount,
        description="a box of vegetables",
        channel=Channel.WEB,
        rhythm=rhythm,
        first_on=first_on,
        until_on=until_on,
        times=times,
        asking=asking,
    )


def made(writer: Writer, who: Person, wanted: Plan) -> Schedule:
    return scheduling.add(writer, acting_as(writer, who), wanted, now=NOW)


def wait(writer: Writer, days: int = 0) -> list[Entered]:
    """Let the node look around once, so many days later."""
    now = NOW + days * DAY
    return [turns.enter(writer, KEY, each, now=now) for each in turns.due(writer, now=now)]


def entered(writer: Writer, schedule: Schedule) -> list[Trade]:
    found = reversed(schedules.trades_of(writer, schedule.id, limit=99))
    return [trades.by_name(writer, ref) for _, ref in found]


def test_a_buyer_s_schedule_pays_when_its_day_has_come(
    writer: Writer, ann: Person, bob: Person
) -> None:
    schedule = made(writer, bob, plan(bob, ann, first_on=TOMORROW))

    assert wait(writer) == []
    wait(writer, 1)

    (trade,) = entered(writer, schedule)
    assert balances(writer, ann, bob) == (1000, -1000)
    assert (trade.event_on, trade.channel) == (TOMORROW, Channel.SCHEDULE)
    assert (trade.entered_by, trade.state) == (bob.member, TradeState.POSTED)


def test_what_was_missed_is_entered_once_each_dated_as_it_was_due(
    writer: Writer, ann: Person, bob: Person
) -> None:
    schedule = made(writer, bob, plan(bob, ann))

    for _ in range(3):
        wait(writer, 15)

    days = [trade.event_on for trade in entered(writer, schedule)]
    assert days == ["2025-07-15", "2025-07-22", "2025-07-29"]
    assert balances(writer, bob) == (-3000,)


def test_the_same_turn_is_the_same_trade_whoever_enters_it(
    writer: Writer, ann: Person, bob: Person
) -> None:
    schedule = made(writer, bob, plan(bob, ann))
    writer.run("SAVEPOINT first")
    wait(writer)
    (first,) = entered(writer, schedule)
    writer.run("ROLLBACK TO first")
    writer.memo.clear()

    wait(writer)

    (again,) = entered(writer, schedule)
    assert again.uuid == first.uuid


@pytest.mark.parametrize(
    ("limits", "days"),
    [
        ({"times": 2}, ["2025-07-15", "2025-07-22"]),
        ({"until_on": "2025-07-22"}, ["2025-07-15", "2025-07-22"]),
        ({"rhythm": Rhythm.ONCE}, ["2025-07-15"]),
    ],
)
def test_a_schedule_ends_by_itself(
    writer: Writer, ann: Person, bob: Person, limits: dict[str, object], days: list[str]
) -> None:
    schedule = made(writer, bob, plan(bob, ann, **limits))  # type: ignore[arg-type]

    wait(writer, 60)

    assert [trade.event_on for trade in entered(writer, schedule)] == days
    assert schedules.by_id(writer, schedule.id).state is ScheduleState.ENDED


def test_a_turn_beyond_the_limit_stays_and_is_tried_again_every_day(
    writer: Writer, ann: Person, bob: Person
) -> None:
    schedule = made(writer, bob, plan(bob, ann, "60"))

    (reached,) = wait(writer, 7)

    stuck = schedules.by_id(writer, schedule.id)
    (told,) = bell.notices_of(writer, acting_as(writer, bob))
    assert (told.kind, told.reason) == (Kind.SCHEDULE_WAITS, "a box of vegetables")
    assert (reached.trades, stuck.problem) == (1, Code.LIMIT_EXCEEDED)
    assert wait(writer, 7) == []
    changing.change(writer, OPERATOR, bob.number, changing.Changes(floor="-500"), now=NOW)
    wait(writer, 8)
    assert [one.event_on for one in entered(writer, schedule)] == [TODAY, "2025-07-22"]
    assert schedules.by_id(writer, schedule.id).problem is None


def test_a_locked_buyer_s_turn_waits_and_can_be_skipped(
    writer: Writer, ann: Person, bob: Person
) -> None:
    schedule = made(writer, bob, plan(bob, ann))
    locking.lock(writer, OPERATOR, bob.number, reason="no", now=NOW)
    wait(writer)

    after = scheduling.skip(writer, acting_as(writer, bob), schedule.id, now=NOW)

    assert (after.problem, str(after.next_on)) == (None, "2025-07-22")
    assert entered(writer, schedule) == []


def test_the_maker_s_rights_on_the_day_count(
    writer: Writer, ann: Person, bob: Person
) -> None:
    rosa = join(writer, "Rosa Reed", role=Role.COORDINATOR, area="North")
    schedule = made(writer, rosa, plan(bob, ann))
    changing.change(
        writer,
        OPERATOR,
        rosa.number,
        changing.Changes(without_role=Role.COORDINATOR),
        now=NOW,
    )

    (reached,) = wait(writer)

    assert reached.problem is not None
    assert reached.problem.code is Code.NOT_ALLOWED
    assert entered(writer, schedule) == []


def test_what_falls_due_during_a_pause_is_left_out(
    writer: Writer, ann: Person, bob: Person
) -> None:
    schedule, actor = made(writer, bob, plan(bob, ann)), acting_as(writer, bob)
    scheduling.pause(writer, actor, schedule.id, now=NOW)
    assert wait(writer, 8) == []

    scheduling.resume(writer, actor, schedule.id, now=NOW + 8 * DAY)

    wait(writer, 14)
    assert [trade.event_on for trade in entered(writer, schedule)] == ["2025-07-29"]


def test_an_ended_schedule_enters_nothing_and_cannot_be_resumed(
    writer: Writer, ann: Person, bob: Person
) -> None:
    schedule, actor = made(writer, bob, plan(bob, ann)), acting_as(writer, bob)
    scheduling.end(writer, actor, schedule.id, now=NOW)

    assert wait(writer) == []
    with refused(Code.WRONG_STATE):
        scheduling.resume(writer, actor, schedule.id, now=NOW)


def test_the_schedule_of_a_closed_account_ends(
    writer: Writer, ann: Person, bob: Person
) -> None:
    schedule = made(writer, bob, plan(bob, ann))
    closing.close(writer, OPERATOR, bob.number, now=NOW)

    wait(writer)

    assert schedules.by_id(writer, schedule.id).state is ScheduleState.ENDED
    assert entered(writer, schedule) == []


@pytest.mark.parametrize("asking", [True, False])
def test_a_seller_s_schedule_records_or_asks(
    writer: Writer, ann: Person, bob: Person, *, asking: bool
) -> None:
    schedule = made(writer, ann, plan(ann, bob, side=Side.SELLER, asking=asking))

    wait(writer)

    (trade,) = entered(writer, schedule)
    assert trade.state is (TradeState.REQUESTED if asking else TradeState.POSTED)
    assert (trade.seller, trade.buyer) == (ann.account, bob.account)


def test_the_same_submission_makes_one_schedule(
    writer: Writer, ann: Person, bob: Person
) -> None:
    wanted = plan(bob, ann)
    first = made(writer, bob, wanted)

    again = made(writer, bob, wanted)

    assert again.id == first.id
    with refused(Code.ID_REUSED):
        made(writer, bob, plan(bob, ann, "11", id=wanted.id))


@pytest.mark.parametrize(
    ("wrong", "code", "field"),
    [
        ({"first_on": "2025-07-14"}, Code.DATE_INVALID, "first_on"),
        ({"first_on": "soon"}, Code.DATE_INVALID, "first_on"),
        ({"until_on": "2025-07-14"}, Code.DATE_INVALID, "until_on"),
        ({"times": 0}, Code.FIELD_INVALID, "times"),
        ({"amount": "many"}, Code.AMOUNT_INVALID, "amount"),
        ({"other": "99"}, Code.UNKNOWN_ACCOUNT, None),
    ],
)
def test_a_plan_that_cannot_be_is_refused(
    writer: Writer,
    ann: Person,
    bob: Person,
    wrong: dict[str, object],
    code: Code,
    field: str | None,
) -> None:
    with refused(code, field=field):
        made(writer, bob, plan(bob, **{"other": ann, **wrong}))  # type: ignore[arg-type]


def test_nobody_schedules_another_s_payments_nor_sees_them(
    writer: Writer, ann: Person, bob: Person, cem: Person
) -> None:
    schedule = made(writer, bob, plan(bob, ann))

    with refused(Code.NOT_ALLOWED):
        made(writer, cem, plan(bob, ann))
    with refused(Code.UNKNOWN_SCHEDULE):
        scheduling.show(writer, acting_as(writer, ann), schedule.id)
