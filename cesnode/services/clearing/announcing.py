"""Lets a peer know that a chain we write has grown; it asks for the rest."""

from __future__ import annotations

from cesnode.services.clearing.here import Desk
from cesnode.store import Writer, clearing_entries, outbox
from federation.bodies import ChainHead
from federation.chain import Edge
from federation.wire import write

LETTER = "chain_news"


def tell(writer: Writer, desk: Desk, edge: Edge) -> None:
    """Put the news out to send, in place of older news that was not heard yet."""
    head = clearing_entries.head(writer, edge, desk.peer)
    name = name_of(edge)
    outbox.settle(writer, name, kinds=(LETTER,), now=desk.now)
    outbox.add(
        writer,
        peer=desk.peer.id,
        kind=LETTER,
        wire_id=name,
        parameters={"debtor": edge.debtor, "creditor": edge.creditor},
        body=write(ChainHead(seq=head.seq, hash=head.hash)),
        now=desk.now,
    )


def name_of(edge: Edge) -> str:
    """Name a chain, as letters about it do."""
    return f"{edge.debtor}>{edge.creditor}"
