"""What operators and their monitors ask: alive, ready, which version."""

from __future__ import annotations

from http import HTTPStatus

import msgspec
from aiohttp import web

import cesnode
from cesnode.errors import NodeError
from cesnode.store import exchanges
from cesnode.web.keys import CLOCK, STORE


class Version(msgspec.Struct, frozen=True):
    name: str
    version: str


async def live(_request: web.Request) -> web.Response:
    return web.Response(text="live\n")


async def ready(request: web.Request) -> web.Response:
    """Ready: the ledger can be read, and the writer has not met a failing disk."""
    store = request.app[STORE]
    try:
        await store.read(exchanges.load, request.app[CLOCK].now())
    except NodeError as error:
        return web.Response(text=f"{error}\n", status=HTTPStatus.SERVICE_UNAVAILABLE)
    if not store.is_writable:
        return web.Response(text="the disk failed\n", status=HTTPStatus.SERVICE_UNAVAILABLE)
    return web.Response(text="ready\n")


async def version(_request: web.Request) -> web.Response:
    told = Version("cesnode", cesnode.__version__)
    return web.Response(body=msgspec.json.encode(told), content_type="application/json")


routes = [
    web.get("/-/live", live, name="live"),
    web.get("/-/ready", ready, name="ready"),
    web.get("/-/version", version, name="version"),
]
