"""A bad line in front of a node: it cuts, delays and repeats what goes over it.

Whoever calls the node calls the line, whose address stays while the node is killed and
started again elsewhere.
"""

from __future__ import annotations

import asyncio
import random
from asyncio import StreamReader, StreamWriter
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from enum import StrEnum, auto
from urllib.parse import urlsplit

HOST = "127.0.0.1"
LONGEST_DELAY = 0.05
_END_OF_HEAD = b"\r\n\r\n"


class Mishap(StrEnum):
    """What happens to one request and its answer."""

    NONE = auto()
    NEVER_ARRIVED = auto()
    ANSWER_LOST = auto()
    DELAYED = auto()
    REPEATED = auto()
    """The node hears it twice, and the first answer is the one that comes back."""
    REPEATED_LATE = auto()
    """The node hears it twice, and the answer to the second comes back."""
    SWALLOWED = auto()
    """Nothing comes back, and the connection stays open."""


USUAL = (60, 8, 8, 8, 8, 8, 0)
"""How often each happens, of a hundred."""


@dataclass
class Line:
    """One node's line; `upstream` is where the node listens, "" while it does not."""

    chance: random.Random
    weights: tuple[int, ...] = USUAL
    healed: bool = True
    dead: bool = False
    origin: str = ""
    upstream: str = ""
    happened: Counter[Mishap] = field(default_factory=Counter)
    swallowing: asyncio.Event = field(default_factory=asyncio.Event)
    given_up: int = 0
    _callers: set[asyncio.Task[None]] = field(default_factory=set)
    _open: set[StreamWriter] = field(default_factory=set)

    def called(self, caller: StreamReader, back: StreamWriter) -> None:
        task = asyncio.create_task(self.carry(caller, back))
        self._open.add(back)
        self._callers.add(task)
        task.add_done_callback(self._callers.discard)

    async def hang_up(self) -> None:
        """End all calls."""
        for back in self._open:
            back.close()
        await asyncio.gather(*self._callers)

    async def carry(self, caller: StreamReader, back: StreamWriter) -> None:
        """Carry what one caller says, until either side has enough."""
        try:
            while request := await _message(caller):
                answer = await self._go(request, caller)
                if answer is None:
                    break
                back.write(answer)
                await back.drain()
        except (OSError, asyncio.IncompleteReadError):
            return  # Whoever is gone has hung up; so does the line.
        finally:
            self._open.discard(back)
            back.close()
            with suppress(OSError):
                await back.wait_closed()

    async def _go(self, request: bytes, caller: StreamReader) -> bytes | None:
        mishap = self._mishap()
        self.happened[mishap] += 1
        match mishap:
            case Mishap.NEVER_ARRIVED:
                return None
            case Mishap.SWALLOWED:
                self.swallowing.set()
                await caller.read()  # Until the caller hangs up.
                self.given_up += 1
                return None
            case Mishap.DELAYED:
                await asyncio.sleep(self.chance.uniform(0, LONGEST_DELAY))
        answer = await self._forward(request)
        if mishap in {Mishap.REPEATED, Mishap.REPEATED_LATE}:
            again = await self._forward(request)
            return answer if mishap is Mishap.REPEATED else again
        return None if mishap is Mishap.ANSWER_LOST else answer

    def _mishap(self) -> Mishap:
        if self.dead:
            return Mishap.SWALLOWED
        if self.healed:
            return Mishap.NONE
        return self.chance.choices(tuple(Mishap), self.weights)[0]

    async def _forward(self, request: bytes) -> bytes:
        if not self.upstream:  # Somebody else may listen there by now.
            raise ConnectionRefusedError
        node = urlsplit(self.upstream)
        answers, there = await asyncio.open_connection(node.hostname, node.port)
        try:
            there.write(request)
            await there.drain()
            answer = await _message(answers)
        finally:
            there.close()
        if not answer:
            raise ConnectionResetError
        return answer


@asynccontextmanager
async def line(seed: str) -> AsyncIterator[Line]:
    """Open a line at a free port; it is healed until somebody spoils it."""
    made = Line(random.Random(seed))  # noqa: S311 - to be repeatable
    server = await asyncio.start_server(made.called, HOST, 0)
    port = server.sockets[0].getsockname()[1]
    made.origin = f"http://{HOST}:{port}"
    try:
        yield made
    finally:
        server.close()
        await made.hang_up()


async def _message(stream: StreamReader) -> bytes:
    """Read one request or answer whole; nothing if the other side has hung up."""
    try:
        head = await stream.readuntil(_END_OF_HEAD)
    except asyncio.IncompleteReadError:
        return b""
    return head + await stream.readexactly(_length(head))


def _length(head: bytes) -> int:
    for name, _, value in (each.partition(b":") for each in head.split(b"\r\n")):
        if name.lower() == b"content-length":
            return int(value)
    return 0
