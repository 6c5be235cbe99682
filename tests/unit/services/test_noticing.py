"""What members are told as it happens: each of them once, and never of their own doing."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cesnode.community.notices import Kind
from cesnode.community.roles import OPERATOR, Role
from cesnode.ledger.limits import LimitPolicy, Limits
from cesnode.ledger.trades import Channel, Trade
from cesnode.services import trading
from cesnode.services.membership import helping, locking
from cesnode.store import Reader, Writer, accounts, notices
from tests.support.answers import (
    accept,
    decline,
    object_to,
    reverse,
    settle,
    withdraw,
)
from tests.support.exchanges import (
    DAY,
    NOW,
    Person,
    acting_as,
    join,
    order,
    record_as,
    set_rules,
)

Told = list[tuple[str, Kind]]


def told(reader: Reader, *people: Person) -> Told:
    """Return who was told what, in order."""
    names = {person.member: person.number for person in people}
    return [
        (names[one.member], one.kind)
        for one in notices.after(reader, 0, limit=100)
        if one.member in names
    ]


def forget(writer: Writer) -> None:
    writer.run("DELETE FROM notices")


def test_a_sale_is_told_to_its_buyer(writer: Writer, ann: Person, bob: Person) -> None:
    trade = record_as(writer, ann, order(ann, bob)).trade

    assert told(writer, ann, bob) == [(bob.number, Kind.RECORDED)]
    (notice,) = notices.after(writer, 0, limit=9)
    assert (notice.trade, notice.account, notice.at) == (trade.id, bob.account, NOW)


def test_a_payment_is_told_to_its_seller(writer: Writer, ann: Person, bob: Person) -> None:
    record_as(writer, bob, order(ann, bob))

    assert told(writer, ann, bob) == [(ann.number, Kind.RECEIVED)]


def test_the_same_submission_again_tells_nothing_more(
    writer: Writer, ann: Person, bob: Person
) -> None:
    sale = order(ann, bob)
    record_as(writer, ann, sale)

    record_as(writer, ann, sale)

    assert len(told(writer, ann, bob)) == 1


def test_what_is_entered_for_others_is_told_to_both(
    writer: Writer, ann: Person, bob: Person
) -> None:
    rosa = join(writer, "Rosa", role=Role.COORDINATOR, area="North")

    record_as(writer, rosa, order(ann, bob))

    assert sorted(told(writer, ann, bob, rosa)) == [
        (ann.number, Kind.RECEIVED),
        (bob.number, Kind.RECORDED),
    ]


def test_what_comes_from_a_sheet_is_told_as_such(
    writer: Writer, ann: Person, bob: Person
) -> None:
    sheet = order(ann, bob, channel=Channel.SHEET)

    trading.record(writer, OPERATOR, sheet, now=NOW)

    assert sorted(told(writer, ann, bob)) == [
        (ann.number, Kind.PAPER_RECEIVED),
        (bob.number, Kind.PAPER_RECORDED),
    ]


def test_all_who_hold_an_account_are_told_but_the_one_who_acted(
    writer: Writer, ann: Person, bob: Person, cem: Person
) -> None:
    accounts.add_holder(writer, account=ann.account, member=cem.member)

    record_as(writer, ann, order(ann, bob))

    assert sorted(told(writer, ann, bob, cem)) == [
        (bob.number, Kind.RECORDED),
        (cem.number, Kind.RECEIVED),
    ]


def test_somebody_asked_is_told(
    writer: Writer, ann: Person, bob: Person, asked: Trade
) -> None:
    assert told(writer, ann, bob) == [(bob.number, Kind.ASKED)]
    assert asked.seller == ann.account


@pytest.mark.parametrize(
    ("answer", "who", "kind"),
    [
        (accept, "bob", Kind.ACCEPTED),
        (decline, "bob", Kind.DECLINED),
        (withdraw, "ann", Kind.WITHDRAWN),
    ],
)
def test_an_answer_is_told_to_the_other_side(
    writer: Writer,
    ann: Person,
    bob: Person,
    asked: Trade,
    answer: Callable[[Writer, Person, str], Trade],
    who: str,
    kind: Kind,
) -> None:
    speaker, other = (ann, bob) if who == "ann" else (bob, ann)
    forget(writer)

    answer(writer, speaker, asked.ref)

    assert told(writer, ann, bob) == [(other.number, kind)]


def test_what_follows_a_trade_is_told_to_the_other_side(
    writer: Writer, ann: Person, bob: Person, posted: Trade
) -> None:
    forget(writer)

    object_to(writer, bob, posted.ref)
    settle(writer, bob, posted.ref)
    reverse(writer, ann, posted.ref)

    assert told(writer, ann, bob) == [
        (ann.number, Kind.OBJECTED),
        (ann.number, Kind.SETTLED),
        (bob.number, Kind.REVERSED),
    ]


def test_a_request_that_lapses_is_told_to_both(
    writer: Writer, ann: Person, bob: Person, asked: Trade
) -> None:
    forget(writer)

    trading.tend(writer, now=asked.created_at + 91 * DAY)

    assert sorted(told(writer, ann, bob)) == [
        (ann.number, Kind.LAPSED),
        (bob.number, Kind.LAPSED),
    ]


def test_agreement_by_silence_is_told_to_both(
    writer: Writer, ann: Person, bob: Person
) -> None:
    set_rules(writer, seller_record="agreed", agree_after_days=3)
    record_as(writer, ann, order(ann, bob))
    forget(writer)

    trading.tend(writer, now=NOW + 4 * DAY)

    assert sorted(told(writer, ann, bob)) == [
        (ann.number, Kind.AGREED_BY_SILENCE),
        (bob.number, Kind.AGREED_BY_SILENCE),
    ]


def test_who_comes_near_a_limit_is_told_once(
    writer: Writer, ann: Person, bob: Person
) -> None:
    for amount in ("70", "15", "5"):
        record_as(writer, bob, order(ann, bob, amount))

    near = [one for one in told(writer, ann, bob) if one[1] is Kind.LIMIT_NEAR]
    assert near == [(bob.number, Kind.LIMIT_NEAR)]


def test_where_a_limit_only_warns_it_does(writer: Writer, ann: Person, bob: Person) -> None:
    set_rules(writer, limit_policy=LimitPolicy.WARN)

    record_as(writer, bob, order(ann, bob, "120"))

    (notice,) = [
        one for one in notices.after(writer, 0, limit=9) if one.kind is Kind.LIMIT_PASSED
    ]
    assert notice.details == {"limit": "-10000", "left": "-2000"}


def test_where_there_are_no_limits_nothing_is_said_of_them(
    writer: Writer, ann: Person, bob: Person
) -> None:
    set_rules(writer, limits=Limits())

    record_as(writer, bob, order(ann, bob, "1000"))

    assert told(writer, ann, bob) == [(ann.number, Kind.RECEIVED)]


def test_a_lock_is_told_with_its_reason(writer: Writer, ann: Person) -> None:
    locking.lock(writer, OPERATOR, ann.number, reason="please call", now=NOW)
    locking.unlock(writer, OPERATOR, ann.number, now=NOW)

    locked, opened = notices.after(writer, 0, limit=9)
    assert (locked.kind, locked.details) == (Kind.LOCKED, {"reason": "please call"})
    assert opened.kind is Kind.UNLOCKED


def test_another_password_is_told_to_whom_it_was_given(writer: Writer, ann: Person) -> None:
    for password_hash in ("$argon2id$first", "$argon2id$second"):
        helping.set_password(
            writer,
            acting_as(writer, ann),
            ann.number,
            password_hash=password_hash,
            now=NOW,
        )

    assert told(writer, ann) == [(ann.number, Kind.PASSWORD_CHANGED)]


def test_what_was_told_is_never_changed(writer: Writer, ann: Person, bob: Person) -> None:
    record_as(writer, ann, order(ann, bob))

    with pytest.raises(Exception, match="never changed"):
        writer.run("UPDATE notices SET kind = 'asked'")
