"""Finding by distance: reckoned here, from what each lets the other know."""

from __future__ import annotations

import pytest

from cesnode.community.places import Band
from cesnode.community.profiles import Audience, Contact
from cesnode.community.roles import OPERATOR
from cesnode.services import areas, profiles
from cesnode.services.market import addressing, finding
from cesnode.services.market.finding import Found, Wanted
from cesnode.services.profiles import Told
from cesnode.store import Writer
from cesnode.store.searching import Order
from tests.support.exchanges import NOW, Person, acting_as, join
from tests.unit.services.market.conftest import Market

# Along a meridian one hundredth of a degree is 1.1 km.
HERE, NEXT, THERE, FAR = "40.00, -8", "40.03, -8", "40.30, -8", "41.00, -8"


@pytest.fixture
def ann(writer: Writer) -> Person:
    return join(writer, "Ann Ash", area="North")


@pytest.fixture
def bob(writer: Writer) -> Person:
    return join(writer, "Bob Beech", area="South")


def put_on_the_map(writer: Writer, **points: str) -> None:
    for area, place in points.items():
        areas.place(writer, OPERATOR, area, place, now=NOW)


def tell(writer: Writer, person: Person, place: str, audience: Audience) -> None:
    told = Told(place=place, audiences={Contact.PLACE: audience})
    profiles.change(writer, OPERATOR, person.member, told, now=NOW)


def look(writer: Writer, who: Person, wanted: Wanted) -> Found:
    return finding.browse(writer, acting_as(writer, who), wanted, now=NOW)


def titles(writer: Writer, who: Person, **wanted: object) -> list[str]:
    found = look(writer, who, Wanted(**wanted))  # type: ignore[arg-type]
    return [each.title for each in found.listings]


def test_what_is_near_is_reckoned_from_the_points_of_areas(
    writer: Writer, ann: Person, bob: Person, market: Market
) -> None:
    eve = join(writer, "Eve Elm", area="East")
    for person, title in ((ann, "own"), (bob, "bread"), (eve, "jam")):
        market.put(person, title)
    put_on_the_map(writer, North=HERE, South=THERE, East=FAR)

    assert titles(writer, ann, near=Band.AROUND) == []
    assert titles(writer, ann, near=Band.REACHED) == ["bread"]
    assert titles(writer, ann, near=Band.FARTHER) == ["jam"]
    assert titles(writer, ann, near=Band.AREA) == ["own"]


def test_who_lets_others_know_where_they_are_is_found_there(
    writer: Writer, ann: Person, bob: Person, market: Market
) -> None:
    market.put(bob, "bread")
    put_on_the_map(writer, North=HERE, South=FAR)

    tell(writer, bob, NEXT, Audience.MEMBERS)

    assert titles(writer, ann, near=Band.NEAR) == ["bread"]


@pytest.mark.parametrize("audience", [Audience.NOBODY, Audience.NEIGHBOURS])
def test_who_does_not_is_found_at_the_point_of_the_area_whoever_looks(
    writer: Writer, ann: Person, bob: Person, market: Market, audience: Audience
) -> None:
    market.put(bob, "bread")
    put_on_the_map(writer, North=HERE, South=FAR)

    tell(writer, bob, NEXT, audience)

    assert titles(writer, ann, near=Band.NEAR) == []
    assert titles(writer, ann, near=Band.FARTHER) == ["bread"]


def test_what_is_for_people_of_the_same_area_is_reckoned_with_by_them(
    writer: Writer, ann: Person, market: Market
) -> None:
    eve = join(writer, "Eve Elm", area="North")
    market.put(eve, "jam")
    put_on_the_map(writer, North=FAR)
    tell(writer, ann, HERE, Audience.NOBODY)

    tell(writer, eve, NEXT, Audience.NEIGHBOURS)

    assert titles(writer, ann, near=Band.NEAR) == ["jam"]


def test_one_looks_from_where_one_is_oneself_though_nobody_may_know(
    writer: Writer, ann: Person, bob: Person, market: Market
) -> None:
    market.put(bob, "bread")
    put_on_the_map(writer, North=FAR, South=HERE)

    tell(writer, ann, NEXT, Audience.NOBODY)

    assert titles(writer, ann, near=Band.NEAR) == ["bread"]
    market.put(ann, "honey")
    assert titles(writer, bob, near=Band.NEAR) == []


def test_the_nearest_come_first_and_what_is_nowhere_last(
    writer: Writer, ann: Person, bob: Person, market: Market
) -> None:
    eve, gil = join(writer, "Eve Elm", area="East"), join(writer, "Gil Gum")
    for person, title in ((gil, "nowhere"), (eve, "far"), (bob, "near")):
        market.put(person, f"tea, {title}")
    put_on_the_map(writer, North=HERE, South=NEXT, East=FAR)

    for words in ("", "tea"):
        found = titles(writer, ann, words=words, order=Order.NEAR)
        assert found == ["tea, near", "tea, far", "tea, nowhere"]


def test_a_card_tells_a_band_and_no_place(
    writer: Writer, ann: Person, bob: Person, market: Market
) -> None:
    market.put(bob, "bread")
    market.put(join(writer, "Eve Elm", area="North"), "jam")
    market.put(join(writer, "Gil Gum"), "honey")
    put_on_the_map(writer, North=HERE, South=THERE)

    found = look(writer, ann, Wanted())

    told = {each.title: each.near for each in found.listings}
    assert told == {"bread": Band.REACHED, "jam": Band.AREA, "honey": None}
    assert list(found.bands) == list(Band)


def test_where_nobody_is_anywhere_there_is_nothing_to_choose(
    writer: Writer, ann: Person, bob: Person, market: Market
) -> None:
    market.put(bob, "bread")

    found = look(writer, ann, Wanted(near=Band.NEAR, order=Order.NEAR))

    assert found.bands == ()
    assert [each.title for each in found.listings] == ["bread"]


def test_strangers_are_nowhere(writer: Writer, bob: Person, market: Market) -> None:
    market.put(bob, "bread", audience="public")
    put_on_the_map(writer, South=HERE)

    found = finding.browse(writer, None, Wanted(near=Band.NEAR, order=Order.NEAR), now=NOW)

    assert found.bands == ()
    assert [each.title for each in found.listings] == ["bread"]


def test_somebody_s_own_things_are_at_no_distance(
    writer: Writer, ann: Person, market: Market
) -> None:
    market.put(ann, "honey")
    put_on_the_map(writer, North=HERE)

    assert titles(writer, ann, near=Band.NEAR) == []
    assert titles(writer, ann, near=Band.AREA) == ["honey"]


def test_a_point_that_was_taken_away_counts_no_more(
    writer: Writer, ann: Person, bob: Person, market: Market
) -> None:
    market.put(bob, "bread")
    put_on_the_map(writer, North=HERE, South=NEXT)

    areas.place(writer, OPERATOR, "South", "", now=NOW)

    assert titles(writer, ann, near=Band.NEAR) == []
    areas.place(writer, OPERATOR, "North", "", now=NOW)
    assert look(writer, ann, Wanted()).bands == ()


def test_the_address_of_a_page_says_how_far_to_look() -> None:
    wanted = addressing.read_text("kind=offering&near=20&order=near")

    assert (wanted.near, wanted.order) == (Band.AROUND, Order.NEAR)
    assert addressing.read({"near": "1 metre"}).near is None
