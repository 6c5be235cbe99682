"""Three exchanges at one moment: one that keeps to the rules, one that lies, one beside."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias
from uuid import UUID, uuid4

from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from cesnode.app import build_app
from cesnode.jobs.reception import node_of
from cesnode.jobs.voice import speaking
from cesnode.ledger.trades import Channel, Trade
from cesnode.services import dealing
from cesnode.services.orders import Order
from cesnode.store import Reader, Store, Writer, peers, remote_trades
from cesnode.store.peers import Peer
from cesnode.store.remote_trades import RemoteTrade
from federation.errors import Problem
from federation.signing import Answer
from tests.support.exchanges import NOW, acting_as
from tests.support.federation import (
    ALWAHA,
    HOMES,
    OAKVALE,
    VILANOVA,
    key_of,
    node_at,
    people,
)
from tests.support.forger import (
    Json,
    Told,
    hour,
    money,
    order_of,
    prepare_of,
    put,
    read_answer,
    tell,
)
from tests.support.nodes import Node
from tests.support.replay import copied
from tests.support.wire import Parcel, next_letters, prove

Client: TypeAlias = TestClient[web.Request, web.Application]


@dataclass
class Stage:
    """`oak` is honest, `vila` is not, `waha` looks on."""

    folder: Path
    now: int = NOW

    def __post_init__(self) -> None:
        def clock() -> int:
            return self.now

        self.oak, self.vila, self.waha = (
            node_at(self.folder, home, clock) for home in (OAKVALE, VILANOVA, ALWAHA)
        )

    def close(self) -> None:
        for node in (self.oak, self.vila, self.waha):
            node.stop()

    def vila_at_oak(self) -> Peer:
        peer = self.oak.read(peers.by_node, self.vila.name)
        assert peer is not None
        return peer

    def buys(self, serial: int = 1, amount: str = "1.00", seller: str = "0001") -> UUID:
        """Let a member of Oakvale buy from a member of Vila Nova; return the trade's id."""
        order = order_for(f"{seller}@{self.vila.name}", f"{serial}", amount)
        return self.enter(self.oak, serial, order).uuid

    def enter(self, node: Node, serial: int, order: Order) -> Trade:
        def work(writer: Writer) -> Trade:
            actor = acting_as(writer, people(writer)[serial - 1])
            return dealing.record(writer, node.key, actor, order, now=node.now).trade

        return node.write(work)

    def remote(self, node: Node, uuid: UUID) -> RemoteTrade:
        """Return the protocol's side of a trade that somebody entered at a node."""

        def read(reader: Reader) -> RemoteTrade:
            (trade,) = reader.one("SELECT id FROM trades WHERE uuid = ?", (uuid.bytes,))
            return remote_trades.of_known_trade(reader, trade)

        return node.read(read)

    def letter(self, node: Node, peer: Node) -> Parcel:
        parcel = next_letters(node, peer.name)
        assert parcel is not None
        return parcel


def order_for(seller: str, buyer: str, amount: str) -> Order:
    return Order(
        id=uuid4(),
        seller=seller,
        buyer=buyer,
        amount=amount,
        description="a box of vegetables",
        channel=Channel.API,
    )


@contextmanager
def staged(template: Path, folder: Path) -> Iterator[Stage]:
    with copied(template, folder, HOMES):
        stage = Stage(folder)
        try:
            yield stage
        finally:
            stage.close()


@asynccontextmanager
async def street_door(node: Node) -> AsyncIterator[Client]:
    """Serve a node's folder by the routes of the served program."""
    store = Store(node.folder)
    async with speaking(node.folder, store, clock=lambda: node.now) as voice:
        app = build_app(store, clock=lambda: node.now, node=node_of(voice))
        async with TestClient(TestServer(app)) as client:
            yield client
    await store.close()


async def knock(client: Client, node: Node, parcel: Parcel) -> Told:
    """Bring a request to the routes; read the answer, which the node must have signed."""
    answer = await carry(client, node, parcel)
    prove(parcel, answer)
    return read_answer(answer)


async def carry(client: Client, node: Node, parcel: Parcel) -> Answer:
    request = parcel.request
    response = await client.request(
        request.method,
        request.target_uri.removeprefix(node.origin),
        data=request.body or None,
        headers=dict(request.headers),
    )
    return Answer(
        status=response.status,
        headers=tuple(response.headers.items()),
        body=await response.read(),
    )


def sends(stage: Stage, **changes: object) -> Told:
    """Send an order from Vila Nova to Oakvale, and hear what Oakvale says."""
    made = order_of(stage.vila, VILANOVA, OAKVALE, **changes)
    return tell(stage.oak, put(stage.vila, stage.oak, prepare_of(made, key_of(VILANOVA))))


def paying(hours: float) -> Json:
    amount = int(hours * hour(OAKVALE))
    source = -(-amount * hour(VILANOVA) // hour(OAKVALE))
    return {"dest": money(OAKVALE, amount), "source": money(VILANOVA, source)}


def is_refused(told: Told, problem: Problem) -> bool:
    """Whether the answer is a signed refusal, and for this."""
    receipt = told.body["receipt"]
    assert receipt["outcome"] == "ABORTED"
    assert receipt["reason"] == problem
    return told.problem is problem
