"""A set-off that is decided, in the books: each edge by the entry of its creditor.

1. Where we are the creditor, we write the entry and book it; where we are the debtor,
   we book it when the entry comes.  In between the account CIRCLES stands for the other
   side, so that the ledger and both chains agree at every moment.
2. With the last edge CIRCLES returns to nothing; what rounding leaves goes to ROUNDING.
3. While a peer may know entries that we have forgotten, we write none for it: either it
   shows ours, or it is written once both chains are found to be the same.
"""

from __future__ import annotations

from cesnode.community.exchange import Exchange
from cesnode.ledger.accounts import SystemAccount
from cesnode.ledger.transfers import Entry, TransferKind, combine
from cesnode.services.clearing import announcing, books
from cesnode.services.clearing.here import Desk, Here
from cesnode.services.peering import standing
from cesnode.store import (
    Reader,
    Writer,
    accounts,
    clearing_entries,
    peers,
    setoff_parts,
    setoffs,
)
from cesnode.store.peers import Peer
from cesnode.store.setoff_parts import Part
from federation import chain
from federation.chain import Booking, Edge
from federation.errors import schema_invalid
from federation.objects import ChainEntry, EntryKind
from federation.setoff_objects import SetoffAccept, SetoffBundle
from federation.signed import Signed


def parts_in(reader: Reader, here: Here, accept: SetoffAccept) -> list[tuple[Peer, Part]]:
    """Return what our own acceptance changes, peer by peer.

    Raises:
        FederationError: it names somebody we have no account for.

    """
    found = []
    for one in accept.amounts:
        we_owe = one.debtor == here.node
        peer = peers.by_node(reader, one.creditor if we_owe else one.debtor)
        if peer is None:
            raise schema_invalid("The set-off is with a node that is no peer of ours.")
        part = Part(
            setoff_id=accept.setoff_id,
            peer=peer.id,
            we_owe=we_owe,
            amount=one.amount.amount,
            transfer=None,
        )
        found.append((peer, part))
    return found


def commit(
    writer: Writer,
    here: Here,
    exchange: Exchange,
    bundle: Signed[SetoffBundle],
    *,
    but: int | None = None,
    now: int,
) -> None:
    """Enter what we are the creditor of; with `but` its entry is just being applied."""
    if here.node not in bundle.value.proposal.parties:
        return
    found = parts_in(writer, here, bundle.value.accept_of(here.node))
    for _, part in found:
        setoff_parts.put(writer, part)
    for peer, part in found:
        if not (part.we_owe or peer.recovering or peer.id == but):
            _enter_own(writer, Desk(here, exchange, peer, now), bundle, part)


def resume(writer: Writer, desk: Desk) -> None:
    """Enter what waited until we knew that we had forgotten nothing."""
    for part in setoff_parts.unentered(writer, desk.peer.id):
        setoff = setoffs.find(writer, part.setoff_id)
        if setoff is not None and setoff.bundle is not None:
            _enter_own(writer, desk, setoff.bundle, part)


def book(
    writer: Writer, desk: Desk, entry: Signed[ChainEntry], bundle: Signed[SetoffBundle]
) -> None:
    """Book the entry of a set-off that is cleared, whichever side wrote it.

    Raises:
        FederationError: it is not what was agreed, or was booked before.

    """
    value = entry.value
    wanted = _booking(bundle, Edge(value.debtor, value.creditor))
    told = (value.order_digest, value.debtor_amount, value.creditor_amount)
    if told != (wanted.digest, wanted.debtor_amount, wanted.creditor_amount):
        raise schema_invalid("The entry does not book what was agreed.")
    part = _part_with(writer, desk, bundle.value)
    if part.transfer is not None:
        raise schema_invalid("This part of the set-off has been booked before.")
    _book(writer, desk, entry, part)


def _enter_own(
    writer: Writer, desk: Desk, bundle: Signed[SetoffBundle], part: Part
) -> None:
    edge = Edge(desk.peer.node, desk.here.node)
    head = clearing_entries.head(writer, edge, desk.peer)
    entry = chain.append(desk.here.key, edge, head, _booking(bundle, edge))
    _book(writer, desk, entry, part)
    announcing.tell(writer, desk, edge)


def _booking(bundle: Signed[SetoffBundle], edge: Edge) -> Booking:
    """Return what the entry of an edge says, from what both its sides have signed.

    Raises:
        FederationError: the set-off has no such edge.

    """
    value = bundle.value
    if all(one.ends != (edge.debtor, edge.creditor) for one in value.proposal.edges):
        raise schema_invalid("The set-off has no such edge.")
    owed, due = (
        value.accept_of(node).amount_on(edge.debtor, edge.creditor)
        for node in (edge.debtor, edge.creditor)
    )
    return Booking(
        kind=EntryKind.SETOFF,
        digest=bundle.digest,
        debtor_amount=chain.relief(owed),
        creditor_amount=chain.relief(due),
    )


def _part_with(reader: Reader, desk: Desk, bundle: SetoffBundle) -> Part:
    found = setoff_parts.of_setoff(reader, bundle.setoff_id)
    return next(part for part in found if part.peer == desk.peer.id)


def _book(writer: Writer, desk: Desk, entry: Signed[ChainEntry], part: Part) -> None:
    own, now = desk.here.node, desk.now
    seq = _post(writer, desk, part)
    clearing_entries.insert(writer, desk.peer, entry, own=own, transfer=seq, now=now)
    setoff_parts.book(writer, part, transfer=seq)
    standing.end_if_settled(writer, desk.exchange, desk.peer, now=now)


def _post(writer: Writer, desk: Desk, part: Part) -> int:
    """Post one edge against CIRCLES; the last also moves what rounding has left."""
    code, now = desk.exchange.code, desk.now
    every = setoff_parts.of_setoff(writer, part.setoff_id)
    is_last = all(one.transfer is not None or one.peer == part.peer for one in every)
    left = sum(one.change for one in every) if is_last else 0
    entries = [
        Entry(desk.peer.clearing, part.change),
        Entry(_system(writer, code, SystemAccount.CIRCLES, now), left - part.change),
    ]
    if left:
        entries.append(Entry(_system(writer, code, SystemAccount.ROUNDING, now), -left))
    transfer = combine(TransferKind.SETTLEMENT, entries)
    return books.between(writer, desk.exchange, transfer, now=now)


def _system(writer: Writer, code: str, purpose: SystemAccount, now: int) -> int:
    return accounts.system(writer, code, purpose, now=now)
