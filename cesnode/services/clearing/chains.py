"""The two chains between us and a peer: shown on request, followed, and recovered from.

A page of a chain carries the orders and receipts of its entries, so that a node that was
restored from an old backup finds in it all that it has forgotten and once signed.
"""

from __future__ import annotations

from collections.abc import Iterable

from cesnode.community import notices
from cesnode.services import noticing
from cesnode.services.clearing import books, noting, relieving, transit
from cesnode.services.clearing.announcing import name_of
from cesnode.services.clearing.hearing import apply_entry, freeze
from cesnode.services.clearing.here import Desk
from cesnode.services.clearing.recalling import Forgotten, recall, role_in
from cesnode.services.clearing.setoffs import deciding as setting_off
from cesnode.store import (
    Reader,
    Writer,
    clearing_entries,
    outbox,
    remote_trades,
    setoffs,
    settlements,
    trades,
)
from cesnode.store.clearing_entries import Kept
from cesnode.store.remote_trades import RemoteTrade
from federation.bodies import ChainHead, ChainPage, ChainQuery, Link
from federation.chain import Edge, Place, place
from federation.endpoints import LARGE
from federation.errors import FederationError, Problem, schema_invalid
from federation.evidence import Verdict, check_entry
from federation.objects import (
    ChainEntry,
    EntryKind,
    Settlement,
    TradeOrder,
    TradeReceipt,
)
from federation.setoff_objects import SetoffBundle
from federation.signed import Signed, open_signed, relayed
from federation.signing import Reply
from federation.terms import Agreement
from federation.trade import Effect, Event, Role, advance
from federation.wire import ABSENT, read, write

PAGE = 100
ROOM = LARGE // 2
"""Bytes of signed objects on a page; the bundles of large set-offs fill one sooner."""
LETTER = "chain"


def show(reader: Reader, desk: Desk, edge: Edge, query: ChainQuery) -> Reply:
    """Answer a page of a chain between us and the node that asks."""
    if {edge.debtor, edge.creditor} != {desk.here.node, desk.peer.node}:
        raise FederationError(Problem.NOT_FOUND, "There is no such chain between us.")
    head = clearing_entries.head(reader, edge, desk.peer)
    kept = clearing_entries.page(
        reader, edge, after=query.after, limit=min(query.limit, PAGE)
    )
    links = _within(ROOM, (_link(reader, each) for each in kept))
    page = ChainPage(head=ChainHead(seq=head.seq, hash=head.hash), entries=links)
    return Reply(200, write(page))


def ask(writer: Writer, desk: Desk, edge: Edge) -> None:
    """Ask the peer for what a chain has beyond our copy, once at a time."""
    head = clearing_entries.head(writer, edge, desk.peer)
    name = name_of(edge)
    letters = outbox.about(writer, name)
    if any(each.done_at is None and each.kind == LETTER for each in letters):
        return
    outbox.add(
        writer,
        peer=desk.peer.id,
        kind=LETTER,
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
        head = clearing_entries.head_before(writer, edge, desk.peer, entry)
        where = place(entry, head, held)
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


def heard(writer: Writer, desk: Desk, edge: Edge, told: ChainHead) -> Reply:
    """Ask for what a peer says it has added to the chain that it writes."""
    if edge != Edge(desk.here.node, desk.peer.node):
        raise FederationError(Problem.NOT_FOUND, "You write no such chain with us.")
    if told.seq > clearing_entries.head(writer, edge, desk.peer).seq:
        ask(writer, desk, edge)
    return Reply(204)


def _within(room: int, links: Iterable[Link]) -> tuple[Link, ...]:
    """Return as many links as a page has room for, and one at least."""
    found: list[Link] = []
    sizes = 0
    for link in links:
        sizes += len(bytes(link.order)) + len(bytes(link.receipt)) + len(bytes(link.entry))
        if found and sizes > room:
            break
        found.append(link)
    return tuple(found)


def _link(reader: Reader, kept: Kept) -> Link:
    entry = kept.entry
    remote = remote_trades.by_wire_id(reader, kept.wire_id) if kept.wire_id else None
    receipt = remote.proof if remote else None
    booked = remote.order if remote else _agreed(reader, entry.value)
    return Link(
        entry=entry.raw,
        entry_sig=entry.signature,
        receipt=receipt.raw if receipt else ABSENT,
        receipt_sig=receipt.signature if receipt else None,
        order=booked.raw if booked else ABSENT,
        order_sig=booked.signature if booked else None,
        sealed=remote.sealed if remote else None,
    )


def _agreed(
    reader: Reader, entry: ChainEntry
) -> Signed[Settlement] | Signed[SetoffBundle] | Signed[Agreement] | None:
    """Return what an entry of no trade books, where that was agreed upon."""
    if entry.kind is EntryKind.SETTLEMENT and entry.order_digest is not None:
        settlement = settlements.by_digest(reader, entry.order_digest)
        return settlement.word if settlement else None
    if entry.kind is EntryKind.SETOFF and entry.order_digest is not None:
        setoff = setoffs.by_decision(reader, entry.order_digest)
        return setoff.bundle if setoff else None
    return noting.terms_of(reader, entry) if entry.kind is EntryKind.LIMIT else None


def _apply(writer: Writer, desk: Desk, entry: Signed[ChainEntry], link: Link) -> bool:
    """Apply the next entry of a chain, of whichever kind and side; False: it cannot be."""
    if entry.value.kind is not EntryKind.TRADE:
        _check_units(desk, entry.value)
        if entry.value.kind is EntryKind.SETOFF:
            return setting_off.enter(writer, desk, entry, link)
        if entry.value.kind is EntryKind.LIMIT:
            noting.enter(writer, desk, entry, link)
            return True
        relieving.enter(writer, desk, entry, link)
        return True
    order, receipt = _proof(writer, desk, link)
    remote = remote_trades.by_wire_id(writer, order.value.trade_id)
    ours = entry.value.debtor == desk.here.node
    role = role_in(order.value, desk.here.node)
    if remote is None:
        remote = recall(writer, desk, Forgotten(order, role, entry.value, link.sealed))
    side = remote.downstream if ours else remote.upstream
    if (remote.role, side) != (role, desk.peer.id):
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
    is_hub = remote.role is Role.HUB
    if is_hub and transit.lacks(writer, _edge(entry), remote):
        transit.complete(writer, desk, remote, entry)
        return
    hop = remote.hop
    check_entry(entry, remote.order, hop, hop.leaving or remote.order.value.source)
    step = advance(remote.role, remote.state, Event.RECOVERED)
    if is_hub and Effect.POST in step.effects:
        transit.post_half(writer, desk, remote, step.state, receipt, entry)
        return
    if Effect.POST not in step.effects:
        freeze(writer, desk, "contradiction", remote.wire_id)
        return
    trade = trades.by_id(writer, remote.trade or 0)
    seq = books.post_held(writer, desk.exchange, trade, now=desk.now)
    clearing_entries.insert(
        writer, desk.peer, entry, own=desk.here.node, transfer=seq, now=desk.now
    )
    remote_trades.move_on(writer, remote, step.state, proof=receipt, now=desk.now)
    noticing.of_trade(writer, trade, notices.POSTED_ABROAD, but=None, now=desk.now)


def _proof(
    reader: Reader, desk: Desk, link: Link
) -> tuple[Signed[TradeOrder], Signed[TradeReceipt]]:
    """Open what an entry of a trade must come with, and see that it belongs together."""
    if link.order_sig is None or link.receipt_sig is None:
        raise schema_invalid("An entry of a trade comes with its order and receipt.")
    find_key = desk.here.find_key(reader)
    receipt = open_signed(TradeReceipt, bytes(link.receipt), link.receipt_sig, find_key)
    if receipt.value.payee_node == desk.here.node:  # It vouches for the order's digest.
        order = relayed(TradeOrder, bytes(link.order), link.order_sig)
    else:
        order = open_signed(TradeOrder, bytes(link.order), link.order_sig, find_key)
    about = (receipt.value.trade_id, receipt.value.order_digest, receipt.value.payee_node)
    if about != (order.value.trade_id, order.digest, order.value.payee_node):
        raise schema_invalid("The receipt is that of another order.")
    return order, receipt


def _edge(entry: Signed[ChainEntry]) -> Edge:
    return Edge(entry.value.debtor, entry.value.creditor)


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
