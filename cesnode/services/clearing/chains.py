"""The two chains between us and a peer: shown on request, followed, and recovered from.

A page of a chain carries the orders and receipts of its entries, so that a node that was
restored from an old backup finds in it all that it has forgotten and once signed.
"""

from __future__ import annotations

from cesnode.services.clearing import books
from cesnode.services.clearing.hearing import apply_entry, freeze
from cesnode.services.clearing.here import Desk
from cesnode.services.clearing.recalling import recall
from cesnode.store import (
    Reader,
    Writer,
    clearing_entries,
    outbox,
    remote_trades,
    trades,
)
from cesnode.store.remote_trades import RemoteTrade
from federation.bodies import ChainHead, ChainPage, ChainQuery, Link
from federation.chain import Edge, Place, place
from federation.errors import FederationError, Problem, schema_invalid
from federation.evidence import Verdict, check_entry
from federation.objects import ChainEntry, EntryKind, TradeOrder, TradeReceipt
from federation.signed import Signed, open_signed
from federation.signing import Reply
from federation.trade import Effect, Event, Role, advance
from federation.wire import ABSENT, read, write

PAGE = 100


def show(reader: Reader, desk: Desk, edge: Edge, query: ChainQuery) -> Reply:
    """Answer a page of a chain between us and the node that asks."""
    if {edge.debtor, edge.creditor} != {desk.here.node, desk.peer.node}:
        raise FederationError(Problem.NOT_FOUND, "There is no such chain between us.")
    head = clearing_entries.head(reader, edge, desk.peer)
    kept = clearing_entries.page(
        reader, edge, after=query.after, limit=min(query.limit, PAGE)
    )
    links = tuple(_link(reader, each.entry, each.wire_id) for each in kept)
    page = ChainPage(head=ChainHead(seq=head.seq, hash=head.hash), entries=links)
    return Reply(200, write(page))


def ask(writer: Writer, desk: Desk, edge: Edge) -> None:
    """Ask the peer for what a chain has beyond our copy, once at a time."""
    head = clearing_entries.head(writer, edge, desk.peer)
    name = f"{edge.debtor}>{edge.creditor}"
    if any(letter.done_at is None for letter in outbox.about(writer, name)):
        return
    outbox.add(
        writer,
        peer=desk.peer.id,
        kind="chain",
        wire_id=name,
        parameters={
            "debtor": edge.debtor,
            "creditor": edge.creditor,
            "after": str(head.seq),
        },
        body=b"",
        now=desk.now,
    )


def follow(writer: Writer, desk: Desk, edge: Edge, document: bytes) -> bool:
    """Apply a page of a chain; return whether there is more to ask for.

    Raises:
        FederationError: the page is not proven, or does not lead on from our copy.

    """
    page = read(document, ChainPage)
    before = clearing_entries.head(writer, edge, desk.peer).seq
    find_key = desk.here.find_key(writer)
    for link in page.entries:
        entry = open_signed(ChainEntry, bytes(link.entry), link.entry_sig, find_key)
        if Edge(entry.value.debtor, entry.value.creditor) != edge:
            raise schema_invalid("The page holds an entry of another chain.")
        held = clearing_entries.held(writer, edge, entry.value.seq)
        where = place(entry, clearing_entries.head(writer, edge, desk.peer), held)
        if where is Place.FORK:
            freeze(writer, desk, "fork", entry.value.trade_id)
            return False
        if where is Place.GAP:
            raise schema_invalid("The page does not follow on from our copy.")
        if where is Place.NEXT and not _apply(writer, desk, entry, link):
            return False
    after = clearing_entries.head(writer, edge, desk.peer).seq
    if after == before < page.head.seq:
        raise schema_invalid("The page does not lead on to the head it names.")
    return after < page.head.seq


def _link(reader: Reader, entry: Signed[ChainEntry], wire_id: str | None) -> Link:
    remote = remote_trades.by_wire_id(reader, wire_id) if wire_id else None
    receipt = remote.proof if remote else None
    return Link(
        entry=entry.raw,
        entry_sig=entry.signature,
        receipt=receipt.raw if receipt else ABSENT,
        receipt_sig=receipt.signature if receipt else None,
        order=remote.order.raw if remote else ABSENT,
        order_sig=remote.order.signature if remote else None,
    )


def _apply(writer: Writer, desk: Desk, entry: Signed[ChainEntry], link: Link) -> bool:
    """Apply the next entry of a chain, of whichever kind and side; False: it cannot be."""
    if entry.value.kind is not EntryKind.TRADE:
        _adjust(writer, desk, entry)
        return True
    order, receipt = _proof(writer, desk, link)
    remote = remote_trades.by_wire_id(writer, order.value.trade_id)
    ours = entry.value.debtor == desk.here.node
    role = Role.PAYER if ours else Role.PAYEE
    if remote is None:
        remote = recall(writer, desk, order, role)
    if (remote.role, remote.peer) != (role, desk.peer.id):
        raise schema_invalid("The entry books a trade that is not between us.")
    if ours:
        verdict = Verdict(receipt, entry)
        apply_entry(writer, desk, remote, verdict, entry, event=Event.RECOVERED)
    else:
        _commit_again(writer, desk, remote, entry, receipt)
    return clearing_entries.held(writer, _edge(entry), entry.value.seq) is not None


def _commit_again(
    writer: Writer,
    desk: Desk,
    remote: RemoteTrade,
    entry: Signed[ChainEntry],
    receipt: Signed[TradeReceipt],
) -> None:
    """Post what we had decided and forgotten: our own signature proves it."""
    check_entry(entry, remote.order, remote.hop, remote.order.value.source)
    step = advance(Role.PAYEE, remote.state, Event.RECOVERED)
    if Effect.POST not in step.effects:
        freeze(writer, desk, "contradiction", remote.wire_id)
        return
    trade = trades.by_id(writer, remote.trade or 0)
    seq = books.post_held(writer, desk.exchange, trade, now=desk.now)
    clearing_entries.insert(
        writer, desk.peer, entry, own=desk.here.node, transfer=seq, now=desk.now
    )
    remote_trades.move_on(writer, remote, step.state, proof=receipt, now=desk.now)


def _proof(
    reader: Reader, desk: Desk, link: Link
) -> tuple[Signed[TradeOrder], Signed[TradeReceipt]]:
    """Open what an entry of a trade must come with, and see that it belongs together."""
    if link.order_sig is None or link.receipt_sig is None:
        raise schema_invalid("An entry of a trade comes with its order and receipt.")
    find_key = desk.here.find_key(reader)
    order = open_signed(TradeOrder, bytes(link.order), link.order_sig, find_key)
    receipt = open_signed(TradeReceipt, bytes(link.receipt), link.receipt_sig, find_key)
    about = (receipt.value.trade_id, receipt.value.order_digest, receipt.value.payee_node)
    if about != (order.value.trade_id, order.digest, order.value.payee_node):
        raise schema_invalid("The receipt is that of another order.")
    return order, receipt


def _edge(entry: Signed[ChainEntry]) -> Edge:
    return Edge(entry.value.debtor, entry.value.creditor)


def _adjust(writer: Writer, desk: Desk, entry: Signed[ChainEntry]) -> None:
    """Book the creditor's word that a debt is less: written off, or settled outside.

    What we no longer owe to the peer we owe to nobody: it goes to the community.
    """
    _check_units(desk, entry.value)
    change, _ = clearing_entries.amounts(entry.value, own=desk.here.node)
    seq = None
    if change:
        clearing = desk.peer.clearing
        seq = books.adjust(writer, desk.exchange, clearing, change, now=desk.now)
    clearing_entries.insert(
        writer, desk.peer, entry, own=desk.here.node, transfer=seq, now=desk.now
    )


def _check_units(desk: Desk, entry: ChainEntry) -> None:
    """Refuse an entry that counts in other currencies than the two of its nodes."""
    units = {
        desk.here.node: (desk.exchange.currency.code, desk.exchange.currency.scale),
        desk.peer.node: (desk.peer.currency, desk.peer.scale),
    }
    told = {
        entry.debtor: (entry.debtor_amount.currency, entry.debtor_amount.scale),
        entry.creditor: (entry.creditor_amount.currency, entry.creditor_amount.scale),
    }
    if told != units:
        raise schema_invalid("The entry counts in other currencies than ours.")
