"""The open figures say what the ledger says, however they were added up."""

from __future__ import annotations

import datetime
from collections import Counter
from pathlib import Path
from random import Random

import pytest

from cesnode.community.roles import OPERATOR
from cesnode.services import trading
from cesnode.services.membership import closing
from cesnode.services.statistics import ACTIVE_DAYS, Figures, figures
from cesnode.store import Reader, Writer
from cesnode.store.store import writing
from tests.support.exchanges import (
    BOTH_SIDES,
    DAY,
    FOUNDED,
    NOW,
    Person,
    found,
    join,
    order,
    set_rules,
)
from tests.unit.store.test_query_plans import overheard, steps


def month_of(seconds: int) -> datetime.date:
    moment = datetime.datetime.fromtimestamp(seconds, datetime.UTC)
    return moment.date().replace(day=1)


def assert_equal_to_the_ledger(reader: Reader, told: Figures) -> None:
    """Add everything up again, from entries and trades alone."""
    balances: Counter[int] = Counter()
    for account, amount in reader.all("SELECT account_id, amount FROM entries"):
        balances[account] += amount
    posted = reader.all(
        "SELECT x.recorded_at, t.amount, t.seller_id, t.buyer_id FROM trades AS t"
        " JOIN transfers AS x ON x.trade_id = t.id AND x.reverses IS NULL"
        " WHERE t.state IN ('posted', 'objected')"
    )
    held = {account for (account,) in reader.all("SELECT account_id FROM account_members")}
    sellers, buyers = {row[2] for row in posted}, {row[3] for row in posted}

    assert told.weight.total == sum(balances.values()) == 0
    assert told.weight.above == sum(one for one in balances.values() if one > 0)
    assert (told.trades, told.value) == (len(posted), sum(row[1] for row in posted))
    for month in told.months:
        mine = [row[1] for row in posted if month_of(row[0]) == month.first]
        assert (month.trades, month.value) == (len(mine), sum(mine)), month.first
    assert told.sides.both == len(sellers & buyers & held)
    assert told.sides.only_gave == len((sellers - buyers) & held)
    assert told.sides.only_received == len((buyers - sellers) & held)
    assert told.sides.accounts == len(held)
    assert sum(step.accounts for step in told.hill) == len(held)
    (hash_,) = reader.one("SELECT hash FROM transfers ORDER BY seq DESC LIMIT 1")
    assert told.head.hash == hash_


@pytest.fixture
def people(writer: Writer) -> list[Person]:
    set_rules(writer, levy=BOTH_SIDES)
    return [join(writer, name) for name in ("Ann", "Bob", "Cem", "Dora", "Eve", "Fay")]


def live(writer: Writer, people: list[Person], random: Random, now: int) -> None:
    """Let one thing happen: mostly a trade, now and then one is undone or asked for."""
    seller, buyer = random.sample(people[:-1], 2)
    amount = str(random.randint(1, 9))
    asking = random.random() < 0.2
    made = trading.record(
        writer, OPERATOR, order(seller, buyer, amount, asking=asking), now=now
    ).trade
    if not asking and random.random() < 0.3:
        trading.reverse(writer, OPERATOR, made.ref, reason="a slip", now=now + 40 * DAY)


def test_the_figures_equal_the_ledger_after_whatever_was_recorded(
    writer: Writer, people: list[Person]
) -> None:
    random = Random(4)  # noqa: S311 - to be repeatable
    now, told = NOW, None

    for _ in range(60):
        live(writer, people, random, now)
        now += random.randint(0, 12) * DAY
        told = figures(writer, told, now=now)
        assert_equal_to_the_ledger(writer, told)

    assert told is not None
    assert told.months == figures(writer, None, now=now).months


def test_a_trade_that_is_undone_leaves_the_month_it_was_recorded_in(
    writer: Writer, people: list[Person]
) -> None:
    ann, bob, *_ = people
    made = trading.record(writer, OPERATOR, order(ann, bob, "8"), now=NOW).trade
    before = figures(writer, None, now=NOW)

    trading.reverse(writer, OPERATOR, made.ref, reason="a slip", now=NOW + 40 * DAY)
    after = figures(writer, before, now=NOW + 40 * DAY)

    assert (before.this_month.trades, before.this_month.value) == (1, 8_00)
    assert {(month.trades, month.value) for month in after.months} == {(0, 0)}


def test_figures_are_the_same_object_until_something_changes(
    writer: Writer, people: list[Person]
) -> None:
    ann, bob, *_ = people
    first = figures(writer, None, now=NOW)

    again = figures(writer, first, now=NOW + 60)
    trading.record(writer, OPERATOR, order(ann, bob), now=NOW + 60)
    after_a_trade = figures(writer, first, now=NOW + 60)
    join(writer, "Gil")
    after_joining = figures(writer, after_a_trade, now=NOW + 60)
    tomorrow = figures(writer, after_joining, now=NOW + DAY)

    assert again is first
    assert after_a_trade is not first
    assert after_joining.members == after_a_trade.members + 1
    assert tomorrow is not after_joining


def test_what_was_added_up_for_another_chain_is_not_used(
    writer: Writer, people: list[Person], tmp_path: Path
) -> None:
    ann, bob, *_ = people
    trading.record(writer, OPERATOR, order(ann, bob, "8"), now=NOW)
    told = figures(writer, None, now=NOW)
    other = found(tmp_path / "restored")

    with writing(other) as second:
        cem, dora = join(second, "Cem"), join(second, "Dora")
        for amount in ("1", "2"):
            trading.record(second, OPERATOR, order(cem, dora, amount), now=NOW)
        again = figures(second, told, now=NOW)

    assert (again.trades, again.value) == (2, 3_00)


def test_an_account_was_active_if_it_traded_lately(
    writer: Writer, people: list[Person]
) -> None:
    ann, bob, cem, *_ = people
    trading.record(writer, OPERATOR, order(ann, bob), now=NOW)
    later = NOW + ACTIVE_DAYS * DAY
    trading.record(writer, OPERATOR, order(ann, cem), now=later + DAY)

    assert figures(writer, None, now=later).sides.active == 3
    assert figures(writer, None, now=later + 2 * DAY).sides.active == 2


def test_a_closed_account_is_left_out(writer: Writer, people: list[Person]) -> None:
    before = figures(writer, None, now=NOW)

    closing.close(writer, OPERATOR, people[0].number, now=NOW)
    after = figures(writer, before, now=NOW)

    assert after.sides.accounts == before.sides.accounts - 1
    assert sum(step.accounts for step in after.hill) == after.sides.accounts


def test_twelve_months_are_told_and_the_last_is_this_one(writer: Writer) -> None:
    told = figures(writer, None, now=FOUNDED)

    assert len(told.months) == 12
    assert told.this_month.first == month_of(FOUNDED)
    assert told.months[0].first == datetime.date(2024, 7, 1)


def is_of_the_ledger(sql: str) -> bool:
    return "transfers" in sql and "ORDER BY seq DESC LIMIT 1" not in sql


def test_only_what_is_new_is_read_again(writer: Writer, people: list[Person]) -> None:
    ann, bob, *_ = people
    trading.record(writer, OPERATOR, order(ann, bob), now=NOW)
    told = figures(writer, None, now=NOW)
    trading.record(writer, OPERATOR, order(ann, bob), now=NOW)

    heard = overheard(writer, lambda: figures(writer, told, now=NOW))

    for sql in filter(is_of_the_ledger, heard):
        assert not any(step.startswith("SCAN") for step in steps(writer, sql)), sql
    assert any(f"x.seq > {told.head.seq}" in sql for sql in heard)
