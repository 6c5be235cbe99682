"""The serving process is killed at random moments while people trade."""

from __future__ import annotations

import asyncio
import random
from http import HTTPStatus
from pathlib import Path

import pytest

from tests.faults.community import gather
from tests.faults.customers import Customer, customers, shop_at
from tests.faults.effort import effort
from tests.faults.inspection import recorded, wrongs
from tests.faults.node import Node, serving

pytestmark = pytest.mark.faults

KILLS = effort(50, 500)
LONGEST_LOAD = 0.1


async def test_no_kill_loses_doubles_or_halves_a_trade(tmp_path: Path) -> None:
    community = gather(tmp_path / "data")
    buyers = customers(community, tmp_path / "journals")
    seed, unknown = random.randrange(2**32), 0  # noqa: S311 - no secret
    moments = random.Random(seed)  # noqa: S311 - no secret

    for kill in range(KILLS):
        here = f"before kill {kill} of seed {seed}"
        with serving(community.folder) as node:
            told = [buyer.told() for buyer in buyers]
            assert wrongs(community.folder, told) == [], (here, node.said)
            unknown += await ask_again(node, buyers, community.folder, here)
            load = moments.uniform(0, LONGEST_LOAD)
            await kill_under_load(node, buyers, load, here)

    told = [buyer.told() for buyer in buyers]
    with serving(community.folder) as node:
        assert wrongs(community.folder, told) == [], (seed, node.said)
    assert sum(len(each.acknowledged) for each in told) > KILLS
    assert unknown > KILLS, "the kills did not come in the middle of anything"


async def ask_again(node: Node, buyers: list[Customer], folder: Path, here: str) -> int:
    """Ask again for what was never answered; return how much that was."""
    there = recorded(folder)
    unanswered = [(buyer, wish) for buyer in buyers for wish in buyer.told().unanswered]
    async with shop_at(node) as shop:
        for buyer, wish in unanswered:
            status = await buyer.buy(shop, wish)
            expected = HTTPStatus.OK if wish.id in there else HTTPStatus.CREATED
            assert status == expected, (here, wish, buyer.heard, node.said)
    return len(unanswered)


async def kill_under_load(
    node: Node, buyers: list[Customer], load: float, here: str
) -> None:
    """Kill it after so many seconds of trading; whoever was answered had their trade."""
    async with shop_at(node) as shop:
        trading = asyncio.gather(*(buyer.buy_until_cut_off(shop) for buyer in buyers))
        await asyncio.sleep(load)
        assert node.process.poll() is None, (here, "it ended by itself", node.said)
        node.kill()
        statuses = {status for each in await trading for status in each}
    heard = [buyer.heard for buyer in buyers]
    assert statuses <= {HTTPStatus.CREATED}, (here, statuses, heard, node.said)
