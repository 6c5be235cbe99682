"""The disk fills up while people trade; then somebody makes room."""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from pathlib import Path

import pytest

from cesnode.errors import Code
from tests.faults.community import gather
from tests.faults.customers import customers, shop_at
from tests.faults.disks import small_disk
from tests.faults.inspection import wrongs
from tests.faults.node import command, serving

pytestmark = pytest.mark.faults

RECORDED = {HTTPStatus.OK, HTTPStatus.CREATED}


async def test_a_full_disk_refuses_trades_until_there_is_room(tmp_path: Path) -> None:
    with small_disk(tmp_path, mebibytes=16) as disk:
        community = gather(disk.place / "data")
        buyers = customers(community, tmp_path / "journals")
        (me, seller, *_) = community.people
        with serving(community.folder) as node:
            async with shop_at(node) as shop:
                assert await buyers[0].buy(shop, buyers[0].wish()) == HTTPStatus.CREATED
                filler = disk.fill()

                until = await asyncio.gather(*(b.buy_until_cut_off(shop) for b in buyers))
                refused = await shop.post(
                    "/api/v1/trades", json=buyers[0].wish().body, headers=me.header
                )
                problem = await refused.json(content_type="application/problem+json")
                statement = await shop.get(
                    f"/api/v1/accounts/{me.number}/statement", headers=me.header
                )
                typed = command(
                    *("trade", "record", "--data", str(community.folder)),
                    *("--seller", seller.number, "--buyer", me.number),
                    *("--amount", "1", "--for", "eggs"),
                )

                assert {statuses[-1] for statuses in until} == {refused.status}
                assert refused.status == HTTPStatus.INSUFFICIENT_STORAGE
                assert problem["code"] == Code.STORE_FULL
                assert int(refused.headers["Retry-After"]) > 0
                assert statement.status == HTTPStatus.OK
                assert typed.returncode == 1
                assert typed.stderr.startswith("Error: The disk is full.")
                assert wrongs(community.folder, [buyer.told() for buyer in buyers]) == []

                filler.unlink()
                for buyer in buyers:
                    for wish in buyer.told().unrecorded:
                        assert await buyer.buy(shop, wish) == HTTPStatus.CREATED
            assert node.stop() == 0

        assert wrongs(community.folder, [buyer.told() for buyer in buyers]) == []
