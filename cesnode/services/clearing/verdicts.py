"""What a decision leaves behind: the signed receipt, the entry of the chain, the news."""

from __future__ import annotations

from msgspec.structs import replace

from cesnode.ledger.trades import TradeState
from cesnode.services.clearing import answers, books
from cesnode.services.clearing.here import Desk, moment
from cesnode.store import Writer, clearing_entries, outbox, remote_trades, trades
from cesnode.store.remote_trades import RemoteTrade
from federation import chain as clearing_chain
from federation.bodies import Hop
from federation.chain import Booking, Edge
from federation.errors import Problem
from federation.objects import (
    ChainEntry,
    Change,
    EntryKind,
    Outcome,
    TradeOrder,
    TradeReceipt,
)
from federation.signed import Signed, sign
from federation.trade import State
from federation.wire import VERSION, write


def receipt_of(
    desk: Desk, order: Signed[TradeOrder], outcome: Outcome, problem: Problem | None = None
) -> Signed[TradeReceipt]:
    """Sign what was decided about an order."""
    return sign(
        desk.here.key,
        TradeReceipt(
            v=VERSION,
            trade_id=order.value.trade_id,
            order_digest=order.digest,
            outcome=outcome,
            reason=problem,
            payee_node=desk.here.node,
            decided_at=moment(desk.now),
        ),
    )


def commit(
    writer: Writer, desk: Desk, remote: RemoteTrade, state: State, seq: int
) -> RemoteTrade:
    """Sign the receipt, and write the entry that says what the peer now owes us."""
    receipt = receipt_of(desk, remote.order, Outcome.COMMITTED)
    append(writer, desk, remote.order, remote.hop, seq)
    remote_trades.move_on(writer, remote, state, proof=receipt, now=desk.now)
    return replace(remote, state=state, proof=receipt)


def append(
    writer: Writer, desk: Desk, order: Signed[TradeOrder], hop: Hop, seq: int
) -> Signed[ChainEntry]:
    """Write the next entry of what this peer owes us: one hop of an order."""
    edge = Edge(desk.peer.node, desk.here.node)
    arriving = Change(amount=hop.amount, currency=hop.currency, scale=hop.scale)
    entry = clearing_chain.append(
        desk.here.key,
        edge,
        clearing_entries.head(writer, edge, desk.peer),
        Booking(
            kind=EntryKind.TRADE,
            digest=order.digest,
            debtor_amount=clearing_chain.change(hop.leaving or order.value.source),
            creditor_amount=arriving,
            trade_id=order.value.trade_id,
        ),
    )
    clearing_entries.insert(
        writer, desk.peer, entry, own=desk.here.node, transfer=seq, now=desk.now
    )
    return entry


def abort(
    writer: Writer, desk: Desk, remote: RemoteTrade, state: State, problem: Problem
) -> RemoteTrade:
    """Release what waited for our member, and sign that it is aborted."""
    trade = trades.by_id(writer, remote.trade or 0)
    books.void(writer, trade, TradeState.VOIDED, now=desk.now)
    receipt = receipt_of(desk, remote.order, Outcome.ABORTED, problem)
    remote_trades.move_on(
        writer, remote, state, proof=receipt, reason=problem, now=desk.now
    )
    return replace(remote, state=state, proof=receipt, reason=problem)


def tell(writer: Writer, desk: Desk, remote: RemoteTrade) -> None:
    """Put a late decision into the outbox for the node that asked."""
    if remote.proof is None:
        return
    outbox.add(
        writer,
        peer=desk.peer.id,
        kind="result",
        wire_id=remote.wire_id,
        parameters={"trade_id": remote.wire_id},
        body=write(answers.decision(writer, desk.here, remote, remote.proof)),
        now=desk.now,
    )
