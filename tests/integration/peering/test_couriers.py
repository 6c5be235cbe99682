"""Couriers rest when a peer does not answer, and not a moment longer than they must."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest

from cesnode.community.roles import OPERATOR
from cesnode.jobs import delivery
from cesnode.jobs.delivery import LONGEST, Couriers, Rest
from cesnode.ledger.trades import Channel
from cesnode.services import dealing
from cesnode.services.errands import FEW
from cesnode.services.identifiers import uuid7
from cesnode.services.orders import Order
from cesnode.store import Reader, outbox
from federation.endpoints import PING
from federation.transport.client import Call
from tests.support.exchanges import Person, join
from tests.support.exchanges_online import Town, ask, until

MANY = 3_000
"""How often an hour's rest ends in vain within some months."""


@asynccontextmanager
async def carrying(town: Town) -> AsyncIterator[None]:
    voice = town.voice
    couriers = Couriers(voice)
    task = asyncio.create_task(couriers.run())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def pay(town: Town, payer: Person, payee: str, *, amount: str = "1") -> None:
    order = Order(
        id=uuid7(),
        seller=payee,
        buyer=payer.number,
        amount=amount,
        description="Bicycle repair",
        channel=Channel.WEB,
    )
    key, now = town.voice.here.key, town.voice.clock()
    await town.store.write(dealing.record, key, OPERATOR, order, now=now)


async def test_a_peer_that_calls_is_not_left_alone_any_longer(
    oak: Town, vila: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    await oak.agree_with(vila)
    ann = await oak.store.write(join, "Ann Ash")
    await vila.store.write(join, "Vera Vime")
    peer = await oak.peer(vila)

    def rest_long(rest: Rest, now: float) -> None:
        rest.since, rest.until = now, now + LONGEST

    async def is_resting() -> bool:
        return (await oak.peer(vila)).last_error is not None

    async def is_delivered() -> bool:
        return not await oak.store.read(outbox.waiting, peer.id, kinds={"prepare"})

    monkeypatch.setattr(delivery.Rest, "begin", rest_long)
    await vila.down()

    async with carrying(oak):
        await pay(oak, ann, "VILA0001")
        await until(is_resting)
        await vila.up()
        await ask(vila, oak, Call(endpoint=PING))
        await until(is_delivered)


async def test_many_orders_come_home_in_the_order_of_their_entries(
    oak: Town, vila: Town
) -> None:
    await oak.agree_with(vila)
    ann = await oak.store.write(join, "Ann Ash")
    await vila.store.write(join, "Vera Vime")

    def states(reader: Reader) -> list[tuple[str, int]]:
        return reader.all("SELECT state, COUNT(*) FROM remote_trades GROUP BY state")

    def asked(reader: Reader) -> int:
        return len(reader.all("SELECT 1 FROM outbox WHERE kind = 'chain'"))

    async def carry(count: int) -> None:
        async def are_posted() -> bool:
            return await oak.store.read(states) == [("posted", count)]

        async with carrying(oak):
            await until(are_posted)

    await pay(oak, ann, "VILA0001", amount="0.01")
    await carry(1)  # What was written into the chain before any trade is here by now.
    before = await oak.store.read(asked)
    for _ in range(3 * FEW):
        await pay(oak, ann, "VILA0001", amount="0.01")

    await carry(1 + 3 * FEW)

    assert await oak.store.read(asked) == before


def test_however_long_a_peer_is_away_it_is_tried_every_hour() -> None:
    rest = Rest()

    for _ in range(MANY):
        rest.begin(0.0)

    assert LONGEST / 2 <= rest.until <= LONGEST


def test_a_peer_that_is_heard_of_but_does_not_answer_is_tried_once_a_second() -> None:
    rest = Rest()
    for _ in range(MANY):
        rest.begin(100.0)

    rest.shorten()

    assert rest.until == 101.0
