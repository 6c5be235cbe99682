"""Looks for peers that say they have moved, at the address that they name."""

from __future__ import annotations

import logging

from cesnode.errors import PeerRefused, PeerUnreachable
from cesnode.jobs.voice import Voice
from cesnode.services.peering import following
from cesnode.store.peers import Peer
from federation.arrival import Arrival
from federation.endpoints import NODE_MOVE
from federation.errors import FederationError
from federation.moves import Moved
from federation.transport.client import NoAnswer

_log = logging.getLogger(__name__)


async def look(voice: Voice, peer: Peer, origin: str) -> Peer:
    """Look for a peer at an address; it is reached there from now on, if it is there.

    Raises:
        PeerUnreachable: nothing is there, or no card.
        PeerRefused: who is there is not the peer, or has not said that it would be.

    """
    store, now = voice.store, voice.clock()
    try:
        card = await voice.client.fetch_card(origin)
        return await store.write(following.found, peer.id, card, now=now)
    except NoAnswer as error:
        await store.write(following.looked, peer.id, now=now)
        raise PeerUnreachable(peer=origin, reason=error.why) from error
    except FederationError as error:
        await store.write(following.looked, peer.id, now=now)
        _log.warning("%s was not found at %s: %s", peer.node, origin, error.reason)
        raise PeerRefused(peer=origin, problem=error.problem) from error


async def look_for_all(voice: Voice) -> None:
    """Look for every peer that has told of a move and was not found there yet."""
    for peer, origin in await voice.store.read(following.to_look_for):
        await _try(voice, peer, origin)


async def look_ahead(voice: Voice, arrival: Arrival) -> None:
    """Look for a peer that tells of its move just now: if it is there, it is calling.

    Raises:
        FederationError: the move is not the peer's.

    """
    if arrival.endpoint is not NODE_MOVE:
        return
    moved = arrival.body(Moved)
    peer = await voice.store.read(
        following.worth_looking, arrival.sender, moved, now=voice.clock()
    )
    if peer is not None:
        await _try(voice, peer, moved.move.new_origin)


async def _try(voice: Voice, peer: Peer, origin: str) -> None:
    try:
        await look(voice, peer, origin)
    except (PeerUnreachable, PeerRefused) as error:
        _log.info("%s is not at %s yet: %s", peer.node, origin, error)
