"""Where our node does not go, and what it does not take for an answer."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable
from typing import TypeAlias

import pytest
from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult
from pytest_aiohttp.plugin import AiohttpServer
from typing_extensions import override

from federation.endpoints import PING, SMALL
from federation.errors import FederationError, Problem
from federation.keys import PrivateKey
from federation.nodes import Reach
from federation.transport.client import (
    Call,
    NoAnswer,
    PeerClient,
    Remote,
    Why,
    checked_sockets,
)

PRIVATE = Reach(private=True)
JSON = {"Content-Type": "application/json"}
Handler: TypeAlias = Callable[[web.Request], Awaitable[web.StreamResponse]]


async def redirect(_: web.Request) -> web.StreamResponse:
    raise web.HTTPTemporaryRedirect("http://169.254.169.254/")


async def html(_: web.Request) -> web.StreamResponse:
    return web.Response(text="<h1>502</h1>", content_type="text/html", status=502)


async def unsigned(_: web.Request) -> web.StreamResponse:
    return web.json_response({"state": "ABORTED"})


async def problem(_: web.Request) -> web.StreamResponse:
    body = FederationError(Problem.TRADE_CONFLICT, "No.").document("/")
    return web.Response(body=body, status=409, content_type="application/problem+json")


async def huge(_: web.Request) -> web.StreamResponse:
    return web.Response(body=b'"' + b"x" * SMALL + b'"', headers=JSON)


async def endless(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers=JSON)
    await response.prepare(request)
    try:
        while True:
            await response.write(b"x" * 10_000)
    except ConnectionError:
        return response


async def squeezed(_: web.Request) -> web.StreamResponse:
    return web.Response(body=b"{}", headers=JSON | {"Content-Encoding": "br"})


async def slow(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers=JSON)
    await response.prepare(request)
    await asyncio.Event().wait()
    return response


async def gone(request: web.Request) -> web.StreamResponse:
    assert request.transport is not None
    request.transport.close()
    return web.Response()


@pytest.mark.parametrize(
    ("handler", "why", "hint"),
    [
        (redirect, Why.REDIRECTED, None),
        (html, Why.NOT_JSON, None),
        (squeezed, Why.NOT_JSON, None),
        (unsigned, Why.NOT_PROVEN, None),
        (problem, Why.NOT_PROVEN, Problem.TRADE_CONFLICT),
        (huge, Why.TOO_LARGE, None),
        (endless, Why.TOO_LARGE, None),
        (slow, Why.TOO_SLOW, None),
        (gone, Why.UNREACHABLE, None),
    ],
)
async def test_what_is_no_proven_answer_teaches_nothing(
    handler: Handler,
    why: Why,
    hint: Problem | None,
    client: PeerClient,
    key_b: PrivateKey,
    aiohttp_server: AiohttpServer,
) -> None:
    app = web.Application()
    app.router.add_route("*", "/{rest:.*}", handler)
    server = await aiohttp_server(app, shutdown_timeout=0.0)
    remote = Remote(f"http://127.0.0.1:{server.port}", (key_b.public,))

    with pytest.raises(NoAnswer) as none:
        await client.ask(remote, Call(endpoint=PING))

    assert (none.value.why, none.value.hint) == (why, hint)


@pytest.mark.parametrize(
    "origin",
    [
        "http://a.example",
        "https://127.0.0.1",
        "https://[::1]",
        "https://2130706433",
        "https://user@a.example",
        "https://a.example:22",
        "https://localhost",
    ],
)
async def test_without_the_flag_nobody_is_even_called_there(
    origin: str, key_a: PrivateKey
) -> None:
    async with PeerClient(key_a, Reach()) as client:
        for asking in (
            client.ask(Remote(origin, ()), Call(endpoint=PING)),
            client.fetch_card(origin),
        ):
            with pytest.raises(FederationError) as refused:
                await asking
            assert refused.value.problem is Problem.NOT_ROUTABLE


class Rebinding(AbstractResolver):
    """A hostile name server: every name leads to the machine that asks."""

    def __init__(self) -> None:
        self.asked = 0

    @override
    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        self.asked += 1
        return [
            ResolveResult(
                hostname=host,
                host="127.0.0.1",
                port=port,
                family=socket.AF_INET,
                proto=0,
                flags=0,
            )
        ]

    @override
    async def close(self) -> None:
        pass


async def test_a_public_name_does_not_lead_inside(key_a: PrivateKey) -> None:
    """Nothing is sent: the address is looked at where the socket is made."""
    arrived = asyncio.Event()
    server = await asyncio.start_server(lambda *_: arrived.set(), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    resolver = Rebinding()
    reach = Reach(ports=frozenset({port}))

    async with PeerClient(key_a, reach, resolver=resolver) as client:
        with pytest.raises(NoAnswer) as none:
            await client.fetch_card(f"https://evil.example:{port}")
    server.close()
    await server.wait_closed()

    assert none.value.why is Why.UNREACHABLE
    assert resolver.asked == 1
    assert not arrived.is_set()


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "::1", "169.254.169.254", "::ffff:10.0.0.1"]
)
def test_no_socket_is_made_for_an_address_inside(address: str) -> None:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET

    with pytest.raises(OSError, match="does not connect"):
        checked_sockets(Reach())((family, socket.SOCK_STREAM, 0, "", (address, 443)))
