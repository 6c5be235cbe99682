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
from pathlib import Path

from aiohttp import web

from cesnode.config import Server
from cesnode.errors import AddressUnusable, PortInUse
from cesnode.jobs.reception import node_of
from cesnode.jobs.voice import Voice, speaking
from cesnode.jobs.working import working
from cesnode.store import Store, keyring
from cesnode.web import operators, pages
from cesnode.web.api import openapi
from cesnode.web.api.table import ROUTES
from cesnode.web.error_pages import show_error_pages
from cesnode.web.guard import add_headers
from cesnode.web.keys import CLOCK, KEY, STORE, Clock
from cesnode.web.problems import show_problems
from cesnode.web.site import PLAIN, Site
from federation.transport import server as federation
from federation.transport.server import Node

LARGEST_BODY = 64 * 1024
_MOST_HEADERS = 64
_SWITCH_SECONDS = 0.0005
_log = logging.getLogger(__name__)


def unix_now() -> int:
    return int(time.time())


def build_app(
    store: Store,
    *,
    clock: Callable[[], int] = unix_now,
    node: Node | None = None,
    site: Site = PLAIN,
) -> web.Application:
    """Put the rooms together; without a `node` other exchanges find nothing here."""
    app = web.Application(
        middlewares=[show_problems, show_error_pages], client_max_size=LARGEST_BODY
    )
    app[STORE] = store
    app[KEY] = keyring.ensure(store.folder)
    app[CLOCK] = Clock(clock)
    app.on_response_prepare.append(add_headers)
    pages.add_to(app, store, now=clock, site=site)
    app.add_routes(operators.routes)
    app.add_routes(openapi.routes)
    app.add_routes(route.definition for route in ROUTES)
    if node is not None:
        app.add_routes(federation.routes(node))
    return app


def build_runner(app: web.Application, *, keep_alive: float) -> web.AppRunner:
    """Prepare to serve; `keep_alive` also bounds how long headers may take."""
    return web.AppRunner(
        app,
        access_log=None,
        keepalive_timeout=keep_alive,
        max_headers=_MOST_HEADERS,
        auto_decompress=False,  # Nobody may send us little that becomes much.
    )


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


async def serve(folder: Path, server: Server, *, ready: Callable[[str], None]) -> int:
    """Serve until told to stop; return the exit code.

    Raises:
        PortInUse, AddressUnusable: the node cannot listen there.

    """
    ending = Ending()
    ending.listen()
    async with serving(folder, server, ending=ending) as served:
        ready(served.address)
        await ending.wait()
    return ending.code()


@asynccontextmanager
async def serving(
    folder: Path, server: Server, *, ending: Ending, door: socket.socket | None = None
) -> AsyncIterator[Served]:
    """Serve a folder, at a door that was taken before if there is one.

    Raises:
        PortInUse, AddressUnusable: the node cannot listen there.

    """
    store = Store(folder, on_disk_failure=ending.disk_failed)
    try:
        async with speaking(folder, store) as voice, working(voice):
            app = build_app(store, node=node_of(voice))
            runner = build_runner(app, keep_alive=server.keep_alive)
            try:
                await runner.setup()
                port = await _listen(runner, server, door)
                _settle_down()
                yield Served(f"http://{_in_address(server.host)}:{port}", voice)
            finally:
                await runner.cleanup()
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


async def _listen(runner: web.AppRunner, server: Server, door: socket.socket | None) -> int:
    """Open the door; return its port, which 0 leaves to the machine."""
    site = (
        web.TCPSite(runner, server.host, server.port)
        if door is None
        else web.SockSite(runner, door)
    )
    with _told_plainly(server):
        await site.start()
    return int(runner.addresses[0][1])


@contextmanager
def _told_plainly(server: Server) -> Iterator[None]:
    """Say why an address cannot be listened at."""
    host, port = server.host, server.port
    try:
        yield
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise PortInUse(host=host, port=port, other=port + 1) from error
        raise AddressUnusable(host=host, port=port, reason=error.strerror) from error


def _in_address(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _settle_down() -> None:
    """Tune the interpreter for one busy loop beside few short-lived threads."""
    gc.collect()
    gc.freeze()  # What was loaded at the start is never looked through again.
    sys.setswitchinterval(_SWITCH_SECONDS)
