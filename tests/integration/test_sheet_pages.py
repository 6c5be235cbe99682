"""A trading sheet typed off paper: all of it or nothing, and twice sent is once."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from html import unescape
from pathlib import Path

import pytest
from aiohttp import ClientResponse
from pytest_aiohttp.plugin import AiohttpClient

from cesnode.app import build_app
from cesnode.community.roles import Role
from cesnode.ledger.trades import Channel
from cesnode.store import Reader, Store, accounts, keyring, trades
from tests.support.exchanges import NOW, Person, join
from tests.support.visitors import Guest, signed_in

SHEET = "/trade/sheet"
_HIDDEN = re.compile(r'<input type="hidden"\s+name="([^"]+)"\s+value="([^"]*)"')
_ENTERED = re.compile(r"entered=([^&]*)")


@dataclass(frozen=True, slots=True)
class Table:
    """Cora, who looks after the North, at her table; Ann and Bob live there, Sue not."""

    store: Store
    cora: Guest
    ann: Person
    bob: Person
    sue: Person

    async def balances(self) -> tuple[int, ...]:
        def look(reader: Reader) -> tuple[int, ...]:
            each = (self.ann, self.bob, self.sue)
            return tuple(
                accounts.by_id(reader, one.account).position.balance for one in each
            )

        return await self.store.read(look)


@pytest.fixture
async def table(aiohttp_client: AiohttpClient, founded: Path) -> AsyncIterator[Table]:
    keyring.ensure(founded)
    store = Store(founded)
    client = await aiohttp_client(build_app(store, clock=lambda: NOW))
    cora = await store.write(join, "Cora", role=Role.COORDINATOR, area="North")
    ann, bob = [await store.write(join, name, area="North") for name in ("Ann", "Bob")]
    sue = await store.write(join, "Sue", area="South")
    yield Table(store, await signed_in(client, store, cora), ann, bob, sue)
    await store.close()


def line(number: int, seller: str, buyer: str, amount: str = "2") -> dict[str, str]:
    return {
        f"seller.{number}": seller,
        f"buyer.{number}": buyer,
        f"amount.{number}": amount,
        f"description.{number}": f"bread {number}",
    }


async def carried(response: ClientResponse) -> Mapping[str, str]:
    """Return what a page carries along, as a browser would send it again."""
    found = _HIDDEN.findall(await response.text())
    return {name: unescape(value) for name, value in found}


async def test_a_sheet_of_twelve_lines_is_checked_and_entered_once(table: Table) -> None:
    typed = {"event_on": "2025-06-20"}
    for number in range(1, 13):
        typed |= line(number, table.ann.number if number == 1 else "", table.bob.number)

    check = await table.cora.post(SHEET, typed)
    before = await table.balances()
    sent = {**await carried(check), "confirmed": "yes"}
    entered = await table.cora.post(SHEET, sent)
    again = await table.cora.post(SHEET, sent)

    shown = await check.text()
    assert check.status == 200
    assert shown.count("Ann") == 12
    assert before == (0, 0, 0)
    assert entered.status == again.status == 303
    assert entered.headers["Location"] == again.headers["Location"]
    assert await table.balances() == (24_00, -24_00, 0)
    refs = _ENTERED.findall(entered.headers["Location"])[0].split(",")
    found = [await table.store.read(trades.by_name, ref) for ref in refs]
    assert {one.channel for one in found} == {Channel.SHEET}
    assert {one.event_on for one in found} == {"2025-06-20"}
    page = await table.cora.follow(entered)
    assert "bread 12" in await page.text()


async def test_one_line_alone_is_a_slip(table: Table) -> None:
    slip = line(4, table.ann.number, table.bob.number)
    check = await table.cora.post(SHEET, slip)

    entered = await table.cora.post(SHEET, {**await carried(check), "confirmed": "yes"})

    ref = _ENTERED.findall(entered.headers["Location"])[0]
    found = await table.store.read(trades.by_name, ref)
    assert found.channel is Channel.SLIP


async def test_one_wrong_line_keeps_all_of_them_out_and_is_named(table: Table) -> None:
    typed = line(1, table.ann.number, table.bob.number)
    typed |= line(2, "", "9999") | line(3, "", table.bob.number, "some")

    refused = await table.cora.post(SHEET, typed)
    forced = await table.cora.post(SHEET, {**typed, "confirmed": "yes"})

    for response in (refused, forced):
        text = await response.text()
        assert response.status == 422
        assert 'href="#buyer.2"' in text
        assert 'href="#amount.3"' in text
        assert 'value="9999"' in text
    assert await table.balances() == (0, 0, 0)


async def test_what_a_limit_refuses_is_at_its_line_and_the_rest_is_not_entered(
    table: Table,
) -> None:
    typed = line(1, table.ann.number, table.bob.number, "60")
    typed |= line(2, "", table.bob.number, "60")
    check = await table.cora.post(SHEET, typed)

    refused = await table.cora.post(SHEET, {**await carried(check), "confirmed": "yes"})

    assert (check.status, refused.status) == (200, 422)
    assert 'href="#amount.2"' in await refused.text()
    assert await table.balances() == (0, 0, 0)


async def test_people_of_another_area_are_not_in_her_care(table: Table) -> None:
    tim = await table.store.write(join, "Tim", area="South")

    among_them = await table.cora.post(SHEET, line(1, table.sue.number, tim.number))
    with_one_of_hers = await table.cora.post(
        SHEET, line(1, table.sue.number, table.bob.number)
    )

    assert (among_them.status, with_one_of_hers.status) == (422, 200)
    assert "You may not do this" in await among_them.text()


async def test_an_empty_sheet_asks_for_its_first_line(table: Table) -> None:
    refused = await table.cora.post(SHEET, {"event_on": ""})

    assert refused.status == 422
    assert 'href="#seller.1"' in await refused.text()


async def test_something_can_be_changed_after_the_check(table: Table) -> None:
    check = await table.cora.post(SHEET, line(1, table.ann.number, table.bob.number))

    back = await table.cora.post(SHEET, {**await carried(check), "change": "yes"})

    assert back.status == 200
    assert 'value="bread 1"' in await back.text()


async def test_only_who_trades_for_others_has_the_page(
    table: Table, aiohttp_client: AiohttpClient
) -> None:
    client = await aiohttp_client(build_app(table.store, clock=lambda: NOW))
    ann = await signed_in(client, table.store, table.ann)

    assert (await ann.get(SHEET)).status == 403
    assert SHEET not in await (await ann.get("/trade")).text()
    assert SHEET in await (await table.cora.get("/trade")).text()
