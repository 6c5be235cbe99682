"""The chains of entries between this node and its peers: what each owes the other."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from cesnode.store import peer_terms
from cesnode.store.database import Reader, Writer
from cesnode.store.peers import Peer
from cesnode.store.sqlite import plain
from federation.chain import Edge, Head, after, entry_hash, genesis
from federation.objects import ChainEntry, EntryKind
from federation.signed import Signature, Signed, restore

plain(EntryKind)

_HEADS = "ends of chains"


@dataclass(frozen=True, slots=True)
class Kept:
    """An entry as it is kept, and the trade it books, if it books one."""

    entry: Signed[ChainEntry]
    wire_id: str | None


@dataclass(frozen=True, slots=True)
class Noted:
    """An entry that notes a limit: its place, and the digest of the terms that say it."""

    edge: Edge
    seq: int
    digest: str
    added_at: int


def head(reader: Reader, edge: Edge, peer: Peer) -> Head:
    """Return the end of a chain; its genesis where it has no entry yet."""
    known: dict[Edge, Head] = reader.memo.setdefault(_HEADS, {})
    if edge not in known:
        known[edge] = _head(reader, edge, peer)
    return known[edge]


def head_before(reader: Reader, edge: Edge, peer: Peer, entry: Signed[ChainEntry]) -> Head:
    """Return the end of a chain as an entry may follow it.

    The first of all may have been written in an earlier peering with the same node, and
    begin where the chain began then.
    """
    known, value = head(reader, edge, peer), entry.value
    if known.seq or value.seq != 1:
        return known
    starts = (genesis(edge, one) for one in peer_terms.peerings(reader, peer.id))
    return next((one for one in starts if one.hash == value.prev), known)


def _head(reader: Reader, edge: Edge, peer: Peer) -> Head:
    row = reader.first(
        "SELECT seq, hash FROM clearing_entries WHERE debtor = ? AND creditor = ?"
        " ORDER BY seq DESC LIMIT 1",
        (edge.debtor, edge.creditor),
    )
    return Head(*row) if row else genesis(edge, peer.peering_id)


def heads(reader: Reader, own: str, peer: Peer) -> dict[Edge, Head]:
    edges = (Edge(own, peer.node), Edge(peer.node, own))
    return {edge: head(reader, edge, peer) for edge in edges}


def held(reader: Reader, edge: Edge, seq: int) -> str | None:
    """Return the hash we hold of an entry, if we hold it."""
    row = reader.first(
        "SELECT hash FROM clearing_entries WHERE debtor = ? AND creditor = ? AND seq = ?",
        (edge.debtor, edge.creditor, seq),
    )
    return row[0] if row else None


def of_trade(reader: Reader, edge: Edge, wire_id: str) -> Signed[ChainEntry] | None:
    row = reader.first(
        "SELECT body, signature FROM clearing_entries"
        " WHERE debtor = ? AND creditor = ? AND wire_id = ?",
        (edge.debtor, edge.creditor, wire_id),
    )
    return _entry(*row) if row else None


def page(reader: Reader, edge: Edge, *, after: int, limit: int) -> list[Kept]:
    rows = reader.all(
        "SELECT body, signature, wire_id FROM clearing_entries"
        " WHERE debtor = ? AND creditor = ? AND seq > ? ORDER BY seq LIMIT ?",
        (edge.debtor, edge.creditor, after, limit),
    )
    return [Kept(_entry(body, signature), wire_id) for body, signature, wire_id in rows]


def limits(reader: Reader, peer: int) -> list[Noted]:
    """Return the entries of both chains with a peer that note a limit, oldest first."""
    rows = reader.all(
        "SELECT debtor, creditor, seq, body, added_at FROM clearing_entries"
        " WHERE peer_id = ? AND wire_id IS NULL AND kind = 'limit'"
        " ORDER BY added_at, debtor, seq",
        (peer,),
    )
    return [
        Noted(Edge(debtor, creditor), seq, _digest_in(body), added_at)
        for debtor, creditor, seq, body, added_at in rows
    ]


def insert(
    writer: Writer,
    peer: Peer,
    entry: Signed[ChainEntry],
    *,
    own: str,
    transfer: int | None,
    now: int,
) -> None:
    """Keep the next entry; `own_amount` is signed as our clearing account booked it."""
    value = entry.value
    own_amount, other_amount = amounts(value, own=own)
    writer.memo.setdefault(_HEADS, {})[Edge(value.debtor, value.creditor)] = after(entry)
    writer.run(
        "INSERT INTO clearing_entries (debtor, creditor, seq, hash, peer_id, kind, wire_id,"
        " own_amount, other_amount, body, signature, transfer_seq, added_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            value.debtor,
            value.creditor,
            value.seq,
            entry_hash(entry),
            peer.id,
            value.kind,
            value.trade_id,
            own_amount,
            other_amount,
            entry.content,
            msgspec.json.encode(entry.signature).decode(),
            transfer,
            now,
        ),
    )


def amounts(entry: ChainEntry, *, own: str) -> tuple[int, int]:
    """Return what an entry changes on our clearing account, and there in its own units."""
    debtor, creditor = entry.debtor_amount.amount, entry.creditor_amount.amount
    return (debtor, creditor) if entry.debtor == own else (-creditor, -debtor)


def totals(reader: Reader, peer: int) -> tuple[int, int]:
    """Return the sums of both columns: ours as our account has it, and theirs."""
    own, other = reader.one(
        "SELECT COALESCE(SUM(own_amount), 0), COALESCE(SUM(other_amount), 0)"
        " FROM clearing_entries WHERE peer_id = ?",
        (peer,),
    )
    return own, other


def booked(reader: Reader, wire_id: str) -> int:
    """Return what the entries of a trade have changed so far, on all edges together."""
    (change,) = reader.one(
        "SELECT COALESCE(SUM(own_amount), 0) FROM clearing_entries WHERE wire_id = ?",
        (wire_id,),
    )
    return int(change)


def _entry(body: bytes, signature: str) -> Signed[ChainEntry]:
    proven = msgspec.json.decode(signature, type=Signature)
    return restore(ChainEntry, bytes(body), proven)


def _digest_in(body: bytes) -> str:
    return msgspec.json.decode(bytes(body), type=ChainEntry).order_digest or ""
