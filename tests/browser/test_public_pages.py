"""The public pages in a real browser: readable by everybody, on any screen, alone."""

from __future__ import annotations

import pytest

from cesnode.resources import resource
from cesnode.web.languages import LANGUAGES
from tests.browser.conftest import Visitor, Way

pytestmark = pytest.mark.asyncio(loop_scope="session")

PAGES = {"/": 200, "/numbers": 200, "/-/styleguide": 200, "/nothing": 404}
PHONE, DESKTOP = 360, 1280
WAYS = (
    Way(width=PHONE),
    Way(width=PHONE, scheme="dark", language="ar"),
    Way(width=DESKTOP, scheme="dark"),
    Way(width=DESKTOP, language="ar"),
)
NARROW = 320
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SPILLED = """() => {
    const wide = document.documentElement.clientWidth;
    return [...document.querySelectorAll("body *")].filter(part => {
        const box = part.getBoundingClientRect();
        const rolls = part.closest(".scroll, .skip, .hidden, svg");
        return !rolls && (box.right > wide + 1 || box.left < -1);
    }).map(part => part.tagName + "." + part.className);
}"""
SMALL = """() => [...document.querySelectorAll("a, button, input, select, summary")]
    .filter(part => !part.hidden && part.type !== "hidden")
    .filter(part => part.type !== "hidden")
    .filter(part => !part.closest("p, .skip") && part.getBoundingClientRect().height < 24)
    .map(part => part.outerHTML)"""
LENGTHENED = """() => {
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
        const text = walk.currentNode;
        if (!text.parentElement.closest(".number, .hash, svg"))
            text.data = text.data.replace(/\\p{L}{4,}/gu,
                word => word + word.slice(0, word.length / 2));
    }
}"""
LOADING_FAILED = "error: Failed to load resource: the server responded with a status of 404"


@pytest.mark.parametrize("way", WAYS, ids=str)
@pytest.mark.parametrize("path", PAGES)
async def test_everybody_can_read_it(visitor: Visitor, path: str, way: Way) -> None:
    axe = pytest.importorskip("axe_playwright_python.async_playwright").Axe()
    visit = await visitor.open(path, way)

    found = await axe.run(visit.page, options={"runOnly": WCAG})

    assert visit.response.status == PAGES[path]
    assert found.violations_count == 0, found.generate_report()
    assert visit.strangers == []
    complaints = [said for said in visit.complaints if not said.startswith(LOADING_FAILED)]
    assert complaints == []


@pytest.mark.parametrize("code", LANGUAGES)
async def test_nothing_spills_over_the_narrowest_screen(
    visitor: Visitor, code: str
) -> None:
    visit = await visitor.open("/", Way(width=NARROW, language=code))

    for path in PAGES:
        await visit.page.goto(visitor.address + path)

        assert await visit.page.evaluate(SPILLED) == [], path
        assert await visit.page.evaluate(SMALL) == [], path


async def test_longer_words_than_ours_find_room_too(visitor: Visitor) -> None:
    """A translation may be longer by half; here every word is."""
    visit = await visitor.open("/", Way(width=NARROW))

    for path in PAGES:
        await visit.page.goto(visitor.address + path)
        await visit.page.evaluate(LENGTHENED)

        assert await visit.page.evaluate(SPILLED) == [], path


@pytest.mark.parametrize("path", PAGES)
async def test_it_is_whole_without_scripts(visitor: Visitor, path: str) -> None:
    visit = await visitor.open(path, Way(width=PHONE, scripts=False))

    assert visit.response.status == PAGES[path]
    assert await visit.page.locator("h1").is_visible()
    assert visit.strangers == []


async def test_a_table_opens_below_its_picture_without_scripts(visitor: Visitor) -> None:
    visit = await visitor.open("/numbers", Way(width=PHONE, scripts=False))
    table = visit.page.get_by_role("table", name="Month by month")

    assert not await table.is_visible()
    await visit.page.get_by_text("Show as a table").first.click()

    assert await table.get_by_role("row").count() == 1 + 12


async def test_a_language_is_found_and_kept_without_scripts(visitor: Visitor) -> None:
    visit = await visitor.open("/", Way(width=PHONE, scripts=False))

    await visit.page.get_by_role("link", name="Français").click()
    await visit.page.get_by_role("link", name="En chiffres", exact=True).click()

    assert await visit.page.locator("h1").inner_text() == "Notre échange en chiffres"


async def test_the_first_key_leads_past_the_menu(visitor: Visitor) -> None:
    visit = await visitor.open("/numbers", Way(width=DESKTOP))

    await visit.page.keyboard.press("Tab")
    skip = visit.page.get_by_role("link", name="Skip to the content")
    assert await skip.evaluate("link => link === document.activeElement")
    assert await skip.evaluate("link => link.getBoundingClientRect().top >= 0")
    await visit.page.keyboard.press("Enter")

    assert await visit.page.evaluate("document.activeElement.id") == "main"


async def test_where_one_is_can_be_seen_in_the_menu(visitor: Visitor) -> None:
    visit = await visitor.open("/numbers", Way(width=DESKTOP))

    here = visit.page.locator("header [aria-current=page]")

    assert await here.inner_text() == "In numbers"


async def test_numbers_keep_their_sign_before_them_from_right_to_left(
    visitor: Visitor,
) -> None:
    visit = await visitor.open("/", Way(width=PHONE, language="ar"))
    below = visit.page.locator(".ends .number").first

    assert (await below.inner_text()).startswith("−")
    assert await below.evaluate("part => getComputedStyle(part).direction") == "ltr"


async def test_the_stylesheet_names_no_side_but_start_and_end() -> None:
    text = (resource("web/static") / "app.css").read_text()

    sides = ("-left", "-right", "left:", "right:", "padding-top", "margin-bottom")
    assert [side for side in sides if side in text] == []
