"""Says entry by entry where our books and a peer's part, or our own from what we signed."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from cesnode.community.exchange import Exchange
from cesnode.ledger.money import render
from cesnode.services.clearing.here import Here
from cesnode.services.views import instant
from cesnode.store import (
    Reader,
    accounts,
    clearing_entries,
    reconciliations,
    remote_trades,
    trades,
)
from cesnode.store.peers import Peer
from federation.chain import Edge, Head


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that differs: in which chain and from which entry on, or which trade.

    `what` is one of: missing-here, missing-there, fork, unbooked, balance, in-flight.
    """

    what: str
    chain: str | None = None
    entry: int | None = None
    trade: str | None = None
    ours: str | None = None
    theirs: str | None = None


def between(
    reader: Reader, here: Here, peer: Peer, theirs: Mapping[Edge, Head]
) -> list[Difference]:
    """Return each entry that one side has and the other has not, or has otherwise."""
    found = []
    for edge, ours in sorted(clearing_entries.heads(reader, here.node, peer).items()):
        told = theirs.get(edge, ours)
        chain = f"{edge.debtor} > {edge.creditor}"
        if told.seq == ours.seq and told.hash != ours.hash:
            found.append(
                Difference(
                    what="fork",
                    chain=chain,
                    entry=ours.seq,
                    ours=ours.hash,
                    theirs=told.hash,
                )
            )
        missing = "missing-here" if told.seq > ours.seq else "missing-there"
        first, last = sorted((ours.seq, told.seq))
        found += [
            Difference(what=missing, chain=chain, entry=seq, trade=_of(reader, edge, seq))
            for seq in range(first + 1, last + 1)
        ]
    return found


def within(reader: Reader, exchange: Exchange, peer: Peer) -> list[Difference]:
    """Return what in our own books does not fit our chains, and what is in flight."""
    found = [
        Difference(what="unbooked", trade=_ref(reader, wire_id) or wire_id)
        for wire_id in reconciliations.unbooked(reader, peer.id)
    ]
    balance = accounts.by_id(reader, peer.clearing).position.balance
    booked, _ = clearing_entries.totals(reader, peer.id)
    if balance != booked:
        ours, chains = (render(one, exchange.currency) for one in (balance, booked))
        found.append(Difference(what="balance", ours=ours, theirs=chains))
    for remote in remote_trades.held_with(reader, peer.id):
        since = f"{remote.state} since {instant(remote.created_at)}"
        ref = _ref(reader, remote.wire_id) or remote.wire_id
        found.append(Difference(what="in-flight", trade=ref, ours=since))
    return found


def _of(reader: Reader, edge: Edge, seq: int) -> str | None:
    """Return the trade of an entry that we have."""
    for kept in clearing_entries.page(reader, edge, after=seq - 1, limit=1):
        return _ref(reader, kept.wire_id) if kept.wire_id else kept.entry.value.kind
    return None


def _ref(reader: Reader, wire_id: str | None) -> str | None:
    remote = remote_trades.by_wire_id(reader, wire_id) if wire_id else None
    if remote is None or remote.trade is None:
        return None
    return trades.by_id(reader, remote.trade).ref
