"""Exchanges that are served on loopback, in this process, each with its own real file."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

from aiohttp import web

from cesnode.app import build_app, quoter_of
from cesnode.community.exchange import Exchange
from cesnode.community.roles import OPERATOR
from cesnode.community.rules import HouseRules
from cesnode.config import Server
from cesnode.jobs import introductions
from cesnode.jobs.reception import node_of
from cesnode.jobs.voice import Voice, speaking
from cesnode.ledger.money import Currency, Measure
from cesnode.services.peering import agreeing, inviting
from cesnode.services.peering.wishes import Wishes
from cesnode.store import Store, keyring, peers
from cesnode.store.peers import Peer
from cesnode.web.door import Door
from federation.errors import Problem, read_problem
from federation.peering import State
from federation.transport.client import Call, Remote
from tests.support.exchanges import FOUNDED, NOW, found

HOST = "127.0.0.1"
PATIENCE = 30
LEAF = Currency(code="OAKV", singular="leaf", plural="leaves", hour_value=Fraction(10))
HORA = Currency(code="VILA", singular="hora", plural="horas", measure=Measure.TIME)
KOPEK = Currency(code="KOPE", singular="kopek", plural="kopeks", scale=0)


@dataclass
class Clock:
    """A clock that all exchanges of a test share, so that none is thought wrong."""

    now: int = NOW

    def __call__(self) -> int:
        return self.now


@dataclass
class Town:
    """An exchange, the node it runs, and how it speaks; `down` and `up` are its server."""

    folder: Path
    port: int
    store: Store
    voice: Voice
    door: Door = field(repr=False)

    @property
    def node(self) -> str:
        return f"{HOST}:{self.port}"

    async def up(self) -> None:
        app = build_app(
            self.store,
            clock=self.voice.clock,
            node=node_of(self.voice),
            quoter=quoter_of(self.voice),
        )
        self.door = Door(app, Server(host=HOST, port=self.port, keep_alive=5))
        await self.door.open()

    async def down(self) -> None:
        await self.door.close()

    async def peer(self, other: Town) -> Peer:
        return await self.store.read(peers.find, other.node)

    async def invitation(self, credit_line: str = "500") -> str:
        made = await self.store.write(
            inviting.invite,
            self.voice.here,
            OPERATOR,
            credit_line=credit_line,
            now=self.voice.clock(),
        )
        return made.text

    async def accept(self, invitation: str, credit_line: str = "50") -> Peer:
        met = await introductions.meet(self.voice, invitation)
        wishes = Wishes(credit_line=credit_line)
        return await introductions.accept(self.voice, OPERATOR, met, wishes)

    async def approve(self, other: Town, credit_line: str | None = None) -> bool:
        peer = await self.store.write(
            agreeing.approve,
            self.voice.here,
            OPERATOR,
            other.node,
            credit_line=credit_line,
            now=self.voice.clock(),
        )
        return await introductions.send_now(self.voice, peer)

    async def agree_with(self, other: Town) -> None:
        """Become peers: we invite, they accept, we approve."""
        await other.accept(await self.invitation())
        assert await self.approve(other)


@asynccontextmanager
async def town(folder: Path, currency: Currency, clock: Clock) -> AsyncIterator[Town]:
    """Found an exchange on a free port, and serve it."""
    port = free_port()
    found(
        folder,
        Exchange(
            name=f"{currency.singular.title()} Exchange",
            origin=f"http://{HOST}:{port}",
            allow_private_peers=True,
            founded_at=FOUNDED,
            currency=currency,
            rules=HouseRules(),
        ),
    )
    keyring.ensure(folder)
    async with served(folder, port, clock) as made:
        yield made


@asynccontextmanager
async def served(folder: Path, port: int, clock: Clock) -> AsyncIterator[Town]:
    """Serve an exchange that there is, at the port it was founded with."""
    store = Store(folder)
    try:
        async with speaking(folder, store, clock=clock) as voice:
            made = Town(folder, port, store, voice, Door(web.Application(), Server()))
            await made.up()
            try:
                yield made
            finally:
                await made.down()
    finally:
        await store.close()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


async def states(one: Town, other: Town) -> tuple[State, State]:
    """Return how each of two exchanges stands to the other."""
    return (await one.peer(other)).state, (await other.peer(one)).state


async def ask(town: Town, other: Town, call: Call) -> tuple[int, Problem | None]:
    """Ask another node by hand; return the status and the problem, if there is one."""
    remote = Remote(other.voice.origin, (other.voice.here.key.public,))
    answer = await town.voice.client.ask(remote, call)
    return answer.status, read_problem(answer.body)


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    """Wait for something that comes about by itself."""
    async with asyncio.timeout(PATIENCE):
        while not await holds():  # noqa: ASYNC110 - another task's work, in a file
            await asyncio.sleep(0.01)
