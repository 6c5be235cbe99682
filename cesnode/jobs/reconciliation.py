"""The nightly comparison with every peer, and whatever else is due once a night."""

from __future__ import annotations

import logging

from cesnode.community.roles import OPERATOR
from cesnode.jobs import introductions
from cesnode.jobs.voice import Voice
from cesnode.services import reconciling
from cesnode.services.peering import agreeing, standing
from cesnode.services.reconciling import Status
from cesnode.store import Writer, exchanges, peers
from cesnode.store.peers import Peer
from federation.bodies import Checkpoint
from federation.endpoints import CHECKPOINT
from federation.errors import FederationError
from federation.peering import State
from federation.transport.client import Call, NoAnswer, Remote
from federation.wire import write

NONCES_LAST = 15 * 60
STALE_AFTER = 7 * 86_400
"""Seconds without a word after which nothing new is begun with a peer."""

_TRIES = 3
_COMPARED = frozenset({State.ACTIVE, State.PAUSED, State.CLOSING, State.FROZEN})
_log = logging.getLogger(__name__)


async def reconcile(voice: Voice, peer: Peer) -> Status:
    """Compare our books with a peer's, a few times if trades come in between."""
    status = Status.BEHIND
    for _ in range(_TRIES):
        status = await _compare(voice, peer)
        if status is not Status.BEHIND:
            break
    return status


async def every_night(voice: Voice) -> None:
    """Compare with each peer, tell it of new terms, and end what is settled."""
    for peer in await voice.store.read(peers.every):
        if peer.own_state not in _COMPARED:
            continue
        status = await reconcile(voice, peer)
        _log.info("compared with %s: %s", peer.node, status)
        await voice.store.write(_keep, voice, peer.id, voice.clock())
        await introductions.send_now(voice, peer)


async def forget_nonces(voice: Voice) -> None:
    """Forget what no replay can use any more: its time is over."""
    await voice.store.write(peers.forget_nonces, voice.clock() - NONCES_LAST)


async def _compare(voice: Voice, peer: Peer) -> Status:
    store, here = voice.store, voice.here
    ours = await store.read(reconciling.own_statement, here, peer.id)
    body = Checkpoint(note=ours.signed(here).document)
    keys = await store.read(peers.keys, peer)
    try:
        answer = await voice.client.ask(
            Remote(peer.origin, keys), Call(endpoint=CHECKPOINT, body=write(body))
        )
        return await store.write(
            reconciling.compare, here, peer.id, ours, answer, now=voice.clock()
        )
    except (NoAnswer, FederationError) as error:
        return await store.write(
            reconciling.unreachable, peer.id, str(error), now=voice.clock()
        )


def _keep(writer: Writer, voice: Voice, peer: int, now: int) -> None:
    exchange, found = exchanges.load(writer, now), peers.by_id(writer, peer)
    found = standing.end_if_settled(writer, exchange, found, now=now)
    if found.own_state in {State.ACTIVE, State.PAUSED}:
        agreeing.renew(writer, voice.here, exchange, found, now=now)
    silent = found.last_seen_at is not None and found.last_seen_at < now - STALE_AFTER
    if silent and found.own_state is State.ACTIVE:
        why = "nothing was heard of it for seven days"
        standing.pause(writer, OPERATOR, found.node, why=why, now=now)
