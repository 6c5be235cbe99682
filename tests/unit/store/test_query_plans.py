"""No hot query walks through a table that grows, nor sorts what an index could order.

The statements are not listed here: they are overheard while the services work.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from uuid import uuid4

import pytest

from cesnode.community.roles import OPERATOR, Role, Scope
from cesnode.ledger.transfers import TransferKind, move
from cesnode.services import access, reading, trading, views
from cesnode.services.membership import changing, locking
from cesnode.store import Writer, accounts, exchanges, holds, statements, trades
from cesnode.store.statements import Period
from tests.support.exchanges import (
    BOTH_SIDES,
    DAY,
    NOW,
    Person,
    acting_as,
    join,
    order,
    set_rules,
)

SMALL = {"exchange", "rates", "levies", "areas", "json_each", "halves", "newest"}
"""Tables of a few rows, and what statements make for themselves."""

NEWEST_FIRST = re.compile(
    r"SELECT [\w, ]+ FROM \w+ ORDER BY (seq|id) DESC LIMIT 1"
    r"|SELECT COALESCE\(MAX\(\w+\), 0\)"
)
"""Looks at the last row of a table only, whatever the plan calls it."""


def overheard(writer: Writer, work: Callable[[], object]) -> list[str]:
    heard: list[str] = []
    writer.connection.set_trace_callback(heard.append)
    try:
        work()
    finally:
        writer.connection.set_trace_callback(None)
    return [sql for sql in dict.fromkeys(heard) if not sql.startswith("--")]


def steps(writer: Writer, sql: str) -> list[str]:
    return [detail for *_, detail in writer.all(f"EXPLAIN QUERY PLAN {sql}")]


def is_slow(sql: str, step: str) -> bool:
    scanned = re.match(r"SCAN (\w+)", step)
    if scanned is None:
        return "TEMP B-TREE" in step
    named = re.search(rf"(\w+) AS {scanned[1]}\b", sql)
    return (named or scanned)[1] not in SMALL


def is_harmless(sql: str) -> bool:
    """Whether a query looks at small tables only, or at the last row of any."""
    tables = set(re.findall(r"(?:FROM|JOIN) (\w+)", sql))
    return bool(tables and tables <= SMALL) or NEWEST_FIRST.match(sql) is not None


@pytest.fixture
def market(writer: Writer, ann: Person, bob: Person) -> Writer:
    """Ann and Bob with trades in several states between them."""
    set_rules(writer, levy=BOTH_SIDES, agree_after_days=7)
    for n in range(6):
        trading.record(writer, OPERATOR, order(ann, bob, "1", asking=n % 2 == 0), now=NOW)
    return writer


def hold_and_end(writer: Writer, ann: Person, bob: Person) -> None:
    entries = move(
        TransferKind.CLEARING, source=bob.account, target=ann.account, amount=5
    ).entries
    hold = holds.insert(writer, trade=1, entries=entries, now=NOW)
    assert holds.open_of(writer, 1) == hold
    holds.end(writer, hold, seq=None, now=NOW)


WAYS: Mapping[str, Callable[[Writer, Person, Person], object]] = {
    "record": lambda w, ann, bob: trading.record(
        w, acting_as(w, bob), order(ann, bob, "1"), now=NOW
    ),
    "record again": lambda w, ann, bob: [
        trading.record(w, OPERATOR, order(ann, bob, "1", id=same), now=NOW)
        for same in [uuid4()] * 2
    ],
    "accept": lambda w, _, bob: trading.accept(
        w, acting_as(w, bob), trades.by_id(w, 1).ref, now=NOW
    ),
    "decline": lambda w, _, bob: trading.decline(
        w, acting_as(w, bob), str(trades.by_id(w, 1).uuid), now=NOW
    ),
    "reverse": lambda w, *_: trading.reverse(
        w, OPERATOR, trades.by_id(w, 2).ref, reason="no", now=NOW
    ),
    "object and settle": lambda w, *_: (
        trading.object_to(w, OPERATOR, trades.by_id(w, 2).ref, reason="no", now=NOW),
        trading.settle(w, OPERATOR, trades.by_id(w, 2).ref, now=NOW),
    ),
    "tend": lambda w, *_: trading.tend(w, now=NOW + 8 * DAY),
    "see a trade": lambda w, ann, _: reading.trade(
        w, acting_as(w, ann), trades.by_id(w, 2).ref
    ),
    "statement": lambda w, ann, _: statements.of_account(
        w, ann.account, Period(since=NOW - DAY, until=NOW + DAY, cursor=1, limit=2)
    ),
    "latest lines": lambda w, ann, _: statements.latest(w, ann.account, count=3),
    "an account's trades": lambda w, ann, _: trades.of_account(
        w, ann.account, since="2026-01-01", limit=9
    ),
    "an account": lambda w, ann, _: (
        accounts.by_number(w, ann.number),
        accounts.activity(w, ann.account),
        accounts.members_of(w, ann.account),
    ),
    "a token's member": lambda w, ann, _: access.token_actor(
        w,
        access.create_token(
            w, OPERATOR, ann.number, scope=Scope.READ, label="", now=NOW
        ).text,
    ),
    "hold and end": hold_and_end,
    "lock and unlock": lambda w, ann, _: (
        locking.lock(w, OPERATOR, ann.number, reason="leave", now=NOW),
        locking.unlock(w, OPERATOR, ann.number, now=NOW),
    ),
    "whether an account is free": lambda w, ann, _: trades.has_open(w, ann.account),
    "a role": lambda w, ann, _: changing.change(
        w, OPERATOR, ann.number, changing.Changes(role=Role.AUDITOR), now=NOW
    ),
}


@pytest.mark.parametrize("way", WAYS)
def test_every_hot_query_uses_an_index(
    market: Writer, ann: Person, bob: Person, way: str
) -> None:
    heard = overheard(market, lambda: WAYS[way](market, ann, bob))

    slow = {
        sql: plan
        for sql in heard
        if not is_harmless(sql)
        and (plan := [step for step in steps(market, sql) if is_slow(sql, step)])
    }

    assert heard
    assert slow == {}


def test_a_walk_through_a_growing_table_would_be_noticed(writer: Writer) -> None:
    join(writer, "Ann")

    for sql in (
        "SELECT * FROM trades WHERE amount = 5",
        "SELECT * FROM entries ORDER BY amount",
        "UPDATE accounts SET name = 'x' WHERE name = 'y'",
    ):
        assert [step for step in steps(writer, sql) if is_slow(sql, step)]


def test_the_cost_of_a_trade_is_counted_in_statements(
    market: Writer, ann: Person, bob: Person
) -> None:
    """The accounts; the trade, a transfer, three entries and standings, notices."""
    token = access.create_token(
        market, OPERATOR, bob.number, scope=Scope.TRADE, label="", now=NOW
    ).text

    def record() -> None:
        actor = access.token_actor(market, token)
        recorded = trading.record(market, actor, order(ann, bob, "1"), now=NOW)
        views.trade(market, exchanges.load(market, NOW), recorded.trade)

    record()  # What a transaction needs again and again it asks once.
    heard = overheard(market, record)

    assert len(heard) == 11
