"""The nightly comparison with every peer, and whatever else is due once a night."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass

from cesnode.community.roles import OPERATOR
from cesnode.jobs import introductions
from cesnode.jobs.voice import Voice
from cesnode.services import explaining, reconciling
from cesnode.services.explaining import Difference
from cesnode.services.peering import agreeing, binding, standing
from cesnode.services.reconciling import Status
from cesnode.store import Reader, Writer, exchanges, peer_keys, peers
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
_PAUSE = 0.3
_COMPARED = frozenset({State.ACTIVE, State.PAUSED, State.CLOSING, State.FROZEN})
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Examined:
    """What came of comparing books with a peer, and what differs or is in flight."""

    status: Status
    differences: tuple[Difference, ...]


async def reconcile(voice: Voice, peer: Peer) -> Status:
    """Compare our books with a peer's, a few times if trades come in between."""
    status, _ = await _compare_often(voice, peer)
    return status


async def examine(voice: Voice, peer: Peer) -> Examined:
    """Compare our books with a peer's; what is found to be missing is fetched at once.

    The differences are those of the first look, and what is wrong within our own books.
    """
    status, parted = await _compare_often(voice, peer)

    def look(reader: Reader) -> list[Difference]:
        return explaining.within(reader, exchanges.load(reader, voice.clock()), peer)

    return Examined(status, (*parted, *await voice.store.read(look)))


async def _compare_often(voice: Voice, peer: Peer) -> tuple[Status, list[Difference]]:
    status, parted = await _compare(voice, peer)
    for _ in range(_TRIES):
        if status is not Status.BEHIND:
            break
        await introductions.send_now(voice, peer)
        await asyncio.sleep(_PAUSE)  # The peer has perhaps to fetch something too.
        status, _ = await _compare(voice, peer)
    return status, parted


async def recover(voice: Voice, peer: Peer) -> bool:
    """Fetch all that a peer knows of our books; whether they are whole again."""
    await introductions.send_now(voice, peer)
    await reconcile(voice, peer)
    return not (await voice.store.read(peers.by_id, peer.id)).recovering


async def at_first(voice: Voice) -> None:
    """Compare with every peer once after a start: this node may have been away."""
    for peer in await voice.store.read(peers.every):
        if peer.own_state in _COMPARED:
            await recover(voice, peer)


async def after_silence(voice: Voice) -> None:
    """Compare with whoever is back, is behind, or has still to tell us what we forgot."""
    for peer in await voice.store.read(peers.every):
        if peer.own_state not in _COMPARED:
            continue
        heard = (peer.last_seen_at or 0) > (peer.reconciled_at or 0)
        is_back = peer.reconciliation == Status.UNREACHABLE and heard
        if peer.recovering or is_back or peer.reconciliation == Status.BEHIND:
            await recover(voice, peer)


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
    await voice.store.write(peer_keys.forget_nonces, voice.clock() - NONCES_LAST)


async def _compare(voice: Voice, peer: Peer) -> tuple[Status, list[Difference]]:
    store, here = voice.store, voice.here
    ours = await store.read(reconciling.own_statement, here, peer.id)
    body = Checkpoint(note=ours.signed(here).document)
    keys = await store.read(peer_keys.of_peer, peer)
    try:
        answer = await voice.client.ask(
            Remote(peer.origin, keys), Call(endpoint=CHECKPOINT, body=write(body))
        )
        theirs = reconciling.heads_in(answer)
        parted = await store.read(explaining.between, here, peer, theirs)
        status = await store.write(
            reconciling.compare, here, peer.id, ours, answer, now=voice.clock()
        )
    except (NoAnswer, FederationError) as error:
        status = await store.write(
            reconciling.unreachable, peer.id, str(error), now=voice.clock()
        )
        return status, []
    return status, parted


def _keep(writer: Writer, voice: Voice, peer: int, now: int) -> None:
    exchange, found = exchanges.load(writer, now), peers.by_id(writer, peer)
    found = standing.end_if_settled(writer, exchange, found, now=now)
    if found.own_state in {State.ACTIVE, State.PAUSED}:
        agreeing.renew(writer, voice.here, exchange, found, now=now)
        binding.note_limit(writer, voice.here, exchange, found, now=now)
    silent = found.last_seen_at is not None and found.last_seen_at < now - STALE_AFTER
    if silent and found.own_state is State.ACTIVE:
        why = "nothing was heard of it for seven days"
        standing.pause(writer, OPERATOR, found.node, why=why, now=now)
