"""The table of a trade's life at home is total, closed, and reaches every end."""

from __future__ import annotations

from uuid import UUID

import pytest

from cesnode.errors import Code
from cesnode.ledger.trades import TRANSITIONS, Channel, Trade, TradeState, Wish
from tests.support.exchanges import refused

PAIRS = [(state, wish) for state in TradeState for wish in Wish]
ENDS = {state for state, row in TRANSITIONS.items() if not row}
ELSEWHERE = {TradeState.HELD, TradeState.PENDING, TradeState.VOIDED}
"""States that only a trade with another exchange has."""


def trade(state: TradeState) -> Trade:
    return Trade(
        id=7,
        uuid=UUID(int=7),
        state=state,
        seller=1,
        buyer=2,
        other=None,
        amount=100,
        seller_levy=0,
        buyer_levy=0,
        description="soup",
        event_on="2026-01-01",
        channel=Channel.WEB,
        entered_by=None,
        on_behalf_of=None,
        created_at=0,
    )


def reachable(start: TradeState) -> set[TradeState]:
    seen: set[TradeState] = set()
    ahead = [start]
    while ahead:
        state = ahead.pop()
        if state not in seen:
            seen.add(state)
            ahead.extend(TRANSITIONS[state].values())
    return seen


def test_every_state_has_a_row_and_every_row_leads_to_a_state() -> None:
    assert set(TRANSITIONS) == set(TradeState)
    assert {after for row in TRANSITIONS.values() for after in row.values()} <= set(
        TRANSITIONS
    )


@pytest.mark.parametrize(("state", "wish"), PAIRS)
def test_every_wish_has_an_answer(state: TradeState, wish: Wish) -> None:
    if wish in TRANSITIONS[state]:
        assert trade(state).after(wish) is TRANSITIONS[state][wish]
        return

    with refused(Code.WRONG_STATE):
        trade(state).after(wish)


def test_a_request_reaches_everything_that_is_not_another_exchange_s() -> None:
    assert reachable(TradeState.REQUESTED) == set(TradeState) - ELSEWHERE


def test_what_is_reversed_or_never_was_stays_so() -> None:
    assert {
        TradeState.REVERSED,
        TradeState.DECLINED,
        TradeState.WITHDRAWN,
        TradeState.LAPSED,
    } == (ENDS - ELSEWHERE)


def test_every_wish_can_be_fulfilled_somewhere() -> None:
    assert {wish for row in TRANSITIONS.values() for wish in row} == set(Wish)


def test_the_table_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        TRANSITIONS[TradeState.POSTED] = {}  # type: ignore[index]
