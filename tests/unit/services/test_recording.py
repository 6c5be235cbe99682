"""Every way in which a trade can be entered, and what it moves."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from cesnode.community.roles import OPERATOR, Role, Scope
from cesnode.community.rules import HouseRules, SellerRecord
from cesnode.errors import Code
from cesnode.ledger.money import Measure
from cesnode.ledger.trades import Channel, TradeState
from cesnode.services import trading
from cesnode.store import Writer, accounts
from cesnode.store.store import writing
from tests.support.exchanges import (
    LEAF,
    NOW,
    Person,
    acting_as,
    balances,
    found,
    join,
    oakvale,
    order,
    record_as,
    refused,
    set_rules,
    treasury,
)


def test_a_buyer_s_payment_takes_effect_at_once(
    writer: Writer, ann: Person, bob: Person
) -> None:
    set_rules(writer, seller_record=SellerRecord.AGREED)

    made = record_as(writer, bob, order(ann, bob, "12.50"))

    assert made.created
    assert made.trade.state is TradeState.POSTED
    assert made.trade.entered_by == bob.member
    assert made.trade.on_behalf_of is None
    assert balances(writer, ann, bob) == (1250, -1250)


@pytest.mark.parametrize(
    ("rule", "whitelisted", "state"),
    [
        (SellerRecord.AT_ONCE, False, TradeState.POSTED),
        (SellerRecord.AT_ONCE, True, TradeState.POSTED),
        (SellerRecord.WHITELISTED, False, TradeState.REQUESTED),
        (SellerRecord.WHITELISTED, True, TradeState.POSTED),
        (SellerRecord.AGREED, False, TradeState.REQUESTED),
        (SellerRecord.AGREED, True, TradeState.REQUESTED),
    ],
)
def test_a_seller_s_record_follows_the_house_rule(
    writer: Writer,
    ann: Person,
    bob: Person,
    rule: SellerRecord,
    *,
    whitelisted: bool,
    state: TradeState,
) -> None:
    set_rules(writer, seller_record=rule)
    accounts.set_whitelisted(writer, ann.account, whitelisted=whitelisted)

    made = record_as(writer, ann, order(ann, bob, "12.50"))

    assert made.trade.state is state
    moved = 1250 if state is TradeState.POSTED else 0
    assert balances(writer, ann, bob) == (moved, -moved)


@pytest.mark.parametrize("rule", list(SellerRecord))
def test_a_seller_who_asks_waits_for_the_buyer(
    writer: Writer, ann: Person, bob: Person, rule: SellerRecord
) -> None:
    set_rules(writer, seller_record=rule)

    made = record_as(writer, ann, order(ann, bob, asking=True))

    assert made.trade.state is TradeState.REQUESTED
    assert balances(writer, ann, bob) == (0, 0)


def test_a_coordinator_records_in_the_own_area(
    writer: Writer, ann: Person, bob: Person
) -> None:
    dora = join(writer, "Dora", role=Role.COORDINATOR, area="North")

    made = record_as(writer, dora, order(ann, bob))

    assert made.trade.state is TradeState.POSTED
    assert made.trade.entered_by == dora.member
    assert made.trade.on_behalf_of == ann.account


def test_a_coordinator_records_nothing_elsewhere(
    writer: Writer, ann: Person, bob: Person
) -> None:
    dora = join(writer, "Dora", role=Role.COORDINATOR, area="South")

    with refused(Code.NOT_ALLOWED):
        record_as(writer, dora, order(ann, bob))


def test_a_coordinator_of_the_buyer_pays_for_the_buyer(
    writer: Writer, bob: Person, cem: Person
) -> None:
    set_rules(writer, seller_record=SellerRecord.AGREED)
    dora = join(writer, "Dora", role=Role.COORDINATOR, area="North")

    made = record_as(writer, dora, order(cem, bob))

    assert made.trade.state is TradeState.POSTED
    assert made.trade.on_behalf_of == bob.account


def test_a_coordinator_of_the_seller_is_bound_by_the_seller_s_rule(
    writer: Writer, bob: Person, cem: Person
) -> None:
    set_rules(writer, seller_record=SellerRecord.AGREED)
    dora = join(writer, "Dora", role=Role.COORDINATOR, area="North")

    made = record_as(writer, dora, order(bob, cem))

    assert made.trade.state is TradeState.REQUESTED
    assert made.trade.on_behalf_of == bob.account


def test_an_admin_and_the_operator_record_for_any_pair(
    writer: Writer, ann: Person, cem: Person
) -> None:
    eve = join(writer, "Eve", role=Role.ADMIN)

    by_admin = record_as(writer, eve, order(ann, cem))
    by_operator = trading.record(writer, OPERATOR, order(ann, cem), now=NOW)

    assert by_admin.trade.entered_by == eve.member
    assert by_operator.trade.entered_by is None
    assert balances(writer, ann, cem) == (2000, -2000)


@pytest.mark.parametrize(
    "role", [r for r in Role if r not in {Role.ADMIN, Role.COORDINATOR}]
)
def test_no_other_role_trades_for_others(
    writer: Writer, ann: Person, bob: Person, role: Role
) -> None:
    eve = join(writer, "Eve", role=role)

    with refused(Code.NOT_ALLOWED):
        record_as(writer, eve, order(ann, bob))


def test_the_treasurer_spends_the_community_s_own_and_nobody_else_does(
    writer: Writer, ann: Person
) -> None:
    tom = join(writer, "Tom", role=Role.TREASURER)
    bea = join(writer, "Bea", role=Role.MEMBERSHIP_SECRETARY)

    made = record_as(writer, tom, order(ann, "0"))

    assert made.trade.state is TradeState.POSTED
    assert treasury(writer) == -1000
    with refused(Code.NOT_ALLOWED):
        record_as(writer, bea, order(ann, "0"))


def test_a_till_takes_money_and_never_spends_it(
    writer: Writer, ann: Person, bob: Person
) -> None:
    till = acting_as(writer, ann, Scope.TILL)

    taken = trading.record(writer, till, order(ann, bob), now=NOW)

    assert taken.trade.state is TradeState.POSTED
    with refused(Code.SCOPE_TOO_NARROW):
        trading.record(writer, till, order(bob, ann), now=NOW)


def test_a_till_moves_nothing_between_its_owner_s_accounts(
    writer: Writer, ann: Person, bob: Person
) -> None:
    accounts.add_holder(writer, account=bob.account, member=ann.member)
    till = acting_as(writer, ann, Scope.TILL)

    with refused(Code.SCOPE_TOO_NARROW):
        trading.record(writer, till, order(ann, bob), now=NOW)


def test_an_account_of_several_members_is_any_one_s(
    writer: Writer, ann: Person, bob: Person, cem: Person
) -> None:
    accounts.add_holder(writer, account=bob.account, member=cem.member)

    made = record_as(writer, cem, order(ann, bob))

    assert made.trade.state is TradeState.POSTED
    assert made.trade.entered_by == cem.member


def test_a_gift_counts_one_given_and_one_received(tmp_path: Path) -> None:
    gifts = replace(LEAF, scale=0, measure=Measure.GIFT)
    with writing(found(tmp_path / "gifts", oakvale(gifts, HouseRules()))) as writer:
        ann, bob = join(writer, "Ann"), join(writer, "Bob")

        made = record_as(writer, ann, order(ann, bob, ""))

        assert made.trade.amount == 1
        assert balances(writer, ann, bob) == (1, -1)
        with refused(Code.AMOUNT_INVALID, field="amount"):
            record_as(writer, ann, order(ann, bob, "12.50"))


def test_a_time_bank_trades_in_hours_and_minutes(tmp_path: Path) -> None:
    hours = replace(LEAF, measure=Measure.TIME, hour_value=Fraction(1))
    with writing(found(tmp_path / "hours", oakvale(hours))) as writer:
        ann, bob = join(writer, "Ann"), join(writer, "Bob")

        record_as(writer, ann, order(ann, bob, "1:45"))

        assert balances(writer, ann, bob) == (175, -175)


@pytest.mark.parametrize("channel", [Channel.WEB, Channel.SHEET, Channel.SLIP, Channel.SMS])
def test_a_person_s_three_decimals_are_asked_about(
    tmp_path: Path, channel: Channel
) -> None:
    """Only a program's dot is always the decimal one; a person may mean a thousand."""
    fine = replace(LEAF, scale=3)
    with writing(found(tmp_path / "fine", oakvale(fine, HouseRules()))) as writer:
        ann, bob = join(writer, "Ann"), join(writer, "Bob")

        with refused(Code.AMOUNT_AMBIGUOUS, field="amount"):
            record_as(writer, bob, order(ann, bob, "1.234", channel=channel))
