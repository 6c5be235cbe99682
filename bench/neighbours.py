"""Two communities that are peers, made through the services and the command line."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec

from bench import community, processes
from bench.load import HOST, Payments, Server
from bench.people import Member
from bench.place import Bench
from cesnode.community.roles import OPERATOR
from cesnode.ledger.trades import Channel
from cesnode.services import dealing
from cesnode.services.identifiers import uuid7
from cesnode.services.orders import Order
from cesnode.store import database, keyring
from cesnode.store.store import writing

_LINE_OF_CREDIT = "1000000000"
_BATCH = 500
_ORDERS = "SELECT COUNT(*) FROM remote_trades WHERE role = 'payee'"
_REQUESTS = "SELECT COUNT(*) FROM peer_nonces"


class _Invited(msgspec.Struct, frozen=True):
    invite: str


@dataclass(frozen=True, slots=True)
class Neighbour:
    folder: Path
    code: str
    port: int
    members: tuple[Member, ...]

    def pay(self, other: Neighbour) -> Payments:
        sellers = tuple(member.number for member in other.members)
        return Payments(members=self.members, sellers=sellers, ledger=str(self.folder))


def found(bench: Bench, name: str) -> tuple[Neighbour, Neighbour]:
    """Found two exchanges, each with the address it will be served at."""
    oak, vila = (
        _found(bench, bench.folder / f"{name}-{code}", code) for code in ("OAKV", "VILA")
    )
    return oak, vila


@contextmanager
def serving(neighbour: Neighbour) -> Iterator[Server]:
    """Run one of them, at the address the others know."""
    with processes.node(neighbour.folder, port=neighbour.port) as server:
        yield server


def agree(one: Neighbour, other: Neighbour) -> None:
    """Make two that are being served peers of each other."""
    said = _peer(one, "invite", "--credit-line", _LINE_OF_CREDIT)
    invited = msgspec.json.decode(said, type=_Invited)
    _peer(other, "accept", invited.invite, "--credit-line", _LINE_OF_CREDIT, "--yes")
    _peer(one, "approve", other.code, "--yes")


def hold(one: Neighbour, other: Neighbour, count: int) -> None:
    """Order so much from the other, as the interface would have."""
    key = keyring.ensure(one.folder)
    left = count
    while left:
        with writing(one.folder) as writer:
            for serial in range(left - min(left, _BATCH), left):
                order = Order(
                    id=uuid7(),
                    seller=other.members[serial % len(other.members)].number,
                    buyer=one.members[serial % len(one.members)].number,
                    amount="1",
                    description="Vegetables of the week",
                    channel=Channel.API,
                )
                dealing.record(writer, key, OPERATOR, order, now=community.FOUNDED_AT)
        left -= min(left, _BATCH)


def orders_and_requests(neighbour: Neighbour) -> tuple[int, int]:
    """Return how many orders it has got so far, and in how many requests it was asked."""
    reader = database.open_reader(neighbour.folder)
    try:
        (orders,) = reader.execute(_ORDERS).fetchone()
        (requests,) = reader.execute(_REQUESTS).fetchone()
    finally:
        reader.close()
    return int(orders), int(requests)


@contextmanager
def silence(port: int) -> Iterator[None]:
    """Be a peer that takes every call and never says a word."""
    with socket.create_server((HOST, port)):
        yield


def _found(bench: Bench, folder: Path, code: str) -> Neighbour:
    with socket.create_server((HOST, 0)) as probe:
        port = int(probe.getsockname()[1])
    accounts = bench.effort.accounts
    members = community.found(folder, accounts=accounts, code=code, port=port)
    return Neighbour(folder, code, port, members)


def _peer(neighbour: Neighbour, *words: str) -> bytes:
    data = ("--data", str(neighbour.folder), "--json")
    (said,) = processes.run([("cli.py", "peer", *words, *data)])
    return said
