"""The composition root: the only module that knows every room."""

from __future__ import annotations

import asyncio
import errno
import gc
import logging
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

from aiohttp import web

from cesnode.config import Server
from cesnode.errors import AddressUnusable, PortInUse
from cesnode.jobs.reception import node_of
from cesnode.jobs.voice import speaking
from cesnode.jobs.working import working
from cesnode.store import Store
from cesnode.web import operators
from cesnode.web.api import openapi
from cesnode.web.api.table import ROUTES
from cesnode.web.guard import add_headers
from cesnode.web.keys import CLOCK, STORE, Clock
from cesnode.web.problems import show_problems
from federation.transport import server as federation
from federation.transport.server import Node

LARGEST_BODY = 64 * 1024
_MOST_HEADERS = 64
_SWITCH_SECONDS = 0.0005
_log = logging.getLogger(__name__)


def unix_now() -> int:
    return int(time.time())


def build_app(
    store: Store, *, clock: Callable[[], int] = unix_now, node: Node | None = None
) -> web.Application:
    """Put the rooms together; without a `node` other exchanges find nothing here."""
    app = web.Application(middlewares=[show_problems], client_max_size=LARGEST_BODY)
    app[STORE] = store
    app[CLOCK] = Clock(clock)
    app.on_response_prepare.append(add_headers)
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


async def serve(folder: Path, server: Server, *, ready: Callable[[str], None]) -> int:
    """Serve until told to stop; return the exit code.

    Raises:
        PortInUse, AddressUnusable: the node cannot listen there.

    """
    stop = asyncio.Event()
    failures: list[Exception] = []

    def disk_failed(error: Exception) -> None:
        failures.append(error)
        stop.set()

    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    store = Store(folder, on_disk_failure=disk_failed)
    try:
        async with speaking(folder, store) as voice, working(voice):
            app = build_app(store, node=node_of(voice))
            runner = build_runner(app, keep_alive=server.keep_alive)
            try:
                await runner.setup()
                port = await _listen(runner, server)
                _settle_down()
                ready(f"http://{_in_address(server.host)}:{port}")
                await stop.wait()
            finally:
                await runner.cleanup()
    finally:
        await store.close()
    for error in failures:
        _log.critical("Stopped: the disk failed (%s). Check it before going on.", error)
    return 1 if failures else 0


async def _listen(runner: web.AppRunner, server: Server) -> int:
    """Open the door; return its port, which 0 leaves to the machine."""
    host, port = server.host, server.port
    site = web.TCPSite(runner, host, port)
    try:
        await site.start()
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise PortInUse(host=host, port=port, other=port + 1) from error
        raise AddressUnusable(host=host, port=port, reason=error.strerror) from error
    return int(runner.addresses[0][1])


def _in_address(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _settle_down() -> None:
    """Tune the interpreter for one busy loop beside few short-lived threads."""
    gc.collect()
    gc.freeze()  # What was loaded at the start is never looked through again.
    sys.setswitchinterval(_SWITCH_SECONDS)
