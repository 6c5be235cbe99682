"""The load generator: a process of its own, told what to do on stdin.

A client written for this alone, so that it takes little from the machine it shares
with what it measures: one thread waits on all connections, each kept alive and with one
request at a time.  It reads answers as this node and its echo send them.
"""

from __future__ import annotations

import gc
import random
import select
import socket
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import cycle
from math import inf

import msgspec

from bench.identifiers import Ids
from bench.people import Member, pair
from bench.usage import cpu_seconds

HOST = "127.0.0.1"
_END_OF_HEAD = b"\r\n\r\n"
_LENGTH = b"content-length:"
_SHOWN = 500
_CHUNK = 256 * 1024
PATIENCE = 60.0
_WORDS = "Vegetables of the week"


class Trades(msgspec.Struct, frozen=True, tag="trades"):
    """Every trade is paid by its buyer, with the buyer's own token."""

    members: tuple[Member, ...]
    ids: Ids = Ids.ORDERED
    status: int = 201


class Pages(msgspec.Struct, frozen=True, tag="pages"):
    """Paths to read in turn, each with the token of who may."""

    paths: tuple[tuple[str, str], ...]
    status: int = 200


class Payments(msgspec.Struct, frozen=True, tag="payments"):
    """Every payment goes to another exchange, and is over once it is in our ledger."""

    members: tuple[Member, ...]
    sellers: tuple[str, ...]
    ledger: str


class Server(msgspec.Struct, frozen=True):
    """Where it listens, and the process whose processor time is taken."""

    process: int
    port: int


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """Ask for `seconds`, or until so many `requests` are answered if that is given."""

    server: Server
    connections: int
    ask: Trades | Pages | Payments
    seconds: float = 0.0
    warm_up: float = 0.0
    requests: int | None = None


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What was seen after the warm-up."""

    answered: int
    seconds: float
    cpu_seconds: float
    p50: float
    p99: float
    answer_bytes: int

    @property
    def rate(self) -> float:
        return self.answered / self.seconds

    @property
    def cpu_microseconds(self) -> float:
        """Return the server's processor time for one answer."""
        return self.cpu_seconds / self.answered * 1e6


class LoadFailed(Exception):
    """An answer was not the one expected: what was measured means nothing."""


@dataclass(slots=True)
class Connection:
    socket: socket.socket
    received: bytes = b""
    sent_at: float = 0.0


class Load:
    """Keeps every connection asking, and notes how long each answer took."""

    def __init__(self, job: Job, requests: Iterator[bytes], *, status: int) -> None:
        self._requests = requests
        self._status = str(status).encode()
        self._left = inf if job.requests is None else job.requests
        self.poll = select.epoll()
        self.open: dict[int, Connection] = {}
        self.latencies: list[float] = []
        self.answer_bytes = 0
        for _ in range(job.connections):
            self._connect(job.server.port)

    def go_on(self, seconds: float = inf) -> None:
        """Ask and receive for so long, or until all requests are answered."""
        deadline = time.perf_counter() + seconds
        while self.open and (left := deadline - time.perf_counter()) > 0:
            events = self.poll.poll(min(left, PATIENCE))
            if not events and left > PATIENCE:
                raise LoadFailed(f"no answer in {PATIENCE:.0f} seconds")
            for place, _ in events:
                self.receive(self.open[place])

    def stop(self) -> None:
        """Ask nothing further; what was asked is still answered."""
        self._left = 0

    def _connect(self, port: int) -> None:
        connection = Connection(socket.create_connection((HOST, port)))
        connection.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.open[connection.socket.fileno()] = connection
        self.poll.register(connection.socket, select.EPOLLIN)
        self._ask(connection)

    def _ask(self, connection: Connection) -> None:
        if self._left <= 0:
            del self.open[connection.socket.fileno()]
            connection.socket.close()
            return
        self._left -= 1
        request = next(self._requests)
        connection.sent_at = time.perf_counter()
        connection.socket.sendall(request)

    def receive(self, connection: Connection) -> None:
        data = connection.socket.recv(_CHUNK)
        if not data:
            raise LoadFailed("the server hung up")
        received = connection.received + data
        size = _answer_size(received)
        if size is None:
            connection.received = received
            return
        self.answer_bytes = size
        connection.received = b""
        if received[9:12] != self._status:
            answer = received[:_SHOWN].decode(errors="replace")
            raise LoadFailed(f"an unexpected answer: {answer}")
        self._answered(connection, received)

    def _answered(self, connection: Connection, answer: bytes) -> None:  # noqa: ARG002
        self._over(connection)

    def _over(self, connection: Connection) -> None:
        self.latencies.append(time.perf_counter() - connection.sent_at)
        self._ask(connection)


def _answer_size(received: bytes) -> int | None:
    """Return the size of the answer's body, or None while it is not all there."""
    head, end, body = received.partition(_END_OF_HEAD)
    if not end:
        return None
    _, _, rest = head.lower().partition(_LENGTH)
    length = int(rest.partition(b"\r\n")[0])
    return length if len(body) >= length else None


def _trades(ask: Trades) -> Iterator[bytes]:
    chance = random.Random()  # noqa: S311 - other ids in every run
    members = ask.members
    heads = [head("POST", "/api/v1/trades", member.token) for member in members]
    while True:
        seller, buyer = pair(chance, len(members))
        identifier = ask.ids.new(time.time_ns() // 1_000_000, chance)
        body = (
            f'{{"id":"{identifier}","seller":"{members[seller].number}",'
            f'"buyer":"{members[buyer].number}","amount":"12.50",'
            f'"description":"{_WORDS}"}}'
        )
        yield (
            f"{heads[buyer]}Content-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n\r\n{body}"
        ).encode()


def _pages(ask: Pages) -> Iterator[bytes]:
    for path, token in cycle(ask.paths):
        yield f"{head('GET', path, token)}\r\n".encode()


def head(method: str, path: str, token: str) -> str:
    return f"{method} {path} HTTP/1.1\r\nHost: {HOST}\r\nAuthorization: Bearer {token}\r\n"


def run(job: Job, load: Load) -> Outcome:
    """Let the warm-up pass, count, and stop."""
    load.go_on(job.warm_up)
    load.latencies.clear()
    began, cpu = time.perf_counter(), cpu_seconds(job.server.process)
    load.go_on(job.seconds if job.requests is None else inf)
    seconds, cpu = time.perf_counter() - began, cpu_seconds(job.server.process) - cpu
    latencies = sorted(load.latencies)
    load.stop()
    load.go_on()
    if not latencies:
        raise LoadFailed("no answer came in the time there was")
    return Outcome(
        answered=len(latencies),
        seconds=seconds,
        cpu_seconds=cpu,
        p50=latencies[len(latencies) // 2],
        p99=latencies[len(latencies) * 99 // 100],
        answer_bytes=load.answer_bytes,
    )


def generate(make: Callable[[Job], Load]) -> None:
    """Do the job that is told on stdin; say on stdout what was seen."""
    job = msgspec.json.decode(sys.stdin.buffer.read(), type=Job)
    gc.disable()  # It makes no cycles, and lives for seconds.
    try:
        outcome = run(job, make(job))
    except (LoadFailed, OSError) as error:
        raise SystemExit(f"bench.load: {error}") from error
    sys.stdout.buffer.write(msgspec.json.encode(outcome))


def _load(job: Job) -> Load:
    if isinstance(job.ask, Trades):
        return Load(job, _trades(job.ask), status=job.ask.status)
    assert isinstance(job.ask, Pages)  # noqa: S101 - payments are made in abroad.py
    return Load(job, _pages(job.ask), status=job.ask.status)


if __name__ == "__main__":
    generate(_load)
