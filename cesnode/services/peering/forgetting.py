"""Puts away a peering that has ended, or never came to be; its books stay for ever."""

from __future__ import annotations

from cesnode.community.roles import Actor, Permission
from cesnode.errors import PeerNeeded, WrongPeerState
from cesnode.services.peering import standing
from cesnode.store import (
    Writer,
    exchanges,
    feeds,
    peer_keys,
    peers,
    remote_listings,
)
from cesnode.store.peers import Peer
from federation.peering import Event, State, advance

_NEVER_BEGAN = frozenset({State.INVITED, State.REQUESTED})


def put_away(writer: Writer, actor: Actor, name: str, *, now: int) -> Peer:
    """Show a peer no more among those there are; a new invitation brings it back.

    Raises:
        NotAllowed, UnknownPeer
        WrongPeerState: the agreement has not ended.
        PeerNeeded: something is owed, or on its way.

    """
    actor.require(Permission.KEEP_PEERS)
    peer, exchange = peers.find(writer, name), exchanges.load(writer, now)
    if peer.own_state is not State.CLOSED and peer.own_state not in _NEVER_BEGAN:
        raise WrongPeerState(peer=peer.name, state=peer.state)
    if not standing.is_settled(writer, peer):
        raise PeerNeeded(peer=peer.name)
    if peer.own_state in _NEVER_BEGAN:
        peers.set_state(writer, peer.id, advance(peer.own_state, Event.CLOSE))
        peer_keys.end_all(writer, peer.id, until=now)
    if peer.put_away_at is None:
        remote_listings.drop_all(writer, peer.id)
        feeds.forget(writer, peer.id)
        peers.set_put_away(writer, peer.id, now=now)
        standing.record(writer, exchange, actor, "peer.put_away", peer, {}, now=now)
    return peers.by_id(writer, peer.id)
