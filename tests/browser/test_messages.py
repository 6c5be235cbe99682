"""Reaching each other in a real browser: at home in three taps, and between two nodes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
import pytest_asyncio
from aiohttp import web

from cesnode.app import build_app
from cesnode.community.market import Audience, Kind
from cesnode.community.roles import OPERATOR, Role
from cesnode.jobs import offers
from cesnode.jobs.delivery import Couriers
from cesnode.services.market import publishing
from cesnode.services.market.drafts import Draft
from cesnode.services.messages import meeting, reporting
from cesnode.store import Store, Writer
from cesnode.store.store import writing
from tests.browser.conftest import Visitor, Way
from tests.browser.test_public_pages import LENGTHENED, SMALL, SPILLED, WCAG
from tests.browser.test_trading import Tapping
from tests.support.exchanges import NOW, Person, acting_as, found, join
from tests.support.exchanges_online import HORA, LEAF, Clock, Town, town
from tests.support.federation import OAKVALE, VILANOVA, befriend
from tests.support.letters import answer, write
from tests.support.markets import Stall
from tests.support.visitors import sign_in

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page

pytestmark = pytest.mark.asyncio(loop_scope="session")

PATIENCE = 30
PHONE, NARROW, DESKTOP = 390, 320, 1280
WAYS = (
    Way(width=PHONE),
    Way(width=PHONE, scheme="dark", language="ar"),
    Way(width=DESKTOP, scheme="dark"),
)
LONG = "Ahoj! https://a-bakery-with-a-rather-long-name.example/bread/and/rolls/" + "x" * 99


class House:
    """Where an exchange is served, who is signed in by what, and what there is to see."""

    def __init__(
        self, address: str, secrets: dict[str, str], paths: dict[str, list[str]]
    ) -> None:
        self.address = address
        self.secrets = secrets
        self.paths = paths


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    """Ann, who was written to from near and far, and Rosa, who keeps the peace."""
    folder = found(tmp_path_factory.mktemp("messages") / "oakvale")
    with writing(folder) as writer:
        secrets, paths = _furnish(writer)
    store = Store(folder)
    runner = web.AppRunner(build_app(store, clock=lambda: NOW))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    address = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield House(address, secrets, paths)
    await runner.cleanup()
    await store.close()


def _furnish(writer: Writer) -> tuple[dict[str, str], dict[str, list[str]]]:
    ann, bob = join(writer, "Ann Ash", area="North"), join(writer, "Bob Beech")
    rosa = join(writer, "Rosa Rowan", role=Role.MEMBERSHIP_SECRETARY)
    befriend(writer, OAKVALE, VILANOVA)
    listing = _put_up(writer, bob)
    talk = write(writer, ann, bob, listing=listing)
    answer(writer, bob, talk, LONG)
    far = write(writer, ann, "0001@vila.example", LONG)
    blocked = write(writer, rosa, ann)
    ina = join(writer, "Ina Iris")
    write(writer, ina, bob, "Not for Bob at all")
    actor = acting_as(writer, ann)
    meeting.set_blocked(writer, actor, blocked, blocked=True, now=NOW)
    made = reporting.report(writer, actor, talk, reason="No end to it.", now=NOW)
    paths = {
        "ann": [
            "/messages",
            f"/messages/{talk}",
            f"/messages/{far}",
            f"/messages/{blocked}",
            f"/messages/{talk}/report",
            f"/messages/{talk}/delete",
            "/messages/away",
            "/messages/new?to=0002@vila.example",
            f"/messages/new?listing={listing}",
            "/messages/wishes",
            f"/market/{listing}",
            "/people/OAKV0002",
        ],
        "rosa": ["/messages/reports", f"/messages/reports/{made}"],
    }
    people = {"ann": ann, "rosa": rosa, "ina": ina}
    return {name: sign_in(writer, each) for name, each in people.items()}, paths


def _put_up(writer: Writer, owner: Person) -> int:
    draft = Draft(title="Rye bread", price="3.50", audience=Audience.NEIGHBOURS)
    made = publishing.publish(
        writer, OPERATOR, Kind.OFFERING, owner.number, draft, id=uuid4(), now=NOW
    )
    return made.listing.id


@pytest.mark.parametrize("way", WAYS, ids=str)
@pytest.mark.parametrize("who", ["ann", "rosa"])
async def test_everybody_can_read_it(
    chromium: Browser, house: House, who: str, way: Way
) -> None:
    axe = pytest.importorskip("axe_playwright_python.async_playwright").Axe()
    visitor = Visitor(chromium, house.address)

    for path in house.paths[who]:
        visit = await visitor.open(path, way, secret=house.secrets[who])
        checked = await axe.run(visit.page, options={"runOnly": WCAG})
        assert visit.response.status == 200, path
        assert checked.violations_count == 0, path + checked.generate_report()
        assert visit.strangers == []
        assert visit.complaints == []
    await visitor.leave()


@pytest.mark.parametrize("code", ["en", "ar"])
@pytest.mark.parametrize("who", ["ann", "rosa"])
async def test_nothing_spills_over_the_narrowest_screen(
    chromium: Browser, house: House, who: str, code: str
) -> None:
    visitor = Visitor(chromium, house.address)
    way = Way(width=NARROW, language=code)
    visit = await visitor.open("/me", way, secret=house.secrets[who])

    for path in house.paths[who]:
        await visit.page.goto(house.address + path)
        assert await visit.page.evaluate(SPILLED) == [], path
        assert await visit.page.evaluate(SMALL) == [], path
        await visit.page.evaluate(LENGTHENED)
        assert await visit.page.evaluate(SPILLED) == [], path
    await visitor.leave()


async def test_an_owner_is_found_and_contacted_in_three_taps(
    chromium: Browser, house: House
) -> None:
    visitor = Visitor(chromium, house.address)
    way = Way(width=PHONE, scripts=False)
    visit = await visitor.open("/home", way, secret=house.secrets["rosa"])
    tapping = Tapping(visit.page)

    await tapping.tap("link", "Market")
    await tapping.tap("link", "Rye bread")
    await tapping.tap("button", "Ask for this")

    assert tapping.taps == 3
    assert "It is sent." in await tapping.words()
    assert "I could use “Rye bread”." in await tapping.words()
    await visitor.leave()


async def test_what_was_written_by_mistake_is_taken_back_in_three_taps(
    chromium: Browser, house: House
) -> None:
    visitor = Visitor(chromium, house.address)
    way = Way(width=PHONE, scripts=False)
    visit = await visitor.open("/home", way, secret=house.secrets["ina"])
    tapping = Tapping(visit.page)

    await tapping.tap("link", "Messages")
    await tapping.tap("link", "Bob Beech")
    await tapping.tap("button", "Take it back")

    assert tapping.taps == 3
    assert "You took this back before they read it." in await tapping.words()
    await visitor.leave()


async def test_a_neighbour_abroad_is_asked_and_answers(
    chromium: Browser, tmp_path: Path
) -> None:
    clock = Clock()
    async with (
        town(tmp_path / "oak", LEAF, clock) as oak,
        town(tmp_path / "vila", HORA, clock) as vila,
    ):
        await oak.agree_with(vila)
        vera = await Stall.of(vila, "Vera Vime")
        await vera.put("Bicycle repair", price="1.25")
        await offers.gather(oak.voice)
        ann = await oak.store.write(join, "Ann Ash")
        here, there = (
            Visitor(chromium, oak.voice.origin),
            Visitor(chromium, vila.voice.origin),
        )
        way = Way(width=PHONE, scripts=False)
        secret = await oak.store.write(sign_in, ann)
        asking = Tapping((await here.open("/home", way, secret=secret)).page)

        await asking.tap("link", "Market")
        await asking.tap("link", "Bicycle repair")
        await asking.tap("button", "Ask for this")
        sent = await asking.words()
        async with carrying(oak, vila):
            await until(asking.page, "Delivered")
            secret = await vila.store.write(sign_in, vera.person)
            answering = Tapping((await there.open("/home", way, secret=secret)).page)
            await answering.tap("link", "Messages 1 new")
            await answering.tap("link", f"0001@{oak.node}")
            read = await answering.words()
            await answering.type("Your answer", "Yes, on Saturday.")
            await answering.tap("button", "Send")
            await until(answering.page, "Delivered")
            await until(asking.page, "Yes, on Saturday.")
        heard = await asking.words()
        await here.leave()
        await there.leave()

    assert asking.taps == 3
    assert "On its way" in sent
    assert "Vera Vime" in heard
    assert "I could use “Bicycle repair”." in read
    assert "Leaf Exchange" in read
    assert "Ann" not in read


@asynccontextmanager
async def carrying(*towns: Town) -> AsyncIterator[None]:
    """Let the couriers of these exchanges work."""
    tasks = [asyncio.create_task(couriers(each).run()) for each in towns]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


def couriers(one: Town) -> Couriers:
    return Couriers(one.voice)


async def until(page: Page, words: str) -> None:
    """Look at a page again until it says something."""
    async with asyncio.timeout(PATIENCE):
        while words not in await page.inner_text("main"):
            await page.reload()
