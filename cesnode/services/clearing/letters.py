"""What goes out to peers, kind by kind: to which endpoint, and what its answer does.

An answer that proves nothing decides nothing: the letter stays, and is sent again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from cesnode.ledger.trades import TradeState
from cesnode.services.clearing import chains
from cesnode.services.clearing.hearing import hear
from cesnode.services.clearing.here import Desk
from cesnode.store import (
    Writer,
    alarms,
    outbox,
    remote_trades,
    requests,
    trades,
)
from cesnode.store.outbox import Letter
from cesnode.store.remote_trades import RemoteTrade
from federation import endpoints
from federation.bodies import Cancel, CancelWhy
from federation.chain import Edge
from federation.endpoints import Endpoint
from federation.errors import FederationError, Problem, read_problem
from federation.evidence import read_evidence
from federation.trade import Event, Role, State, advance
from federation.wire import write

ASK_AGAIN = 60
"""Seconds until an undecided trade is asked for again."""

_OK = range(200, 300)
_REFUSED = range(400, 500)


@dataclass(frozen=True, slots=True)
class Answer:
    """A proven answer of the peer: who said it is certain, what it says may be nothing."""

    status: int
    body: bytes


Handle = Callable[[Writer, Desk, Letter, Answer], None]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of letter."""

    endpoint: Endpoint
    answered: Handle
    query: tuple[str, ...] = ()
    """The parameters that stand in the query rather than in the path."""


def decided(writer: Writer, desk: Desk, letter: Letter, answer: Answer) -> None:
    """The answer to an order or to a wish to cancel it: a decision, or none yet."""
    remote = remote_trades.by_wire_id(writer, letter.wire_id)
    if remote is None:
        outbox.done(writer, letter.id, answer=answer.body, now=desk.now)
        return
    evidence = read_evidence(answer.body)
    if evidence is not None:
        _wait(writer, desk, letter, "decided, but not settled yet")
        outbox.keep_answer(writer, letter.id, answer.body)
        if not hear(writer, desk, remote, evidence):
            chains.ask(writer, desk, Edge(desk.here.node, desk.peer.node))
        return
    problem = read_problem(answer.body)
    _wait(writer, desk, letter, problem or f"undecided ({answer.status})")
    if remote.state is State.HELD and desk.now > remote.expires_at:
        cancel(writer, desk, remote, CancelWhy.EXPIRED)


def cancel(writer: Writer, desk: Desk, remote: RemoteTrade, why: CancelWhy) -> None:
    """Ask the payee's node to abort; only its signed word releases what we hold."""
    advance(Role.PAYER, remote.state, Event.WITHDRAW)
    letters = outbox.about(writer, remote.wire_id)
    if any(each.kind == "cancel" and each.done_at is None for each in letters):
        return
    body = Cancel(order=remote.order.raw, order_sig=remote.order.signature, why=why)
    outbox.add(
        writer,
        peer=remote.peer,
        kind="cancel",
        wire_id=remote.wire_id,
        parameters={"trade_id": remote.wire_id},
        body=write(body),
        now=desk.now,
    )


def told(writer: Writer, desk: Desk, letter: Letter, answer: Answer) -> None:
    """The peer has heard; what it refuses to hear, a person must look at."""
    if answer.status in _OK:
        outbox.done(writer, letter.id, answer=answer.body, now=desk.now)
        return
    problem = read_problem(answer.body)
    if _is_refusal(answer, problem):
        outbox.done(writer, letter.id, answer=answer.body, now=desk.now)
        alarms.insert(
            writer,
            peer=desk.peer.id,
            kind="unheard",
            wire_id=letter.wire_id,
            details=f"{letter.kind}: {problem or answer.status}",
            now=desk.now,
        )
        return
    _wait(writer, desk, letter, problem or str(answer.status))


def followed(writer: Writer, desk: Desk, letter: Letter, answer: Answer) -> None:
    """A page of a chain: apply it, and ask for the next."""
    edge = Edge(letter.parameters["debtor"], letter.parameters["creditor"])
    if answer.status not in _OK:
        _wait(writer, desk, letter, str(read_problem(answer.body) or answer.status))
        return
    outbox.done(writer, letter.id, answer=None, now=desk.now)
    try:
        with writer.part():
            more = chains.follow(writer, desk, edge, answer.body)
    except FederationError as error:
        alarms.insert(
            writer,
            peer=desk.peer.id,
            kind="chain",
            wire_id=letter.wire_id,
            details=error.reason,
            now=desk.now,
        )
        return
    if more:
        chains.ask(writer, desk, edge)


def billed(writer: Writer, desk: Desk, letter: Letter, answer: Answer) -> None:
    """A bill has arrived, or will never be taken: then it is declined."""
    problem = read_problem(answer.body)
    if not _is_refusal(answer, problem):
        told(writer, desk, letter, answer)
        return
    outbox.done(writer, letter.id, answer=answer.body, now=desk.now)
    request = requests.by_id(writer, letter.wire_id)
    trade = trades.by_id(writer, request.trade) if request else None
    if trade is not None and trade.state is TradeState.REQUESTED:
        trades.move_on(writer, trade, TradeState.DECLINED)


def _is_refusal(answer: Answer, problem: Problem | None) -> bool:
    """Whether the same letter would be refused again, for ever."""
    return answer.status in _REFUSED and (problem is None or not problem.retryable)


def _wait(writer: Writer, desk: Desk, letter: Letter, why: str) -> None:
    outbox.postpone(writer, letter, next_at=desk.now + ASK_AGAIN, error=why)


KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "prepare": Kind(endpoints.PREPARE, decided),
        "cancel": Kind(endpoints.CANCEL, decided),
        "result": Kind(endpoints.RESULT, told),
        "chain": Kind(endpoints.CHAIN, followed, query=("after",)),
        "trade_request": Kind(endpoints.TRADE_REQUEST, billed),
        "request_decline": Kind(endpoints.TRADE_REQUEST_DECLINE, told),
    }
)
