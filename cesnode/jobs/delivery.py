"""Carries what waits in the outbox to the peers, and brings their answers home.

One courier a peer, so that a slow or dead one keeps nobody else waiting.  A courier
gathers the orders that wait into one request.  What proves nothing decides nothing: the
letter stays where it is, and is sent again after a while that grows from a second to an
hour.  Letters about money are never given up.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial

from cesnode.services.clearing.letters import Answer
from cesnode.services.errands import Errand, answers_in, came_home, next_errand
from cesnode.store import Store, outbox, peers
from federation.errors import FederationError
from federation.keys import PrivateKey
from federation.transport.client import Call, NoAnswer, PeerClient, Remote

SHORTEST, LONGEST = 1.0, 3600.0
LOOK_AROUND = 0.5
"""Seconds until the outbox is looked at again for what another process put there.

What this process puts there is sent as soon as it is on disk.
"""

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Patience:
    """How long to leave a peer alone after it did not answer."""

    failures: int = 0
    chance: random.Random = field(default_factory=random.SystemRandom)

    def next_wait(self) -> float:
        longest = min(SHORTEST * 2.0**self.failures, LONGEST)
        self.failures += 1
        return longest * self.chance.uniform(0.5, 1.0)


class Couriers:
    """All couriers of a node.  Belongs to one event loop."""

    def __init__(
        self,
        store: Store,
        client: PeerClient,
        key: PrivateKey,
        *,
        clock: Callable[[], int],
    ) -> None:
        self._store = store
        self._client = client
        self._key = key
        self._clock = clock
        self._came_back = asyncio.Event()
        self._busy: dict[int, asyncio.Task[None]] = {}
        self._patience: dict[int, _Patience] = {}
        self._resting: dict[int, float] = {}

    def wake(self, peers: Iterable[int]) -> None:
        """Send at once what was put into the outbox for these peers."""
        now = asyncio.get_running_loop().time()
        for peer in peers:
            if peer not in self._busy and self._resting.get(peer, 0) <= now:
                courier = asyncio.create_task(self._serve(peer))
                self._busy[peer] = courier
                courier.add_done_callback(partial(self._back, peer))

    async def run(self) -> None:
        """Send for as long as the node runs; cancel to stop."""
        try:
            with self._store.telling(self.wake):
                while True:
                    self.wake(await self._store.read(outbox.peers_due, now=self._clock()))
                    await self._rest()
        finally:
            for courier in self._busy.values():
                courier.cancel()
            await asyncio.gather(*self._busy.values(), return_exceptions=True)

    async def _rest(self) -> None:
        try:
            async with asyncio.timeout(LOOK_AROUND):
                await self._came_back.wait()
        except TimeoutError:
            return
        finally:
            self._came_back.clear()

    def _back(self, peer: int, courier: asyncio.Task[None]) -> None:
        del self._busy[peer]
        if not courier.cancelled() and (error := courier.exception()) is not None:
            _log.error("the courier to peer %s failed", peer, exc_info=error)
            self._leave_alone(peer)
        self._came_back.set()

    async def _serve(self, peer: int) -> None:
        """Send what is due to one peer, until nothing is or the peer does not answer."""
        while True:
            errand = await self._store.read(next_errand, peer, now=self._clock())
            if errand is None:
                return
            try:
                answers = answers_in(errand, await self._ask(errand))
            except (NoAnswer, FederationError) as error:
                _log.info("no answer from peer %s: %s", peer, error)
                self._leave_alone(peer)
                await self._store.write(peers.failed, peer, str(error))
                return
            self._patience.pop(peer, None)
            await self._store.write(came_home, self._key, errand, answers, self._clock())

    async def _ask(self, errand: Errand) -> Answer:
        call = Call(
            endpoint=errand.endpoint,
            parameters=errand.parameters,
            query=errand.query,
            body=errand.body,
        )
        answer = await self._client.ask(Remote(errand.origin, errand.keys), call)
        return Answer(answer.status, answer.body)

    def _leave_alone(self, peer: int) -> None:
        wait = self._patience.setdefault(peer, _Patience()).next_wait()
        self._resting[peer] = asyncio.get_running_loop().time() + wait
