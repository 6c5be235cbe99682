"""Carries what waits in the outbox to the peers, and brings their answers home.

One courier a peer, so that a slow or dead one keeps nobody else waiting.  A courier
gathers orders that wait into one request, and brings the next while answers are booked.
What proves nothing decides nothing: the letter stays where it is, and is sent again after
a while that grows from a second to an hour, or as soon as the peer is heard from.  Letters
about money are never given up.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from functools import partial

from cesnode.errors import NodeError
from cesnode.jobs import receiving
from cesnode.jobs.voice import Voice
from cesnode.services.clearing.letters import Answer
from cesnode.services.errands import (
    Errand,
    answers_in,
    came_home,
    next_errand,
    not_known_there,
)
from cesnode.store import outbox, peers
from federation.errors import FederationError, Problem
from federation.transport.client import Call, NoAnswer, Remote

SHORTEST, LONGEST = 1.0, 3600.0
LOOK_AROUND = 0.5
"""Seconds until the outbox is looked at again for what another process put there.

What this process puts there is sent as soon as it is on disk.
"""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Booking:
    """The letters whose answers are being booked; none to begin with."""

    letters: AbstractSet[int] = frozenset()
    task: asyncio.Task[None] | None = None

    async def end(self) -> None:
        """Return once all of it is on disk."""
        if self.task is not None:
            await self.task


@dataclass(slots=True)
class Rest:
    """Until when a peer is left alone that did not answer, by the event loop's clock."""

    since: float = 0.0
    until: float = 0.0
    longest: float = SHORTEST
    chance: random.Random = field(default_factory=random.SystemRandom)

    def begin(self, now: float) -> None:
        self.since = now
        self.until = now + self.longest * self.chance.uniform(0.5, 1.0)
        self.longest = min(2 * self.longest, LONGEST)

    def shorten(self) -> None:
        """The peer is there after all; that it does not answer costs a call a second."""
        self.longest = SHORTEST
        self.until = min(self.until, self.since + SHORTEST)


class Couriers:
    """All couriers of a node.  Belongs to one event loop."""

    def __init__(self, voice: Voice) -> None:
        self._voice = voice
        self._store = voice.store
        self._clock = voice.clock
        self._came_back = asyncio.Event()
        self._busy: dict[int, asyncio.Task[None]] = {}
        self._resting: dict[int, Rest] = {}

    def wake(self, peers: Iterable[int]) -> None:
        """Send at once what was put into the outbox for these peers."""
        now = asyncio.get_running_loop().time()
        for peer in peers:
            rest = self._resting.get(peer)
            if peer not in self._busy and (rest is None or rest.until <= now):
                courier = asyncio.create_task(self._serve(peer))
                self._busy[peer] = courier
                courier.add_done_callback(partial(self._back, peer))

    async def run(self) -> None:
        """Send for as long as the node runs; cancel to stop."""
        try:
            with self._store.telling(self._told):
                while True:
                    await self._look_around()
                    await self._rest()
        finally:
            for courier in self._busy.values():
                courier.cancel()
            await asyncio.gather(*self._busy.values(), return_exceptions=True)

    def _told(self, letters_for: AbstractSet[int], heard_from: AbstractSet[int]) -> None:
        """Wake whoever has letters now, or whose peer is back."""
        back = heard_from & self._resting.keys()
        for peer in back:
            self._resting[peer].shorten()
        self.wake(letters_for | back)

    async def _look_around(self) -> None:
        """Wake who has something to send; if that cannot be read now, then later."""
        try:
            self.wake(await self._store.read(outbox.peers_due, now=self._clock()))
        except NodeError as error:
            _log.warning("the outbox cannot be read: %s", error)

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
            fault = None if isinstance(error, NodeError) else error
            _log.error("the courier to peer %s failed: %s", peer, error, exc_info=fault)
            self._leave_alone(peer)
        self._came_back.set()

    async def _serve(self, peer: int) -> None:
        """Send what is due to one peer, until nothing is or the peer does not answer.

        While the answers to some orders are booked, the next are with the peer already.
        """
        booking = Booking()
        try:
            while (errand := await self._next(peer, booking)) is not None:
                try:
                    answers = await self._answers(errand)
                except (NoAnswer, FederationError) as error:
                    await self._failed(errand, error)
                    return
                self._resting.pop(peer, None)
                await booking.end()
                booking = self._book(errand, answers)
        finally:
            await booking.end()

    async def _next(self, peer: int, booking: Booking) -> Errand | None:
        """Return what goes out next; what has to wait for the booking waits for it."""
        errand = await self._store.read(
            next_errand, peer, now=self._clock(), answered=booking.letters
        )
        if errand is None and booking.letters:
            await booking.end()
            errand = await self._store.read(next_errand, peer, now=self._clock())
        return errand

    def _book(self, errand: Errand, answers: Sequence[Answer]) -> Booking:
        here, now = self._voice.here, self._clock()
        work = self._store.write(came_home, here, errand, answers, now)
        letters = frozenset(letter.id for letter in errand.letters)
        return Booking(letters, asyncio.create_task(work))

    async def _failed(self, errand: Errand, error: NoAnswer | FederationError) -> None:
        """Leave the peer alone for a while, and note why."""
        _log.info("no answer from peer %s: %s", errand.peer, error)
        self._leave_alone(errand.peer)
        if isinstance(error, NoAnswer) and error.hint is Problem.NOT_FOUND:
            await self._store.write(not_known_there, errand, self._clock())
        await self._store.write(peers.failed, errand.peer, str(error))

    async def _answers(self, errand: Errand) -> tuple[Answer, ...]:
        """Ask, and see to what must be known before the answers are acted on."""
        told = await self._ask(errand)
        await receiving.prepare(self._voice, errand, told)
        return answers_in(errand, told)

    async def _ask(self, errand: Errand) -> Answer:
        call = Call(
            endpoint=errand.endpoint,
            parameters=errand.parameters,
            query=errand.query,
            body=errand.body,
        )
        remote = Remote(errand.origin, errand.keys)
        answer = await self._voice.client.ask(remote, call)
        return Answer(answer.status, answer.body)

    def _leave_alone(self, peer: int) -> None:
        rest = self._resting.setdefault(peer, Rest())
        rest.begin(asyncio.get_running_loop().time())
