"""Two trades that somebody has something to say to."""

from __future__ import annotations

import pytest

from cesnode.ledger.trades import Trade
from cesnode.services import trading
from cesnode.store import Writer
from tests.support.exchanges import (
    BOTH_SIDES,
    NOW,
    Person,
    acting_as,
    order,
    set_rules,
)


@pytest.fixture
def asked(writer: Writer, ann: Person, bob: Person) -> Trade:
    """Ann asks Bob for 50."""
    actor = acting_as(writer, ann)
    return trading.record(writer, actor, order(ann, bob, "50", asking=True), now=NOW).trade


@pytest.fixture
def posted(writer: Writer, ann: Person, bob: Person) -> Trade:
    """Ann has recorded a sale of 50 to Bob, with levies."""
    set_rules(writer, levy=BOTH_SIDES)
    return trading.record(
        writer, acting_as(writer, ann), order(ann, bob, "50"), now=NOW
    ).trade
