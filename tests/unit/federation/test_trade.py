"""The trade table is total, closed, and keeps its promises."""

from __future__ import annotations

import pytest

from federation.errors import FederationError, Problem
from federation.trade import (
    FROM_A_PEER,
    TRANSITIONS,
    Effect,
    Event,
    Role,
    State,
    advance,
    is_final,
)

ROWS = [(role, state) for role, table in TRANSITIONS.items() for state in table]
ENDS = {Effect.POST, Effect.VOID, Effect.POST_TO_SUSPENSE}
FINAL = {State.POSTED, State.VOIDED, State.COMMITTED, State.ABORTED}

# Receipts and entries never come to the node that would have written them, unless it
# has forgotten; a hub is never asked to ask a person.
SPOKEN = {
    Role.PAYER: FROM_A_PEER,
    Role.PAYEE: FROM_A_PEER,
    Role.HUB: FROM_A_PEER - {Event.PREPARE_TO_ASK},
}


@pytest.mark.parametrize(("role", "state"), ROWS)
def test_whatever_a_peer_may_send_has_a_row(role: Role, state: State) -> None:
    assert SPOKEN[role] <= set(TRANSITIONS[role][state])


@pytest.mark.parametrize(("role", "state"), ROWS)
def test_every_step_leads_to_a_row(role: Role, state: State) -> None:
    assert {step.state for step in TRANSITIONS[role][state].values()} <= set(
        TRANSITIONS[role]
    )


@pytest.mark.parametrize(("role", "state"), ROWS)
def test_final_states_absorb_everything(role: Role, state: State) -> None:
    assert is_final(role, state) == (state in FINAL)
    if state in FINAL:
        for step in TRANSITIONS[role][state].values():
            assert step.state is state
            assert not ENDS & set(step.effects)


@pytest.mark.parametrize(("role", "state"), ROWS)
def test_every_state_can_still_end(role: Role, state: State) -> None:
    reached = {state}
    while True:
        more = {step.state for each in reached for step in TRANSITIONS[role][each].values()}
        if more <= reached:
            break
        reached |= more

    assert any(is_final(role, each) for each in reached)


@pytest.mark.parametrize("role", Role)
def test_what_is_held_is_ended_exactly_once(role: Role) -> None:
    def walk(state: State, effects: tuple[Effect, ...]) -> None:
        held = effects.count(Effect.HOLD)
        ended = sum(effect in {Effect.POST, Effect.VOID} for effect in effects)
        if is_final(role, state):
            assert held <= 1
            assert ended == (1 if held else effects.count(Effect.POST))
            assert ended <= 1
            return
        for step in TRANSITIONS[role][state].values():
            if step.state is not state:
                walk(step.state, effects + step.effects)

    start = State.DRAFT if role is Role.PAYER else State.UNSEEN
    walk(start, ())


def test_no_timer_and_no_cancel_releases_what_others_wait_for() -> None:
    for role in (Role.PAYER, Role.HUB):
        row = TRANSITIONS[role][State.HELD]
        assert Event.LAPSE not in row
        assert row[Event.CANCEL].state is State.HELD
        voided = {event for event, step in row.items() if step.state is State.VOIDED}
        assert voided == {Event.ABORTED_RECEIPT}


def test_a_hub_forwards_a_cancel_and_never_answers_it_itself() -> None:
    step = advance(Role.HUB, State.HELD, Event.CANCEL)

    assert step.state is State.HELD
    assert Effect.QUEUE_CANCEL in step.effects
    assert Effect.SIGN_ACK not in step.effects


@pytest.mark.parametrize("role", [Role.PAYEE, Role.HUB])
def test_a_cancel_of_an_unknown_trade_leaves_a_tombstone(role: Role) -> None:
    stone = advance(role, State.UNSEEN, Event.CANCEL).state

    assert is_final(role, stone)
    assert advance(role, stone, Event.PREPARE).effects == (Effect.ANSWER,)


def test_only_who_decides_signs_and_writes() -> None:
    for state, row in TRANSITIONS[Role.PAYER].items():
        for step in row.values():
            assert not {Effect.SIGN_RECEIPT, Effect.APPEND_ENTRY} & set(step.effects), state
    for row in TRANSITIONS[Role.PAYEE].values():
        for event, step in row.items():
            fresh = step.state is State.COMMITTED and Effect.POST in step.effects
            signs = (
                Effect.SIGN_RECEIPT in step.effects and Effect.APPEND_ENTRY in step.effects
            )
            assert not fresh or signs or event is Event.RECOVERED


def test_contradicting_decisions_raise_the_alarm() -> None:
    for role, state, event in (
        (Role.PAYER, State.POSTED, Event.ABORTED_RECEIPT),
        (Role.PAYER, State.VOIDED, Event.COMMITTED_RECEIPT),
        (Role.HUB, State.POSTED, Event.ABORTED_RECEIPT),
        (Role.HUB, State.VOIDED, Event.RECOVERED),
        (Role.PAYEE, State.ABORTED, Event.COMMITTED_RECEIPT),
    ):
        assert advance(role, state, event).effects == (Effect.ALARM,)


def test_a_forced_trade_that_was_committed_goes_to_suspense_not_to_the_member() -> None:
    step = advance(Role.PAYER, State.FORCED, Event.COMMITTED_RECEIPT)

    assert Effect.POST_TO_SUSPENSE in step.effects
    assert Effect.OPEN_DISPUTE in step.effects
    assert Effect.POST not in step.effects


def test_what_makes_no_sense_is_refused() -> None:
    with pytest.raises(FederationError) as refused:
        advance(Role.PAYEE, State.COMMITTED, Event.DECLINE)

    assert refused.value.problem is Problem.TRADE_CONFLICT
    with pytest.raises(FederationError):
        advance(Role.HUB, State.PENDING, Event.PREPARE)
