"""The buyer's side hears what the other node decided, by whichever way it comes.

An answer, a late result and a page of the chain all lead to the same step: the receipt
is proven, the entry applied strictly in its order, and what was held posted or voided.
"""

from __future__ import annotations

from cesnode.community import notices
from cesnode.ledger.trades import TradeState
from cesnode.services import noticing
from cesnode.services.clearing import books, disputing, suspending, transit
from cesnode.services.clearing.here import Desk
from cesnode.store import (
    Writer,
    alarms,
    clearing_entries,
    outbox,
    peers,
    remote_trades,
    trades,
)
from cesnode.store.remote_trades import RemoteTrade
from federation.bodies import Evidence
from federation.chain import Edge, Place, place
from federation.evidence import Verdict, check_entry, judge
from federation.objects import ChainEntry, Outcome
from federation.peering import State as PeerState
from federation.signed import Signed
from federation.trade import Effect, Event, Role, Step, advance

ABOUT_THE_ORDER = ("prepare", "cancel", "forced_void")
"""The letters that have their answer once a trade is decided."""


def hear(writer: Writer, desk: Desk, remote: RemoteTrade, evidence: Evidence) -> bool:
    """Act on a proven decision; return False where something must be fetched first.

    Raises:
        FederationError: the evidence does not hold.

    """
    find_key = desk.here.find_key(writer)
    verdict = judge(evidence, remote.order, desk.peer.node, find_key)
    if verdict.outcome is Outcome.ABORTED:
        _apply_abort(writer, desk, remote, verdict)
        return True
    if verdict.entry is None:
        return False
    return apply_entry(writer, desk, remote, verdict, verdict.entry)


def apply_entry(
    writer: Writer,
    desk: Desk,
    remote: RemoteTrade,
    verdict: Verdict,
    entry: Signed[ChainEntry],
    *,
    event: Event = Event.COMMITTED_RECEIPT,
) -> bool:
    """Post a committed trade by its entry, if the entry is the next of its chain."""
    edge = Edge(desk.here.node, desk.peer.node)
    is_hub = remote.role is Role.HUB
    hop = transit.booked_hop(writer, desk, remote, entry.value) if is_hub else remote.hop
    check_entry(entry, remote.order, hop, hop.leaving or remote.order.value.source)
    seq = entry.value.seq
    head = clearing_entries.head_before(writer, edge, desk.peer, entry)
    held = clearing_entries.held(writer, edge, seq) if seq <= head.seq else None
    where = place(entry, head, held)
    if where is Place.GAP:
        return False
    if where is Place.FORK:
        freeze(writer, desk, "fork", remote.wire_id)
        return True
    step = advance(remote.role, remote.state, event)
    if is_hub and where is Place.NEXT and transit.lacks(writer, edge, remote):
        transit.complete(writer, desk, remote, entry)
    elif Effect.ALARM in step.effects or (where is Place.NEXT and not step.effects):
        freeze(writer, desk, "contradiction", remote.wire_id)
    elif is_hub and where is Place.NEXT:
        transit.post(writer, desk, remote, step.state, verdict.proof, entry)
    elif where is Place.NEXT:
        seq = _book(writer, desk, remote, step)
        clearing_entries.insert(
            writer, desk.peer, entry, own=desk.here.node, transfer=seq, now=desk.now
        )
        remote_trades.move_on(writer, remote, step.state, proof=verdict.proof, now=desk.now)
        _end_letters(writer, desk, remote)
        if Effect.OPEN_DISPUTE in step.effects:
            disputing.open_late(writer, desk, remote.wire_id)
    return True


def _book(writer: Writer, desk: Desk, remote: RemoteTrade, step: Step) -> int:
    """Post what was held; what was ended by force goes to suspense, to no member."""
    if Effect.POST_TO_SUSPENSE in step.effects:
        return suspending.post(writer, desk, remote)
    trade = trades.by_id(writer, remote.trade or 0)
    seq = books.post_held(writer, desk.exchange, trade, now=desk.now)
    noticing.of_trade(writer, trade, notices.POSTED_ABROAD, but=None, now=desk.now)
    return seq


def _apply_abort(writer: Writer, desk: Desk, remote: RemoteTrade, verdict: Verdict) -> None:
    step = advance(remote.role, remote.state, Event.ABORTED_RECEIPT)
    if Effect.ALARM in step.effects:
        freeze(writer, desk, "contradiction", remote.wire_id)
        return
    if remote.role is Role.HUB:
        if Effect.VOID in step.effects:
            transit.void(writer, desk, remote, step.state, verdict)
        _end_letters(writer, desk, remote)
        return
    if Effect.VOID in step.effects:
        trade = trades.by_id(writer, remote.trade or 0)
        books.void(writer, trade, TradeState.VOIDED, now=desk.now)
        noticing.of_trade(writer, trade, notices.VOIDED, but=None, now=desk.now)
    if step.state is not remote.state:
        remote_trades.move_on(
            writer,
            remote,
            step.state,
            proof=verdict.proof,
            reason=verdict.reason,
            now=desk.now,
        )
    _end_letters(writer, desk, remote)


def freeze(writer: Writer, desk: Desk, kind: str, wire_id: str | None) -> None:
    """Stop everything with this peer: its signed words contradict one another."""
    peers.set_state(writer, desk.peer.id, PeerState.FROZEN)
    if kind == "fork":
        peers.set_reconciliation(writer, desk.peer.id, "fork", now=desk.now)
    alarms.insert(writer, peer=desk.peer.id, kind=kind, wire_id=wire_id, now=desk.now)


def _end_letters(writer: Writer, desk: Desk, remote: RemoteTrade) -> None:
    outbox.settle(writer, remote.wire_id, kinds=ABOUT_THE_ORDER, now=desk.now)
