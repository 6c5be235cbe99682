"""People and one's own pages, in a real browser: everybody can read and use them."""

from __future__ import annotations

from pathlib import Path

import pytest

from cesnode.community.roles import OPERATOR
from cesnode.services import profiles, trading
from cesnode.services.profiles import Told
from cesnode.store import Reader, accounts
from cesnode.store.store import writing
from tests.browser.conftest import TODAY, Visitor, Way
from tests.browser.test_public_pages import LENGTHENED, SMALL, SPILLED, WCAG
from tests.support.exchanges import Person, order
from tests.support.visitors import sign_in

pytestmark = pytest.mark.asyncio(loop_scope="session")

BOB = "/people/OAKV0002"
PATHS = (
    "/people",
    BOB,
    "/people/OAKV0000",
    "/notices",
    "/me/profile",
    "/me/photo",
    "/me/email",
    "/me/name",
    "/me/notices",
    "/me/language",
    "/me/data",
    "/me/leave",
)
PHONE, NARROW, DESKTOP = 390, 320, 1280
WAYS = (
    Way(width=PHONE),
    Way(width=PHONE, scheme="dark", language="ar"),
    Way(width=DESKTOP, scheme="dark"),
)


def person(reader: Reader, number: str) -> Person:
    account = accounts.by_number(reader, number)
    (member,) = accounts.members_of(reader, account.id)
    return Person(account.number, account.id, member)


@pytest.fixture(scope="module")
def secret(lively: Path) -> str:
    """The session of Ann, who has news, in a place where Bob tells all there is."""
    with writing(lively) as writer:
        ann, bob = person(writer, "OAKV0001"), person(writer, "OAKV0002")
        told = Told(
            about="I bake **sourdough**.\n\n- rye\n- wheat",
            phone="+351 912 345 678",
            address="3 Mill Lane\nOakvale",
            website="https://a-bakery-with-a-rather-long-name.example/bread/and/rolls",
            place="38.7223, -9.1393",
            languages="English, isiXhosa",
            absent_until="2026-07-01",
            absence="By the sea",
        )
        profiles.change(writer, OPERATOR, bob.member, told, now=TODAY)
        trading.record(writer, OPERATOR, order(bob, ann, "2"), now=TODAY)
        return sign_in(writer, ann, now=TODAY)


@pytest.mark.parametrize("way", WAYS, ids=str)
@pytest.mark.parametrize("path", PATHS)
async def test_everybody_can_read_it(
    visitor: Visitor, secret: str, path: str, way: Way
) -> None:
    axe = pytest.importorskip("axe_playwright_python.async_playwright").Axe()
    visit = await visitor.open(path, way, secret=secret)

    found = await axe.run(visit.page, options={"runOnly": WCAG})

    assert visit.response.status == 200
    assert found.violations_count == 0, found.generate_report()
    assert visit.strangers == []
    assert visit.complaints == []


@pytest.mark.parametrize("code", ["en", "ar"])
async def test_nothing_spills_over_the_narrowest_screen(
    visitor: Visitor, secret: str, code: str
) -> None:
    way = Way(width=NARROW, language=code)
    visit = await visitor.open("/people", way, secret=secret)

    for path in PATHS:
        await visit.page.goto(visitor.address + path)
        assert await visit.page.evaluate(SPILLED) == [], path
        assert await visit.page.evaluate(SMALL) == [], path
        await visit.page.evaluate(LENGTHENED)
        assert await visit.page.evaluate(SPILLED) == [], path


async def test_help_is_found_and_reached_in_three_taps(
    visitor: Visitor, secret: str
) -> None:
    visit = await visitor.open("/home", Way(width=PHONE, scripts=False), secret=secret)
    page = visit.page

    await page.get_by_role("link", name="People", exact=True).click()
    await page.get_by_role("link", name="Bob Beech").click()
    number = page.get_by_role("link", name="+351 912 345 678")

    assert await number.get_attribute("href") == "tel:+351912345678"


async def test_news_lead_to_what_they_tell_of_and_are_not_new_any_more(
    visitor: Visitor, secret: str
) -> None:
    visit = await visitor.open("/me", Way(width=PHONE, scripts=False), secret=secret)
    page = visit.page
    before = int((await page.locator(".count").inner_text()).split()[0])

    await page.locator(".bell").click()
    await page.locator(".news button").first.click()

    assert "/trades/" in page.url
    counts = page.locator(".count")
    left = await counts.all_inner_texts()
    assert left == [] or int(left[0].split()[0]) == before - 1


async def test_a_mistake_in_a_profile_is_named_where_it_is(
    visitor: Visitor, secret: str
) -> None:
    way = Way(width=PHONE, scripts=False)
    visit = await visitor.open("/me/profile", way, secret=secret)
    page = visit.page

    await page.get_by_label("Telephone", exact=True).fill("call me")
    await page.get_by_role("button", name="Keep it so").click()

    assert (await page.title()).startswith("Error: ")
    assert await page.get_by_label("Telephone", exact=True).input_value() == "call me"
