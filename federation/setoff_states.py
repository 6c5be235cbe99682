"""The life of one set-off at one node, as a table.

Rule 1: what was reserved is released by the coordinator's signed decision alone; no
        timer does it.  An admin may give the reservation up after a week, in writing:
        that frees the debts, and unsays nothing.  A bundle still binds.
Rule 2: the first decision that is heard holds.  The other one is kept as a proof that
        the coordinator signed both, and people decide.
Rule 3: effects are performed in the same transaction as the change of state.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple, TypeAlias

from federation.errors import FederationError, Problem


class SetoffState(StrEnum):
    PROPOSED = "proposed"  # our people have still to answer
    ACCEPTED = "accepted"  # reserved, until the coordinator decides
    REFUSED = "refused"
    FORCED = "forced"  # an admin gave the reservation up; the acceptance still binds
    CLEARED = "cleared"
    ABORTED = "aborted"


class SetoffEvent(StrEnum):
    AGREE = "agree"
    DECLINE = "decline"
    FORCE = "force"
    BUNDLE = "bundle"
    ABORT = "abort"
    HONOUR = "honour"  # both decisions exist, and our people hold to the bundle


class SetoffEffect(StrEnum):
    RESERVE = "reserve"
    RELEASE = "release"
    BOOK = "book"
    TELL = "tell"  # our word, to the coordinator
    FLAG = "flag"  # for a person to look at
    ALARM = "alarm"  # the coordinator has signed both decisions


class SetoffStep(NamedTuple):
    state: SetoffState
    effects: frozenset[SetoffEffect] = frozenset()


Row: TypeAlias = Mapping[SetoffEvent, SetoffStep]

_S, _E, _F = SetoffState, SetoffEvent, SetoffEffect


def _step(state: SetoffState, *effects: SetoffEffect) -> SetoffStep:
    return SetoffStep(state, frozenset(effects))


TRANSITIONS: Mapping[SetoffState, Row] = MappingProxyType(
    {
        _S.PROPOSED: {
            _E.AGREE: _step(_S.ACCEPTED, _F.RESERVE, _F.TELL),
            _E.DECLINE: _step(_S.REFUSED, _F.TELL),
            # Our own acceptance is in it: it was given before our books were lost.
            _E.BUNDLE: _step(_S.CLEARED, _F.BOOK, _F.FLAG),
            _E.ABORT: _step(_S.ABORTED),
        },
        _S.ACCEPTED: {
            _E.FORCE: _step(_S.FORCED, _F.RELEASE),
            _E.BUNDLE: _step(_S.CLEARED, _F.RELEASE, _F.BOOK),
            _E.ABORT: _step(_S.ABORTED, _F.RELEASE),
        },
        _S.REFUSED: {
            _E.BUNDLE: _step(_S.CLEARED, _F.BOOK, _F.FLAG),
            _E.ABORT: _step(_S.ABORTED),
        },
        _S.FORCED: {
            _E.BUNDLE: _step(_S.CLEARED, _F.BOOK, _F.FLAG),
            _E.ABORT: _step(_S.ABORTED),
        },
        _S.CLEARED: {
            _E.BUNDLE: _step(_S.CLEARED),
            _E.ABORT: _step(_S.CLEARED, _F.ALARM),
        },
        _S.ABORTED: {
            _E.ABORT: _step(_S.ABORTED),
            _E.BUNDLE: _step(_S.ABORTED, _F.ALARM),
            _E.HONOUR: _step(_S.CLEARED, _F.BOOK),
        },
    }
)

UNDECIDED = frozenset({_S.PROPOSED, _S.ACCEPTED, _S.REFUSED, _S.FORCED})


def advance(state: SetoffState, event: SetoffEvent) -> SetoffStep:
    """Return what an event does; refuse what has no row."""
    try:
        return TRANSITIONS[state][event]
    except KeyError:
        detail = f"A set-off that is {state} cannot {event}."
        raise FederationError(Problem.TRADE_CONFLICT, detail) from None
