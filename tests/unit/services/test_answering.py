"""What can be said to a trade that exists: by whom, and until when."""

from __future__ import annotations

import json

import pytest

from cesnode.community.roles import OPERATOR
from cesnode.errors import Code, NodeError
from cesnode.ledger.trades import Trade, TradeState
from cesnode.services import trading
from cesnode.services.membership import closing, locking
from cesnode.store import Writer, acts, trades
from tests.support.answers import (
    ANSWERS,
    Answer,
    accept,
    decline,
    object_to,
    reverse,
    settle,
    withdraw,
)
from tests.support.exchanges import (
    BOTH_SIDES,
    DAY,
    HOUR,
    NOW,
    Person,
    acting_as,
    balances,
    refused,
    set_rules,
    treasury,
)


def test_what_is_accepted_is_posted(
    writer: Writer, ann: Person, bob: Person, asked: Trade
) -> None:
    answered = accept(writer, bob, asked.ref)

    assert answered.state is trades.by_id(writer, asked.id).state is TradeState.POSTED
    assert balances(writer, ann, bob) == (5000, -5000)


def test_a_trade_is_answered_by_its_id_as_well(
    writer: Writer, bob: Person, asked: Trade
) -> None:
    assert accept(writer, bob, str(asked.uuid)).state is TradeState.POSTED


def test_a_request_bears_the_levy_of_the_day_it_is_accepted(
    writer: Writer, bob: Person, asked: Trade
) -> None:
    set_rules(writer, levy=BOTH_SIDES)

    answered = accept(writer, bob, asked.ref)

    assert (answered.seller_levy, answered.buyer_levy) == (100, 100)
    assert trades.by_id(writer, asked.id) == answered
    assert treasury(writer) == 200


@pytest.mark.parametrize(
    ("answer", "state"),
    [(decline, TradeState.DECLINED), (withdraw, TradeState.WITHDRAWN)],
)
def test_what_is_declined_or_withdrawn_moves_nothing(
    writer: Writer,
    ann: Person,
    bob: Person,
    asked: Trade,
    answer: Answer,
    state: TradeState,
) -> None:
    who = bob if state is TradeState.DECLINED else ann

    assert answer(writer, who, asked.ref).state is state
    assert balances(writer, ann, bob) == (0, 0)


@pytest.mark.parametrize(
    ("answer", "by_seller"), [(accept, True), (decline, True), (withdraw, False)]
)
def test_the_wrong_side_has_no_say(
    writer: Writer,
    ann: Person,
    bob: Person,
    asked: Trade,
    answer: Answer,
    *,
    by_seller: bool,
) -> None:
    with refused(Code.NOT_ALLOWED):
        answer(writer, ann if by_seller else bob, asked.ref)


@pytest.mark.parametrize("answer", ANSWERS)
def test_to_a_stranger_a_trade_does_not_exist(
    writer: Writer, cem: Person, asked: Trade, answer: Answer
) -> None:
    with refused(Code.UNKNOWN_TRADE):
        answer(writer, cem, asked.ref)


@pytest.mark.parametrize("answer", ANSWERS)
@pytest.mark.parametrize(
    "name", ["ZZZZZZ", "", "00000000-0000-0000-0000-000000000000", "\ud800"]
)
def test_what_is_no_trade_is_unknown(
    writer: Writer, bob: Person, answer: Answer, name: str
) -> None:
    with refused(Code.UNKNOWN_TRADE):
        answer(writer, bob, name)


def test_a_trade_is_answered_once(writer: Writer, bob: Person, asked: Trade) -> None:
    accept(writer, bob, asked.ref)

    for answer in (accept, decline):
        with refused(Code.WRONG_STATE):
            answer(writer, bob, asked.ref)


@pytest.mark.parametrize("side", ["buyer", "seller"])
def test_a_request_of_a_closed_account_cannot_be_accepted(
    writer: Writer, ann: Person, bob: Person, asked: Trade, side: str
) -> None:
    gone = bob if side == "buyer" else ann
    with refused(Code.ACCOUNT_NOT_EMPTY):
        closing.close(writer, OPERATOR, gone.number, now=NOW)
    writer.run("UPDATE accounts SET state = 'closed' WHERE id = ?", (gone.account,))

    with refused(Code.ACCOUNT_CLOSED, field=side):
        accept(writer, bob, asked.ref)


def test_a_locked_buyer_cannot_accept_but_can_decline(
    writer: Writer, bob: Person, asked: Trade
) -> None:
    locking.lock(writer, OPERATOR, bob.number, reason="on leave", now=NOW)

    with refused(Code.ACCOUNT_LOCKED):
        accept(writer, bob, asked.ref)
    assert decline(writer, bob, asked.ref).state is TradeState.DECLINED


def test_an_objection_moves_nothing_and_can_be_taken_back(
    writer: Writer, ann: Person, bob: Person, posted: Trade
) -> None:
    before = balances(writer, ann, bob)

    objected = object_to(writer, bob, posted.ref)
    settled = settle(writer, bob, posted.ref)

    assert (objected.state, settled.state) == (TradeState.OBJECTED, TradeState.POSTED)
    assert balances(writer, ann, bob) == before


@pytest.mark.parametrize("answer", [object_to, settle])
def test_only_the_buyer_objects_and_lets_stand(
    writer: Writer, ann: Person, bob: Person, posted: Trade, answer: Answer
) -> None:
    if answer is settle:
        object_to(writer, bob, posted.ref)

    with refused(Code.NOT_ALLOWED):
        answer(writer, ann, posted.ref)


@pytest.mark.parametrize("late", [0, 1])
def test_the_time_to_object_ends(
    writer: Writer, bob: Person, posted: Trade, late: int
) -> None:
    actor = acting_as(writer, bob)
    then = NOW + 14 * DAY + late

    if not late:
        trading.object_to(writer, actor, posted.ref, reason="no", now=then)
        return
    with refused(Code.TOO_LATE):
        trading.object_to(writer, actor, posted.ref, reason="no", now=then)


def test_the_time_to_object_begins_when_the_trade_takes_effect(
    writer: Writer, bob: Person, asked: Trade
) -> None:
    set_rules(writer, agree_after_days=30)
    then = NOW + 30 * DAY + 1
    actor = acting_as(writer, bob)
    trading.accept(writer, actor, asked.ref, now=then)

    objected = trading.object_to(writer, actor, asked.ref, reason="no", now=then + HOUR)

    assert objected.state is TradeState.OBJECTED


@pytest.mark.parametrize("answer", [object_to, settle, reverse])
def test_what_is_only_asked_is_not_objected_to_or_undone(
    writer: Writer, bob: Person, asked: Trade, answer: Answer
) -> None:
    with refused(Code.WRONG_STATE):
        answer(writer, bob, asked.ref)


def test_every_answer_is_kept_with_who_and_why(
    writer: Writer, ann: Person, bob: Person, posted: Trade
) -> None:
    object_to(writer, bob, posted.ref)
    reverse(writer, ann, posted.ref)

    kept = acts.about(writer, f"trade:{posted.uuid}")

    assert [(act.kind, act.actor, act.note) for act in kept] == [
        ("trade.objected", bob.member, "it never came"),
        ("trade.reversed", ann.member, "a mistake"),
    ]


def test_who_asked_for_what_is_kept_with_all_its_facts(
    writer: Writer, ann: Person, bob: Person, asked: Trade
) -> None:
    accept(writer, bob, asked.ref)

    asking, agreeing = acts.about(writer, f"trade:{asked.uuid}")

    assert [(act.kind, act.actor) for act in (asking, agreeing)] == [
        ("trade.requested", ann.member),
        ("trade.posted", bob.member),
    ]
    assert json.loads(asking.details)["trade"] == {
        "amount": 5000,
        "asked": True,
        "buyer": bob.number,
        "buyer_levy": 0,
        "channel": "api",
        "created_at": NOW,
        "entered_by": ann.member,
        "event_on": asked.event_on,
        "id": str(asked.uuid),
        "on_behalf_of": None,
        "other": None,
        "seller": ann.number,
        "seller_levy": 0,
    }


@pytest.mark.parametrize("text", ["", "  ", "x" * 501, "a\x07b"])
def test_a_wrong_reason_is_called_a_reason(
    writer: Writer, ann: Person, bob: Person, posted: Trade, text: str
) -> None:
    for service, who in ((trading.object_to, bob), (trading.reverse, ann)):
        with pytest.raises(NodeError) as caught:
            service(writer, acting_as(writer, who), posted.ref, reason=text, now=NOW)
        assert caught.value.field == "reason"
