"""Hears what neighbour exchanges show of their markets, and keeps it for searching here."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable
from http import HTTPStatus
from urllib.parse import urlencode

from cesnode.jobs.voice import Voice
from cesnode.services.guests import tending
from cesnode.services.market import gathering
from cesnode.services.market.gathering import Round
from cesnode.store import peer_keys
from cesnode.store.peers import Peer
from federation.endpoints import OFFERS
from federation.errors import FederationError, Problem, read_problem
from federation.offers import read_page
from federation.transport.client import Call, NoAnswer, Remote

_PATIENCE = 300.0
"""Seconds for all the pages of one peer; the others are heard meanwhile."""
_NOTHING_FOR_US = frozenset({HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND})
_log = logging.getLogger(__name__)


async def gather(voice: Voice) -> None:
    """Hear every neighbour, and drop what could not be heard for too long."""
    await _hear(voice, await voice.store.read(gathering.due))
    await voice.store.write(gathering.drop_stale, now=voice.clock())


async def hear_groups(voice: Voice) -> None:
    """Ask what is new in neighbours' groups, and forget those of who is none any more.

    The couriers bring the answers.
    """
    await voice.store.write(tending.tend, now=voice.clock())


async def gather_first(voice: Voice) -> None:
    """Hear neighbours that are new, without waiting for the next turn."""
    await _hear(voice, await voice.store.read(gathering.unheard))


async def _hear(voice: Voice, found: Iterable[Peer]) -> None:
    await asyncio.gather(*(_attempt(voice, peer) for peer in found))


async def _attempt(voice: Voice, peer: Peer) -> None:
    try:
        async with asyncio.timeout(_PATIENCE):
            await _go_through(voice, peer)
    except (NoAnswer, FederationError, TimeoutError) as error:
        why = str(error) or "it takes too long"
        _log.info("the market of %s was not heard: %s", peer.node, why)
        await voice.store.write(gathering.failed, peer.id, why)


async def _go_through(voice: Voice, peer: Peer) -> None:
    """Ask for one page after another, each kept as it comes."""
    store = voice.store
    current: Round = await store.read(gathering.begin, peer.id, now=voice.clock())
    while not current.is_over:
        query = urlencode({"since": current.cursor}) if current.cursor else ""
        keys = await store.read(peer_keys.of_peer, peer)
        answer = await voice.client.ask(
            Remote(peer.origin, keys), Call(endpoint=OFFERS, query=query)
        )
        if answer.status in _NOTHING_FOR_US:
            await store.write(gathering.shut, peer.id, now=voice.clock())
            return
        if answer.status != HTTPStatus.OK:
            problem = read_problem(answer.body) or Problem.SCHEMA_INVALID
            raise FederationError(problem, f"It answers HTTP {answer.status}.")
        page = read_page(answer.body)
        current = await store.write(gathering.take, current, page, now=voice.clock())
