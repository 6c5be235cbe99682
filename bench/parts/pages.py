"""How long a member's pages take, beside a bare aiohttp page of the same size."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path

from aiohttp import web

from bench.effort import Effort
from bench.figures import Aim, Bound, Part, Row, Spread, Table, ratio
from bench.load import HOST
from bench.place import Bench, Community
from cesnode.app import build_app, unix_now
from cesnode.services import identities, sessions
from cesnode.store import Store, accounts, keyring
from cesnode.store.store import writing

NAME = "pages"
_PAGES = ("/home", "/statement", "/people")
_COOKIE = "s"
_MOST_DRAWN, _MOST_UNCHANGED = 15.0, 3.0
_HEADERS_END = b"\r\n\r\n"


@dataclass(slots=True)
class _Times:
    """Milliseconds of processor time a page, one figure a turn."""

    bare: list[float] = field(default_factory=list)
    drawn: list[float] = field(default_factory=list)
    unchanged: list[float] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    tag: str
    body: bytes


class _Browser:
    """Asks on one connection, and costs as little as it can beside the server."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def get(self, path: str, *headers: str) -> _Answer:
        lines = (f"GET {path} HTTP/1.1", "Host: bench", "Accept-Encoding: gzip", *headers)
        self._writer.write("\r\n".join(lines).encode() + _HEADERS_END)
        head = (await self._reader.readuntil(_HEADERS_END)).decode()
        first, *rest = head.split("\r\n")
        named = (line.partition(": ") for line in rest if line)
        told = {name.lower(): value for name, _, value in named}
        body = await self._reader.readexactly(int(told.get("content-length", 0)))
        return _Answer(int(first.split()[1]), told.get("etag", ""), body)

    def close(self) -> None:
        self._writer.close()


def measure(bench: Bench) -> Part:
    effort = bench.effort
    community = bench.filled(effort.large)
    cookie = f"Cookie: {_COOKIE}={_sign_in(community)}"
    bench.say("Drawing a member's pages …")
    times = asyncio.run(_measure(community.folder, cookie, effort))
    rows = tuple(
        Row(path, (Spread.of(at.bare), Spread.of(at.drawn), Spread.of(at.unchanged)))
        for path, at in times.items()
    )
    title = f"A page of {effort.accounts:,} members and {effort.large:,} transfers"
    columns = ("CPU ms a bare page", "CPU ms drawn", "CPU ms unchanged")
    aims = tuple(aim for path, at in times.items() for aim in _aims(path, at))
    return Part(NAME, (Table(title, columns, rows),), aims)


def _aims(path: str, at: _Times) -> Sequence[Aim]:
    drawn, unchanged = ratio(at.drawn, at.bare), ratio(at.unchanged, at.bare)
    return (
        Aim(f"time of {path}, of a bare page", drawn, Bound.AT_MOST, _MOST_DRAWN),
        Aim(f"{path} unchanged, of a bare page", unchanged, Bound.AT_MOST, _MOST_UNCHANGED),
    )


def _sign_in(community: Community) -> str:
    """Let the busiest member in; return the secret of the session."""
    keyring.ensure(community.folder)
    with writing(community.folder) as writer:
        account = accounts.by_number(writer, community.members[0].number)
        (member,) = accounts.members_of(writer, account.id)
        now = unix_now()
        sign_in = identities.ensure(writer, member, now=now)
        return sessions.begin(writer, sign_in, device="bench", now=now)


async def _measure(folder: Path, cookie: str, effort: Effort) -> dict[str, _Times]:
    store = Store(folder)
    times = {path: _Times() for path in _PAGES}
    try:
        async with _served(build_app(store)) as node:
            first = {path: await _first(node, path, cookie) for path in _PAGES}
            async with _served(_bare(first)) as bare:
                for _, (path, at) in product(range(effort.turns), times.items()):
                    held = f"If-None-Match: {first[path].tag}"
                    many = effort.pages
                    at.bare.append(await _milliseconds(bare, many, path, cookie))
                    at.drawn.append(await _milliseconds(node, many, path, cookie))
                    at.unchanged.append(
                        await _milliseconds(
                            node, many, path, cookie, held, status=web.HTTPNotModified
                        )
                    )
    finally:
        await store.close()
    return times


async def _first(node: _Browser, path: str, cookie: str) -> _Answer:
    """Ask for a page before anything is measured: what is read once is read then."""
    answer = await node.get(path, cookie)
    _require(answer, web.HTTPOk, path)
    return answer


def _bare(pages: dict[str, _Answer]) -> web.Application:
    """Answer the same bytes with nothing behind them."""

    async def answer(request: web.Request) -> web.Response:
        return web.Response(
            body=pages[request.path].body,
            content_type="text/html",
            headers={"Content-Encoding": "gzip"},
        )

    app = web.Application()
    app.add_routes([web.get(path, answer) for path in pages])
    return app


async def _milliseconds(
    browser: _Browser,
    asked: int,
    *words: str,
    status: type[web.HTTPException] = web.HTTPOk,
) -> float:
    """Return the processor time of a page, ours and the browser's: others share it."""
    begun = time.process_time()
    for _ in range(asked):
        _require(await browser.get(*words), status, words[0])
    return (time.process_time() - begun) * 1_000 / asked


def _require(answer: _Answer, status: type[web.HTTPException], path: str) -> None:
    if answer.status != status.status_code:
        raise ValueError(f"{path} answers {answer.status}, not {status.status_code}")


@asynccontextmanager
async def _served(app: web.Application) -> AsyncIterator[_Browser]:
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, HOST, 0).start()
        _, port = runner.addresses[0]
        browser = _Browser(*await asyncio.open_connection(HOST, port))
        yield browser
        browser.close()
    finally:
        await runner.cleanup()
