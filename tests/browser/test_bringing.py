"""Bringing a community over in a real browser: tried out, corrected, and done."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio
from aiohttp import web

from cesnode.app import build_app
from cesnode.community.roles import Role
from cesnode.store import Store
from tests.browser.conftest import Visitor, Way
from tests.browser.test_public_pages import LENGTHENED, SMALL, SPILLED, WCAG
from tests.support.bringing import balances
from tests.support.exchanges import NOW, found, join, oakvale
from tests.support.foreign import archive, table
from tests.support.visitors import sign_in

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page

pytestmark = pytest.mark.asyncio(loop_scope="session")

FILES = {
    "community.csv": table("code,name,scale,hour_value", ("OAKV", "Oakvale", 2, 10)),
    "members.csv": table(
        "number,name,email,balance", (7, "Ann", "no", "5.00"), (8, "Bob", "", "-5.00")
    ),
    "trades.csv": table(
        "seller,buyer,amount,event_on",
        (7, 8, "five", "2020-01-02"),
        (7, 98, "1.00", "2020-01-02"),
    ),
}
PHONE, NARROW, DESKTOP = 360, 320, 1280
WAYS = (
    Way(width=PHONE),
    Way(width=PHONE, scheme="dark", language="ar"),
    Way(width=DESKTOP, scheme="dark"),
)


@dataclass(frozen=True, slots=True)
class Hall:
    """An exchange that is empty but for its admin, who is signed in."""

    folder: Path
    visitor: Visitor
    secret: str
    archive: Path

    async def tried(self, way: Way) -> Page:
        """Send the archive, and wait until it was tried out."""
        visit = await self.visitor.open("/bring", way, secret=self.secret)
        page = visit.page
        await page.select_option("#system", "csv")
        await page.set_input_files("#archive", str(self.archive))
        await page.locator("form[enctype] button").click()
        return await settled(page)


async def settled(page: Page) -> Page:
    """Wait until nothing is under way; the page looks again by itself."""
    await page.locator("form[enctype]").wait_for()
    return page


@pytest_asyncio.fixture(loop_scope="session")
async def hall(chromium: Browser, tmp_path: Path) -> AsyncIterator[Hall]:
    folder = found(tmp_path / "data", oakvale())
    store = Store(folder)
    admin = await store.write(join, "Ida Ivy", role=Role.ADMIN)
    secret = await store.write(sign_in, admin, second_step=True, now=NOW)
    runner = web.AppRunner(build_app(store, clock=lambda: NOW))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    visitor = Visitor(chromium, f"http://127.0.0.1:{runner.addresses[0][1]}")
    yield Hall(folder, visitor, secret, archive(tmp_path / "oak.zip", FILES))
    await visitor.leave()
    await runner.cleanup()
    await store.close()


@pytest.mark.parametrize("way", WAYS, ids=str)
async def test_everybody_can_read_what_is_wrong(hall: Hall, way: Way) -> None:
    axe = pytest.importorskip("axe_playwright_python.async_playwright").Axe()
    page = await hall.tried(way)

    found = await axe.run(page, options={"runOnly": WCAG})

    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("code", ["en", "ar"])
async def test_nothing_spills_over_the_narrowest_screen(hall: Hall, code: str) -> None:
    page = await hall.tried(Way(width=NARROW, language=code))

    assert await page.evaluate(SPILLED) == []
    assert await page.evaluate(SMALL) == []
    await page.evaluate(LENGTHENED)
    assert await page.evaluate(SPILLED) == []


async def test_rows_are_corrected_and_left_out_without_a_script(hall: Hall) -> None:
    page = await hall.tried(Way(width=PHONE, scripts=False))
    amount = page.locator("fieldset", has_text="trades.csv row 2")
    await amount.get_by_label("It should read").fill("5.00")
    stranger = page.locator("fieldset", has_text="trades.csv row 3")
    await stranger.get_by_label("Leave this row out").check()
    await page.get_by_role("button", name="Try it out again").click()
    await settled(page)
    seen = await page.locator("fieldset", has_text="trades.csv").all_inner_texts()
    await page.get_by_role("button", name="Bring all of it over").click()
    await settled(page)

    assert ["Corrected" in text for text in seen] == [True, True]
    assert await page.get_by_text("Every balance is the one").count() == 1
    assert balances(hall.folder)["OAKV0007"] == "5.00"


async def invited(hall: Hall, way: Way) -> Page:
    """Bring all of it over, and go on to where everybody is let in."""
    page = await hall.tried(way)
    await page.locator("button[name=apply]").click()
    await settled(page)
    await page.locator("a[href='/bring/people']").click()
    return page


@pytest.mark.parametrize("way", WAYS, ids=str)
async def test_everybody_can_read_how_people_are_let_in(hall: Hall, way: Way) -> None:
    axe = pytest.importorskip("axe_playwright_python.async_playwright").Axe()
    page = await invited(hall, way)

    before = await axe.run(page, options={"runOnly": WCAG})
    await page.locator("button[name=cards]").click()
    await page.locator("button[name=gone]").wait_for()
    after = await axe.run(page, options={"runOnly": WCAG})

    assert before.violations_count == 0, before.generate_report()
    assert after.violations_count == 0, after.generate_report()


async def test_cards_do_not_spill_over_the_narrowest_screen(hall: Hall) -> None:
    page = await invited(hall, Way(width=NARROW))
    await page.locator("button[name=cards]").click()
    await page.locator("button[name=gone]").wait_for()

    assert await page.evaluate(SPILLED) == []
    assert await page.evaluate(SMALL) == []
    await page.evaluate(LENGTHENED)
    assert await page.evaluate(SPILLED) == []
