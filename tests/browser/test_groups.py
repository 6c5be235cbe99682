"""Groups, in a real browser: everybody can read them, and use them without scripts."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple
from uuid import uuid4

import pytest

from cesnode.community.groups import Door, Seat
from cesnode.community.market import Audience
from cesnode.services.groups import keeping, seating, telling
from cesnode.services.groups.keeping import Charter
from cesnode.store import Writer, group_members
from cesnode.store.store import writing
from tests.browser.conftest import TODAY, Visitor, Way
from tests.browser.test_people import person
from tests.browser.test_public_pages import LENGTHENED, SMALL, SPILLED, WCAG
from tests.support.drawn_groups import fill, welcome
from tests.support.exchanges import Person, acting_as
from tests.support.groups import Circle, found
from tests.support.visiting import group_there
from tests.support.visitors import sign_in

pytestmark = pytest.mark.asyncio(loop_scope="session")

PHONE, NARROW, DESKTOP = 360, 320, 1280
WAYS = (
    Way(width=PHONE, scripts=True),
    Way(width=PHONE, scheme="dark", language="ar"),
    Way(width=DESKTOP, scheme="dark"),
)
PATHS = (
    "/groups",
    "/groups/new",
    "{group}",
    "{group}/members",
    "{group}/edit",
    "{group}/picture",
    "{group}/write",
    "{group}/notices/{notice}",
    "{group}/end",
    "/market?group={number}",
    "/market/new?group={number}",
    "{stranger}",
    "{there}",
    "{inside}",
)


class Meeting(NamedTuple):
    """Sessions of Ann, who leads a group, and of Bob, who does not know of it yet."""

    ann: str
    bob: str
    places: dict[str, str]

    def path(self, template: str) -> str:
        return template.format(**self.places)


@pytest.fixture(scope="module")
def meeting(lively: Path) -> Meeting:
    with writing(lively) as writer:
        ann, bob = person(writer, "OAKV0001"), person(writer, "OAKV0002")
        circle = Circle(
            writer, found(writer, ann, "Gardeners of the North", door=Door.APPROVAL)
        )
        charter = Charter(
            name="Gardeners of the North",
            about="We dig at https://an-orchard-with-a-long-name.example/behind/the/mill",
            door=Door.APPROVAL,
        )
        keeping.change(writer, acting_as(writer, ann), circle.number, charter, now=TODAY)
        notice = fill(circle, ann)
        circle.put(ann, "Seeds of a rare bean", audience=Audience.GROUP)
        choir = found(writer, bob, "Choir")
        there = welcome(circle)
        return Meeting(
            ann=sign_in(writer, ann, now=TODAY),
            bob=sign_in(writer, bob, now=TODAY),
            places={
                "group": f"/groups/{circle.number}",
                "number": str(circle.number),
                "notice": str(notice),
                "stranger": f"/groups/{choir}",
                "there": f"/groups/{there}",
                "inside": f"/groups/{_visit(writer, ann)}",
            },
        )


def _visit(writer: Writer, ann: Person) -> int:
    """Let Ann be in a group of another exchange, with words of hers on their way."""
    (peer,) = writer.one("SELECT peer_id FROM groups WHERE peer_id IS NOT NULL")
    there, actor = group_there(writer, peer, "Beekeepers"), acting_as(writer, ann)
    seating.knock(writer, actor, there, ann.number, now=TODAY)
    group_members.put(writer, there, ann.member, Seat.MEMBER, now=TODAY)
    telling.write(writer, actor, there, "I bring honey", "", id=uuid4(), now=TODAY)
    return there


@pytest.mark.parametrize("way", WAYS, ids=str)
@pytest.mark.parametrize("path", PATHS)
async def test_everybody_can_read_it(
    visitor: Visitor, meeting: Meeting, path: str, way: Way
) -> None:
    axe = pytest.importorskip("axe_playwright_python.async_playwright").Axe()
    visit = await visitor.open(meeting.path(path), way, secret=meeting.ann)

    found_ = await axe.run(visit.page, options={"runOnly": WCAG})

    assert visit.response.status == 200
    assert found_.violations_count == 0, found_.generate_report()
    assert visit.strangers == []
    assert visit.complaints == []


@pytest.mark.parametrize("code", ["en", "ar"])
async def test_nothing_spills_over_the_narrowest_screen(
    visitor: Visitor, meeting: Meeting, code: str
) -> None:
    way = Way(width=NARROW, language=code)
    visit = await visitor.open("/groups", way, secret=meeting.ann)

    for path in map(meeting.path, PATHS):
        await visit.page.goto(visitor.address + path)
        assert await visit.page.evaluate(SPILLED) == [], path
        assert await visit.page.evaluate(SMALL) == [], path
        await visit.page.evaluate(LENGTHENED)
        assert await visit.page.evaluate(SPILLED) == [], path


async def test_a_group_is_found_asked_for_and_let_into(
    visitor: Visitor, meeting: Meeting
) -> None:
    way = Way(width=PHONE, scripts=False)
    bob = (await visitor.open("/home", way, secret=meeting.bob)).page
    ann = (await visitor.open("/home", way, secret=meeting.ann)).page

    await bob.get_by_role("link", name="People", exact=True).click()
    await bob.get_by_role("link", name="Groups", exact=True).click()
    await bob.get_by_role("link", name="Gardeners of the North").click()
    await bob.get_by_role("button", name="Ask to be let in").click()
    assert await bob.get_by_text("You have asked to be let in").count() == 1
    await ann.get_by_role("link", name="News").click()
    await ann.get_by_role("button", name="Bob Beech would like to be in").click()
    waiting = ann.get_by_role("listitem").filter(has_text="Bob Beech")
    await waiting.get_by_role("button", name="Let in").click()
    await bob.reload()
    await bob.get_by_role("link", name="Write a notice").click()
    await bob.get_by_label("In a few words").fill("I bring cake")
    await bob.get_by_role("button", name="Tell the group").click()
    await ann.get_by_role("link", name="News").click()
    await ann.get_by_role("button", name="I bring cake").click()

    assert await ann.get_by_role("heading", name="I bring cake").count() == 1
    await ann.get_by_label("Your reply").fill("And I tea")
    await ann.get_by_role("button", name="Reply").click()
    await bob.reload()
    assert await bob.get_by_text("And I tea").count() == 1


async def test_something_is_put_up_for_a_group_alone(
    visitor: Visitor, meeting: Meeting
) -> None:
    way = Way(width=PHONE, scripts=False)
    place = meeting.path("{group}")
    page = (await visitor.open(place, way, secret=meeting.ann)).page

    await page.get_by_role("link", name="Put something up").click()
    await page.get_by_label("In a few words").fill("A pear tree")
    await page.get_by_text("Only the groups that I choose below").click()
    await page.get_by_role("button", name="Put it up").click()

    assert await page.get_by_text("Only groups see it").count() == 1
    await page.goto(visitor.address + place)
    assert await page.get_by_role("link", name="A pear tree").count() == 1
