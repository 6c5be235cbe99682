"""Who is let in, who is sent away, and what is said of what is not HTTP."""

from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest
from aiohttp import ClientSession, web

from cesnode.config import Server
from cesnode.errors import Code
from cesnode.web import households
from cesnode.web.door import Door
from cesnode.web.guard import add_headers

PATIENCE = 10
"""Seconds after which a door is called stuck; nothing waits so long."""

HERE = "127.0.0.1"
ASKING = b"GET / HTTP/1.1\r\nHost: here\r\n\r\n"


@dataclass
class Wire:
    """A connection without a library that would be polite for us."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def ask(self, request: bytes = ASKING) -> tuple[int, dict[str, str], bytes]:
        """Send bytes; return the status, the head and the body of what comes back."""
        self.writer.write(request)
        async with asyncio.timeout(PATIENCE):
            line, *lines = (await self.reader.readuntil(b"\r\n\r\n")).decode().splitlines()
            head = dict(part.lower().split(": ", 1) for part in lines if part)
            body = await self.reader.readexactly(int(head["content-length"]))
        return int(line.split()[1]), head, body

    async def is_closed(self) -> bool:
        async with asyncio.timeout(PATIENCE):
            return await self.reader.read() == b""

    async def close(self) -> None:
        self.writer.close()
        await self.writer.wait_closed()


class Office:
    """A small application behind a door."""

    def __init__(self, **settings: float) -> None:
        app = web.Application()
        app.on_response_prepare.append(add_headers)
        app.add_routes([web.get("/", self.hear), web.post("/", self.echo)])
        whole = {"port": 0, "keep_alive": 5, **settings}
        self.door = Door(app, Server(**whole))  # type: ignore[arg-type]
        self.port = 0
        self.may_go_on = asyncio.Event()
        self.may_go_on.set()
        self.heard = asyncio.Event()
        self.wires: list[Wire] = []

    async def hear(self, _request: web.Request) -> web.Response:
        self.heard.set()
        await self.may_go_on.wait()
        return web.Response(text="done")

    async def echo(self, request: web.Request) -> web.Response:
        return web.Response(body=await request.read())

    async def wire(self) -> Wire:
        made = Wire(*await asyncio.open_connection(HERE, self.port))
        self.wires.append(made)
        return made


@asynccontextmanager
async def office(**settings: float) -> AsyncIterator[Office]:
    opened = Office(**settings)
    opened.port = await opened.door.open()
    try:
        yield opened
    finally:
        for wire in opened.wires:
            await wire.close()
        async with asyncio.timeout(PATIENCE):
            await opened.door.close()


async def until(is_so: Callable[[], bool]) -> None:
    """Let the loop turn until something is so."""
    async with asyncio.timeout(PATIENCE):
        while not is_so():  # noqa: ASYNC110 - there is no event for what sockets do
            await asyncio.sleep(0)


async def test_a_compressed_body_is_not_unpacked() -> None:
    packed = gzip.compress(b"x" * 1_000)

    async with office() as there, ClientSession() as client:
        headers = {"Content-Encoding": "gzip"}
        address = f"http://{HERE}:{there.port}/"
        response = await client.post(address, data=packed, headers=headers)
        content = await response.read()

    assert content == packed


async def test_who_is_one_too_many_is_told_so_and_when_to_come_again() -> None:
    async with office(most_connections=3) as there:
        inside = [await there.wire() for _ in range(3)]
        for wire in inside:
            assert (await wire.ask())[0] == 200

        late = await there.wire()
        status, head, body = await late.ask()

        assert status == 503
        assert head["retry-after"] == "5"
        assert json.loads(body)["code"] == Code.BUSY
        assert await late.is_closed()
        assert (await inside[0].ask())[0] == 200


async def test_who_leaves_makes_room() -> None:
    async with office(most_connections=1) as there:
        first = await there.wire()
        assert (await first.ask())[0] == 200
        await first.close()
        await until(lambda: not there.door.inside)

        second = await there.wire()
        assert (await second.ask())[0] == 200


async def test_programs_of_this_machine_share_no_limit_of_one() -> None:
    async with office(most_connections_of_one=1) as there:
        for _ in range(3):
            wire = await there.wire()
            assert (await wire.ask())[0] == 200


async def test_one_address_cannot_take_the_room_of_all() -> None:
    door = Office(most_connections=5, most_connections_of_one=2).door

    assert [door.enter("203.0.113.7") for _ in range(3)] == [True, True, False]
    assert [door.enter("203.0.113.8") for _ in range(3)] == [True, True, False]
    assert [door.enter("") for _ in range(2)] == [True, False]
    door.leave("203.0.113.7")
    assert door.enter("203.0.113.7")


@pytest.mark.parametrize(
    ("host", "counted_as"),
    [
        ("127.0.0.1", ""),
        ("::1", ""),
        ("::ffff:127.0.0.1", ""),
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:db8:1:2::9", "2001:db8:1:2::"),
        ("no address", ""),
    ],
)
def test_a_household_is_one_address(host: str, counted_as: str) -> None:
    assert households.of_connection(host) == counted_as


async def test_who_never_says_anything_is_not_waited_for() -> None:
    async with office(keep_alive=0.1) as there:
        silent = await there.wire()
        slow = await there.wire()
        slow.writer.write(b"GET / HTTP/1.1\r\nHost: ")

        assert await silent.is_closed()
        assert await slow.is_closed()


@pytest.mark.parametrize(
    ("sent", "detail"),
    [
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", "not HTTP"),
        (b"GET  HTTP\r\n\r\n", "not HTTP"),
        (b"GET / HTTP/1.1\r\nno header\r\n\r\n", "not HTTP"),
        (b"GET /" + b"a" * 10_000 + b" HTTP/1.1\r\n\r\n", "too long"),
        (b"GET / HTTP/1.1\r\nX: " + b"a" * 10_000 + b"\r\n\r\n", "too long"),
    ],
    ids=["TLS", "request line", "header", "long address", "long header"],
)
async def test_what_is_not_http_gets_a_problem(sent: bytes, detail: str) -> None:
    async with office() as there:
        wire = await there.wire()
        status, head, body = await wire.ask(sent)

    problem = json.loads(body)
    assert (status, head["server"]) == (400, "cesnode")
    assert head["content-type"].startswith("application/problem+json")
    assert problem["code"] == Code.BODY_INVALID
    assert detail in problem["detail"]


async def test_what_was_asked_before_the_door_closed_is_answered() -> None:
    async with office() as there:
        there.may_go_on.clear()
        wire = await there.wire()
        asking = asyncio.create_task(wire.ask())
        await there.heard.wait()

        closing = asyncio.create_task(there.door.close())
        await until(lambda: there.door.is_closing)
        there.may_go_on.set()
        status, head, _ = await asking
        async with asyncio.timeout(PATIENCE):
            await closing

        assert (status, head["connection"]) == (200, "close")
        assert await wire.is_closed()


async def test_who_just_came_in_as_the_door_closes_is_answered_too() -> None:
    """The request arrives after the door was closed; its connection was there before."""
    async with office() as there:
        wire = await there.wire()

        closing = asyncio.create_task(there.door.close())
        await until(lambda: there.door.is_closing)
        status, head, _ = await wire.ask()
        await closing

        assert (status, head["connection"]) == (200, "close")
