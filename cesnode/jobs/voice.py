"""Our node as it speaks to others: its file, its keys, and its way out."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from cesnode.services.clearing.here import Here, here_of
from cesnode.services.peering.inviting import reach_of
from cesnode.store import Store, exchanges, keyring, moves
from federation.seal import BoxKey
from federation.transport.client import PeerClient


def unix_now() -> int:
    return int(time.time())


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """What is needed to speak for the node.  Belongs to one event loop.

    `former` are the addresses it had before, at which somebody may still ask for it.
    """

    store: Store
    client: PeerClient
    here: Here
    origin: str
    former: frozenset[str]
    box: BoxKey
    clock: Callable[[], int]


@asynccontextmanager
async def speaking(
    folder: Path, store: Store, *, clock: Callable[[], int] = unix_now
) -> AsyncIterator[Voice]:
    """Open the node's way out, for as long as it is needed."""
    exchange = await store.read(exchanges.load, clock())
    key, box = keyring.ensure(folder), keyring.load_box(folder)
    async with PeerClient(key, reach_of(exchange), now=clock) as client:
        yield Voice(
            store=store,
            client=client,
            here=here_of(exchange, key, box),
            origin=exchange.origin,
            former=await store.read(moves.former_origins),
            box=box,
            clock=clock,
        )
