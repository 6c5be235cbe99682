"""A member's own pages in a real browser: every journey, its taps counted."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from cesnode.community.roles import OPERATOR
from cesnode.services import trading
from cesnode.store import Reader, accounts
from cesnode.store.store import reading, writing
from tests.browser.conftest import TODAY, Visitor, Way
from tests.browser.test_public_pages import LENGTHENED, SMALL, SPILLED, WCAG
from tests.support.exchanges import Person, order
from tests.support.visitors import sign_in

if TYPE_CHECKING:
    from playwright.async_api import Page

pytestmark = pytest.mark.asyncio(loop_scope="session")

PHONE, NARROW, DESKTOP = 390, 320, 1280
WAYS = (
    Way(width=PHONE),
    Way(width=PHONE, scheme="dark", language="ar"),
    Way(width=DESKTOP, scheme="dark"),
)
PAGES = (
    "/home",
    "/trade",
    "/trade/pay",
    "/trades",
    "/trades/{asked}",
    "/trades/{posted}",
    "/trades/{posted}/done",
    "/trades/{posted}/reverse",
    "/trades/{posted}/slip",
    "/p/0002?a=5&d=Eggs",
    "/statement",
    "/statement/letter?month=2026-01",
    "/statement/years",
    "/schedules",
    "/schedules/new",
    "/forms",
    "/forms/new",
)


class Tapping:
    """Counts what a person has to press on the way; typing is no tap."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.taps = 0

    async def tap(self, role: str, name: str) -> None:
        self.taps += 1
        part = self.page.get_by_role(role, name=name)  # type: ignore[arg-type]
        await part.first.click()
        await self.page.wait_for_load_state()

    async def type(self, label: str, text: str) -> None:
        await self.page.get_by_label(label).fill(text)

    async def words(self) -> str:
        return await self.page.inner_text("main")


def person(reader: Reader, number: str) -> Person:
    account = accounts.by_number(reader, number)
    (member,) = accounts.members_of(reader, account.id)
    return Person(account.number, account.id, member)


@pytest.fixture
def bob(lively: Path) -> str:
    """The session of Bob, who is signed in."""
    with writing(lively) as writer:
        return sign_in(writer, person(writer, "OAKV0002"), now=TODAY)


@pytest.fixture(scope="module")
def refs(lively: Path) -> dict[str, str]:
    """Trades of Ann's: one that waits for her, one that was just recorded."""
    with writing(lively) as writer:
        ann, bob = person(writer, "OAKV0001"), person(writer, "OAKV0002")
        wanted = {
            "asked": order(bob, ann, "3", asking=True),
            "posted": order(ann, bob, "2"),
        }
        return {
            name: trading.record(writer, OPERATOR, one, now=TODAY).trade.ref
            for name, one in wanted.items()
        }


@pytest.fixture
def ann(lively: Path) -> str:
    """The session of Ann, who is signed in."""
    with writing(lively) as writer:
        return sign_in(writer, person(writer, "OAKV0001"), now=TODAY)


def balance(lively: Path, number: str) -> int:
    with reading(lively) as reader:
        return accounts.by_number(reader, number).position.balance


@pytest.mark.parametrize("way", WAYS, ids=str)
@pytest.mark.parametrize("path", PAGES)
async def test_everybody_can_read_it(
    visitor: Visitor, ann: str, refs: dict[str, str], path: str, way: Way
) -> None:
    axe = pytest.importorskip("axe_playwright_python.async_playwright").Axe()
    visit = await visitor.open(path.format(**refs), way, secret=ann)

    found = await axe.run(visit.page, options={"runOnly": WCAG})

    assert visit.response.status == 200
    assert found.violations_count == 0, found.generate_report()
    assert visit.strangers == []
    assert visit.complaints == []


@pytest.mark.parametrize("path", PAGES)
async def test_it_fits_a_narrow_screen_even_with_longer_words(
    visitor: Visitor, ann: str, refs: dict[str, str], path: str
) -> None:
    visit = await visitor.open(path.format(**refs), Way(width=NARROW), secret=ann)

    assert await visit.page.evaluate(SPILLED) == []
    assert await visit.page.evaluate(SMALL) == []
    await visit.page.evaluate(LENGTHENED)
    assert await visit.page.evaluate(SPILLED) == []


@pytest.mark.parametrize("scripts", [True, False])
async def test_paying_somebody_one_knows_takes_four_taps(
    visitor: Visitor, lively: Path, bob: str, *, scripts: bool
) -> None:
    before = balance(lively, "OAKV0002")
    visit = await visitor.open("/home", Way(width=PHONE, scripts=scripts), secret=bob)
    way = Tapping(visit.page)

    await way.tap("link", "Pay someone")
    await way.tap("radio", "Ann Ash")
    await way.type("How much?", "1,50")
    await way.type("What for?", "A dozen eggs")
    await way.tap("button", "Check and pay")
    await way.tap("button", "Pay 1.50 leaves to Ann Ash")

    assert "Paid 1.50 leaves to Ann Ash" in await way.words()
    assert way.taps == 4
    assert balance(lively, "OAKV0002") == before - 150


async def test_recording_what_one_gave_takes_four_taps(visitor: Visitor, bob: str) -> None:
    visit = await visitor.open("/home", Way(width=PHONE, scripts=False), secret=bob)
    way = Tapping(visit.page)

    await way.tap("link", "Record what I gave")
    await way.tap("radio", "Ann Ash")
    await way.type("How much?", "2")
    await way.type("What for?", "A lift")
    await way.tap("button", "Check and record")
    await way.tap("button", "Record 2.00 leaves from Ann Ash")

    assert "2.00 leaves received from Ann Ash" in await way.words()
    assert way.taps == 4


async def test_a_request_is_answered_with_two_taps(
    visitor: Visitor, lively: Path, bob: str
) -> None:
    with writing(lively) as writer:
        asked = order("OAKV0001", "OAKV0002", "1.25", description="Jam", asking=True)
        trading.record(writer, OPERATOR, asked, now=TODAY)
    visit = await visitor.open("/home", Way(width=PHONE, scripts=False), secret=bob)
    way = Tapping(visit.page)

    await way.tap("link", "Ann Ash asks you for 1.25")
    await way.tap("button", "Pay 1.25 leaves")

    assert "You have agreed." in await way.words()
    assert way.taps == 2


async def test_a_mistake_is_undone_with_three_taps(
    visitor: Visitor, lively: Path, bob: str
) -> None:
    before = balance(lively, "OAKV0002")
    with writing(lively) as writer:
        sold = order("OAKV0002", "OAKV0001", "1.75", description="Twice")
        trading.record(writer, OPERATOR, sold, now=TODAY)
    visit = await visitor.open("/home", Way(width=PHONE, scripts=False), secret=bob)
    way = Tapping(visit.page)

    await way.tap("link", "Ann Ash Twice")
    await way.tap("link", "This was wrong, undo it")
    await way.type("What is wrong?", "Entered twice")
    await way.tap("button", "Undo it")

    assert "It is undone." in await way.words()
    assert way.taps == 3
    assert balance(lively, "OAKV0002") == before


async def test_home_shows_everything_without_a_tap(
    visitor: Visitor, ann: str, refs: dict[str, str]
) -> None:
    assert refs["asked"]
    visit = await visitor.open("/home", Way(width=PHONE, scripts=False), secret=ann)

    told = await visit.page.inner_text("main")

    for said in ("Your balance", "You may still receive", "Waiting for you", "Lately"):
        assert said in told


async def test_a_payment_can_be_made_with_the_keyboard_alone(
    visitor: Visitor, lively: Path, bob: str
) -> None:
    before = balance(lively, "OAKV0002")
    visit = await visitor.open("/trade/pay", Way(width=DESKTOP), secret=bob)
    page = visit.page

    await page.get_by_label("Somebody else").focus()
    await page.keyboard.type("ann ash")
    await page.keyboard.press("Tab")
    await page.keyboard.type("1.10")
    await page.keyboard.press("Tab")
    await page.keyboard.type("Tea")
    await page.keyboard.press("Enter")
    await page.wait_for_load_state()
    pay = page.get_by_role("button", name="Pay 1.10 leaves to Ann Ash")
    for _ in range(60):
        if await pay.evaluate("button => button === document.activeElement"):
            break
        await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await page.wait_for_load_state()

    assert "Paid 1.10 leaves to Ann Ash" in await page.inner_text("main")
    assert balance(lively, "OAKV0002") == before - 110


async def test_a_request_can_be_answered_with_the_keyboard_alone(
    visitor: Visitor, lively: Path, bob: str
) -> None:
    with writing(lively) as writer:
        asked = order("OAKV0001", "OAKV0002", "1.35", description="Jam", asking=True)
        ref = trading.record(writer, OPERATOR, asked, now=TODAY).trade.ref
    visit = await visitor.open(f"/trades/{ref}", Way(width=DESKTOP), secret=bob)
    page = visit.page

    pay = page.get_by_role("button", name="Pay 1.35 leaves")
    for _ in range(60):
        if await pay.evaluate("button => button === document.activeElement"):
            break
        await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await page.wait_for_load_state()

    assert "You have agreed." in await page.inner_text("main")


async def test_a_statement_prints_without_what_is_only_for_screens(
    visitor: Visitor, ann: str
) -> None:
    visit = await visitor.open("/statement", Way(width=DESKTOP), secret=ann)

    await visit.page.emulate_media(media="print")

    assert await visit.page.locator("nav:visible, .button:visible").count() == 0
    assert await visit.page.locator("tbody tr:visible").count() > 0
