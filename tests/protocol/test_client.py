"""Our node's own requests: signed, careful where they go, deaf to what is not proven."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeAlias

import pytest
from aiohttp import web
from pytest_aiohttp.plugin import AiohttpServer

from federation import discovery, wire
from federation.arrival import Arrival
from federation.discovery import (
    key_of,
)
from federation.endpoints import CHAIN, PEERING_PAUSE, PING
from federation.errors import FederationError, Problem, read_problem
from federation.keys import PrivateKey
from federation.nodes import Reach
from federation.signing import Reply, Sender
from federation.transport.client import (
    Call,
    NoAnswer,
    PeerClient,
    Remote,
    Why,
)
from federation.transport.server import Node, routes
from tests.protocol.asking import card_of

PRIVATE = Reach(private=True)
JSON = {"Content-Type": "application/json"}
Handler: TypeAlias = Callable[[web.Request], Awaitable[web.StreamResponse]]


@pytest.fixture
async def origin(
    key_a: PrivateKey,
    key_b: PrivateKey,
    aiohttp_server: AiohttpServer,
    unused_tcp_port: int,
) -> str:
    """Start a node that gives back what it is sent, and says where it is."""
    origin = f"http://127.0.0.1:{unused_tcp_port}"

    async def card() -> bytes:
        return wire.write(card_of(key_b, origin))

    async def find_sender(keyid: str) -> Sender | None:
        return Sender("a.example", key_a.public) if keyid == key_a.keyid else None

    async def receive(arrival: Arrival) -> Reply:
        if arrival.endpoint is PING:
            return Reply(204)
        if arrival.query:
            raise FederationError(Problem.BUSY, arrival.query)
        return Reply(200, arrival.verified.body)

    node = Node(
        origin=origin,
        key=lambda: key_b,
        card=card,
        find_sender=find_sender,
        receive=receive,
    )
    app = web.Application()
    app.add_routes(routes(node))
    await aiohttp_server(app, port=unused_tcp_port)
    return origin


async def test_a_node_is_asked_and_its_answer_proven(
    client: PeerClient, origin: str, key_b: PrivateKey
) -> None:
    body = b'{"paused":false,"why":"back"}'
    call = Call(endpoint=PEERING_PAUSE, parameters={"peering_id": "p-1"}, body=body)

    answer = await client.ask(Remote(origin, (key_b.public,)), call)

    assert (answer.status, answer.body) == (200, body)
    assert answer.content_type == "application/json"


async def test_an_empty_answer_is_proven_too(
    client: PeerClient, origin: str, key_b: PrivateKey
) -> None:
    answer = await client.ask(Remote(origin, (key_b.public,)), Call(endpoint=PING))

    assert (answer.status, answer.body) == (204, b"")


async def test_a_signed_problem_is_an_answer(
    client: PeerClient, origin: str, key_b: PrivateKey
) -> None:
    where = {"debtor": "127.0.0.1:8101", "creditor": "b.example"}
    call = Call(endpoint=CHAIN, parameters=where, query="after=17")

    answer = await client.ask(Remote(origin, (key_b.public,)), call)

    assert (answer.status, read_problem(answer.body)) == (503, Problem.BUSY)
    assert b"after=17" in answer.body


async def test_an_answer_of_another_node_is_none(
    client: PeerClient, origin: str, key_a: PrivateKey
) -> None:
    with pytest.raises(NoAnswer) as none:
        await client.ask(Remote(origin, (key_a.public,)), Call(endpoint=PING))

    assert none.value.why is Why.NOT_PROVEN


async def test_an_answer_from_another_time_is_none_and_shows_both_clocks(
    origin: str, key_a: PrivateKey, key_b: PrivateKey
) -> None:
    async with PeerClient(key_a, PRIVATE, now=lambda: 1795300000) as client:
        with pytest.raises(NoAnswer) as none:
            await client.ask(Remote(origin, (key_b.public,)), Call(endpoint=PING))

    assert none.value.why is Why.CLOCK_SKEW
    assert none.value.hint is Problem.CLOCK_SKEW
    assert "1795300000" in str(none.value)


async def test_a_node_that_is_not_there_is_unreachable(
    client: PeerClient, key_b: PrivateKey, unused_tcp_port: int
) -> None:
    remote = Remote(f"http://127.0.0.1:{unused_tcp_port}", (key_b.public,))

    with pytest.raises(NoAnswer) as none:
        await client.ask(remote, Call(endpoint=PING))

    assert none.value.why is Why.UNREACHABLE


async def test_a_card_is_fetched_where_it_lives(
    client: PeerClient, origin: str, key_b: PrivateKey
) -> None:
    card = await client.fetch_card(f"{origin}/")

    assert (card.origin, card.node) == (origin, origin.removeprefix("http://"))
    assert key_of(card, key_b.keyid) == key_b.public


async def refuse(_: web.Request) -> web.StreamResponse:
    body = FederationError(Problem.TRADE_CONFLICT, "No.").document("/")
    return web.Response(body=body, status=409, content_type="application/problem+json")


async def test_a_card_of_another_origin_or_none_at_all_is_refused(
    client: PeerClient, origin: str, aiohttp_server: AiohttpServer, key_b: PrivateKey
) -> None:
    async def copy(_: web.Request) -> web.StreamResponse:
        return web.Response(body=wire.write(card_of(key_b, origin)), headers=JSON)

    app = web.Application()
    app.router.add_get(discovery.PATH, copy)
    copied = await aiohttp_server(app)
    app = web.Application()
    app.router.add_get(discovery.PATH, refuse)
    refusing = await aiohttp_server(app)

    with pytest.raises(FederationError) as refused:
        await client.fetch_card(f"http://127.0.0.1:{copied.port}")
    with pytest.raises(NoAnswer) as none:
        await client.fetch_card(f"http://127.0.0.1:{refusing.port}")

    assert refused.value.problem is Problem.SCHEMA_INVALID
    assert none.value.why is Why.UNREACHABLE
