"""Home: where an account stands, what waits for it, and what it was month by month."""

from __future__ import annotations

import datetime

from cesnode.community.roles import OPERATOR, Role
from cesnode.errors import Code
from cesnode.services import home, trading
from cesnode.services.home import Call, Home
from cesnode.store import Writer, accounts
from tests.support.exchanges import (
    DAY,
    NOW,
    Person,
    acting_as,
    join,
    order,
    record_as,
    refused,
)
from tests.support.holding import reserve


def seen(writer: Writer, who: Person, *, now: int = NOW) -> Home:
    account = accounts.by_id(writer, who.account)
    return home.home(writer, acting_as(writer, who), account, now=now)


def test_it_says_how_much_may_still_be_received_and_given(
    writer: Writer, ann: Person, bob: Person
) -> None:
    record_as(writer, ann, order(ann, bob, "42.50"))
    reserve(writer, seller=ann.account, buyer=bob.account, amount=1000, now=NOW)

    of_ann, of_bob = seen(writer, ann), seen(writer, bob)

    assert (of_ann.room_below, of_ann.room_above) == (14250, 50000 - 4250 - 1000)
    assert (of_bob.room_below, of_bob.room_above) == (4750, 54250)


def test_what_only_this_member_can_answer_comes_first(
    writer: Writer, ann: Person, bob: Person
) -> None:
    mine = record_as(writer, bob, order(bob, ann, "1", asking=True)).trade
    asked = record_as(writer, ann, order(ann, bob, "2", asking=True)).trade
    posted = record_as(writer, ann, order(ann, bob, "3")).trade
    trading.object_to(writer, acting_as(writer, bob), posted.ref, reason="no", now=NOW)

    waiting = seen(writer, ann).waiting

    assert [(one.call, one.trade.id) for one in waiting] == [
        (Call.ANSWER, mine.id),
        (Call.LOOK, posted.id),
        (Call.ASKED, asked.id),
    ]
    assert {one.name for one in waiting} == {"Bob Beech"}
    assert [one.call for one in seen(writer, bob).mine] == [Call.ANSWER]


def test_a_trade_under_way_to_another_exchange_shows_whom_it_is_with(
    writer: Writer, ann: Person, bob: Person
) -> None:
    reserve(writer, seller=ann.account, buyer=bob.account, amount=5, now=NOW)

    (waiting,) = seen(writer, bob).others

    assert (waiting.call, waiting.number, waiting.name) == (
        Call.UNDER_WAY,
        "VILA0007",
        None,
    )


def test_the_picture_ends_with_today_s_balance(
    writer: Writer, ann: Person, bob: Person
) -> None:
    for month in range(3):
        now = NOW + month * 31 * DAY
        trading.record(writer, OPERATOR, order(ann, bob, "10"), now=now)

    points = seen(writer, ann, now=NOW + 62 * DAY).points

    assert [point.balance for point in points[-4:]] == [0, 1000, 2000, 3000]
    assert points[-4].day == datetime.date(2025, 6, 30)
    assert points[-1].day == datetime.date(2025, 9, 15)
    assert len(points) == home.MONTHS + 1


def test_it_asks_the_file_the_same_few_things_however_much_was_traded(
    writer: Writer, ann: Person, bob: Person, cem: Person
) -> None:
    def asked() -> int:
        heard: list[str] = []
        writer.connection.set_trace_callback(heard.append)
        seen(writer, ann)
        writer.connection.set_trace_callback(None)
        return sum("recorded_at FROM transfers WHERE seq" not in sql for sql in heard)

    record_as(writer, ann, order(ann, bob))
    few = asked()
    for _ in range(50):
        trading.record(writer, OPERATOR, order(bob, cem, "0.01"), now=NOW)

    assert asked() == few


def test_what_waits_for_somebody_is_nobody_else_s_business(
    writer: Writer, ann: Person, bob: Person
) -> None:
    auditor = join(writer, "Eva Elm", role=Role.AUDITOR)
    account = accounts.by_id(writer, ann.account)

    with refused(Code.NOT_ALLOWED):
        home.home(writer, acting_as(writer, bob), account, now=NOW)
    seen_by = home.home(writer, acting_as(writer, auditor), account, now=NOW)
    assert seen_by.account.number == ann.number
