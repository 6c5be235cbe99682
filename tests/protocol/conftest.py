"""The golden vectors, and the two nodes they speak of."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from pytest_aiohttp.plugin import AiohttpClient

from federation.keys import PrivateKey, unbase64url
from federation.nodes import Reach
from federation.signing import Sender
from federation.transport.client import Patience, PeerClient
from federation.transport.server import Node, routes
from tests.protocol.asking import NOW, ORIGIN, Listener, Peer
from tests.support.replay import settle_all
from tests.support.ring import SQUARE, TRIANGLE, Ring, ringed, settle_rings
from tests.support.stage import Stage, staged
from tests.support.wire import hear, receive

FIXTURES = Path(__file__).with_name("fixtures.json")


@pytest.fixture(scope="session")
def vectors() -> dict[str, Any]:
    told: dict[str, Any] = json.loads(FIXTURES.read_text())
    return told


@pytest.fixture(scope="session")
def key_a(vectors: dict[str, Any]) -> PrivateKey:
    return PrivateKey(unbase64url(vectors["keys"]["A"]["seed_b64u"], 32))


@pytest.fixture(scope="session")
def key_b(vectors: dict[str, Any]) -> PrivateKey:
    return PrivateKey(bytes.fromhex(vectors["keys"]["B"]["seed_hex"]))


@pytest.fixture
def listener() -> Listener:
    return Listener()


@pytest.fixture
async def peer(
    listener: Listener, key_a: PrivateKey, key_b: PrivateKey, aiohttp_client: AiohttpClient
) -> Peer:
    async def card() -> bytes:
        return b'{"v":1}'

    async def find_sender(keyid: str) -> Sender | None:
        return Sender("a.example", key_a.public) if keyid == key_a.keyid else None

    node = Node(
        origin=ORIGIN,
        key=lambda: key_b,
        card=card,
        find_sender=find_sender,
        receive=listener.receive,
        now=lambda: NOW,
        patience=0.2,
    )
    app = web.Application()
    app.add_routes(routes(node))
    return await aiohttp_client(app)


@pytest.fixture
async def client(key_a: PrivateKey) -> AsyncIterator[PeerClient]:
    patience = Patience(connect=0.5, total=0.5)
    async with PeerClient(key_a, Reach(private=True), patience=patience) as client:
        yield client


@pytest.fixture(scope="session")
def settled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Exchanges that are peers of one another, two and three of them, to be copied."""
    return settle_all(tmp_path_factory.mktemp("federations"))


@pytest.fixture
def stage(settled: Path, tmp_path: Path) -> Iterator[Stage]:
    with staged(settled, tmp_path) as opened:
        yield opened


@pytest.fixture(scope="session")
def rings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Exchanges that owe one another in a ring, three and four of them, to be copied."""
    return settle_rings(tmp_path_factory.mktemp("rings"))


@pytest.fixture
def ring(rings: Path, tmp_path: Path) -> Iterator[Ring]:
    """Oakvale owes Vila Nova three hours, who owes Al-Waha two, who owes Oakvale four."""
    with ringed(rings, tmp_path, TRIANGLE) as opened:
        yield opened


@pytest.fixture
def square(rings: Path, tmp_path: Path) -> Iterator[Ring]:
    """The same with a fourth, where each knows its two neighbours alone."""
    with ringed(rings, tmp_path, SQUARE) as opened:
        yield opened


@pytest.fixture
def paid(stage: Stage) -> str:
    """A trade in which Oakvale's 0001 paid Vila Nova's 0001; the id on the wire."""
    uuid = stage.buys(1, "1.00")
    parcel = stage.letter(stage.oak, stage.vila)
    hear(parcel, receive(stage.vila, parcel.request))
    return stage.remote(stage.oak, uuid).wire_id
