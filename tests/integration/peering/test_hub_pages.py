"""Members trade through a third exchange, on pages without scripts, on real nodes."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass

import pytest
from aiohttp import ClientResponse
from aiohttp.test_utils import TestClient, TestServer

from cesnode.app import build_app, quoter_of
from cesnode.community.roles import OPERATOR
from cesnode.jobs import beyond, scheduling
from cesnode.jobs.delivery import Couriers
from cesnode.ledger.trades import Trade
from cesnode.services.membership import changing
from cesnode.services.membership.changing import Changes
from cesnode.store import Reader, accounts, trades
from tests.support.exchanges import DAY, Person, join
from tests.support.exchanges_online import Clock, Town, until
from tests.support.visitors import Guest, signed_in


@dataclass(frozen=True, slots=True)
class Resident:
    """Somebody at their browser, and how others call them."""

    town: Town
    person: Person
    guest: Guest

    @property
    def address(self) -> str:
        return f"{self.person.number[4:]}@{self.town.node}"

    async def balance(self) -> int:
        def look(reader: Reader) -> int:
            return accounts.by_id(reader, self.person.account).position.balance

        return await self.town.store.read(look)

    async def newest(self) -> Trade | None:
        found = await self.town.store.read(trades.latest, since="", limit=1)
        return found[0] if found else None

    async def state(self) -> str:
        found = await self.newest()
        return "" if found is None else found.state

    async def becomes(self, state: str) -> None:
        async def holds() -> bool:
            return await self.state() == state

        await until(holds)

    async def path(self) -> str:
        found = await self.newest()
        assert found is not None
        return f"/trades/{found.ref}"


@dataclass(frozen=True, slots=True)
class Road:
    """Ann of Oakvale and Vera of Vila, and the post that runs between their towns."""

    ann: Resident
    vera: Resident


@pytest.fixture
async def road(oak: Town, hub: Town, vila: Town) -> AsyncIterator[Road]:
    async with AsyncExitStack() as stack:
        ann = await _resident(stack, oak, "Ann Ash")
        vera = await _resident(stack, vila, "Vera Vime")
        posts = [
            asyncio.create_task(Couriers(town.voice).run()) for town in (oak, hub, vila)
        ]
        yield Road(ann, vera)
        for post in posts:
            post.cancel()
            with suppress(asyncio.CancelledError):
                await post


async def _resident(stack: AsyncExitStack, town: Town, name: str) -> Resident:
    person = await town.store.write(join, name)
    app = build_app(town.store, clock=town.voice.clock, quoter=quoter_of(town.voice))
    client = await stack.enter_async_context(TestClient(TestServer(app)))
    return Resident(town, person, await signed_in(client, town.store, person))


async def hidden(response: ClientResponse) -> dict[str, str]:
    found = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', await response.text())
    return dict(found)


async def words(response: ClientResponse) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", await response.text()).split())


async def asks(road: Road, hours: str = "1.00") -> ClientResponse:
    """Let Vera ask Ann, whose exchange hers has never met."""
    typed = {"other": road.ann.address, "amount": hours, "description": "a basket"}
    check = await road.vera.guest.post("/trade/ask", typed)
    carried = {**await hidden(check), "confirmed": "yes"}
    assert check.status == 200, await words(check)
    return await road.vera.guest.post("/trade/ask", carried)


async def test_a_bill_is_asked_looked_at_and_paid(road: Road) -> None:
    ann, vera = road.ann, road.vera

    asked = await asks(road)
    await ann.becomes("requested")
    path = await ann.path()
    page = await words(await ann.guest.get(path))
    price = await ann.guest.post(f"{path}/accept")
    told, carried = await words(price), await hidden(price)
    before = await ann.state()
    agreed = await ann.guest.post(f"{path}/accept", carried)
    await vera.becomes("posted")
    await ann.becomes("posted")

    assert asked.status == agreed.status == 303
    assert "asks for 1.00 horas" in page
    assert "See what it costs" in page
    assert before == "requested"
    for said in (
        "They get 1.00 horas",
        "You pay 20.00 leaves",
        "KOPE passes it on for 1 KOPE",
    ):
        assert said in told, told
    assert (await vera.balance(), await ann.balance()) == (1_00, -20_00)


async def test_a_bill_is_declined_and_its_seller_hears_so(road: Road) -> None:
    await asks(road)
    await road.ann.becomes("requested")

    await road.ann.guest.post(f"{await road.ann.path()}/decline", {"reason": "not mine"})

    await road.vera.becomes("declined")
    assert await road.ann.balance() == 0


async def test_a_standing_rule_pays_when_the_clock_says(road: Road) -> None:
    rule = Changes(pays_bills_up_to="20")
    oak, ann = road.ann.town, road.ann
    number, now = ann.person.number, oak.voice.clock()
    await oak.store.write(changing.change, OPERATOR, number, rule, now=now)
    await asks(road)
    await ann.becomes("requested")

    await beyond.pay_by_rule(oak.voice)

    await road.vera.becomes("posted")
    await ann.becomes("posted")


async def test_what_was_paid_is_given_back_at_a_price_that_is_shown(road: Road) -> None:
    ann, vera = road.ann, road.vera
    await asks(road)
    await ann.becomes("requested")
    path = await ann.path()
    price = await hidden(await ann.guest.post(f"{path}/accept"))
    await ann.guest.post(f"{path}/accept", price)
    await vera.becomes("posted")
    await ann.becomes("posted")
    sale, earned = await vera.path(), await vera.balance()

    without = await vera.guest.post(f"{sale}/reverse", {"reason": " "})
    shown = await vera.guest.post(f"{sale}/reverse", {"reason": "not as it was"})
    told, carried = await words(shown), await hidden(shown)
    undone = await vera.guest.post(f"{sale}/reverse", carried)
    await vera.becomes("posted")

    async def is_back() -> bool:
        return await ann.balance() == 0

    await until(is_back)
    assert without.status == 422
    assert shown.status == 200
    for said in ("They get back", "not as it was", "Undo it for"):
        assert said in told, told
    assert undone.status == 303
    assert earned == 1_00
    assert await vera.balance() < 0


async def test_an_old_price_is_shown_anew(road: Road, clock: Clock) -> None:
    ann = road.ann
    await asks(road)
    await ann.becomes("requested")
    path = await ann.path()
    old = await hidden(await ann.guest.post(f"{path}/accept"))
    clock.now += 601

    refused = await ann.guest.post(f"{path}/accept", old)
    again = await ann.guest.post(f"{path}/accept")

    assert refused.status == 422
    assert "This quote is too old" in await words(refused)
    assert (await hidden(again))["quote"] != old["quote"]
    assert await ann.balance() == 0


async def test_what_is_scheduled_says_what_it_may_cost(road: Road, clock: Clock) -> None:
    ann, vera = road.ann, road.vera
    typed = {
        "side": "buyer",
        "other": vera.address,
        "amount": "1",
        "description": "a basket",
        "rhythm": "weekly",
        "first_on": "2025-07-20",
    }

    asked = await ann.guest.post("/schedules/new", typed)
    check = await ann.guest.post("/schedules/new", {**typed, "most": "20"})
    carried = {**await hidden(check), "confirmed": "yes"}
    made = await ann.guest.post("/schedules/new", carried)
    clock.now += 10 * DAY
    await scheduling.enter_due(ann.town.voice)
    await vera.becomes("posted")
    page = await words(await ann.guest.follow(made))

    assert asked.status == 422
    assert "say how much it may cost each time" in await words(asked)
    assert "Today it would cost" in await words(check)
    assert made.status == 303
    assert "At most, each time 20.00 leaves" in page
    assert "What came of it" in page


async def test_what_costs_too_much_waits_until_its_owner_agrees(
    road: Road, clock: Clock
) -> None:
    ann, vera = road.ann, road.vera
    typed = {
        "side": "buyer",
        "other": vera.address,
        "amount": "1",
        "description": "a basket",
        "rhythm": "once",
        "first_on": "2025-07-20",
        "most": "1",
    }
    check = await ann.guest.post("/schedules/new", typed)
    carried = {**await hidden(check), "confirmed": "yes"}
    made = await ann.guest.post("/schedules/new", carried)
    clock.now += 10 * DAY
    path = made.headers["Location"]

    await scheduling.enter_due(ann.town.voice)
    waits = await words(await ann.guest.get(path))
    agreed = await ann.guest.post(path, {"wish": "agree", "most": "20"})
    await scheduling.enter_due(ann.town.voice)
    await vera.becomes("posted")

    assert "It costs more just now than you have agreed to" in waits
    assert agreed.status == 303
    await ann.becomes("posted")
