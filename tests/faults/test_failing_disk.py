"""Each write, sync and read of one trade fails, one after another.

Nobody is told that a trade is recorded which is not.  After a failed sync the process
ends, because what is on the disk is unknown until the file is opened again.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from itertools import count
from pathlib import Path

import aiohttp
import pytest

from cesnode.errors import Code
from cesnode.store.database import FILE
from tests.faults.community import Community, gather
from tests.faults.customers import Customer, customers, shop_at
from tests.faults.effort import effort
from tests.faults.inspection import wrongs
from tests.faults.node import CESNODE, Node, serving, starting, weakened
from tests.faults.tracing import INJECTED, SYNCS, failing, require_strace

pytestmark = pytest.mark.faults

WRITES = "pwrite64"
ONCE, FROM_THEN_ON = "{}", "{}+"
READS = "pread64"
GOES_ON = {HTTPStatus.CREATED, HTTPStatus.INSUFFICIENT_STORAGE}
RECORDED = {HTTPStatus.OK, HTTPStatus.CREATED}
_STRIDES = {SYNCS: 1, WRITES: effort(2, 1), READS: effort(9, 1)}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a trade on a failing disk; `code` is None if the node went on.

    There are no statuses if it ended before it was asked; `answer` is the last one.
    """

    failed: bool
    served: bool
    statuses: Sequence[int]
    code: int | None
    said: str
    answer: str


class FailingDisk:
    """A community whose node meets a fault in one of its writes or syncs."""

    def __init__(self, scratch: Path, *, program: Sequence[str] = CESNODE) -> None:
        require_strace()
        self.community: Community = gather(scratch / "data", people=2)
        self.customer: Customer = customers(self.community, scratch / "journals")[0]
        self._trace = scratch / "trace"
        self._first = 1
        self._program = program

    async def starts(self, calls: str, error: str, when: str) -> AsyncIterator[Outcome]:
        """Let ever later calls fail, until the node serves; sweep from there on."""
        stopped, served = 0, 1
        while not (outcome := await self.trade(calls, error, when.format(served))).served:
            yield outcome
            stopped, served = served, served * 2
        while served - stopped > 1:
            between = (stopped + served) // 2
            outcome = await self.trade(calls, error, when.format(between))
            if outcome.served:
                served = between
            else:
                stopped = between
                yield outcome
        self._first = served

    async def sweep(self, calls: str, error: str, when: str) -> AsyncIterator[Outcome]:
        """Let one call fail, then a later one and so on, until a trade needs no more.

        A soak tries every one; otherwise each is a start of the node too many.
        """
        for k in count(self._first, _STRIDES[calls]):
            outcome = await self.trade(calls, error, when.format(k))
            if not outcome.failed:
                assert outcome.statuses == [HTTPStatus.CREATED]
                assert k > self._first, "nothing has failed"
                return
            yield outcome

    async def trade(self, calls: str, error: str, when: str) -> Outcome:
        """Send a trade while calls fail, and once more if there was no room."""
        folder = self.community.folder
        through = failing(self._trace, folder, calls, error, when)
        statuses: list[int] = []
        with starting(folder, through=through, program=self._program) as node:
            if served := node.is_ready():
                statuses = await self._trade_at(node)
            code = None if statuses and statuses[-1] in GOES_ON else node.wait()
        failed = INJECTED in self._trace.read_text()
        answer = self.customer.heard.decode()
        return Outcome(failed, served, statuses, code, node.said, answer)

    async def _trade_at(self, node: Node) -> list[int]:
        wish = self.customer.wish()
        async with shop_at(node) as shop:
            try:
                statuses = [await self.customer.buy(shop, wish)]
            except aiohttp.ClientConnectorError:  # It reads by itself, and has ended.
                return []
            if statuses == [HTTPStatus.INSUFFICIENT_STORAGE]:
                statuses.append(await self.customer.buy(shop, wish))
        return statuses

    @property
    def file(self) -> bytes:
        return (self.community.folder / FILE).read_bytes()

    @property
    def wrongs(self) -> list[str]:
        """Open the file anew, as a restart does, and say what is wrong."""
        return wrongs(self.community.folder, [self.customer.told()])

    async def recover(self) -> None:
        """Serve on a sound disk again, and ask again for all that was refused."""
        with serving(self.community.folder) as node:
            async with shop_at(node) as shop:
                for wish in self.customer.told().unrecorded:
                    assert await self.customer.buy(shop, wish) in RECORDED
            assert node.stop() == 0
        assert self.wrongs == []


async def one_after_another(*ways: AsyncIterator[Outcome]) -> AsyncIterator[Outcome]:
    for way in ways:
        async for outcome in way:
            yield outcome


@pytest.mark.parametrize("when", [ONCE, FROM_THEN_ON])
@pytest.mark.parametrize("calls", [WRITES, SYNCS])
async def test_a_failed_write_or_sync_is_no_trade_and_ends_the_process(
    tmp_path: Path, calls: str, when: str
) -> None:
    disk = FailingDisk(tmp_path)

    before = disk.file

    async for outcome in disk.sweep(calls, "EIO", when):
        assert outcome.statuses == [HTTPStatus.SERVICE_UNAVAILABLE], outcome.said
        assert Code.OUTCOME_UNKNOWN in outcome.answer
        assert "It is not known" in outcome.answer
        assert outcome.code == 1
        assert "the disk failed" in outcome.said
        assert disk.file == before, "the log was carried over by a failed process"
        assert disk.wrongs == []
        before = disk.file

    await disk.recover()


@pytest.mark.parametrize(
    ("when", "again"),
    [(ONCE, HTTPStatus.CREATED), (FROM_THEN_ON, HTTPStatus.INSUFFICIENT_STORAGE)],
)
async def test_a_disk_full_at_any_write_is_no_trade_and_the_node_goes_on(
    tmp_path: Path, when: str, again: HTTPStatus
) -> None:
    disk = FailingDisk(tmp_path)

    async for outcome in disk.sweep(WRITES, "ENOSPC", when):
        assert outcome.statuses == [HTTPStatus.INSUFFICIENT_STORAGE, again], outcome.said
        assert outcome.code is None
        assert disk.wrongs == []

    await disk.recover()


@pytest.mark.parametrize("calls", [WRITES, SYNCS])
async def test_a_fault_while_the_log_is_carried_over_loses_no_trade(
    tmp_path: Path, calls: str
) -> None:
    every_commit_carries_over = weakened("wal_autocheckpoint=1")
    disk = FailingDisk(tmp_path, program=every_commit_carries_over)

    async for outcome in disk.sweep(calls, "EIO", ONCE):
        assert outcome.statuses[0] in {*RECORDED, HTTPStatus.SERVICE_UNAVAILABLE}
        assert disk.wrongs == []

    await disk.recover()


async def test_a_disk_that_cannot_be_read_ends_the_process(tmp_path: Path) -> None:
    disk = FailingDisk(tmp_path)
    refused: list[Outcome] = []

    async for outcome in one_after_another(
        disk.starts(READS, "EIO", FROM_THEN_ON), disk.sweep(READS, "EIO", FROM_THEN_ON)
    ):
        assert outcome.statuses in ([], [HTTPStatus.SERVICE_UNAVAILABLE]), outcome.said
        assert outcome.code == 1
        assert "disk" in outcome.said, outcome.said
        assert "Traceback" not in outcome.said
        assert disk.wrongs == []
        refused += [outcome] if outcome.statuses else []
    assert refused
    assert all("Nothing was changed" in outcome.answer for outcome in refused)

    await disk.recover()
