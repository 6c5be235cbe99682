"""Where neighbours' listings are, as far as that is told, and which get on paper."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable

import pytest
from aiohttp.test_utils import TestClient, TestServer

from cesnode.app import build_app, quoter_of
from cesnode.community.market import Audience, Kind, Wish
from cesnode.community.places import Band
from cesnode.community.profiles import Audience as Seen
from cesnode.community.profiles import Contact
from cesnode.community.roles import OPERATOR, Role
from cesnode.services import areas, profiles
from cesnode.services.profiles import Told
from cesnode.store import Reader, Writer, remote_listings
from cesnode.store.searching import Order
from federation.endpoints import OFFERS
from federation.transport.client import Call, Remote
from tests.support.exchanges import Person, join
from tests.support.exchanges_online import Clock, Town
from tests.support.markets import WAIT, Stall, hear
from tests.support.visitors import Guest, signed_in

# Oakvale's North is 7 km from the coarse point of the near area, and 140 from the far one.
NORTH, NEAR, FAR = "40.03, -8", "40.0312, -8.0377", "41.3, -8"
HOME = "40.0391, -8.0491"


async def settle(town: Town, name: str, area: str, place: str) -> Stall:
    """Let somebody live in an area that is on the map."""

    def work(writer: Writer) -> Person:
        person = join(writer, name, area=area)
        areas.place(writer, OPERATOR, area, place, now=town.voice.clock())
        return person

    return Stall(town, await town.store.write(work))


@pytest.fixture
def later(clock: Clock) -> Callable[[], None]:
    def wait() -> None:
        clock.now += WAIT

    return wait


@pytest.fixture
async def ann(oak: Town, vila: Town) -> Stall:
    await oak.agree_with(vila)
    return await settle(oak, "Ann Ash", "North", NORTH)


@pytest.fixture
async def bea(vila: Town, ann: Stall) -> Stall:
    """A member of Vila Nova who tells everybody there where she lives."""
    assert ann.town is not vila
    stall = await settle(vila, "Béa Braga", "Centro", NEAR)
    told = Told(place=HOME, audiences={Contact.PLACE: Seen.MEMBERS})
    await vila.store.write(
        profiles.change, OPERATOR, stall.person.member, told, now=vila.voice.clock()
    )
    return stall


@pytest.fixture
async def leo(vila: Town, bea: Stall) -> Stall:
    assert bea.town is vila
    return await settle(vila, "Léo Lima", "Serra", FAR)


async def test_an_area_is_told_to_a_tenth_of_a_degree_and_no_member_at_all(
    oak: Town, vila: Town, bea: Stall
) -> None:
    await bea.put("Pão")

    remote = Remote(vila.voice.origin, (vila.voice.here.key.public,))
    answer = await oak.voice.client.ask(remote, Call(endpoint=OFFERS))

    (item,) = json.loads(answer.body)["orderedItems"]
    assert item["location"] == {
        "type": "Place",
        "name": "Centro",
        "latitude": 40.0,
        "longitude": -8.0,
        "radius": 10,
        "units": "km",
    }
    assert "40.03" not in answer.body.decode()


async def test_what_neighbours_show_is_found_by_distance(
    oak: Town, ann: Stall, bea: Stall, leo: Stall, later: Callable[[], None]
) -> None:
    await leo.put("Queijo")
    await bea.put("Pão")

    await hear(oak, later)

    assert await ann.titles(near=Band.NEAR) == []
    assert await ann.titles(near=Band.AROUND) == ["Pão"]
    assert await ann.titles(near=Band.FARTHER) == ["Queijo"]
    assert await ann.titles(order=Order.NEAR) == ["Pão", "Queijo"]
    assert [one.near for one in await ann.sees(order=Order.NEAR)] == [
        Band.AROUND,
        Band.FARTHER,
    ]


async def test_our_own_and_theirs_are_in_one_order_of_nearness(
    oak: Town, ann: Stall, bea: Stall, later: Callable[[], None]
) -> None:
    south = await settle(oak, "Bob Beech", "South", "40.4, -8")
    await south.put("Bread")
    await bea.put("Pão")

    await hear(oak, later)

    assert await ann.titles(order=Order.NEAR) == ["Pão", "Bread"]


async def test_an_area_that_is_taken_off_the_map_is_gone_next_door_within_a_day(
    oak: Town, vila: Town, ann: Stall, bea: Stall, clock: Clock
) -> None:
    await bea.put("Pão")
    await hear(oak, lambda: None)
    await vila.store.write(areas.place, OPERATOR, "Centro", "", now=clock.now)
    clock.now += 86_400

    await hear(oak, lambda: None)

    def points(reader: Reader) -> object:
        return remote_listings.points(reader)

    assert await oak.store.read(points) == []
    assert await ann.titles() == ["Pão"]


@pytest.fixture
async def shown(
    oak: Town, bea: Stall, leo: Stall, later: Callable[[], None]
) -> tuple[int, int]:
    bread = await bea.put("Pão de ló", price="1,5")
    wanted = await leo.put("Boleia", kind=Kind.WANT)
    await leo.put("Em casa", audience=Audience.HERE)
    await hear(oak, later)
    return bread, wanted


@pytest.mark.usefixtures("shown")
async def test_who_looks_after_the_market_prints_what_neighbours_show(
    oak: Town, clock: Clock
) -> None:
    app = build_app(oak.store, clock=clock, quoter=quoter_of(oak.voice))
    async with TestClient(TestServer(app)) as client:
        sue = await oak.store.write(join, "Sue", role=Role.MEMBERSHIP_SECRETARY)
        ida = await oak.store.write(join, "Ida")
        keeper = await signed_in(client, oak.store, sue, second_step=True)
        member = await signed_in(client, oak.store, ida)
        board = await words(keeper, "/market/print?neighbours=on")
        booklet = await words(keeper, "/people/print?neighbours=on")
        plain = await words(keeper, "/market/print")
        public = await words(keeper, "/market/print?neighbours=on&whom=everybody")
        theirs = await words(member, "/market/print?neighbours=on")
        offered = await words(member, "/people/print?neighbours=on")

    for printed in (board, booklet):
        assert "In a neighbour exchange: Hora Exchange" in printed
        assert "Béa Braga" in printed
        assert "Pão de ló" in printed
        assert "Boleia" in printed
        assert "Em casa" not in printed
    for printed in (plain, public, theirs, offered):
        assert "Pão de ló" not in printed
        assert "Boleia" not in printed
    assert "With what neighbour exchanges show" not in theirs


async def test_what_was_withdrawn_is_on_no_paper_any_more(
    oak: Town, bea: Stall, shown: tuple[int, int], later: Callable[[], None], clock: Clock
) -> None:
    await bea.wish(shown[0], Wish.WITHDRAW)
    await hear(oak, later)

    app = build_app(oak.store, clock=clock, quoter=quoter_of(oak.voice))
    async with TestClient(TestServer(app)) as client:
        sue = await oak.store.write(join, "Sue", role=Role.MEMBERSHIP_SECRETARY)
        keeper = await signed_in(client, oak.store, sue, second_step=True)
        board = await words(keeper, "/market/print?neighbours=on")
        booklet = await words(keeper, "/people/print?neighbours=on")

    for printed in (board, booklet):
        assert "Pão" not in printed
        assert "Boleia" in printed


async def words(guest: Guest, path: str) -> str:
    answer = await guest.get(path)
    assert answer.status == 200
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", await answer.text())).split())
