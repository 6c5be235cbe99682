"""News and thank-yous in a real browser: read, made and followed without any script."""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4
from zoneinfo import ZoneInfo

import icalendar
import pytest

from cesnode.community.news import Audience
from cesnode.community.roles import OPERATOR, Role
from cesnode.services import trading
from cesnode.services.news import announcing, planning, thanking, writing
from cesnode.store import Reader, Writer, accounts
from cesnode.store.store import writing as transaction
from tests.browser.conftest import TODAY, Visitor, Way
from tests.browser.test_public_pages import LENGTHENED, SMALL, SPILLED, WCAG
from tests.support.exchanges import DAY, Person, acting_as, join, order
from tests.support.visitors import sign_in

pytestmark = pytest.mark.asyncio(loop_scope="session")

UTC = ZoneInfo("UTC")
PHONE, NARROW, DESKTOP = 360, 320, 1280
MOST_BYTES = 12 * 1024
LONG = "A rather long title, for what people write is often longer than it needs to be"
PROSE = "It **begins** early.\n\n- bring a cup\n- bring a chair\n\nhttps://" + "a" * 60


@dataclass(frozen=True, slots=True)
class Cast:
    """The sessions of Gil, who was thanked, and of Uma, who looks after the news."""

    gil: str
    uma: str
    bought: str
    """A trade for which Gil can say thank you still."""
    places: tuple[str, ...]
    """Pages for Gil."""
    desk: tuple[str, ...]
    """Pages for Uma alone."""


def person(reader: Reader, number: str) -> Person:
    account = accounts.by_number(reader, number)
    (member,) = accounts.members_of(reader, account.id)
    return Person(account.number, account.id, member)


def day(after: int) -> str:
    return str(planning.today(UTC, TODAY + after * DAY))


def announce(writer: Writer) -> int:
    draft = announcing.Draft(title=LONG, text=PROSE, audience=Audience.PUBLIC)
    return announcing.publish(writer, OPERATOR, draft, id=uuid4(), now=TODAY).id


def plan(writer: Writer) -> int:
    wanted = planning.Plan(
        title="Summer camp",
        day=day(1),
        begins="19:30",
        until=day(2),
        ends="12:00",
        place="The old farm behind the mill",
        text=PROSE,
        audience=Audience.PUBLIC,
    )
    event = planning.plan(writer, OPERATOR, wanted, id=uuid4(), zone=UTC, now=TODAY)
    return event.id


def letter(writer: Writer, *, sent: bool) -> int:
    said = writing.Draft(title=LONG, text=PROSE)
    made = writing.draft(writer, OPERATOR, said, id=uuid4(), now=TODAY)
    if sent:
        writing.send(writer, OPERATOR, made.id, now=TODAY)
    return made.id


def thank(writer: Writer, giver: Person, receiver: Person) -> int:
    sold = trading.record(writer, OPERATOR, order(receiver, giver, "2"), now=TODAY)
    actor, ref = acting_as(writer, giver), sold.trade.ref
    said = thanking.say(writer, actor, ref, PROSE, id=uuid4(), now=TODAY)
    return said.id


def saved(path: Path) -> icalendar.Component:
    """Return the event in a file, as another program reads it."""
    (event,) = icalendar.Calendar.from_ical(path.read_bytes()).walk("VEVENT")
    return event


@pytest.fixture(scope="module")
def cast(lively: Path) -> Cast:
    with transaction(lively) as writer:
        gil, fay = person(writer, "OAKV0007"), person(writer, "OAKV0006")
        uma = join(writer, "Uma Vine", role=Role.MEMBERSHIP_SECRETARY)
        said = thank(writer, fay, gil)
        bought = trading.record(writer, OPERATOR, order(fay, gil, "2"), now=TODAY).trade.ref
        announced, event = announce(writer), plan(writer)
        sent, draft = letter(writer, sent=True), letter(writer, sent=False)
        return Cast(
            gil=sign_in(writer, gil, now=TODAY),
            uma=sign_in(writer, uma, now=TODAY),
            bought=bought,
            places=(
                "/home",
                "/announcements",
                f"/announcements/{announced}",
                "/calendar",
                "/calendar?months=12",
                "/calendar?as=sheet&months=3",
                f"/calendar/{event}",
                "/me/calendar",
                "/newsletters",
                f"/newsletters/{sent}",
                f"/trades/{bought}",
                f"/trades/{bought}/thanks",
                f"/thanks/{said}",
                "/people/OAKV0007",
            ),
            desk=(
                "/announcements/new",
                "/calendar/new",
                f"/calendar/{event}/edit",
                "/newsletters",
                "/newsletters/new",
                f"/newsletters/{draft}/draft",
                f"/newsletters/{sent}",
                f"/newsletters/{sent}/letters",
                f"/thanks/{said}",
            ),
        )


@pytest.mark.parametrize(
    "way",
    [
        Way(width=PHONE, scripts=True),
        Way(width=PHONE, scheme="dark", language="ar"),
        Way(width=DESKTOP, scheme="dark"),
    ],
    ids=str,
)
async def test_everybody_can_read_it(visitor: Visitor, cast: Cast, way: Way) -> None:
    axe = pytest.importorskip("axe_playwright_python.async_playwright").Axe()

    for secret, paths in ((cast.gil, cast.places), (cast.uma, cast.desk)):
        visit = await visitor.open("/me", way, secret=secret)
        for path in paths:
            answer = await visit.page.goto(visitor.address + path)
            assert answer is not None
            found = await axe.run(visit.page, options={"runOnly": WCAG})
            assert answer.status == 200, path
            assert found.violations_count == 0, (path, found.generate_report())
            assert len(gzip.compress(await answer.body())) <= MOST_BYTES, path
        assert visit.strangers == []
        assert visit.complaints == []


@pytest.mark.parametrize("code", ["en", "ar"])
async def test_nothing_spills_over_the_narrowest_screen(
    visitor: Visitor, cast: Cast, code: str
) -> None:
    way = Way(width=NARROW, language=code)

    for secret, paths in ((cast.gil, cast.places), (cast.uma, cast.desk)):
        visit = await visitor.open("/me", way, secret=secret)
        for path in paths:
            await visit.page.goto(visitor.address + path)
            assert await visit.page.evaluate(SPILLED) == [], path
            assert await visit.page.evaluate(SMALL) == [], path
            await visit.page.evaluate(LENGTHENED)
            assert await visit.page.evaluate(SPILLED) == [], path


async def test_a_member_puts_away_what_they_have_read(visitor: Visitor, cast: Cast) -> None:
    way = Way(width=PHONE, scripts=False)
    visit = await visitor.open("/home", way, secret=cast.gil)
    page = visit.page

    await page.get_by_role("link", name=LONG).click()
    await page.get_by_role("button", name="Read: show it on Home no more").click()

    assert page.url == visitor.address + "/home"
    assert await page.get_by_text(LONG).count() == 0
    assert await page.get_by_role("link", name="Summer camp").count() == 1


async def test_an_event_gets_into_the_calendar_of_a_telephone(
    visitor: Visitor, cast: Cast
) -> None:
    way = Way(width=PHONE, scripts=False)
    visit = await visitor.open("/home", way, secret=cast.gil)
    page = visit.page

    await page.get_by_role("link", name="Summer camp").click()
    async with page.expect_download() as expected:
        await page.get_by_role("link", name="Add it to my calendar").click()
    event = saved(await (await expected.value).path())

    assert event["SUMMARY"] == "Summer camp"
    assert event["LOCATION"] == "The old farm behind the mill"


async def test_thank_you_is_said_in_three_taps(visitor: Visitor, cast: Cast) -> None:
    way = Way(width=PHONE, scripts=False)
    path = f"/trades/{cast.bought}"
    visit = await visitor.open(path, way, secret=cast.gil)
    page = visit.page

    await page.get_by_role("link", name="Say thank you").click()
    await page.get_by_label("What was good?").fill("Always on time")
    await page.get_by_role("button", name="Say it").click()

    assert page.url == visitor.address + path
    assert await page.get_by_text("Always on time").count() == 1


async def test_a_secretary_plans_an_event_and_strangers_see_it(
    visitor: Visitor, cast: Cast
) -> None:
    way = Way(width=PHONE, scripts=False)
    visit = await visitor.open("/people", way, secret=cast.uma)
    page = visit.page

    await page.get_by_role("link", name="Calendar").click()
    await page.get_by_role("link", name="Put an event into the calendar").click()
    await page.get_by_label("What is it?").fill("Repair café")
    await page.get_by_label("On which day?").fill(day(5))
    await page.get_by_label("From what time?").fill("14:00")
    await page.get_by_label("Everybody, on the public pages too").check()
    await page.get_by_role("button", name="Put it in").click()
    stranger = await visitor.open("/", way)

    assert await page.get_by_text("It is in the calendar.").count() == 1
    assert await stranger.page.get_by_text("Repair café").count() == 1


async def test_a_secretary_sees_whom_a_newsletter_reaches_before_it_is_sent(
    visitor: Visitor, cast: Cast, tmp_path: Path
) -> None:
    (tmp_path / "map.pdf").write_bytes(b"%PDF-1.7")
    way = Way(width=PHONE, scripts=False)
    visit = await visitor.open("/newsletters/new", way, secret=cast.uma)
    page = visit.page

    await page.get_by_label("Its title").fill("To those below zero")
    await page.get_by_label("Its text").fill("Come to the **market**.")
    await page.get_by_label("Whose balance is at most").fill("-1")
    await page.get_by_role("button", name="Look at it").click()
    await page.get_by_label("A file").set_input_files(tmp_path / "map.pdf")
    await page.get_by_role("button", name="Add this file").click()
    files = await page.get_by_role("link", name="map.pdf").count()
    await page.get_by_role("button", name="Send it to").click()

    assert files == 1
    assert await page.get_by_role("heading", name="Whom it reached").count() == 1
    assert "/draft" not in page.url


async def test_letters_begin_each_on_a_sheet_of_their_own(
    visitor: Visitor, cast: Cast
) -> None:
    path = next(each for each in cast.desk if each.endswith("/letters"))
    visit = await visitor.open(path, Way(width=DESKTOP), secret=cast.uma)

    await visit.page.emulate_media(media="print")
    breaks = await visit.page.locator(".leaf").evaluate_all(
        "leaves => leaves.map(leaf => getComputedStyle(leaf).breakBefore)"
    )

    assert len(breaks) > 1
    assert set(breaks[1:]) == {"page"}
    assert await visit.page.locator(".masthead").is_hidden()
    assert await visit.page.locator("body > footer").is_hidden()
