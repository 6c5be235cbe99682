"""The file may be read and not written."""

from __future__ import annotations

import os
from http import HTTPStatus
from pathlib import Path

import pytest

from cesnode.errors import Code
from cesnode.store.database import FILE
from tests.faults.community import Community, gather
from tests.faults.customers import Customer, customers, shop_at
from tests.faults.disks import small_disk
from tests.faults.inspection import wrongs
from tests.faults.node import Node, command, serving

pytestmark = pytest.mark.faults

AS_ANYBODY = (
    ("setpriv", "--bounding-set=-dac_override,-dac_read_search")
    if os.geteuid() == 0
    else ()
)
"""Runs a command without root's right to write what nobody may."""


async def test_a_read_only_file_is_served_for_reading(tmp_path: Path) -> None:
    community = gather(tmp_path / "data", people=2)
    (customer, _) = customers(community, tmp_path / "journals")
    file = community.folder / FILE
    file.chmod(0o444)

    with serving(community.folder, through=AS_ANYBODY) as node:
        await assert_only_reading_works(node, community, customer)
        assert node.stop() == 0

    file.chmod(0o600)
    await assert_all_works(community, customer)


def test_a_command_says_that_the_file_is_read_only(tmp_path: Path) -> None:
    community = gather(tmp_path / "data", people=2)
    (community.folder / FILE).chmod(0o444)

    shown = command(*show(community), through=AS_ANYBODY)
    refused = command(*record(community), through=AS_ANYBODY)

    assert shown.returncode == 0
    assert refused.returncode == 1
    assert refused.stderr.startswith("Error: The ledger file may only be read")
    assert wrongs(community.folder, []) == []


async def test_a_read_only_file_system_is_named(tmp_path: Path) -> None:
    with small_disk(tmp_path, mebibytes=16) as disk:
        community = gather(disk.place / "data", people=2)
        (customer, _) = customers(community, tmp_path / "journals")
        disk.unmount()
        disk.mount("loop,ro")

        for words in (show(community), record(community), serve(community)):
            refused = command(*words)

            assert refused.returncode == 1
            assert refused.stderr.startswith("Error: ")
            assert "Traceback" not in refused.stderr

        disk.unmount()
        disk.mount()
        await assert_all_works(community, customer)


async def assert_only_reading_works(
    node: Node, community: Community, customer: Customer
) -> None:
    me = community.people[0]
    async with shop_at(node) as shop:
        account = await shop.get(f"/api/v1/accounts/{me.number}", headers=me.header)
        refused = await shop.post(
            "/api/v1/trades", json=customer.wish().body, headers=me.header
        )
        problem = await refused.json(content_type="application/problem+json")
    assert account.status == HTTPStatus.OK
    assert refused.status == HTTPStatus.SERVICE_UNAVAILABLE
    assert problem["code"] == Code.STORE_READ_ONLY


async def assert_all_works(community: Community, customer: Customer) -> None:
    with serving(community.folder) as node:
        async with shop_at(node) as shop:
            assert await customer.buy(shop, customer.wish()) == HTTPStatus.CREATED
        assert node.stop() == 0
    assert wrongs(community.folder, [customer.told()]) == []


def show(community: Community) -> tuple[str, ...]:
    number = community.people[0].number
    return ("account", "show", number, "--data", str(community.folder))


def record(community: Community) -> tuple[str, ...]:
    seller, buyer = (person.number for person in community.people)
    sides = ("--seller", seller, "--buyer", buyer)
    what = ("--amount", "1", "--for", "eggs")
    return ("trade", "record", *sides, *what, "--data", str(community.folder))


def serve(community: Community) -> tuple[str, ...]:
    return ("serve", "--port", "0", "--data", str(community.folder))
