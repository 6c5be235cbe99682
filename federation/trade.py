"""The life of one trade between exchanges, as three tables: payer, payee and hub.

Rule 1: every transition is a row of TRANSITIONS; no other module decides one.
Rule 2: the payee's node decides.  What any other node holds is released by a signed
        decision alone; there is no event for a timer on those sides.
Rule 3: whatever a peer may send has a row in every state; what our own people may do
        has one only where it makes sense.
Rule 4: effects are performed in the same transaction as the change of state.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple, TypeAlias

from federation.errors import FederationError, Problem


class Role(StrEnum):
    PAYER = "payer"
    PAYEE = "payee"
    HUB = "hub"


class State(StrEnum):
    UNSEEN = "unseen"  # before anything is heard
    DRAFT = "draft"  # payer's node, before anything is promised
    HELD = "held"
    POSTED = "posted"
    VOIDED = "voided"
    FORCED = "forced"  # payer's node gave up in writing; a receipt still binds it
    PENDING = "pending"  # payee's node, waiting for a person
    COMMITTED = "committed"
    ABORTED = "aborted"


class Event(StrEnum):
    PREPARE = "prepare"  # an order arrived, and our rules accept it
    PREPARE_TO_ASK = "prepare_to_ask"  # an order arrived, and a person must agree
    REFUSE = "refuse"  # an order arrived, and our rules refuse it
    CANCEL = "cancel"
    COMMITTED_RECEIPT = "committed_receipt"
    ABORTED_RECEIPT = "aborted_receipt"
    RECOVERED = "recovered"  # a peer's chain shows a commit we have forgotten
    APPROVE = "approve"
    DECLINE = "decline"
    WITHDRAW = "withdraw"
    LAPSE = "lapse"  # the payee's node alone may let a trade lapse
    FORCE = "force"


FROM_A_PEER = frozenset(
    {
        Event.PREPARE,
        Event.PREPARE_TO_ASK,
        Event.REFUSE,
        Event.CANCEL,
        Event.COMMITTED_RECEIPT,
        Event.ABORTED_RECEIPT,
        Event.RECOVERED,
    }
)


class Effect(StrEnum):
    HOLD = "hold"
    POST = "post"
    VOID = "void"
    SIGN_RECEIPT = "sign_receipt"
    SIGN_ACK = "sign_ack"
    SIGN_FORCED_VOID = "sign_forced_void"
    APPEND_ENTRY = "append_entry"  # to the chain on which we are the creditor
    APPLY_ENTRY = "apply_entry"  # of the chain on which we are the debtor
    QUEUE_PREPARE = "queue_prepare"
    QUEUE_CANCEL = "queue_cancel"
    QUEUE_RESULT = "queue_result"
    ANSWER = "answer"  # with the stored decision
    ANSWER_UNDECIDED = "answer_undecided"
    ANSWER_CONFLICT = "answer_conflict"  # this trade does not come to us from there
    POST_TO_SUSPENSE = "post_to_suspense"
    OPEN_DISPUTE = "open_dispute"
    FLAG = "flag"  # for a person to look at
    ALARM = "alarm"  # two decisions contradict each other: freeze the peering


class Step(NamedTuple):
    state: State
    effects: tuple[Effect, ...] = ()


Row: TypeAlias = Mapping[Event, Step]
Table: TypeAlias = Mapping[State, Row]

_TOMBSTONE = Step(State.ABORTED, (Effect.SIGN_RECEIPT, Effect.ANSWER))
_COMMIT = (Effect.POST, Effect.SIGN_RECEIPT, Effect.APPEND_ENTRY)
_RELEASED = (Effect.VOID, Effect.SIGN_RECEIPT)
_APPLIED = (Effect.POST, Effect.APPLY_ENTRY)
_HEARD = frozenset({Event.PREPARE, Event.PREPARE_TO_ASK, Event.REFUSE, Event.CANCEL})
_RECEIPTS = frozenset({Event.COMMITTED_RECEIPT, Event.ABORTED_RECEIPT, Event.RECOVERED})


def _final(state: State, agrees: frozenset[Event]) -> Row:
    """Let a terminal state absorb everything: repeat itself, or cry out."""
    told = {event: Step(state, (Effect.ANSWER,)) for event in _HEARD}
    same = {event: Step(state) for event in _RECEIPTS & agrees}
    other = {event: Step(state, (Effect.ALARM,)) for event in _RECEIPTS - agrees}
    return MappingProxyType({**told, **same, **other})


_COMMITS = frozenset({Event.COMMITTED_RECEIPT, Event.RECOVERED})
_ABORTS = frozenset({Event.ABORTED_RECEIPT})


_FORGOTTEN = frozenset({Event.COMMITTED_RECEIPT, Event.ABORTED_RECEIPT})


def _astray(state: State, events: frozenset[Event]) -> dict[Event, Step]:
    """Move no money for what should not have come here, nor be silent about it."""
    return {
        event: Step(state, (Effect.ANSWER_CONFLICT if event in _HEARD else Effect.FLAG,))
        for event in events
    }


_PAYER: Table = MappingProxyType(
    {
        State.UNSEEN: {
            **_astray(State.UNSEEN, _HEARD | _FORGOTTEN),
            Event.RECOVERED: Step(State.POSTED, (*_APPLIED, Effect.FLAG)),
        },
        State.DRAFT: {
            **_astray(State.DRAFT, _HEARD | _FORGOTTEN),
            Event.APPROVE: Step(State.HELD, (Effect.HOLD, Effect.QUEUE_PREPARE)),
            Event.WITHDRAW: Step(State.VOIDED),
            Event.RECOVERED: Step(State.POSTED, (*_APPLIED, Effect.FLAG)),
        },
        State.HELD: {
            **_astray(State.HELD, _HEARD),
            Event.WITHDRAW: Step(State.HELD, (Effect.QUEUE_CANCEL,)),
            Event.COMMITTED_RECEIPT: Step(State.POSTED, _APPLIED),
            Event.RECOVERED: Step(State.POSTED, _APPLIED),
            Event.ABORTED_RECEIPT: Step(State.VOIDED, (Effect.VOID,)),
            Event.FORCE: Step(State.FORCED, (Effect.VOID, Effect.SIGN_FORCED_VOID)),
        },
        State.FORCED: {
            **_astray(State.FORCED, _HEARD),
            **{
                event: Step(
                    State.POSTED,
                    (Effect.POST_TO_SUSPENSE, Effect.APPLY_ENTRY, Effect.OPEN_DISPUTE),
                )
                for event in _COMMITS
            },
            Event.ABORTED_RECEIPT: Step(State.VOIDED),
        },
        State.POSTED: _final(State.POSTED, _COMMITS),
        State.VOIDED: _final(State.VOIDED, _ABORTS),
    }
)

_PAYEE: Table = MappingProxyType(
    {
        State.UNSEEN: {
            **_astray(State.UNSEEN, _FORGOTTEN),
            Event.PREPARE: Step(State.COMMITTED, (*_COMMIT, Effect.ANSWER)),
            Event.PREPARE_TO_ASK: Step(
                State.PENDING, (Effect.HOLD, Effect.ANSWER_UNDECIDED)
            ),
            Event.REFUSE: _TOMBSTONE,
            Event.CANCEL: _TOMBSTONE,  # a later PREPARE finds it
            Event.RECOVERED: Step(State.COMMITTED, (Effect.POST, Effect.FLAG)),
        },
        State.PENDING: {
            **_astray(State.PENDING, _FORGOTTEN),
            Event.PREPARE: Step(State.PENDING, (Effect.ANSWER_UNDECIDED,)),
            Event.PREPARE_TO_ASK: Step(State.PENDING, (Effect.ANSWER_UNDECIDED,)),
            Event.REFUSE: Step(State.PENDING, (Effect.ANSWER_UNDECIDED,)),
            Event.APPROVE: Step(State.COMMITTED, (*_COMMIT, Effect.QUEUE_RESULT)),
            Event.DECLINE: Step(State.ABORTED, (*_RELEASED, Effect.QUEUE_RESULT)),
            Event.LAPSE: Step(State.ABORTED, (*_RELEASED, Effect.QUEUE_RESULT)),
            Event.CANCEL: Step(State.ABORTED, (*_RELEASED, Effect.ANSWER)),
            Event.RECOVERED: Step(State.COMMITTED, (Effect.POST, Effect.FLAG)),
        },
        State.COMMITTED: _final(State.COMMITTED, _COMMITS),
        State.ABORTED: _final(State.ABORTED, _ABORTS),
    }
)

_HUB: Table = MappingProxyType(
    {
        State.UNSEEN: {
            **_astray(State.UNSEEN, _FORGOTTEN),
            Event.PREPARE: Step(
                State.HELD, (Effect.HOLD, Effect.QUEUE_PREPARE, Effect.ANSWER_UNDECIDED)
            ),
            Event.REFUSE: Step(State.VOIDED, (Effect.SIGN_ACK, Effect.ANSWER)),
            Event.CANCEL: Step(State.VOIDED, (Effect.SIGN_ACK, Effect.ANSWER)),
            Event.RECOVERED: Step(State.POSTED, (*_APPLIED, Effect.FLAG)),
        },
        State.HELD: {
            Event.PREPARE: Step(State.HELD, (Effect.ANSWER_UNDECIDED,)),
            Event.REFUSE: Step(State.HELD, (Effect.ANSWER_UNDECIDED,)),
            # Forwarded means promised: from here on only the payee's node can say no.
            Event.CANCEL: Step(State.HELD, (Effect.QUEUE_CANCEL, Effect.ANSWER_UNDECIDED)),
            **{
                event: Step(
                    State.POSTED, (*_APPLIED, Effect.APPEND_ENTRY, Effect.QUEUE_RESULT)
                )
                for event in _COMMITS
            },
            Event.ABORTED_RECEIPT: Step(State.VOIDED, (Effect.VOID, Effect.QUEUE_RESULT)),
        },
        State.POSTED: _final(State.POSTED, _COMMITS),
        State.VOIDED: _final(State.VOIDED, _ABORTS),
    }
)

TRANSITIONS: Mapping[Role, Table] = MappingProxyType(
    {Role.PAYER: _PAYER, Role.PAYEE: _PAYEE, Role.HUB: _HUB}
)


def advance(role: Role, state: State, event: Event) -> Step:
    """Return what follows, or refuse what makes no sense."""
    try:
        return TRANSITIONS[role][state][event]
    except KeyError:
        detail = f"A trade that is {state} at the {role}'s node cannot {event}."
        raise FederationError(Problem.TRADE_CONFLICT, detail) from None


def is_final(role: Role, state: State) -> bool:
    """Whether nothing more can become of a trade."""
    return all(step.state is state for step in TRANSITIONS[role][state].values())
