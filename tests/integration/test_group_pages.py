"""Groups on the pages: founded, joined, written in, shown to, and gone."""

from __future__ import annotations

import io
import re

import pytest
from aiohttp import FormData
from PIL import Image

from cesnode.community.groups import Door
from cesnode.community.market import Audience
from cesnode.services.groups import seating
from cesnode.services.market import finding
from cesnode.store import media
from cesnode.store.store import reading, writing
from tests.integration.conftest import Api, House
from tests.support.exchanges import NOW, Person, acting_as
from tests.support.groups import Circle, found
from tests.support.visitors import Guest, fields_of

CHARTER = {"name": "Gardeners", "about": "We **dig**.", "door": "open", "voice": "members"}
BELOW = ("", "/members", "/edit", "/picture", "/write", "/notices/1", "/end")


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


async def page(guest: Guest, path: str) -> str:
    answer = await guest.get(path)
    assert answer.status == 200, path
    return await answer.text()


def make(house: House, door: Door = Door.OPEN, *members: Person) -> str:
    """Let Ann found a group, and others join it; return its address."""
    with writing(house.village.folder) as writer:
        group = found(writer, house.village.ann, door=door)
        Circle(writer, group).join(*members)
    return f"/groups/{group}"


def put(house: House, place: str, title: str) -> int:
    """Let Ann show something to a group alone."""
    with writing(house.village.folder) as writer:
        circle = Circle(writer, int(place.rpartition("/")[2]))
        return circle.put(house.village.ann, title).id


async def test_a_group_is_founded_joined_and_written_in(house: House) -> None:
    ann, bob = await house.visitor("ann"), await house.visitor("bob")
    form = await page(ann, "/groups/new")
    founded = await ann.post("/groups/new", fields_of(form, **CHARTER))
    place = founded.headers["Location"]
    assert "<strong>dig</strong>" in await page(bob, place)

    await bob.post(place, {"wish": "join"})
    form = await page(bob, f"{place}/write")
    sent = fields_of(form, title="We dig on Saturday", body="Bring *gloves*.")
    written = await bob.post(f"{place}/write", sent)
    again = await bob.post(f"{place}/write", sent)

    assert written.headers["Location"] == again.headers["Location"]
    told = await page(ann, "/notices")
    assert "Bob Beech wrote in the group Gardeners: “We dig on Saturday”." in words(told)
    notice = written.headers["Location"]
    assert "<em>gloves</em>" in await page(ann, notice)
    assert words(await page(ann, place)).count("We dig on Saturday") == 1


async def test_a_notice_is_new_until_it_is_opened(house: House) -> None:
    place = make(house, Door.OPEN, house.village.bob)
    with writing(house.village.folder) as writer:
        circle = Circle(writer, int(place.rpartition("/")[2]))
        written = circle.write(house.village.bob, "We dig")
    ann = await house.visitor("ann")
    (bell,) = re.findall(r'name="notice"\s+value="(\d+)"', await page(ann, place))

    opened = await ann.post("/notices", {"notice": bell})

    assert opened.headers["Location"] == f"{place}/notices/{written.id}"
    after = await page(ann, place)
    assert 'name="notice"' not in after
    assert f'href="{place}/notices/{written.id}"' in after


async def test_replies_stand_under_a_notice_and_are_taken_away(house: House) -> None:
    place = make(house, Door.OPEN, house.village.bob)
    with writing(house.village.folder) as writer:
        circle = Circle(writer, int(place.rpartition("/")[2]))
        written = circle.write(house.village.ann, "We dig")
    thread = f"{place}/notices/{written.id}"
    ann, bob = await house.visitor("ann"), await house.visitor("bob")

    form = await page(bob, thread)
    await bob.post(thread, fields_of(form, body="I come <script>alert(1)</script>"))
    shown = await page(ann, thread)
    empty = await bob.post(thread, {"body": " "})

    assert "I come" in shown
    assert "<script>" not in shown
    assert empty.status == 422
    assert '<a href="#body">' in await empty.text()
    (reply,) = set(re.findall(r'name="remove" value="(\d+)"', await page(bob, thread)))
    await bob.post(thread, {"remove": reply})
    assert "I come" not in await page(ann, thread)
    gone = await ann.post(thread, {"remove": str(written.id)})
    assert gone.headers["Location"] == place
    assert (await ann.get(thread)).status == 404


async def test_a_closed_group_is_nowhere_for_a_stranger(house: House) -> None:
    place = make(house, Door.CLOSED)
    cem = await house.visitor("cem")

    for below in BELOW:
        assert (await cem.get(place + below)).status == 404, below
    for wish in ("join", "leave", "step-down"):
        assert (await cem.post(place, {"wish": wish})).status == 404, wish
    assert "Gardeners" not in await page(cem, "/groups")


async def test_an_open_group_shows_a_stranger_its_door_alone(house: House) -> None:
    place = make(house)
    with writing(house.village.folder) as writer:
        Circle(writer, int(place.rpartition("/")[2])).write(house.village.ann, "Secret")
    cem = await house.visitor("cem")

    seen = await page(cem, place)

    assert "Join the group" in seen
    assert "Secret" not in seen
    for below in BELOW[1:]:
        assert (await cem.get(place + below)).status == 403, below


async def test_nobody_who_is_not_signed_in_sees_groups(house: House) -> None:
    place = make(house)
    guest = house.guest()

    for path in ("/groups", "/groups/new", *(place + below for below in BELOW)):
        answer = await guest.get(path)
        assert answer.headers["Location"].startswith("/sign-in?next="), path


async def test_who_asks_is_let_in_on_the_page_of_members(house: House) -> None:
    place = make(house, Door.APPROVAL)
    ann, bob = await house.visitor("ann"), await house.visitor("bob")
    await bob.post(place, {"wish": "join"})
    assert "1 person asks to be let in" in await page(ann, place)
    assert "You have asked to be let in" in await page(bob, place)

    bob_id = str(house.village.bob.member)
    sent = {"wish": "welcome", "member": bob_id}
    answered = await ann.post(f"{place}/members", sent)
    again = await ann.post(f"{place}/members", sent)

    assert answered.status == 303
    assert again.status == 422
    assert "This has changed meanwhile" in await again.text()
    assert "Bob Beech" in await page(bob, f"{place}/members")
    assert "Change the group" not in await page(bob, place)


async def test_who_cannot_be_invited_is_said_at_the_field(house: House) -> None:
    place = make(house)
    ann = await house.visitor("ann")

    answer = await ann.post(f"{place}/members", {"wish": "invite", "who": "77"})

    form = await answer.text()
    assert answer.status == 422
    assert '<a href="#who">' in form
    assert 'value="77"' in form


async def test_who_is_invited_says_yes_or_no(house: House) -> None:
    place = make(house, Door.CLOSED)
    ann, bob = await house.visitor("ann"), await house.visitor("bob")
    cem = await house.visitor("cem")
    for number in ("2", "3"):
        await ann.post(f"{place}/members", {"wish": "invite", "who": number})

    assert "You are invited to this group" in await page(bob, place)
    await bob.post(place, {"wish": "join"})
    await cem.post(place, {"wish": "leave"})

    assert "Write a notice" in await page(bob, place)
    assert (await cem.get(place)).status == 404


async def test_the_last_steward_is_told_what_to_do_first(house: House) -> None:
    place = make(house, Door.OPEN, house.village.bob)
    ann = await house.visitor("ann")

    refused = await ann.post(place, {"wish": "leave"})
    member = str(house.village.bob.member)
    await ann.post(f"{place}/members", {"wish": "appoint", "member": member})
    left = await ann.post(place, {"wish": "leave"})

    assert refused.status == 422
    assert "Make somebody else a steward first" in await refused.text()
    assert left.headers["Location"] == "/groups"


async def test_a_mistake_in_a_charter_is_named_and_nothing_typed_is_lost(
    house: House,
) -> None:
    make(house)
    bob = await house.visitor("bob")

    answer = await bob.post("/groups/new", {**CHARTER, "door": "closed", "name": ""})
    taken = await bob.post("/groups/new", {**CHARTER, "name": "GARDENERS"})

    form = await answer.text()
    assert (answer.status, taken.status) == (422, 422)
    assert '<a href="#name">' in form
    assert "We **dig**." in form
    assert re.search(r'value="closed"\s+checked', form)
    assert "There is a group of this name" in await taken.text()


async def test_a_group_has_a_picture_that_is_kept(house: House) -> None:
    place = make(house)
    ann, bob = await house.visitor("ann"), await house.visitor("bob")
    file = io.BytesIO()
    Image.new("RGB", (600, 400), "green").save(file, "JPEG")
    form = FormData()
    form.add_field("picture", file.getvalue(), filename="pond.jpg")
    form.add_field("words", "A pond")

    answer = await ann.post(f"{place}/picture", form)  # type: ignore[arg-type]

    assert answer.status == 303
    shown = await page(bob, place)
    assert 'alt="A pond"' in shown
    (name,) = set(re.findall(r"/media/([0-9a-f]{32}\.webp)", shown))
    with reading(house.village.folder) as reader:
        assert name in media.needed(reader)
    await ann.post(f"{place}/picture", {"remove": "1"})
    assert "/media/" not in await page(bob, place)


async def test_what_is_no_picture_is_said_at_its_field(house: House) -> None:
    place = make(house)
    ann = await house.visitor("ann")
    form = FormData()
    form.add_field("picture", b"not a picture", filename="pond.jpg")

    answer = await ann.post(f"{place}/picture", form)  # type: ignore[arg-type]

    assert answer.status == 422
    assert '<a href="#picture">' in await answer.text()


async def test_a_group_is_dissolved_by_who_shows_that_it_is_them(house: House) -> None:
    place = make(house, Door.OPEN, house.village.bob)
    ann, bob = await house.visitor("ann"), await house.visitor("bob")
    asked = await ann.get(f"{place}/end")
    assert "Yes, dissolve it" in await asked.text()

    house.now += 16 * 60
    for answer in (await ann.get(f"{place}/end"), await ann.post(f"{place}/end")):
        assert answer.headers["Location"].startswith("/prove?next=")
    house.now -= 16 * 60
    await ann.post(f"{place}/end")

    assert (await bob.get(place)).status == 404
    assert "The group Gardeners is no more." in words(await page(bob, "/notices"))


async def test_something_is_put_up_for_a_group_in_one_form(house: House) -> None:
    place = make(house, Door.OPEN, house.village.bob)
    number = place.rpartition("/")[2]
    ann, bob = await house.visitor("ann"), await house.visitor("bob")
    cem = await house.visitor("cem")
    form = await page(ann, f"/market/new?group={number}")
    assert re.search(rf'name="group-{number}"\s+value="1"\s+id="groups"\s+checked', form)

    sent = {"title": "Rare beans", "audience": "group", f"group-{number}": "1"}
    answer = await ann.post("/market/new", fields_of(form, **sent))

    listing = answer.headers["Location"]
    assert "Only groups see it" in await page(bob, listing)
    assert "Rare beans" in await page(bob, place)
    board = await page(bob, f"/market?group={number}&q=beans")
    assert "The board of Gardeners" in board
    assert "Rare beans" in board
    assert (await cem.get(listing)).status == 404


async def test_what_is_for_groups_without_one_is_said_at_its_field(house: House) -> None:
    place = make(house)
    number = place.rpartition("/")[2]
    ann = await house.visitor("ann")

    sent = {"kind": "offering", "title": "Rare beans", "audience": "group"}
    answer = await ann.post("/market/new", sent)
    unknown = await ann.post("/market/new", {**sent, "group-99": "1"})

    form = await answer.text()
    assert (answer.status, unknown.status) == (422, 422)
    assert '<a href="#groups">' in form
    assert f'name="group-{number}"' in form
    assert not re.search(r'id="groups"\s+checked', form)


async def test_who_is_in_no_group_is_asked_about_none(house: House) -> None:
    make(house)
    cem = await house.visitor("cem")

    assert "group" not in words(await page(cem, "/market/new")).lower()


@pytest.mark.parametrize(
    "path",
    [
        "/market?q=beans",
        "/market?kind=offering",
        "/market?group={group}",
        "/market?group={group}&q=beans",
        "/market?favourites=1",
        "/market/mine",
        "/people?q=beans",
        "/people/OAKV0001",
        "/home",
    ],
)
async def test_no_page_shows_a_stranger_what_is_for_a_group(
    house: House, path: str
) -> None:
    place = make(house, Door.OPEN, house.village.bob)
    put(house, place, "Rare beans")
    where = path.format(group=place.rpartition("/")[2])
    cem = await house.visitor("cem")

    seen = await page(cem, where)

    assert "Rare beans" not in seen
    assert "The board of" not in seen


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/market?q=beans",
        "/market?group={group}",
        "/feeds/market.atom",
        "/feeds/market.atom?group={group}",
        "/feeds/market.json?q=beans",
        "/market/{listing}",
    ],
)
async def test_nothing_that_is_public_shows_what_is_for_a_group(
    house: House, path: str
) -> None:
    place = make(house)
    listing = put(house, place, "Rare beans")
    where = path.format(group=place.rpartition("/")[2], listing=listing)

    answer = await house.guest().get(where)

    assert "Rare beans" not in await answer.text()


async def test_programs_find_what_their_member_may_see(api: Api) -> None:
    village = api._village  # noqa: SLF001 - whose tokens these are
    with writing(village.folder) as writer:
        circle = Circle(writer, found(writer, village.ann))
        circle.join(village.bob)
        circle.put(village.ann, "Rare beans")

    found_ = {
        person.number: await (await api.get("/offerings?q=beans", person)).json()
        for person in (village.bob, village.cem)
    }

    assert len(found_[village.bob.number]) == 1
    assert found_[village.cem.number] == []


async def test_who_keeps_a_search_on_a_board_finds_nothing_there_after_leaving(
    house: House,
) -> None:
    place = make(house, Door.OPEN, house.village.bob)
    put(house, place, "Rare beans")
    number = place.rpartition("/")[2]
    bob = await house.visitor("bob")
    await bob.post(f"/market/searches?group={number}&q=beans")

    with writing(house.village.folder) as writer:
        actor = acting_as(writer, house.village.bob)
        seating.leave(writer, actor, int(number), now=NOW)
        wanted = finding.Wanted(words="beans", group=int(number))
        left = finding.count_new(
            writer, acting_as(writer, house.village.bob), wanted, since=0, now=NOW
        )

    assert left == 0
    assert "beans" in await page(bob, "/market/mine")


async def test_a_board_shows_whom_else_something_is_for(house: House) -> None:
    place = make(house, Door.OPEN, house.village.bob)
    with writing(house.village.folder) as writer:
        circle = Circle(writer, int(place.rpartition("/")[2]))
        circle.put(house.village.ann, "For all", audience=Audience.PUBLIC)
    bob = await house.visitor("bob")

    assert "For all" in await page(bob, place)
    assert "For all" in await page(house.guest(), "/market")


async def test_groups_are_reached_from_people_and_from_me(house: House) -> None:
    ann = await house.visitor("ann")

    for path in ("/people", "/me"):
        assert 'href="/groups"' in await page(ann, path)


@pytest.mark.parametrize("number", ["0", "99", "x", "%00", "9" * 30, "-1"])
async def test_a_group_that_is_none_is_said_to_be_none(house: House, number: str) -> None:
    ann = await house.visitor("ann")

    for below in BELOW[:-1]:
        assert (await ann.get(f"/groups/{number}{below}")).status == 404
