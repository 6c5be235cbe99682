"""What stands in the way of a trade: levies and limits, locks and closures."""

from __future__ import annotations

import pytest

from cesnode.community.roles import OPERATOR
from cesnode.errors import AccountLocked, Code, LimitExceeded
from cesnode.ledger.levy import Levy, Rate
from cesnode.ledger.limits import Growth, LimitPolicy
from cesnode.ledger.trades import TradeState
from cesnode.services import trading
from cesnode.services.membership import closing, locking
from cesnode.store import Writer, accounts
from tests.support.exchanges import (
    BOTH_SIDES,
    NOW,
    Person,
    acting_as,
    balances,
    order,
    position,
    record_as,
    refused,
    set_rules,
    total,
    treasury,
)


def test_a_levy_is_taken_on_both_sides(writer: Writer, ann: Person, bob: Person) -> None:
    set_rules(writer, levy=BOTH_SIDES)

    made = record_as(writer, bob, order(ann, bob, "50"))

    assert (made.trade.seller_levy, made.trade.buyer_levy) == (100, 100)
    assert balances(writer, ann, bob) == (4900, -5100)
    assert (treasury(writer), total(writer)) == (200, 0)


def test_trade_with_the_community_bears_no_levy(writer: Writer, ann: Person) -> None:
    set_rules(writer, levy=BOTH_SIDES)

    made = record_as(writer, ann, order("0", ann, "10"))

    assert (made.trade.seller_levy, made.trade.buyer_levy) == (0, 0)
    assert (treasury(writer), position(writer, ann).balance) == (1000, -1000)


def test_a_levy_counts_against_the_floor(writer: Writer, ann: Person, bob: Person) -> None:
    set_rules(writer, levy=BOTH_SIDES)

    with refused(Code.LIMIT_EXCEEDED, field="amount"):
        record_as(writer, bob, order(ann, bob, "100"))
    assert record_as(writer, bob, order(ann, bob, "98.03")).created


def test_a_levy_greater_than_the_price_is_bound_by_the_seller_s_floor(
    writer: Writer, ann: Person, bob: Person
) -> None:
    set_rules(writer, levy=Levy(seller=Rate(least=150_00)))

    with refused(Code.LIMIT_EXCEEDED):
        record_as(writer, ann, order(ann, bob, "10"))


def test_the_standing_of_both_sides_follows(
    writer: Writer, ann: Person, bob: Person
) -> None:
    set_rules(writer, levy=BOTH_SIDES)

    record_as(writer, bob, order(ann, bob, "10"))
    record_as(writer, bob, order(ann, bob, "5"))

    seller, buyer = (accounts.by_id(writer, who.account) for who in (ann, bob))
    assert (seller.sales, seller.purchases) == (1500, 0)
    assert (buyer.sales, buyer.purchases) == (0, 1500)
    assert accounts.activity(writer, ann.account)[:3] == (2, 0, NOW)
    assert accounts.activity(writer, bob.account)[:3] == (0, 2, NOW)


@pytest.mark.parametrize(
    ("amount", "spent", "says"),
    [
        ("100.01", "0", ("-100.01 leaves", "-100.00 leaves", "0.01 leaves")),
        ("60", "50", ("-110.00 leaves", "-100.00 leaves", "10.00 leaves")),
    ],
)
def test_over_the_limit_says_by_how_much(
    writer: Writer, ann: Person, bob: Person, amount: str, spent: str, says: tuple[str, ...]
) -> None:
    if spent != "0":
        record_as(writer, bob, order(ann, bob, spent))

    with pytest.raises(LimitExceeded, match=bob.number) as caught:
        record_as(writer, bob, order(ann, bob, amount))

    assert all(word in str(caught.value) for word in says)


def test_the_ceiling_binds_the_seller(writer: Writer, ann: Person, bob: Person) -> None:
    accounts.set_floor(writer, bob.account, None, own=True)

    with refused(Code.LIMIT_EXCEEDED):
        record_as(writer, bob, order(ann, bob, "500.01"))
    assert record_as(writer, bob, order(ann, bob, "500")).created


def test_an_account_s_own_limit_stands_before_the_exchange_s(
    writer: Writer, ann: Person, bob: Person
) -> None:
    accounts.set_floor(writer, bob.account, -500, own=True)

    with refused(Code.LIMIT_EXCEEDED):
        record_as(writer, bob, order(ann, bob, "5.01"))


def test_from_outside_the_band_the_way_back_is_open(
    writer: Writer, ann: Person, bob: Person
) -> None:
    record_as(writer, bob, order(ann, bob, "50"))
    accounts.set_floor(writer, bob.account, -1000, own=True)

    assert record_as(writer, ann, order(bob, ann, "20")).created
    with refused(Code.LIMIT_EXCEEDED):
        record_as(writer, bob, order(ann, bob, "0.01"))


def test_trust_grows_with_sales(writer: Writer, ann: Person, bob: Person) -> None:
    set_rules(writer, growth=Growth(share=500_000, cap=20_00))
    with refused(Code.LIMIT_EXCEEDED):
        record_as(writer, bob, order(ann, bob, "100.01"))
    record_as(writer, ann, order(bob, ann, "30"))

    assert record_as(writer, bob, order(ann, bob, "145")).created  # 100 + 30 + half of 30
    assert position(writer, bob).balance == -11500
    with refused(Code.LIMIT_EXCEEDED):
        record_as(writer, bob, order(ann, bob, "0.01"))


def test_where_limits_only_warn_nothing_is_refused(
    writer: Writer, ann: Person, bob: Person
) -> None:
    set_rules(writer, limit_policy=LimitPolicy.WARN)

    assert record_as(writer, bob, order(ann, bob, "700")).created
    assert balances(writer, ann, bob) == (70000, -70000)


def test_a_request_is_not_held_against_the_limits(
    writer: Writer, ann: Person, bob: Person
) -> None:
    made = record_as(writer, ann, order(ann, bob, "700", asking=True))

    assert made.trade.state is TradeState.REQUESTED
    with refused(Code.LIMIT_EXCEEDED):
        trading.accept(writer, acting_as(writer, bob), made.trade.ref, now=NOW)


def test_a_locked_account_sells_and_does_not_buy(
    writer: Writer, ann: Person, bob: Person
) -> None:
    locking.lock(writer, OPERATOR, bob.number, reason="on leave", now=NOW)

    assert record_as(writer, bob, order(bob, ann)).created
    with refused(Code.ACCOUNT_LOCKED, field="buyer"):
        record_as(writer, bob, order(ann, bob))
    with refused(Code.ACCOUNT_LOCKED, field="buyer"):
        record_as(writer, ann, order(ann, bob, asking=True))


def test_why_an_account_is_locked_is_told_to_its_member_only(
    writer: Writer, ann: Person, bob: Person
) -> None:
    locking.lock(writer, OPERATOR, bob.number, reason="owes the baker", now=NOW)

    with pytest.raises(AccountLocked, match="owes the baker"):
        record_as(writer, bob, order(ann, bob))
    with pytest.raises(AccountLocked) as caught:
        record_as(writer, ann, order(ann, bob))
    assert "owes the baker" not in str(caught.value)


@pytest.mark.parametrize("closed", ["seller", "buyer"])
def test_a_closed_account_trades_no_more(
    writer: Writer, ann: Person, bob: Person, closed: str
) -> None:
    gone = ann if closed == "seller" else bob
    closing.close(writer, OPERATOR, gone.number, now=NOW)

    with refused(Code.ACCOUNT_CLOSED, field=closed):
        trading.record(writer, OPERATOR, order(ann, bob), now=NOW)
