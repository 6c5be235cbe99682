"""A member pays somebody in another exchange, on pages without scripts, on real nodes."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass

import pytest
from aiohttp import ClientResponse
from aiohttp.test_utils import TestClient, TestServer

from cesnode.app import build_app, quoter_of
from cesnode.jobs.delivery import Couriers
from cesnode.store import Reader, accounts
from tests.support.exchanges import Person, join
from tests.support.exchanges_online import Town, until
from tests.support.visitors import Guest, signed_in


@dataclass(frozen=True, slots=True)
class Traveller:
    """Ann of Oakvale at her browser, and Vera in Vila; `couriers` carry Oakvale's post."""

    oak: Town
    vila: Town
    ann: Person
    vera: Person
    guest: Guest
    couriers: Couriers

    async def pay(self, whom: str, **more: str) -> ClientResponse:
        typed = {"other": whom, "amount": "10", "description": "Bicycle repair", **more}
        return await self.guest.post("/trade/pay", typed)

    async def confirm(self, check: ClientResponse) -> ClientResponse:
        found = re.findall(
            r'type="hidden" name="(\w+)" value="([^"]*)"', await check.text()
        )
        return await self.guest.post("/trade/pay", {**dict(found), "confirmed": "yes"})

    async def words(self, path: str) -> str:
        return await words(await self.guest.get(path))

    async def position(self) -> tuple[int, int]:
        def look(reader: Reader) -> tuple[int, int]:
            found = accounts.by_id(reader, self.ann.account).position
            return found.balance, found.held_out

        return await self.oak.store.read(look)


async def hidden(response: ClientResponse) -> dict[str, str]:
    found = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', await response.text())
    return dict(found)


async def words(response: ClientResponse) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", await response.text()).split())


@pytest.fixture
async def traveller(oak: Town, vila: Town) -> AsyncIterator[Traveller]:
    await oak.agree_with(vila)
    ann = await oak.store.write(join, "Ann Ash")
    vera = await vila.store.write(join, "Vera Vime")
    app = build_app(oak.store, clock=oak.voice.clock, quoter=quoter_of(oak.voice))
    couriers = Couriers(oak.voice)
    async with TestClient(TestServer(app)) as client:
        guest = await signed_in(client, oak.store, ann)
        yield Traveller(oak, vila, ann, vera, guest, couriers)


async def test_the_check_tells_both_amounts_the_rate_and_how_long_it_holds(
    traveller: Traveller,
) -> None:
    check = await traveller.pay(f"0001@{traveller.vila.node}")

    told = await words(check)
    for said in (
        "10.00 leaves",
        "1.00 horas",
        "10 leaves for each one",
        "Hora Exchange",
        "This price holds until",
    ):
        assert said in told


async def test_a_payment_goes_out_and_the_page_tells_how_far_it_has_come(
    traveller: Traveller,
) -> None:
    check = await traveller.pay("VILA0001")
    done = await traveller.confirm(check)
    receipt = await traveller.guest.follow(done)
    path = done.headers["Location"].removesuffix("/done")

    assert "on the way to" in await words(receipt)
    assert receipt.headers["Refresh"] == "5"
    assert await traveller.position() == (0, 1000)

    carrying = asyncio.create_task(traveller.couriers.run())
    traveller.couriers.wake([(await traveller.oak.peer(traveller.vila)).id])
    try:
        await until(lambda: _is_paid(traveller))
    finally:
        carrying.cancel()
        with suppress(asyncio.CancelledError):
            await carrying

    after = await traveller.guest.get(path)
    assert "Hora Exchange agreed" in await words(after)
    assert "Refresh" not in after.headers


async def _is_paid(traveller: Traveller) -> bool:
    return await traveller.position() == (-1000, 0)


async def test_nobody_of_that_number_is_said_before_anything_is_held(
    traveller: Traveller,
) -> None:
    page = await traveller.pay("VILA0099")

    assert page.status == 422
    assert "Hora Exchange has nobody of that number" in await words(page)
    assert await traveller.position() == (0, 0)


async def test_where_the_neighbour_is_away_the_agreed_rate_stands_in_and_it_waits(
    traveller: Traveller,
) -> None:
    await traveller.vila.down()
    check = await traveller.pay("VILA0001")
    assert "the other exchange has not been asked" in await words(check)

    done = await traveller.confirm(check)

    path = done.headers["Location"].removesuffix("/done")
    told = await traveller.words(path)
    assert "Held from your balance" in told
    assert "Call it back" in told
    await traveller.vila.up()


async def test_the_amount_can_be_said_in_their_currency(traveller: Traveller) -> None:
    check = await traveller.pay("VILA0001", amount="0.5", unit="theirs")

    told = await words(check)
    assert "5.00 leaves" in told
    assert "0.50 horas" in told


async def test_somebody_elsewhere_can_be_asked(traveller: Traveller) -> None:
    typed = {"other": "VILA0001", "amount": "20", "description": "A table"}
    check = await traveller.guest.post("/trade/ask", typed)
    assert "They pay" in await words(check)

    done = await traveller.guest.post(
        "/trade/ask", {**await hidden(check), "confirmed": "yes"}
    )

    told = await words(await traveller.guest.follow(done))
    assert done.status == 303
    assert "20.00 leaves" in told
    assert await traveller.position() == (0, 0)


async def test_a_pay_link_abroad_shows_both_amounts(traveller: Traveller) -> None:
    """By the agreed rate: looking at a page asks nothing of another exchange."""
    asked = await traveller.vila.store.read(_quotes)

    page = await traveller.words(f"/p/{traveller.vera.number}?a=10&d=Bicycle+repair")

    for said in ("10.00 leaves", "1.00 hora", "the other exchange has not been asked"):
        assert said in page
    assert await traveller.vila.store.read(_quotes) == asked


def _quotes(reader: Reader) -> int:
    (count,) = reader.one("SELECT COUNT(*) FROM quotes")
    return int(count)
