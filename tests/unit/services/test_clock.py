"""Whatever the clock does, the books go forward."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from cesnode.community.roles import OPERATOR
from cesnode.ledger.levy import Levy
from cesnode.services import trading
from cesnode.services.membership import adding, locking
from cesnode.services.membership.adding import Newcomer
from cesnode.store import Writer, accounts, exchanges, statements
from cesnode.store.statements import Period
from tests.support.exchanges import (
    BOTH_SIDES,
    DAY,
    FOUNDED,
    HOUR,
    NOW,
    Person,
    order,
)


def test_a_clock_set_back_does_not_turn_the_books_back(
    writer: Writer, ann: Person, bob: Person
) -> None:
    for now in (NOW, NOW - HOUR, NOW - HOUR + 1, NOW + 1):
        trading.record(writer, OPERATOR, order(ann, bob, "1"), now=now)

    recorded = writer.all("SELECT seq, recorded_at FROM transfers ORDER BY seq")

    assert recorded == [(1, NOW), (2, NOW), (3, NOW), (4, NOW + 1)]
    _, _, last, _ = accounts.activity(writer, ann.account)
    assert last == NOW + 1


def test_the_last_trade_is_never_before_the_one_before(
    writer: Writer, ann: Person, bob: Person
) -> None:
    trading.record(writer, OPERATOR, order(ann, bob, "1"), now=NOW)
    trading.record(writer, OPERATOR, order(ann, bob, "1"), now=NOW - HOUR)

    _, _, last, _ = accounts.activity(writer, ann.account)
    assert last == NOW


def test_a_statement_stays_whole_over_a_clock_set_back(
    writer: Writer, ann: Person, bob: Person
) -> None:
    for now in (NOW, NOW + 1, NOW - HOUR, NOW + 2):
        trading.record(writer, OPERATOR, order(ann, bob, "1"), now=now)

    before = statements.of_account(writer, ann.account, Period(until=NOW + 1))
    after = statements.of_account(writer, ann.account, Period(since=NOW + 1))

    assert (before.closing, after.opening, after.closing) == (100, 100, 400)


def test_acts_go_forward_too(writer: Writer, ann: Person) -> None:
    for now in (NOW, NOW - HOUR):
        locking.lock(writer, OPERATOR, ann.number, reason="leave", now=now)

    times = [at for (at,) in writer.all("SELECT at FROM acts ORDER BY seq")]

    assert times == sorted(times)


def test_a_clock_set_back_to_before_the_founding_stops_nothing(writer: Writer) -> None:
    for name in ("Ann", "Bob"):
        adding.add(writer, OPERATOR, Newcomer(name=name), now=FOUNDED - HOUR)

    made = trading.record(writer, OPERATOR, order("1", "2"), now=FOUNDED - HOUR)

    assert made.created


def test_a_levy_holds_from_its_day_on_and_never_before(
    writer: Writer, ann: Person, bob: Person
) -> None:
    exchanges.add_levy(writer, BOTH_SIDES, since=NOW + DAY)
    early = trading.record(writer, OPERATOR, order(ann, bob, "10"), now=NOW + DAY - 1)
    late = trading.record(writer, OPERATOR, order(ann, bob, "10"), now=NOW + DAY)

    assert (early.trade.seller_levy, late.trade.seller_levy) == (0, 20)


def test_a_rate_holds_from_its_day_on_and_never_before(writer: Writer) -> None:
    exchange = exchanges.load(writer, NOW)
    dearer = replace(exchange, currency=replace(exchange.currency, hour_value=Fraction(20)))
    exchanges.add_rate(writer, dearer, since=NOW + DAY)

    assert exchanges.load(writer, NOW + DAY - 1).currency.hour_value == 10
    assert exchanges.load(writer, NOW + DAY).currency.hour_value == 20


def test_of_two_decisions_for_a_day_the_later_one_holds(writer: Writer) -> None:
    exchanges.add_levy(writer, BOTH_SIDES, since=NOW)
    exchanges.add_levy(writer, Levy(), since=NOW)

    assert exchanges.load(writer, NOW).rules.levy == Levy()
