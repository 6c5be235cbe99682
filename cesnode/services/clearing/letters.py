"""What goes out to peers, kind by kind: to which endpoint, and what its answer does.

An answer that proves nothing decides nothing: the letter stays, and is sent again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from zlib import crc32

from cesnode.community import notices
from cesnode.ledger.trades import TradeState
from cesnode.services import noticing
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

LONGEST = 3600
"""Seconds that a letter waits at most after a failure; the first time it is one."""

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
        if not hear(writer, desk, remote, evidence):
            chains.ask(writer, desk, Edge(desk.here.node, desk.peer.node))
        _wait(writer, desk, letter, "decided, but not settled yet", answer=answer.body)
        return
    problem = read_problem(answer.body)
    if problem is None:
        _wait(writer, desk, letter, f"undecided ({answer.status})")
    else:
        again(writer, letter, problem, now=desk.now)
    if remote.state is State.HELD and desk.now > remote.expires_at:
        cancel(writer, desk, remote, CancelWhy.EXPIRED)


def cancel(writer: Writer, desk: Desk, remote: RemoteTrade, why: CancelWhy) -> None:
    """Ask the payee's node to abort; only its signed word releases what we hold."""
    wish = Event.CANCEL if remote.role is Role.HUB else Event.WITHDRAW
    advance(remote.role, remote.state, wish)
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
    again(writer, letter, problem or str(answer.status), now=desk.now)


def followed(writer: Writer, desk: Desk, letter: Letter, answer: Answer) -> None:
    """A page of a chain: apply it, and ask for the next."""
    edge = Edge(letter.parameters["debtor"], letter.parameters["creditor"])
    if answer.status not in _OK:
        why = str(read_problem(answer.body) or answer.status)
        again(writer, letter, why, now=desk.now)
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
    if refusal_in(answer) is None:
        told(writer, desk, letter, answer)
        return
    outbox.done(writer, letter.id, answer=answer.body, now=desk.now)
    request = requests.by_id(writer, letter.wire_id)
    trade = trades.by_id(writer, request.trade) if request else None
    if trade is not None and trade.state is TradeState.REQUESTED:
        trades.move_on(writer, trade, TradeState.DECLINED)
        noticing.of_trade(writer, trade, notices.DECLINED, but=None, now=desk.now)


def refusal_in(answer: Answer) -> str | None:
    """Return why the same letter would be refused for ever, if it would be."""
    problem = read_problem(answer.body)
    return str(problem or answer.status) if _is_refusal(answer, problem) else None


def _is_refusal(answer: Answer, problem: Problem | None) -> bool:
    """Whether the same letter would be refused again, for ever."""
    return answer.status in _REFUSED and (problem is None or not problem.retryable)


def again(writer: Writer, letter: Letter, why: str, *, now: int) -> None:
    """Send a letter again that the peer could not deal with: soon, then ever more seldom.

    Nobody is asked a second time at the same moment as everybody else: up to half of the
    wait is left off, by what the letter is, so that a repeat of all this is the same.
    """
    longest = min(2**letter.failures, LONGEST)
    chance = crc32(f"{letter.wire_id} {letter.kind} {letter.failures}".encode())
    wait = longest - chance % (longest // 2 + 1)
    outbox.postpone(writer, letter, next_at=now + wait, error=why, failed=True)


def _wait(
    writer: Writer, desk: Desk, letter: Letter, why: str, *, answer: bytes | None = None
) -> None:
    """Ask again after a while for what the peer has not decided."""
    next_at = desk.now + ASK_AGAIN
    outbox.postpone(writer, letter, next_at=next_at, error=why, failed=False, answer=answer)


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
