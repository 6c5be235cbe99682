"""What we answer about a trade: the stored decision, in the same bytes each time."""

from __future__ import annotations

from http import HTTPStatus

from cesnode.services.clearing.here import Here
from cesnode.store import Reader, clearing_entries
from cesnode.store.remote_trades import Proof, RemoteTrade
from federation.bodies import Decision, Refusal, Undecided
from federation.chain import Edge, entry_hash
from federation.endpoints import TRADE_READ
from federation.errors import NATURE, PROBLEM_JSON, Problem
from federation.objects import ChainEntry, HopAck, Outcome, TradeReceipt
from federation.signed import Signed
from federation.signing import Reply
from federation.trade import State
from federation.wire import ABSENT, write

RETRY_AFTER = 60


def decision(reader: Reader, here: Here, remote: RemoteTrade, proof: Proof) -> Decision:
    """Return a decision with all that proves it."""
    if isinstance(proof.value, HopAck):
        return Decision(state=proof.value.outcome, ack=proof.raw, ack_sig=proof.signature)
    path = remote.order.value.path
    edge = Edge(path[path.index(here.node) - 1], here.node)
    entry = clearing_entries.of_trade(reader, edge, remote.wire_id)
    return by_receipt(proof, entry)


def accepted(receipt: Signed[TradeReceipt], entry: Signed[ChainEntry]) -> Reply:
    """Answer for the first time that a trade is committed."""
    return Reply(HTTPStatus.CREATED, write(by_receipt(receipt, entry)))


def stored(reader: Reader, here: Here, remote: RemoteTrade) -> Reply:
    """Answer with what was decided, or that nothing has been yet."""
    proof = remote.proof
    if proof is None:
        body = Undecided(state=_told(remote.state), retry_after=RETRY_AFTER)
        return Reply(HTTPStatus.ACCEPTED, write(body), retry_after=RETRY_AFTER)
    if proof.value.outcome is Outcome.COMMITTED:
        return Reply(HTTPStatus.OK, write(decision(reader, here, remote, proof)))
    return refusal(proof)


def by_receipt(proof: Signed[TradeReceipt], entry: Signed[ChainEntry] | None) -> Decision:
    return Decision(
        state=proof.value.outcome,
        receipt=proof.raw,
        receipt_sig=proof.signature,
        entry=entry.raw if entry else ABSENT,
        entry_hash=entry_hash(entry) if entry else None,
        entry_sig=entry.signature if entry else None,
    )


def refusal(proof: Proof) -> Reply:
    """Answer that a trade is aborted: a problem document around the signed word."""
    problem = Problem(proof.value.reason or Problem.EXPIRED)
    nature = NATURE[problem]
    is_ack = isinstance(proof.value, HopAck)
    body = Refusal(
        type=problem.uri,
        title=nature.title,
        status=HTTPStatus.UNPROCESSABLE_ENTITY,
        detail=nature.title + ".",
        instance=TRADE_READ.path_with(trade_id=proof.value.trade_id),
        receipt=ABSENT if is_ack else proof.raw,
        receipt_sig=None if is_ack else proof.signature,
        ack=proof.raw if is_ack else ABSENT,
        ack_sig=proof.signature if is_ack else None,
    )
    return Reply(HTTPStatus.UNPROCESSABLE_ENTITY, write(body), PROBLEM_JSON)


def heard() -> Reply:
    """Answer that we have it, and that this is all the answer there is."""
    return Reply(HTTPStatus.ACCEPTED, b'{"state":"HEARD"}')


def unknown() -> Reply:
    """Answer that we have never heard of a trade, which decides nothing."""
    return Reply(HTTPStatus.OK, write(Undecided(state="UNKNOWN")))


def _told(state: State) -> str:
    return "PENDING" if state in {State.PENDING, State.HELD} else state.upper()
