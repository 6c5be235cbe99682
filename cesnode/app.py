"""The composition root: the only module that knows every room."""

from __future__ import annotations

import asyncio
import errno
import gc
import logging
import signal
import socket
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from aiohttp import web

from cesnode.community.roles import Actor
from cesnode.config import Config, Server
from cesnode.errors import AddressUnusable, NoRoute, PortInUse
from cesnode.jobs import beyond
from cesnode.jobs.mailing import Postman
from cesnode.jobs.reception import node_of
from cesnode.jobs.voice import Voice, speaking
from cesnode.jobs.working import working
from cesnode.services.clearing.quoting import QuoteView, Wish
from cesnode.store import Store, keyring, moves
from cesnode.web import metrics, operators, pages
from cesnode.web.api import openapi
from cesnode.web.api.table import ROUTES
from cesnode.web.callers import NO_PROXIES, PROXIES, Proxies
from cesnode.web.counters import Counters
from cesnode.web.door import Door
from cesnode.web.error_pages import show_error_pages
from cesnode.web.guard import add_headers, cut_off_the_slow
from cesnode.web.keys import (
    CLOCK,
    COUNTERS,
    KEY,
    QUOTER,
    STORE,
    VAULT,
    Clock,
    Quoter,
)
from cesnode.web.letters import Typist
from cesnode.web.metrics import measure_requests
from cesnode.web.problems import show_problems
from cesnode.web.signpost import signpost
from cesnode.web.site import PLAIN, Site
from federation.transport import server as federation
from federation.transport.server import Node

LARGEST_BODY = 64 * 1024
_LAST_PORT = 65_535
_SWITCH_SECONDS = 0.0005
_log = logging.getLogger(__name__)


def unix_now() -> int:
    return int(time.time())


async def _no_way(_actor: Actor, wish: Wish) -> QuoteView:
    raise NoRoute(node=wish.seller)


async def _nobody(_address: str) -> None:
    return


_SILENT = Quoter(_no_way, _nobody)
"""Of a node that does not speak to others."""


def quoter_of(voice: Voice) -> Quoter:
    """Let the node ask for prices in its own voice."""
    return Quoter(partial(beyond.quote, voice), partial(beyond.meet_named, voice))


def build_app(
    store: Store,
    *,
    clock: Callable[[], int] = unix_now,
    node: Node | None = None,
    quoter: Quoter = _SILENT,
    site: Site = PLAIN,
    proxies: Proxies = NO_PROXIES,
    gone_to: str | None = None,
) -> web.Application:
    """Put the rooms together; without a `node` other exchanges find nothing here.

    `gone_to` is where the exchange is, if it has left from here.
    """
    app = web.Application(
        middlewares=[
            measure_requests,
            signpost(gone_to),
            show_problems,
            show_error_pages,
            cut_off_the_slow,
        ],
        client_max_size=LARGEST_BODY,
    )
    app[STORE] = store
    app[KEY] = keyring.ensure(store.folder)
    app[VAULT] = keyring.ensure_vault(store.folder)
    app[CLOCK] = Clock(clock)
    app[QUOTER] = quoter
    app[COUNTERS] = Counters()
    app[PROXIES] = proxies
    app.on_response_prepare.append(add_headers)
    pages.add_to(app, store, now=clock, site=site)
    app.add_routes(operators.routes)
    app.add_routes(metrics.routes)
    app.add_routes(openapi.routes)
    app.add_routes(route.definition for route in ROUTES)
    if node is not None:
        app.add_routes(federation.routes(node))
    return app


class Ending:
    """Tells when to stop serving: somebody says so, or a disk fails."""

    def __init__(self) -> None:
        self._come = asyncio.Event()
        self._failures: list[Exception] = []

    def listen(self) -> None:
        """Take Ctrl-C and SIGTERM for somebody's word."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self._come.set)

    def disk_failed(self, error: Exception) -> None:
        self._failures.append(error)
        self._come.set()

    async def wait(self) -> None:
        await self._come.wait()

    def code(self) -> int:
        """Say what went wrong, if something did; return the exit code."""
        for error in self._failures:
            _log.critical("Stopped: the disk failed (%s). Check it before going on.", error)
        return 1 if self._failures else 0


@dataclass(frozen=True, slots=True)
class Served:
    """A node that people and programs can reach."""

    address: str
    voice: Voice


async def serve(folder: Path, config: Config, *, ready: Callable[[str], None]) -> int:
    """Serve until told to stop; return the exit code.

    Raises:
        PortInUse, AddressUnusable: the node cannot listen there.

    """
    ending = Ending()
    ending.listen()
    async with serving(folder, config, ending=ending) as served:
        ready(served.address)
        await ending.wait()
    return ending.code()


@asynccontextmanager
async def serving(
    folder: Path,
    config: Config,
    *,
    ending: Ending,
    door: socket.socket | None = None,
) -> AsyncIterator[Served]:
    """Serve a folder, at a door that was taken before if there is one.

    Raises:
        PortInUse, AddressUnusable: the node cannot listen there.

    """
    server, site = config.server, Site.chosen(config)
    store = Store(folder, on_disk_failure=ending.disk_failed)
    try:
        typist = Typist(folder, site)
        postman = Postman(store, config.mail, typist.write, clock=unix_now)
        async with (
            speaking(folder, store) as voice,
            working(voice, postman, config.backup),
        ):
            node, quoter = node_of(voice), quoter_of(voice)
            app = build_app(
                store,
                node=node,
                quoter=quoter,
                site=site,
                proxies=Proxies.of(server),
                gone_to=await store.read(moves.gone_to),
            )
            entrance = Door(app, server)
            app[COUNTERS].count_connections(lambda: entrance.inside)
            try:
                with _told_plainly(server):
                    port = await entrance.open(door)
                _settle_down()
                yield Served(f"http://{_in_address(server.host)}:{port}", voice)
            finally:
                await entrance.close()
    finally:
        await store.close()


def take_door(server: Server) -> socket.socket:
    """Take an address before there is anything to serve at it.

    Raises:
        PortInUse, AddressUnusable: the node could not listen there.

    """
    door = socket.socket()
    try:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with _told_plainly(server):
            door.bind((server.host, server.port))
    except BaseException:
        door.close()
        raise
    return door


@contextmanager
def _told_plainly(server: Server) -> Iterator[None]:
    """Say why an address cannot be listened at."""
    host, port = server.host, server.port
    try:
        yield
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            other = port + 1 if port < _LAST_PORT else 0
            raise PortInUse(host=host, port=port, other=other) from error
        raise AddressUnusable(host=host, port=port, reason=error.strerror) from error


def _in_address(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _settle_down() -> None:
    """Tune the interpreter for one busy loop beside few short-lived threads."""
    gc.collect()
    gc.freeze()  # What was loaded at the start is never looked through again.
    sys.setswitchinterval(_SWITCH_SECONDS)
