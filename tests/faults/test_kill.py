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
    unknown = 0

    for _ in range(KILLS):
        with serving(community.folder) as node:
            assert wrongs(community.folder, [buyer.told() for buyer in buyers]) == []
            unknown += await ask_again(node, buyers, community.folder)
            await kill_under_load(node, buyers)

    told = [buyer.told() for buyer in buyers]
    with serving(community.folder):
        assert wrongs(community.folder, told) == []
    assert sum(len(each.acknowledged) for each in told) > KILLS
    assert unknown > KILLS, "the kills did not come in the middle of anything"


async def ask_again(node: Node, buyers: list[Customer], folder: Path) -> int:
    """Ask again for what was never answered; return how much that was."""
    there = recorded(folder)
    unanswered = [(buyer, wish) for buyer in buyers for wish in buyer.told().unanswered]
    async with shop_at(node) as shop:
        for buyer, wish in unanswered:
            status = await buyer.buy(shop, wish)
            expected = HTTPStatus.OK if wish.id in there else HTTPStatus.CREATED
            assert status == expected, node.said
    return len(unanswered)


async def kill_under_load(node: Node, buyers: list[Customer]) -> None:
    async with shop_at(node) as shop:
        load = asyncio.gather(*(buyer.buy_until_cut_off(shop) for buyer in buyers))
        await asyncio.sleep(random.uniform(0, LONGEST_LOAD))  # noqa: S311 - no secret
        node.kill()
        statuses = {status for each in await load for status in each}
    assert statuses <= {HTTPStatus.CREATED}, node.said
