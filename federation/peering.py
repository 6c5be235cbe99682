"""How two nodes stand to each other, and what each standing allows."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from federation.errors import FederationError, Problem


class State(StrEnum):
    INVITED = "invited"
    REQUESTED = "requested"
    ACTIVE = "active"
    PAUSED = "paused"
    CLOSING = "closing"
    CLOSED = "closed"
    FROZEN = "frozen"


class Event(StrEnum):
    REQUEST = "request"
    APPROVE = "approve"
    PAUSE = "pause"
    RESUME = "resume"
    CLOSE = "close"
    SETTLED = "settled"
    FREEZE = "freeze"
    THAW = "thaw"


TRANSITIONS: Mapping[State, Mapping[Event, State]] = MappingProxyType(
    {
        State.INVITED: {Event.REQUEST: State.REQUESTED, Event.CLOSE: State.CLOSED},
        State.REQUESTED: {Event.APPROVE: State.ACTIVE, Event.CLOSE: State.CLOSED},
        State.ACTIVE: {
            Event.PAUSE: State.PAUSED,
            Event.CLOSE: State.CLOSING,
            Event.FREEZE: State.FROZEN,
        },
        State.PAUSED: {
            Event.RESUME: State.ACTIVE,
            Event.CLOSE: State.CLOSING,
            Event.FREEZE: State.FROZEN,
        },
        State.CLOSING: {Event.SETTLED: State.CLOSED, Event.FREEZE: State.FROZEN},
        State.CLOSED: {},
        State.FROZEN: {Event.THAW: State.PAUSED, Event.CLOSE: State.CLOSED},
    }
)


def advance(state: State, event: Event) -> State:
    try:
        return TRANSITIONS[state][event]
    except KeyError:
        detail = f"A peering that is {state} cannot {event}."
        raise FederationError(Problem.PEER_PAUSED, detail) from None


class Need(StrEnum):
    """What an endpoint is for, and so how well two nodes must stand to use it."""

    TALK = "talk"  # about the peering itself
    FINISH = "finish"  # what has been begun
    BEGIN = "begin"  # anything new


ALLOWED: Mapping[State, frozenset[Need]] = MappingProxyType(
    {
        State.INVITED: frozenset({Need.TALK}),
        State.REQUESTED: frozenset({Need.TALK}),
        State.ACTIVE: frozenset(Need),
        State.PAUSED: frozenset({Need.TALK, Need.FINISH}),
        State.CLOSING: frozenset({Need.TALK, Need.FINISH}),
        State.CLOSED: frozenset(),
        State.FROZEN: frozenset({Need.TALK}),
    }
)


def check(state: State, need: Need) -> None:
    """Refuse what the state of the peering does not allow."""
    if state is State.CLOSED:
        raise FederationError(Problem.PEER_UNKNOWN, "The peering with this node is closed.")
    if need not in ALLOWED[state]:
        raise FederationError(Problem.PEER_PAUSED, f"The peering is {state}.")
