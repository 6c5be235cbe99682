"""The power fails while people trade: what was not synced by then is gone.

The same with `synchronous=NORMAL` has to lose acknowledged trades, or nothing was
tested here.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import pytest

from cesnode.store.store import reading
from tests.faults.community import Community, gather
from tests.faults.customers import Customer, customers, shop_at
from tests.faults.disks import Disk, small_disk
from tests.faults.effort import effort
from tests.faults.inspection import wrongs
from tests.faults.node import CESNODE, Node, serving, weakened
from tests.support.exchanges import found

pytestmark = pytest.mark.faults

CUTS = effort(6, 100)
SHORTEST_LOAD, LONGEST_LOAD = 0.05, 0.5
MEBIBYTES = 64
INSTEAD = "(test_crash_states.py tries what a cut may leave, without one)"


async def test_no_power_cut_loses_an_acknowledged_trade(tmp_path: Path) -> None:
    with small_disk(tmp_path, mebibytes=MEBIBYTES, instead=INSTEAD) as disk:
        community, buyers = prepare(disk, tmp_path)

        for _ in range(CUTS):
            await trade_until_the_cut(disk, community, buyers)

            assert wrongs(community.folder, [buyer.told() for buyer in buyers]) == []

    told = [buyer.told() for buyer in buyers]
    assert sum(len(each.acknowledged) for each in told) > CUTS
    assert sum(len(each.unanswered) for each in told) > CUTS


async def test_a_node_that_does_not_wait_for_the_disk_loses_trades(tmp_path: Path) -> None:
    with small_disk(tmp_path, mebibytes=MEBIBYTES, instead=INSTEAD) as disk:
        community, buyers = prepare(disk, tmp_path)
        careless = weakened("synchronous=NORMAL")

        await trade_until_the_cut(disk, community, buyers, program=careless)

        wrong = wrongs(community.folder, [buyer.told() for buyer in buyers])
    assert [line for line in wrong if line.endswith("is lost")]


def test_an_exchange_just_founded_survives_a_power_cut(tmp_path: Path) -> None:
    with small_disk(tmp_path, mebibytes=MEBIBYTES, instead=INSTEAD) as disk:
        folder = found(disk.place / "data")

        disk.cut_power()
        disk.restore_power()

        assert wrongs(folder, []) == []
        with reading(folder) as reader:
            assert reader.one("SELECT count(*) FROM accounts") == (1,)


def prepare(disk: Disk, journals: Path) -> tuple[Community, list[Customer]]:
    community = gather(disk.place / "data")
    return community, customers(community, journals / "journals")


async def trade_until_the_cut(
    disk: Disk,
    community: Community,
    buyers: list[Customer],
    *,
    program: Sequence[str] = CESNODE,
) -> None:
    with serving(community.folder, program=program) as node:
        await cut_under_load(node, disk, buyers)
    disk.restore_power()


async def cut_under_load(node: Node, disk: Disk, buyers: list[Customer]) -> None:
    async with shop_at(node) as shop:
        load = asyncio.gather(*(buyer.buy_until_cut_off(shop) for buyer in buyers))
        await asyncio.sleep(random.uniform(SHORTEST_LOAD, LONGEST_LOAD))  # noqa: S311
        # After a power cut nobody hears anything.  Here the machine lives on, and ext4
        # may call a sync well done that ran while the file system was shut down.
        load.cancel()
        disk.cut_power()
        with suppress(asyncio.CancelledError):
            await load
