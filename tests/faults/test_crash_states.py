"""Every state in which a power cut may leave the disk opens with all that was promised.

The writes and syncs of a real process are recorded under load; from the record the
disks are built that a cut at any moment could leave behind.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from random import Random
from uuid import uuid4

import aiohttp
import pytest

from cesnode.community.roles import OPERATOR
from cesnode.services import trading
from cesnode.store.database import FILE
from cesnode.store.store import writing
from tests.faults.community import gather
from tests.faults.crashes import (
    RECORDED_CALLS,
    Answer,
    Crash,
    Event,
    Files,
    crashes,
    read_record,
)
from tests.faults.customers import Customer, Purchase, Told, customers, shop_at
from tests.faults.effort import effort
from tests.faults.inspection import wrongs
from tests.faults.node import serving, weakened
from tests.faults.tracing import recording, require_strace
from tests.support.exchanges import NOW, order

pytestmark = pytest.mark.faults

STATES = effort(400, 20_000)
TRADES_OF_EACH = 20
OFTEN = "wal_autocheckpoint=60"
"""Carry the log over every few trades: a short record then holds much of it."""


@dataclass(frozen=True, slots=True)
class Record:
    """What a node did to its files while people traded."""

    before: Files
    events: Sequence[Event]
    told: Sequence[Told]


async def test_no_crash_state_loses_a_trade_or_breaks_the_file(tmp_path: Path) -> None:
    record = await record_trading(tmp_path, OFTEN)
    seed = Random().randrange(2**32)  # noqa: S311 - no secret

    for crash in states(record, seed):
        assert wrongs_after(crash, record, tmp_path / "crashed") == [], (seed, crash.told)


async def test_without_syncs_some_crash_states_lose_trades(tmp_path: Path) -> None:
    record = await record_trading(tmp_path, OFTEN, "synchronous=NORMAL")

    assert any(
        wrong.endswith("is lost")
        for crash in states(record, seed=1)
        for wrong in wrongs_after(crash, record, tmp_path / "crashed")
    )


async def record_trading(scratch: Path, *pragmas: str) -> Record:
    require_strace()
    community = gather(scratch / "data")
    buyers = customers(community, scratch / "journals")
    before = {FILE: bytearray((community.folder / FILE).read_bytes())}
    trace = scratch / "trace"
    through = recording(trace, RECORDED_CALLS)
    with serving(community.folder, through=through, program=weakened(*pragmas)) as node:
        async with shop_at(node) as shop:
            await asyncio.gather(*(trade(buyer, shop) for buyer in buyers))
        assert node.stop() == 0
    told = [buyer.told() for buyer in buyers]
    events = read_record(trace, community.folder)
    answered = {event.trade for event in events if isinstance(event, Answer)}
    assert answered == {uuid for each in told for uuid in each.acknowledged}
    return Record(before, events, told)


async def trade(buyer: Customer, shop: aiohttp.ClientSession) -> None:
    for _ in range(TRADES_OF_EACH):
        assert await buyer.buy(shop, buyer.wish()) == HTTPStatus.CREATED


def states(record: Record, seed: int) -> Iterator[Crash]:
    random = Random(seed)  # noqa: S311 - no secret
    return crashes(record.before, record.events, count=STATES, random=random)


def wrongs_after(crash: Crash, record: Record, folder: Path) -> list[str]:
    """Open such a disk, go on trading, and say what is wrong."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for name, content in crash.files.items():
        (folder / name).write_bytes(content)
    new = Purchase(uuid4(), "OAKV0001", "OAKV0002", "1.00")
    with writing(folder) as writer:
        wish = order(new.seller, new.buyer, new.amount, id=new.id)
        trading.record(writer, OPERATOR, wish, now=NOW)
    answered = set(crash.answered)
    heard = [
        Told(each.asked, [uuid for uuid in each.acknowledged if uuid in answered])
        for each in record.told
    ]
    return wrongs(folder, [*heard, Told({new.id: new}, [new.id])])
