"""What a trade between two others does to our books: two peers, and nobody of ours.

Upstream owes us what arrives here, we owe downstream what we pass on; the difference is
our fee.  Both edges are booked in one transfer, and each by an entry of its own chain.
After an old backup was put back one of the entries may be known before the other: then
each is booked when it is found, against suspense, and our own trade is not booked at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from msgspec.structs import replace

from cesnode.ledger.trades import Channel, Trade, TradeState
from cesnode.ledger.transfers import Entry, TransferKind, combine
from cesnode.services.clearing import books, suspending
from cesnode.services.clearing.here import Desk, moment, own_unit, peer_unit
from cesnode.services.clearing.verdicts import append, tell
from cesnode.services.identifiers import uuid7
from cesnode.store import (
    Reader,
    Writer,
    accounts,
    clearing_entries,
    outbox,
    peers,
    remote_trades,
    trades,
)
from cesnode.store.peers import Peer
from cesnode.store.remote_trades import Proof, RemoteTrade
from federation.bodies import Hop
from federation.chain import Edge
from federation.evidence import Verdict
from federation.objects import (
    ChainEntry,
    Change,
    HopAck,
    Mode,
    Money,
    Outcome,
    TradeOrder,
)
from federation.rates import check_rate
from federation.signed import Signed, sign
from federation.trade import State
from federation.wire import VERSION

ABOUT_THE_ORDER = ("prepare", "cancel")
"""The letters that have their answer once a trade is decided."""


@dataclass(frozen=True, slots=True)
class Toll:
    """What arrives here of an order, and what we pass on of it."""

    arriving: int
    onward: int


def draft(
    reader: Reader, order: TradeOrder, up: Peer, down: Peer, toll: Toll, *, now: int
) -> Trade:
    """Return our part of an order as it would be stored: from peer to peer."""
    wire_id = UUID(order.trade_id)
    taken = trades.by_uuid(reader, wire_id) is not None
    return Trade(
        id=trades.next_id(reader),
        uuid=uuid7() if taken else wire_id,
        state=TradeState.HELD,
        seller=down.clearing,
        buyer=up.clearing,
        other=order.payee,
        amount=toll.onward,
        seller_levy=0,
        buyer_levy=toll.arriving - toll.onward,
        description=None,
        event_on=moment(now).date().isoformat(),
        channel=Channel.FEDERATION,
        entered_by=None,
        on_behalf_of=None,
        created_at=now,
    )


def upstream_of(reader: Reader, desk: Desk, remote: RemoteTrade) -> Desk:
    """Return the desk of the node an order came from."""
    return _at(desk, peers.by_id(reader, remote.upstream or 0))


def onward_hop(reader: Reader, desk: Desk, remote: RemoteTrade) -> Hop:
    """Return the hop on which we send an order on, as its entry has to book it."""
    trade, order = trades.by_id(reader, remote.trade or 0), remote.order.value
    return Hop(
        from_node=desk.here.node,
        to_node=order.payee_node,
        amount=order.dest.amount,
        currency=order.dest.currency,
        scale=order.dest.scale,
        expires_at=moment(remote.expires_at),
        leaving=own_unit(desk.exchange).money(trade.amount),
    )


def booked_hop(reader: Reader, desk: Desk, remote: RemoteTrade, entry: ChainEntry) -> Hop:
    """Return the hop that an entry from downstream has to book.

    What we have forgotten we passed on is what the entry says, if the rate gives that.

    Raises:
        FederationError: the rate does not.

    """
    if remote.trade is not None:
        return onward_hop(reader, desk, remote)
    require_plausible(desk, remote.order.value, entry)
    return hop_of(entry, remote.order.value)


def hop_of(entry: ChainEntry, order: TradeOrder) -> Hop:
    """Return the hop that an entry books."""
    leaving, arriving = entry.debtor_amount, entry.creditor_amount
    is_first = entry.debtor == order.payer_node
    return Hop(
        from_node=entry.debtor,
        to_node=entry.creditor,
        amount=arriving.amount,
        currency=arriving.currency,
        scale=arriving.scale,
        expires_at=order.expires_at,
        leaving=None if is_first else _money(leaving),
    )


def require_plausible(desk: Desk, order: TradeOrder, entry: ChainEntry) -> None:
    """Refuse an entry whose amounts the rate of the peering does not give."""
    ours, theirs = own_unit(desk.exchange), peer_unit(desk.peer)
    if entry.debtor == desk.here.node:
        asked = (_money(entry.debtor_amount), order.dest)
        check_rate(Mode.FIXED_RECEIVE, asked, ours, theirs)
    else:
        asked = (order.source, _money(entry.creditor_amount))
        check_rate(Mode.FIXED_RECEIVE, asked, theirs, ours)


def lacks(reader: Reader, edge: Edge, remote: RemoteTrade) -> bool:
    """Whether a posted trade has still to be booked on one of its edges."""
    if remote.state is not State.POSTED:
        return False
    return clearing_entries.of_trade(reader, edge, remote.wire_id) is None


def post(
    writer: Writer,
    desk: Desk,
    remote: RemoteTrade,
    state: State,
    proof: Proof,
    entry: Signed[ChainEntry],
) -> None:
    """Book what downstream has decided; upstream hears it with an entry of our own."""
    up = upstream_of(writer, desk, remote)
    if remote.trade is None or up.peer.recovering:
        # What we wrote upstream before may be found again, or is forgotten altogether.
        post_half(writer, desk, remote, state, proof, entry)
        return
    trade = trades.by_id(writer, remote.trade)
    seq = books.post_held(writer, desk.exchange, trade, now=desk.now)
    _enter(writer, desk, remote, entry, seq)
    remote_trades.move_on(writer, remote, state, proof=proof, now=desk.now)
    append(writer, up, remote.order, remote.hop, seq)
    tell(writer, up, replace(remote, state=state, proof=proof))


def post_half(
    writer: Writer,
    desk: Desk,
    remote: RemoteTrade,
    state: State,
    proof: Proof,
    entry: Signed[ChainEntry],
) -> None:
    """Book one edge by its entry, before that of the other edge is known."""
    if remote.trade is not None:
        trade = trades.by_id(writer, remote.trade)
        books.void(writer, trade, TradeState.VOIDED, now=desk.now)
    change, _ = clearing_entries.amounts(entry.value, own=desk.here.node)
    _enter(writer, desk, remote, entry, _book(writer, desk, change, -change))
    remote_trades.move_on(writer, remote, state, proof=proof, now=desk.now)


def complete(
    writer: Writer, desk: Desk, remote: RemoteTrade, entry: Signed[ChainEntry]
) -> None:
    """Book the other edge by its entry, and take out of suspense what stood there."""
    change, _ = clearing_entries.amounts(entry.value, own=desk.here.node)
    other = clearing_entries.booked(writer, remote.wire_id)
    _enter(writer, desk, remote, entry, _book(writer, desk, change, other))


def complete_upstream(writer: Writer, desk: Desk, remote: RemoteTrade, hop: Hop) -> None:
    """Write the entry that upstream has still to get, at what its order brings here."""
    other = clearing_entries.booked(writer, remote.wire_id)
    append(writer, desk, remote.order, hop, _book(writer, desk, -hop.amount, other))


def void(
    writer: Writer, desk: Desk, remote: RemoteTrade, state: State, verdict: Verdict
) -> None:
    """Release both edges: downstream has refused, and upstream hears it."""
    trade = trades.by_id(writer, remote.trade or 0)
    books.void(writer, trade, TradeState.VOIDED, now=desk.now)
    proof = verdict.proof
    if isinstance(proof.value, HopAck):  # Upstream takes nobody's word for that but ours.
        proof = acknowledge(desk, remote, verdict.reason)
    reason = verdict.reason
    remote_trades.move_on(writer, remote, state, proof=proof, reason=reason, now=desk.now)
    decided = replace(remote, state=state, proof=proof, reason=reason)
    tell(writer, upstream_of(writer, desk, remote), decided)


def acknowledge(desk: Desk, remote: RemoteTrade, reason: str | None) -> Signed[HopAck]:
    """Sign that an order goes no further, and never will."""
    return sign(
        desk.here.key,
        HopAck(
            v=VERSION,
            trade_id=remote.wire_id,
            order_digest=remote.order.digest,
            outcome=Outcome.ABORTED,
            reason=reason,
            node=desk.here.node,
            decided_at=moment(desk.now),
        ),
    )


def _enter(
    writer: Writer,
    desk: Desk,
    remote: RemoteTrade,
    entry: Signed[ChainEntry],
    seq: int,
) -> None:
    clearing_entries.insert(
        writer, desk.peer, entry, own=desk.here.node, transfer=seq, now=desk.now
    )
    outbox.settle(writer, remote.wire_id, kinds=ABOUT_THE_ORDER, now=desk.now)


def _book(writer: Writer, desk: Desk, change: int, suspended: int) -> int:
    """Book one edge against suspense; what the two edges differ by is the community's."""
    entries = (
        Entry(desk.peer.clearing, change),
        Entry(suspending.account(writer, desk), suspended),
        Entry(accounts.COMMUNITY_ID, -change - suspended),
    )
    transfer = combine(TransferKind.SETTLEMENT, entries)
    return books.between(writer, desk.exchange, transfer, now=desk.now)


def _money(change: Change) -> Money:
    return Money(amount=change.amount, currency=change.currency, scale=change.scale)


def _at(desk: Desk, peer: Peer) -> Desk:
    return Desk(desk.here, desk.exchange, peer, desk.now)
