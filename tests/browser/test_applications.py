"""Who would like to join, as a secretary sees it in a real browser."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

from cesnode.community.roles import OPERATOR, Role
from cesnode.services import considering, joining
from cesnode.services.joining import Applicant
from cesnode.store import Writer, exchanges
from cesnode.store.store import reading, writing
from tests.browser.conftest import TODAY, Visitor, Way
from tests.browser.test_public_pages import LENGTHENED, SMALL, SPILLED, WCAG
from tests.support.exchanges import join
from tests.support.visitors import sign_in

pytestmark = pytest.mark.asyncio(loop_scope="session")

PHONE, NARROW, DESKTOP = 360, 320, 1280
WAYS = (
    Way(width=PHONE),
    Way(width=PHONE, scheme="dark", language="ar"),
    Way(width=DESKTOP, scheme="dark"),
)


class Office(NamedTuple):
    """A secretary's session, and who waits: asked something, let in, refused, at rest."""

    secret: str
    link: str
    asked: int
    approved: int
    declined: int
    waiting: int

    @property
    def paths(self) -> tuple[str, ...]:
        numbers = (self.asked, self.approved, self.declined, self.waiting)
        return (
            "/applications",
            "/applications?state=approved",
            *(f"/applications/{number}" for number in numbers),
            self.link,
        )


@pytest.fixture(scope="module")
def office(lively: Path) -> Office:
    with writing(lively) as writer:
        link, asked = apply(writer, "Ida Iris-Hohenzollern-Sigmaringen")
        others = [apply(writer, name)[1] for name in ("Jo Jay", "Kim Kale", "Lou Lime")]
        approved, declined, waiting = others
        considering.ask_back(
            writer, OPERATOR, asked, question="Who knows you here?", now=TODAY
        )
        joining.approve(writer, OPERATOR, approved, now=TODAY)
        joining.decline(writer, OPERATOR, declined, reason="We are full", now=TODAY)
        kit = join(writer, "Kit Keeper", role=Role.MEMBERSHIP_SECRETARY)
        secret = sign_in(writer, kit, now=TODAY)
    return Office(secret, joining.LINK + link, asked, approved, declined, waiting)


def apply(writer: Writer, name: str) -> tuple[str, int]:
    """Let somebody apply; return the secret and the number of it."""
    email = f"{name.split(maxsplit=1)[0].lower()}@a-rather-long-name-of-a-host.example"
    somebody = Applicant(name=name, email=email, area="North", offers="Bread\n\nLifts")
    exchange = exchanges.load(writer, TODAY)
    secret = joining.apply(writer, exchange, somebody, address="", now=TODAY)
    return secret, joining.find(writer, secret).id


@pytest.mark.parametrize("way", WAYS, ids=str)
async def test_everybody_can_read_it(visitor: Visitor, office: Office, way: Way) -> None:
    axe = pytest.importorskip("axe_playwright_python.async_playwright").Axe()

    for path in office.paths:
        visit = await visitor.open(path, way, secret=office.secret)
        found = await axe.run(visit.page, options={"runOnly": WCAG})

        assert visit.response.status == 200
        assert found.violations_count == 0, found.generate_report()
        assert visit.strangers == []
        assert visit.complaints == []


@pytest.mark.parametrize("code", ["en", "ar"])
async def test_nothing_spills_over_the_narrowest_screen(
    visitor: Visitor, office: Office, code: str
) -> None:
    way = Way(width=NARROW, language=code)
    visit = await visitor.open("/applications", way, secret=office.secret)

    for path in office.paths:
        await visit.page.goto(visitor.address + path)
        assert await visit.page.evaluate(SPILLED) == [], path
        assert await visit.page.evaluate(SMALL) == [], path
        await visit.page.evaluate(LENGTHENED)
        assert await visit.page.evaluate(SPILLED) == [], path


async def test_from_home_to_a_new_member_in_three_taps(
    visitor: Visitor, office: Office, lively: Path
) -> None:
    way = Way(width=PHONE, scripts=False)
    visit = await visitor.open("/home", way, secret=office.secret)
    page = visit.page

    await page.get_by_role("link", name="Who would like to join").click()
    await page.get_by_role("link", name="Lou Lime").click()
    await page.get_by_role("button", name="Let them join").click()

    assert await page.get_by_text("A member now", exact=True).is_visible()
    with reading(lively) as reader:
        found = joining.known(reader, office.waiting)
    assert found.number is not None
    assert await page.get_by_role("link", name="Their page").is_visible()
