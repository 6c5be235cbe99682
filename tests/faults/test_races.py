"""Two processes write the same file at once."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http import HTTPStatus
from itertools import groupby
from pathlib import Path
from uuid import uuid4

import aiohttp
import pytest

from cesnode.community.roles import OPERATOR
from cesnode.community.rules import HouseRules
from cesnode.errors import Code
from cesnode.ledger.limits import Limits
from cesnode.ledger.trades import TradeState
from cesnode.services import trading
from cesnode.store import accounts
from cesnode.store.auditor import audit
from cesnode.store.database import FILE
from cesnode.store.store import reading, writing
from tests.faults.community import Community, Resident, gather
from tests.faults.customers import shop_at
from tests.faults.node import serving, start
from tests.support.exchanges import NOW, oakvale, order

pytestmark = pytest.mark.faults

PURCHASES = 200
FIT = 100
AT_ONCE = 4
CONTESTED = 25
FLOOR = HouseRules(limits=Limits(floor=-FIT * 100, ceiling=None))


async def test_two_processes_never_take_an_account_below_its_floor(tmp_path: Path) -> None:
    community = gather(tmp_path / "data", people=3, exchange=oakvale(rules=FLOOR))
    me, seller, other = community.people
    wishes = [
        ["record", other.number, me.number, "1", str(uuid4())]
        for _ in range(PURCHASES // 2)
    ]

    with serving(community.folder) as node, rival(community.folder) as command:
        async with shop_at(node) as shop:
            command.ask(wishes)
            told = [command.answer()]
            statuses = await asyncio.gather(
                *(buy(shop, me, seller, PURCHASES // 2 // AT_ONCE) for _ in range(AT_ONCE))
            )
        told += [command.answer() for _ in wishes[1:]]
        assert node.stop() == 0

    counted = Counter(status for each in statuses for status in each)
    assert set(counted) <= {HTTPStatus.CREATED, HTTPStatus.CONFLICT}
    assert set(told) <= {"created", Code.LIMIT_EXCEEDED}
    assert counted[HTTPStatus.CREATED] + told.count("created") == FIT
    assert balances(community) == [
        -FIT * 100,
        counted[HTTPStatus.CREATED] * 100,
        told.count("created") * 100,
    ]
    assert audit(community.folder / FILE).findings == ()
    assert turns(community.folder) > 2, "one was done before the other began"


def test_two_processes_record_one_id_once(tmp_path: Path) -> None:
    community = gather(tmp_path / "data", people=2)
    seller, buyer = (person.number for person in community.people)
    wishes = [["record", seller, buyer, "1", str(uuid4())] for _ in range(CONTESTED)]

    outcomes = ask_two(community.folder, wishes)

    assert outcomes == [{"created", "known"}] * CONTESTED
    assert balances(community) == [CONTESTED * 98, -CONTESTED * 102]
    assert audit(community.folder / FILE).findings == ()


def test_two_processes_accept_a_request_once(tmp_path: Path) -> None:
    community = gather(tmp_path / "data", people=2)
    requests = ask_for(community)

    outcomes = ask_two(community.folder, [["accept", uuid] for uuid in requests])

    assert outcomes == [{TradeState.POSTED, Code.WRONG_STATE}] * CONTESTED
    assert balances(community) == [CONTESTED * 98, -CONTESTED * 102]
    assert audit(community.folder / FILE).findings == ()


def test_two_processes_reverse_a_trade_once(tmp_path: Path) -> None:
    community = gather(tmp_path / "data", people=2)
    trades = ask_for(community)
    with writing(community.folder) as writer:
        for uuid in trades:
            trading.accept(writer, OPERATOR, uuid, now=NOW)

    outcomes = ask_two(community.folder, [["reverse", uuid] for uuid in trades])

    assert outcomes == [{TradeState.REVERSED, Code.WRONG_STATE}] * CONTESTED
    assert balances(community) == [0, 0]
    assert audit(community.folder / FILE).findings == ()


class Rival:
    """A process that writes the file as commands do."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def ask(self, wishes: Sequence[Sequence[str]]) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write("".join(json.dumps(wish) + "\n" for wish in wishes))
        self._process.stdin.flush()

    def answer(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().removesuffix("\n")


@contextmanager
def rival(folder: Path) -> Iterator[Rival]:
    command = (sys.executable, "-m", "tests.faults.rival", str(folder))
    process = start(command, stdin=subprocess.PIPE)
    try:
        started = Rival(process)
        assert started.answer() == "ready"
        yield started
    finally:
        said, _ = process.communicate()
    assert (process.returncode, said) == (0, "")


def ask_two(folder: Path, wishes: Sequence[Sequence[str]]) -> list[set[str]]:
    """Ask two processes for the same at once; return both answers to each wish."""
    with rival(folder) as one, rival(folder) as other:
        one.ask(wishes)
        other.ask(wishes)
        return [{one.answer(), other.answer()} for _ in wishes]


async def buy(
    shop: aiohttp.ClientSession, buyer: Resident, seller: Resident, times: int
) -> list[int]:
    statuses = []
    for _ in range(times):
        body = {
            "id": str(uuid4()),
            "seller": seller.number,
            "buyer": buyer.number,
            "amount": "1",
            "description": "eggs",
        }
        async with shop.post("/api/v1/trades", json=body, headers=buyer.header) as answer:
            statuses.append(answer.status)
    return statuses


def ask_for(community: Community) -> list[str]:
    """Enter requests that wait for the buyer; return their ids."""
    seller, buyer = (person.number for person in community.people)
    with writing(community.folder) as writer:
        return [
            str(trading.record(writer, OPERATOR, wish, now=NOW).trade.uuid)
            for wish in (order(seller, buyer, "1", asking=True) for _ in range(CONTESTED))
        ]


def balances(community: Community) -> list[int]:
    with reading(community.folder) as reader:
        return [
            accounts.by_number(reader, person.number).position.balance
            for person in community.people
        ]


def turns(folder: Path) -> int:
    """Say how often the two processes took turns in the ledger."""
    with reading(folder) as reader:
        rows = reader.all("SELECT channel FROM trades ORDER BY id")
    return len(list(groupby(rows)))
