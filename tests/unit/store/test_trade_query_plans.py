"""No page of a member's own walks through a table that grows with everybody's trades."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from cesnode.community.roles import OPERATOR
from cesnode.services import account_statement, home, scheduling, story, trading, turns
from cesnode.services.account_statement import Wanted
from cesnode.store import Writer, accounts, trades
from tests.support.exchanges import NOW, Person, acting_as, order
from tests.unit.store.test_query_plans import is_harmless, is_slow, overheard, steps


def sheet(writer: Writer, ann: Person) -> object:
    own = accounts.by_id(writer, ann.account)
    wanted = Wanted(since="2025-01-01", person="bob", text="veg", cursor=1)
    return account_statement.sheet(writer, acting_as(writer, ann), own, wanted, now=NOW)


WAYS: Mapping[str, Callable[[Writer, Person], object]] = {
    "home": lambda w, ann: home.home(
        w, acting_as(w, ann), accounts.by_id(w, ann.account), now=NOW
    ),
    "a statement": sheet,
    "a trade's story": lambda w, ann: story.story(
        w, acting_as(w, ann), trades.by_id(w, 2).ref, now=NOW
    ),
    "schedules": lambda w, ann: scheduling.of_account(
        w, acting_as(w, ann), accounts.by_id(w, ann.account)
    ),
    "what is due": lambda w, _: turns.due(w, now=NOW),
}


@pytest.mark.parametrize("way", WAYS)
def test_every_query_of_a_page_uses_an_index(
    writer: Writer, ann: Person, bob: Person, way: str
) -> None:
    for n in range(6):
        trading.record(writer, OPERATOR, order(ann, bob, "1", asking=n % 2 == 0), now=NOW)

    heard = overheard(writer, lambda: WAYS[way](writer, ann))

    slow = {
        sql: plan
        for sql in heard
        if not is_harmless(sql)
        and (plan := [step for step in steps(writer, sql) if is_slow(sql, step)])
    }
    assert heard
    assert slow == {}
