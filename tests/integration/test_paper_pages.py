"""The pages that are made to be printed, as a browser gets them."""

from __future__ import annotations

from uuid import uuid4

import pytest

from cesnode.community.market import Audience, Kind
from cesnode.community.roles import OPERATOR
from cesnode.services import profiles
from cesnode.services.market import publishing
from cesnode.services.market.drafts import Draft
from cesnode.services.profiles import Told
from cesnode.store import Writer
from tests.integration.conftest import House
from tests.support.exchanges import NOW, Person

PHONE = "555 0107"
TEXT = "**Plum**\n\n- one\n- two"


def fill(writer: Writer, owner: Person) -> int:
    told = Told(phone=PHONE, languages="English")
    profiles.change(writer, OPERATOR, owner.member, told, now=NOW)
    made = [
        publishing.publish(
            writer,
            OPERATOR,
            Kind.OFFERING,
            owner.number,
            Draft(
                title=f"Jam, {audience}", text="**Plum**\n\n- one\n- two", audience=audience
            ),
            id=uuid4(),
            now=NOW,
        ).listing.id
        for audience in (Audience.HERE, Audience.PUBLIC)
    ]
    return made[0]


async def test_a_notice_board_for_members_has_numbers_in_place_of_links(
    house: House,
) -> None:
    await house.store.write(fill, house.village.ann)
    bob = await house.visitor("bob")

    page = await (await bob.get("/market/print")).text()
    sheet = page.partition('<div class="sheet usual">')[2].partition("</main>")[0]

    for said in ("Jam, here", "Jam, public", "Plum one · two", "OAKV0001", PHONE):
        assert said in sheet
    assert "<a " not in sheet
    assert 'href="/static/paper.' in page


async def test_one_for_everybody_has_what_is_open_and_no_telephone(house: House) -> None:
    await house.store.write(fill, house.village.ann)
    bob = await house.visitor("bob")

    page = await (await bob.get("/market/print?whom=everybody&letters=large")).text()

    assert "Jam, public" in page
    assert "Jam, here" not in page
    assert PHONE not in page
    assert '<div class="sheet large">' in page


async def test_the_booklet_has_everybody_with_what_they_offer(house: House) -> None:
    await house.store.write(fill, house.village.ann)
    bob = await house.visitor("bob")

    page = await (await bob.get("/people/print?sorting=area&area=1")).text()

    for said in ("<h3>North</h3>", "Ann Ash", PHONE, "English", "Jam, here · Jam, public"):
        assert said in page
    assert "Cem Cedar" not in page


async def test_strips_have_a_name_and_a_number_ten_times(house: House) -> None:
    listing = await house.store.write(fill, house.village.ann)
    ann = await house.visitor("ann")

    page = await (await ann.get(f"/market/{listing}/strips?contact=email")).text()
    strips = page.partition('<ul class="strips">')[2]

    assert strips.count(PHONE) == strips.count("Ann Ash") == 10


async def test_strips_of_another_s_listing_are_for_those_in_charge(house: House) -> None:
    listing = await house.store.write(fill, house.village.ann)

    for name, status in (("bob", 403), ("dora", 200)):
        guest = await house.visitor(name)
        assert (await guest.get(f"/market/{listing}/strips")).status == status


@pytest.mark.parametrize(
    "query", ["?kind=x&category=y&area=z&whom=w&sorting=s&letters=l", "?category=9999999"]
)
async def test_what_makes_no_sense_is_as_if_it_were_not_there(
    house: House, query: str
) -> None:
    bob = await house.visitor("bob")

    for path in ("/market/print", "/people/print"):
        assert (await bob.get(path + query)).status == 200


async def test_whoever_finds_a_page_for_paper_finds_it_from_the_market_and_the_people(
    house: House,
) -> None:
    listing = await house.store.write(fill, house.village.ann)
    ann = await house.visitor("ann")

    assert "/market/print?" in await (await ann.get("/market")).text()
    assert "/people/print?" in await (await ann.get("/people")).text()
    own = await (await ann.get(f"/market/{listing}")).text()
    assert f"/market/{listing}/strips" in own
