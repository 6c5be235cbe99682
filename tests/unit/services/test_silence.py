"""What becomes of a request that nobody answers."""

from __future__ import annotations

from cesnode.community.rules import SellerRecord
from cesnode.errors import Code
from cesnode.ledger.trades import Trade, TradeState
from cesnode.services import trading
from cesnode.store import Writer, acts, exchanges, trades
from tests.support.answers import (
    accept,
)
from tests.support.exchanges import (
    BOTH_SIDES,
    DAY,
    NOW,
    Person,
    acting_as,
    balances,
    order,
    refused,
    set_rules,
)


def test_silence_is_agreement_where_the_house_says_so(
    writer: Writer, ann: Person, bob: Person
) -> None:
    set_rules(writer, seller_record=SellerRecord.AGREED, agree_after_days=7)
    made = trading.record(writer, acting_as(writer, ann), order(ann, bob), now=NOW).trade

    early = trading.tend(writer, now=NOW + 7 * DAY)
    late = trading.tend(writer, now=NOW + 7 * DAY + 1)

    assert (early, late) == ((0, 0), (1, 0))
    assert trades.by_id(writer, made.id).state is TradeState.POSTED
    assert balances(writer, ann, bob) == (1000, -1000)


def test_silence_is_never_agreement_to_what_was_only_asked(
    writer: Writer, ann: Person, bob: Person
) -> None:
    """The seller only asks, and the buyer decides, whatever the house rule."""
    set_rules(writer, seller_record=SellerRecord.AT_ONCE, agree_after_days=7)
    asked = order(ann, bob, asking=True)
    trading.record(writer, acting_as(writer, ann), asked, now=NOW)

    trading.tend(writer, now=NOW + 8 * DAY)

    assert balances(writer, ann, bob) == (0, 0)


def test_silence_is_nothing_where_the_house_does_not_say_so(
    writer: Writer, asked: Trade
) -> None:
    assert trading.tend(writer, now=NOW + 60 * DAY) == (0, 0)
    assert trades.by_id(writer, asked.id).state is TradeState.REQUESTED


def test_what_nobody_answers_lapses(
    writer: Writer, ann: Person, bob: Person, asked: Trade
) -> None:
    early = trading.tend(writer, now=NOW + 90 * DAY)
    late = trading.tend(writer, now=NOW + 90 * DAY + 1)

    assert (early, late) == ((0, 0), (0, 1))
    assert trades.by_id(writer, asked.id).state is TradeState.LAPSED
    with refused(Code.WRONG_STATE):
        accept(writer, bob, asked.ref)
    assert balances(writer, ann, bob) == (0, 0)


def test_what_silence_cannot_post_waits_and_holds_up_nothing(
    writer: Writer, ann: Person, bob: Person, cem: Person
) -> None:
    set_rules(writer, seller_record=SellerRecord.AGREED, agree_after_days=7)
    actor = acting_as(writer, ann)
    blocked = trading.record(writer, actor, order(ann, bob, "700"), now=NOW).trade
    fine = trading.record(writer, actor, order(ann, cem, "7"), now=NOW).trade

    assert trading.tend(writer, now=NOW + 8 * DAY) == (1, 0)
    assert trades.by_id(writer, blocked.id).state is TradeState.REQUESTED
    assert trades.by_id(writer, fine.id).state is TradeState.POSTED
    assert balances(writer, ann, bob, cem) == (700, 0, -700)


def test_a_request_refused_by_silence_leaves_nothing_behind(
    writer: Writer, ann: Person, bob: Person
) -> None:
    set_rules(
        writer, seller_record=SellerRecord.AGREED, agree_after_days=7, levy=BOTH_SIDES
    )
    trading.record(writer, acting_as(writer, ann), order(ann, bob, "700"), now=NOW)
    before = writer.all("SELECT * FROM trades"), writer.all("SELECT * FROM standings")
    head = acts.head(writer)

    trading.tend(writer, now=NOW + 8 * DAY)

    assert before == (
        writer.all("SELECT * FROM trades"),
        writer.all("SELECT * FROM standings"),
    )
    assert acts.head(writer) == head
    assert exchanges.load(writer, NOW).rules.agree_after_days == 7
