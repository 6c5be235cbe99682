"""A key is followed by another before, between and after the steps of trades past a hub."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from cesnode.community.roles import OPERATOR
from cesnode.jobs import beyond, introductions
from cesnode.ledger.trades import Channel, Trade
from cesnode.services import dealing, foreseeing
from cesnode.services.clearing.quoting import Wish
from cesnode.services.identifiers import uuid7
from cesnode.services.orders import Order
from cesnode.services.peering import moving, rotating
from cesnode.store import Reader, distant, export, keyring, outbox
from cesnode.store.auditor import audit
from cesnode.store.database import FILE
from cesnode.store.store import writing
from tests.integration.peering.test_couriers import carrying
from tests.support.exchanges import Person, join
from tests.support.exchanges_online import Clock, Town, free_port, served, until

ENDS_AND_HUB = ("oak", "kope", "vila")


@dataclass
class Way:
    """Oakvale buys, Kopek passes on, Vila Nova sells; each can begin anew with its key."""

    towns: dict[str, Town]
    stacks: dict[str, AsyncExitStack]
    clock: Clock
    ann: Person
    seller: str

    @property
    def all(self) -> tuple[Town, ...]:
        return tuple(self.towns.values())

    def __getitem__(self, name: str) -> Town:
        return self.towns[name]

    async def buys(self, amount: str = "1") -> str:
        """Let Ann agree to a fresh quote; return the id of the trade."""
        oak = self["oak"]
        wish = Wish(self.seller, self.ann.number, amount)
        quote = await beyond.quote(oak.voice, OPERATOR, wish)
        order = Order(
            id=uuid7(),
            seller=self.seller,
            buyer=self.ann.number,
            amount=amount,
            description="Bread",
            channel=Channel.API,
            quote=quote.id,
        )
        key, now = oak.voice.here.key, oak.voice.clock()
        done = await oak.store.write(dealing.record, key, OPERATOR, order, now=now)
        return done.trade.ref

    async def rotates(self, name: str) -> None:
        """Follow the key of a town by another, and start its node again."""
        town = self[name]
        new = keyring.prepare(town.folder).public
        here, now = town.voice.here, self.clock()
        await town.store.write(rotating.begin, here, OPERATOR, new, now=now)
        for peer in await town.store.read(rotating.unheard, new):
            await introductions.send_now(town.voice, peer)
        assert await town.store.read(rotating.unheard, new) == []
        keyring.follow(town.folder)
        await self.restarts(name)
        assert self[name].voice.here.key.keyid == new.keyid

    async def restarts(self, name: str) -> None:
        town = self[name]
        await self.stacks[name].aclose()
        await self.serves(name, town.folder, town.port)

    async def serves(self, name: str, folder: Path, port: int) -> None:
        self.towns[name] = await self.stacks[name].enter_async_context(
            served(folder, port, self.clock)
        )

    async def moves(self, name: str) -> None:
        """Let a town move to another port, and leave a signpost behind."""
        town, now, port = self[name], self.clock(), free_port()
        old, new = town.folder, town.folder.with_name(f"new {name}")
        here, to = town.voice.here, f"http://127.0.0.1:{port}"
        await town.store.write(moving.announce, here, OPERATOR, to, now=now)
        await town.store.write(moving.leave, OPERATOR, now=now)
        await self.stacks[name].aclose()
        await asyncio.to_thread(shutil.copytree, old, new)
        with writing(new, although_left=True) as writer:
            moving.arrive(writer, OPERATOR, now=now)
        signpost = served(old, town.port, self.clock)
        await self.stacks.setdefault("old", AsyncExitStack()).enter_async_context(signpost)
        await self.serves(name, new, port)

    async def passes(self) -> None:
        """Carry whatever waits, until nothing does."""
        async with AsyncExitStack() as carried:
            for town in self.all:
                await carried.enter_async_context(carrying(town))
            await until(self.is_quiet)

    async def is_quiet(self) -> bool:
        for town in self.all:
            self.clock.now += 1  # What is to be asked again is due.
            if await town.store.read(_busy):
                return False
        return True

    async def states(self) -> list[list[str]]:
        """Return how the trades stand at each node, the payer's first."""
        return [[one.state for one in await town.store.read(_trades)] for town in self.all]

    async def require_sound(self) -> None:
        for town in self.all:
            found = audit(town.folder / FILE)
            assert found.ok, found.findings


def _busy(reader: Reader) -> bool:
    waiting = reader.first("SELECT 1 FROM outbox WHERE done_at IS NULL")
    held = reader.first("SELECT 1 FROM remote_trades WHERE state IN ('held', 'pending')")
    return bool(waiting or held)


def _trades(reader: Reader) -> list[Trade]:
    return list(export.every_trade(reader))


@pytest.fixture
async def way(clock: Clock, oak: Town, hub: Town, vila: Town) -> AsyncIterator[Way]:
    ann = await oak.store.write(join, "Ann Ash")
    vera = await vila.store.write(join, "Vera Vine")
    seller = f"{vera.number.removeprefix('VILA')}@{vila.node}"
    towns = dict(zip(ENDS_AND_HUB, (oak, hub, vila), strict=True))
    stacks = {name: AsyncExitStack() for name in towns}
    made = Way(towns, stacks, clock, ann, seller)
    for name, each in tuple(towns.items()):
        await each.down()  # From now on it is started and ended here.
        made.towns[name] = await stacks[name].enter_async_context(
            served(each.folder, each.port, clock)
        )
    await made.passes()
    yield made
    for stack in stacks.values():
        await stack.aclose()


@pytest.mark.parametrize("name", ENDS_AND_HUB)
async def test_a_trade_passes_after_a_key_was_followed(way: Way, name: str) -> None:
    await way.buys()
    await way.passes()

    await way.rotates(name)
    await way.buys()
    await way.passes()

    assert await way.states() == [["posted"] * 2] * 3
    await way.require_sound()


@pytest.mark.parametrize("name", ENDS_AND_HUB)
async def test_a_trade_passes_while_a_key_is_followed(way: Way, name: str) -> None:
    await way.buys()
    await way.passes()
    await way.buys()
    oak, kope = way["oak"], way["kope"]
    hub = await oak.peer(kope)
    letters = await oak.store.read(outbox.waiting, hub.id, kinds={"prepare"})
    for letter in letters:  # The hub has it, and has not passed it on.
        assert await introductions._send(oak.voice, hub, letter)  # noqa: SLF001

    await way.rotates(name)
    await way.passes()

    assert await way.states() == [["posted"] * 2] * 3
    await way.require_sound()


@pytest.mark.parametrize("name", ENDS_AND_HUB)
async def test_what_was_paid_before_is_paid_back_after_a_key_was_followed(
    way: Way, name: str
) -> None:
    await way.buys()
    await way.passes()
    (trade,) = await way["vila"].store.read(_trades)

    await way.rotates(name)
    await _pays_back(way, trade.ref)
    await way.passes()

    assert [len(each) for each in await way.states()] == [2, 2, 2]
    assert {state for each in await way.states() for state in each} <= {
        "posted",
        "reversed",
    }
    await way.require_sound()


@pytest.mark.parametrize("met_before", [False, True])
async def test_far_nodes_find_one_that_moved_where_it_was_and_learn_its_key(
    way: Way, *, met_before: bool
) -> None:
    """It moves, then follows its key by another: what it was is known by its name alone."""
    if met_before:
        await way.buys()
        await way.passes()

    await way.moves("oak")
    await way.passes()
    await way.rotates("oak")
    await way.buys()
    await way.passes()

    assert await way.states() == [["posted"] * (2 if met_before else 1)] * 3
    (known,) = await way["vila"].store.read(distant.every)
    assert known.facts.origin == way["oak"].voice.origin
    assert known.facts.node == way["oak"].voice.here.node != way["oak"].node
    await way.require_sound()


async def _pays_back(way: Way, ref: str) -> None:
    vila = way["vila"]
    wish = await vila.store.read(foreseeing.refund_wish, OPERATOR, ref)
    assert wish is not None
    quote = await beyond.quote(vila.voice, OPERATOR, wish)
    key, now = vila.voice.here.key, vila.voice.clock()
    await vila.store.write(
        dealing.reverse, key, OPERATOR, ref, reason="stale", quote=quote.id, now=now
    )
