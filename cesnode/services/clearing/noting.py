"""Limits in the chain: how much each side lends is noted there when it has changed.

1. The creditor writes an entry of nothing, which names the terms that both have signed
   by their digest.  It is the creditor's word; the debtor's stands under the terms.
2. So the chain alone tells which limit held at which of its entries: that of the last
   note before it, and nothing where there is none.
3. A note moves nothing, and keeps nobody to anything: that the ledger does.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cesnode.services.clearing import announcing
from cesnode.services.clearing.here import Desk
from cesnode.store import Reader, Writer, clearing_entries, peer_terms
from cesnode.store.peer_terms import Kept
from cesnode.store.peerings import Agreed
from cesnode.store.peers import Peer
from federation import chain
from federation.bodies import Link
from federation.chain import Booking, Edge
from federation.errors import schema_invalid
from federation.objects import Allowance, ChainEntry, Change, EntryKind
from federation.signed import Signature, Signed, prove, relayed, restore
from federation.terms import Agreement


@dataclass(frozen=True, slots=True)
class Limit:
    """What a creditor lent its debtor from an entry of their chain on."""

    edge: Edge
    seq: int
    version: int
    credit_line: Allowance
    noted_at: int


def note(writer: Writer, desk: Desk, agreed: Agreed) -> bool:
    """Keep the terms in force, and note what we lend by them if the chain says else."""
    kept = peer_terms.keep(writer, desk.peer.id, agreed, now=desk.now)
    edge = Edge(desk.peer.node, desk.here.node)
    lent = kept.value.party(desk.here.node).credit_line
    if desk.peer.recovering or _told(writer, desk.peer, edge) == lent.amount:
        return False
    nothing = (
        Change(amount=0, currency=desk.peer.currency, scale=desk.peer.scale),
        Change(amount=0, currency=lent.currency, scale=lent.scale),
    )
    booking = Booking(
        kind=EntryKind.LIMIT,
        digest=kept.digest,
        debtor_amount=nothing[0],
        creditor_amount=nothing[1],
    )
    head = clearing_entries.head(writer, edge, desk.peer)
    _insert(writer, desk, chain.append(desk.here.key, edge, head, booking))
    announcing.tell(writer, desk, edge)
    return True


def enter(writer: Writer, desk: Desk, entry: Signed[ChainEntry], link: Link) -> None:
    """Keep a note of the chain, with the terms it names.

    One that we wrote ourselves and have forgotten needs no terms: our signature is on it.

    Raises:
        FederationError: it does not name terms of ours, or goes back to older ones.

    """
    value = entry.value
    if link.order_sig is not None:
        terms = _terms(writer, desk, value, bytes(link.order), link.order_sig)
        peer_terms.keep(writer, desk.peer.id, terms, now=desk.now)
    elif value.creditor != desk.here.node:
        raise schema_invalid("An entry of a limit comes with the terms that it names.")
    _insert(writer, desk, entry)


def terms_of(reader: Reader, entry: ChainEntry) -> Signed[Agreement] | None:
    """Return the terms an entry names as the debtor has signed them, if we hold that."""
    kept = _named(reader, entry.order_digest)
    signature = kept.signature(entry.debtor) if kept else None
    if kept is None or signature is None:
        return None
    return restore(Agreement, kept.agreed.content, signature)


def history(reader: Reader, peer: Peer) -> Iterator[Limit]:
    """Go through what either side has lent the other, as the chains tell it."""
    for one in clearing_entries.limits(reader, peer.id):
        kept = _named(reader, one.digest)
        if kept is not None:
            version, party = kept.value.terms_version, kept.value.party(one.edge.creditor)
            yield Limit(one.edge, one.seq, version, party.credit_line, one.added_at)


def at(reader: Reader, peer: Peer, edge: Edge, seq: int) -> Limit | None:
    """Return the limit that held at an entry of a chain, if one was noted before it."""
    before = [one for one in history(reader, peer) if one.edge == edge and one.seq < seq]
    return max(before, key=lambda one: one.seq, default=None)


def _told(reader: Reader, peer: Peer, edge: Edge) -> int:
    """Return how much the chain says is lent on an edge just now."""
    lines = [one for one in history(reader, peer) if one.edge == edge]
    return max(lines, key=lambda one: one.seq).credit_line.amount if lines else 0


def _terms(
    reader: Reader, desk: Desk, entry: ChainEntry, document: bytes, signature: Signature
) -> Agreed:
    """Prove the terms of a note: the debtor has signed just these, and none later."""
    terms = relayed(Agreement, document, signature)
    value = terms.value
    if terms.digest != entry.order_digest:
        raise schema_invalid("The entry names other terms than it comes with.")
    if {party.node for party in value.parties} != {entry.debtor, entry.creditor}:
        raise schema_invalid("These are terms between other nodes.")
    lent, unit = value.party(entry.creditor).credit_line, entry.creditor_amount
    if (lent.currency, lent.scale) != (unit.currency, unit.scale):
        raise schema_invalid("The credit line is not in the currency of its lender.")
    keyid = signature.keyid
    key = desk.here.find_key(reader)(entry.debtor, keyid)
    prove(terms.content, Agreement, signature, key)
    if keyid != value.party(entry.debtor).kid:
        raise schema_invalid("The terms name another key than they are signed with.")
    _require_later(reader, desk, entry, value)
    return Agreed(terms.content, (signature,))


def _require_later(reader: Reader, desk: Desk, entry: ChainEntry, value: Agreement) -> None:
    for one in clearing_entries.limits(reader, desk.peer.id):
        known = _named(reader, one.digest)
        if known is None or one.edge != Edge(entry.debtor, entry.creditor):
            continue
        before = (known.value.peering_id, known.value.terms_version)
        if before[0] == value.peering_id and before[1] >= value.terms_version:
            raise schema_invalid("The entry goes back to older terms.")


def _named(reader: Reader, digest: str | None) -> Kept | None:
    return peer_terms.by_digest(reader, digest) if digest else None


def _insert(writer: Writer, desk: Desk, entry: Signed[ChainEntry]) -> None:
    clearing_entries.insert(
        writer, desk.peer, entry, own=desk.here.node, transfer=None, now=desk.now
    )
