"""Another process keeps the write lock for longer than anybody waits."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path

import aiohttp
import pytest

from cesnode.errors import Code
from cesnode.store.writing import LOCK_SECONDS
from tests.faults.community import Resident, gather
from tests.faults.customers import customers, shop_at
from tests.faults.inspection import wrongs
from tests.faults.node import command, serving, start

pytestmark = pytest.mark.faults

_HOLDER = """
import sys
from cesnode.store.store import writing
from pathlib import Path
with writing(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


async def test_a_locked_file_is_unavailable_for_a_while(tmp_path: Path) -> None:
    community = gather(tmp_path / "data", people=2)
    (customer, _) = customers(community, tmp_path / "journals")
    me = community.people[0]
    wish = customer.wish()

    with serving(community.folder) as node:
        async with shop_at(node) as shop:
            with held(community.folder):
                asking = asyncio.create_task(post(shop, me, wish.body))
                while not asking.done():
                    await assert_reading_works(shop, me)
                status, problem = await asking
                waiting = asyncio.create_task(customer.buy(shop, wish))
                await assert_reading_works(shop, me)

            assert status == HTTPStatus.SERVICE_UNAVAILABLE
            assert problem["code"] == Code.STORE_UNAVAILABLE
            assert await waiting == HTTPStatus.CREATED
        assert node.stop() == 0
    assert wrongs(community.folder, [customer.told()]) == []


def test_a_command_gives_up_on_a_locked_file_in_plain_words(tmp_path: Path) -> None:
    community = gather(tmp_path / "data", people=2)
    seller, buyer = (person.number for person in community.people)
    record = (
        *("trade", "record", "--data", str(community.folder)),
        *("--seller", seller, "--buyer", buyer, "--amount", "1", "--for", "eggs"),
    )

    with held(community.folder):
        refused = command(*record)
    done = command(*record)

    assert refused.returncode == 1
    assert refused.stderr.startswith("Error: The ledger file cannot be written just now")
    assert done.returncode == 0, done.stderr


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Hold the write lock in another process."""
    holder = start((sys.executable, "-c", _HOLDER, str(folder)), stdin=subprocess.PIPE)
    assert holder.stdout is not None
    try:
        assert holder.stdout.readline() == "held\n"
        yield
    finally:
        holder.communicate()
    assert holder.returncode == 0


async def post(
    shop: aiohttp.ClientSession, me: Resident, body: dict[str, str]
) -> tuple[int, dict[str, str]]:
    async with shop.post("/api/v1/trades", json=body, headers=me.header) as response:
        return response.status, await response.json(content_type=None)


async def assert_reading_works(shop: aiohttp.ClientSession, me: Resident) -> None:
    """Reading is answered long before the wait for the lock is over."""
    for path in ("/-/live", f"/api/v1/accounts/{me.number}"):
        async with asyncio.timeout(LOCK_SECONDS / 2):
            async with shop.get(path, headers=me.header) as response:
                assert response.status == HTTPStatus.OK
