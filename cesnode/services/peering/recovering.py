"""After an old backup was put back: nothing is decided until all peers have been asked.

A restored node has forgotten promises and decisions, which its own signatures in the
peers' copies of the chains prove.  Each peer is left alone with this until both heads
of both chains are found to be the same; then the node decides again.
"""

from __future__ import annotations

from cesnode.community.roles import Actor, Permission
from cesnode.services.clearing import chains
from cesnode.services.clearing.here import Desk, Here
from cesnode.services.peering import standing
from cesnode.store import Reader, Writer, exchanges, peers
from cesnode.store.peers import Peer
from federation.chain import Edge
from federation.peering import ALLOWED, Need, State

_BEGUN = frozenset({State.ACTIVE, State.PAUSED, State.CLOSING, State.FROZEN})


def begin(
    writer: Writer, here: Here, actor: Actor, *, name: str | None = None, now: int
) -> list[Peer]:
    """Decide nothing with a peer, or with any, until its copy of the chains is ours.

    Raises:
        NotAllowed, UnknownPeer

    """
    actor.require(Permission.KEEP_PEERS)
    exchange = exchanges.load(writer, now)
    found = [peers.find(writer, name)] if name else peers.every(writer)
    meant = [peer for peer in found if peer.own_state in _BEGUN]
    for peer in meant:
        peers.set_recovering(writer, peer.id, recovering=True)
        standing.record(writer, exchange, actor, "peer.recovering", peer, {}, now=now)
        if Need.TALK in ALLOWED[peer.own_state]:
            desk = Desk(here, exchange, peer, now)
            chains.ask(writer, desk, Edge(here.node, peer.node))
            chains.ask(writer, desk, Edge(peer.node, here.node))
    return [peers.by_id(writer, peer.id) for peer in meant]


def unfinished(reader: Reader) -> list[Peer]:
    """Return the peers whose chains have still to be recovered."""
    return [peer for peer in peers.every(reader) if peer.recovering]
