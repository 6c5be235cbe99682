"""Coming in, in a real browser: by everybody, with or without scripts, or by keys alone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cesnode.community.roles import OPERATOR
from cesnode.services import access, admitting
from cesnode.services.membership import helping
from cesnode.store import Reader, accounts
from cesnode.store.store import writing
from tests.browser.conftest import TODAY, Visitor, Way
from tests.browser.test_public_pages import LENGTHENED, SMALL, SPILLED, WCAG
from tests.support.exchanges import Person
from tests.support.visitors import sign_in

pytestmark = pytest.mark.asyncio(loop_scope="session")

OPEN = ("/sign-in", "/card", "/forgotten-password", "/join", "/join?sent", "/comfort")
OWN = ("/me", "/me/account", "/me/devices", "/me/password", "/me/second-step")
PHONE, NARROW, DESKTOP = 390, 320, 1280
WAYS = (
    Way(width=PHONE),
    Way(width=PHONE, scheme="dark", language="ar"),
    Way(width=DESKTOP, scheme="dark"),
)
PASSWORD = "correct horse"  # noqa: S105 - of nobody
HIDDEN_BELOW = """() => {
    const bar = document.querySelector(".tabs").getBoundingClientRect();
    window.scrollTo(0, document.body.scrollHeight);
    const last = [...document.querySelectorAll("footer p")].pop().getBoundingClientRect();
    return bar.top > innerHeight / 2 && last.bottom > bar.top;
}"""


def ann(reader: Reader) -> Person:
    account = accounts.by_number(reader, "OAKV0001")
    (member,) = accounts.members_of(reader, account.id)
    return Person(account.number, account.id, member)


@pytest.fixture
def secret(lively: Path) -> str:
    """The session of Ann, who is signed in."""
    with writing(lively) as writer:
        return sign_in(writer, ann(writer), now=TODAY)


@pytest.fixture(scope="module")
def password(lively: Path) -> str:
    """What Ann signs in with."""
    hashed = access.hash_password(PASSWORD)
    with writing(lively) as writer:
        helping.set_password(writer, OPERATOR, "1", password_hash=hashed, now=TODAY)
    return PASSWORD


@pytest.mark.parametrize("way", WAYS, ids=str)
@pytest.mark.parametrize("path", [*OPEN, *OWN])
async def test_everybody_can_read_it(
    visitor: Visitor, secret: str, path: str, way: Way
) -> None:
    axe = pytest.importorskip("axe_playwright_python.async_playwright").Axe()
    visit = await visitor.open(path, way, secret=secret if path in OWN else None)

    found = await axe.run(visit.page, options={"runOnly": WCAG})

    assert visit.response.status == 200
    assert found.violations_count == 0, found.generate_report()
    assert visit.strangers == []
    assert visit.complaints == []


async def test_what_is_wrong_can_be_read_by_everybody(visitor: Visitor) -> None:
    axe = pytest.importorskip("axe_playwright_python.async_playwright").Axe()
    visit = await visitor.open("/join", Way(width=PHONE))

    await visit.page.get_by_role("button", name="Ask to join").click()
    found = await axe.run(visit.page, options={"runOnly": WCAG})

    assert found.violations_count == 0, found.generate_report()
    assert (await visit.page.title()).startswith("Error: ")
    assert (
        await visit.page.evaluate("document.activeElement.getAttribute('role')") == "alert"
    )


@pytest.mark.parametrize("code", ["en", "de", "ar"])
async def test_nothing_spills_over_the_narrowest_screen(
    visitor: Visitor, secret: str, code: str
) -> None:
    way = Way(width=NARROW, language=code)
    open_ = await visitor.open("/", way)
    own = await visitor.open("/me", way, secret=secret)

    for visit, paths in ((open_, OPEN), (own, OWN)):
        for path in paths:
            await visit.page.goto(visitor.address + path)
            assert await visit.page.evaluate(SPILLED) == [], path
            assert await visit.page.evaluate(SMALL) == [], path
            await visit.page.evaluate(LENGTHENED)
            assert await visit.page.evaluate(SPILLED) == [], path


async def test_the_largest_letters_find_room_on_the_narrowest_screen(
    visitor: Visitor, secret: str
) -> None:
    visit = await visitor.open("/comfort", Way(width=NARROW, scripts=False), secret=secret)
    await visit.page.get_by_label("Largest").check()
    await visit.page.get_by_label("Dark").check()
    await visit.page.get_by_role("button", name="Keep it so").click()

    for path in (*OWN, "/comfort"):
        await visit.page.goto(visitor.address + path)
        wide = await visit.page.evaluate("document.documentElement.scrollWidth")
        assert wide <= NARROW, path
    ground = await visit.page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert ground == "rgb(24, 22, 19)"


async def test_the_bar_below_covers_nothing_at_the_end_of_a_page(
    visitor: Visitor, secret: str
) -> None:
    visit = await visitor.open("/me", Way(width=PHONE, height=640), secret=secret)

    assert not await visit.page.evaluate(HIDDEN_BELOW)


async def test_somebody_comes_in_and_goes_out_by_keys_alone(
    visitor: Visitor, password: str
) -> None:
    visit = await visitor.open("/sign-in?next=/me", Way(width=DESKTOP, scripts=False))
    keys = visit.page.keyboard

    await keys.press("Tab")
    await keys.press("Enter")  # past the menu
    await keys.press("Tab")
    await keys.type("1")
    await keys.press("Tab")
    await keys.type("wrong horse")
    await keys.press("Enter")
    summary = await visit.page.get_by_role("alert").inner_text()
    await keys.press("Tab")
    await keys.press("Enter")  # the link to the field
    kept = await visit.page.locator(":focus").input_value()
    await keys.press("Tab")
    await keys.type(password)
    await keys.press("Enter")

    assert "does not go with that password" in summary
    assert kept == "1"
    await visit.page.wait_for_url(re.compile(r"/me(#\w+)?$"))
    await visit.page.get_by_role("button", name="Sign out").focus()
    await keys.press("Enter")
    await visit.page.wait_for_url(visitor.address + "/")
    assert await visit.page.get_by_role("link", name="Sign in").is_visible()


async def test_a_card_leads_in_without_scripts(visitor: Visitor, lively: Path) -> None:
    drawn = admitting.draw_words("en")
    with writing(lively) as writer:
        card = admitting.make_card(writer, OPERATOR, "2", drawn, now=TODAY)
    visit = await visitor.open("/card", Way(width=PHONE, scripts=False))
    page = visit.page

    await page.get_by_label("Account number").fill("2")
    await page.get_by_label("The three words").fill(" ".join(card.words))
    await page.get_by_role("button", name="Go on").click()
    await page.get_by_label("New password").fill("a long new one")
    await page.get_by_label("The same once more").fill("a long new one")
    await page.get_by_role("button", name="Keep it and sign in").click()
    await page.goto(visitor.address + "/me")

    assert await page.locator("h1").inner_text() == "Bob Beech"
