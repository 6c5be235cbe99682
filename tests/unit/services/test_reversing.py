"""A reversal undoes a trade to the unit, by a further transfer."""

from __future__ import annotations

import pytest

from cesnode.community.roles import OPERATOR, Role
from cesnode.errors import Code
from cesnode.ledger.levy import Levy, Rate
from cesnode.ledger.trades import Trade, TradeState
from cesnode.services import trading
from cesnode.services.membership import closing, locking
from cesnode.store import Writer, accounts, trades
from tests.support.answers import (
    object_to,
    reverse,
)
from tests.support.exchanges import (
    NOW,
    Person,
    acting_as,
    balances,
    join,
    order,
    refused,
    set_rules,
    total,
    treasury,
)


def test_a_reversal_gives_back_everything_levies_included(
    writer: Writer, ann: Person, bob: Person, posted: Trade
) -> None:
    assert balances(writer, ann, bob) == (4900, -5100)

    undone = reverse(writer, ann, posted.ref)

    assert undone.state is TradeState.REVERSED
    assert balances(writer, ann, bob) == (0, 0)
    assert (treasury(writer), total(writer)) == (0, 0)
    seller, buyer = (accounts.by_id(writer, who.account) for who in (ann, bob))
    assert (seller.sales, buyer.purchases) == (0, 0)
    assert accounts.activity(writer, ann.account)[:2] == (0, 0)
    assert accounts.activity(writer, bob.account)[:2] == (0, 0)


def test_a_reversal_is_exact_at_the_levies_of_its_day(
    writer: Writer, ann: Person, bob: Person, posted: Trade
) -> None:
    set_rules(writer, levy=Levy(seller=Rate(fixed=7), buyer=Rate(share=333_333)))

    reverse(writer, ann, posted.ref)

    assert balances(writer, ann, bob) == (0, 0)
    assert treasury(writer) == 0


def test_a_reversal_is_linked_to_what_it_undoes(
    writer: Writer, ann: Person, posted: Trade
) -> None:
    reverse(writer, ann, posted.ref)

    rows = writer.all("SELECT seq, kind, trade_id, reverses FROM transfers ORDER BY seq")

    assert rows == [(1, "trade", posted.id, None), (2, "reversal", posted.id, 1)]


def test_a_trade_is_reversed_once(writer: Writer, ann: Person, posted: Trade) -> None:
    reverse(writer, ann, posted.ref)

    with refused(Code.WRONG_STATE):
        reverse(writer, ann, posted.ref)


def test_limits_and_locks_do_not_stop_a_reversal(
    writer: Writer, ann: Person, bob: Person, cem: Person, posted: Trade
) -> None:
    trading.record(writer, acting_as(writer, ann), order(cem, ann, "140"), now=NOW)
    locking.lock(writer, OPERATOR, ann.number, reason="on leave", now=NOW)
    accounts.set_ceiling(writer, bob.account, 0, own=True)

    assert reverse(writer, ann, posted.ref).state is TradeState.REVERSED
    assert balances(writer, bob) == (0,)


def test_an_objected_trade_can_be_reversed(
    writer: Writer, ann: Person, bob: Person, posted: Trade
) -> None:
    object_to(writer, bob, posted.ref)

    assert reverse(writer, ann, posted.ref).state is TradeState.REVERSED


def test_a_buyer_does_not_reverse_what_the_seller_recorded(
    writer: Writer, bob: Person, posted: Trade
) -> None:
    with refused(Code.NOT_ALLOWED):
        reverse(writer, bob, posted.ref)


@pytest.mark.parametrize(
    ("role", "area", "allowed"),
    [
        (Role.COORDINATOR, "North", True),
        (Role.COORDINATOR, "South", False),
        (Role.ADMIN, None, True),
        (Role.TREASURER, None, False),
        (Role.MEMBERSHIP_SECRETARY, None, False),
        (Role.AUDITOR, None, False),
    ],
)
def test_who_else_may_reverse(
    writer: Writer,
    posted: Trade,
    role: Role,
    area: str | None,
    *,
    allowed: bool,
) -> None:
    eve = join(writer, "Eve", role=role, area=area)

    if allowed:
        assert reverse(writer, eve, posted.ref).state is TradeState.REVERSED
        return
    with refused(Code.UNKNOWN_TRADE if area else Code.NOT_ALLOWED):
        reverse(writer, eve, posted.ref)


def test_a_trade_of_a_closed_account_stays_as_it_is(
    writer: Writer, ann: Person, bob: Person, posted: Trade
) -> None:
    """It left empty, and nobody would answer for what it got by this."""
    back = Levy()
    set_rules(writer, levy=back)
    trading.record(writer, OPERATOR, order(ann, "0", "49"), now=NOW)
    trading.record(writer, OPERATOR, order("0", ann, "98"), now=NOW)
    closing.close(writer, OPERATOR, ann.number, now=NOW)
    before = balances(writer, ann, bob)

    with refused(Code.ACCOUNT_CLOSED):
        trading.reverse(writer, OPERATOR, posted.ref, reason="wrong", now=NOW)

    assert balances(writer, ann, bob) == before
    assert trades.by_id(writer, posted.id).state is TradeState.POSTED
