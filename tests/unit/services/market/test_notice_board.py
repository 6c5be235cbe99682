"""What goes on paper, and what never does."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from cesnode.community.market import Audience, Kind
from cesnode.community.market import Wish as Moving
from cesnode.community.profiles import Audience as For
from cesnode.community.profiles import Contact
from cesnode.community.roles import OPERATOR, Role, Scope
from cesnode.errors import Code
from cesnode.services import paper, profiles
from cesnode.services.market import notice_board, publishing
from cesnode.services.market.notice_board import Notice, Side, Sorting, Whom, Wish
from cesnode.services.profiles import Told
from cesnode.store import Writer, accounts
from tests.support.exchanges import DAY, NOW, Person, acting_as, join, refused
from tests.unit.services.market.conftest import Market

EVERYBODY = Wish(whom=Whom.EVERYBODY)


@pytest.fixture
def ann(writer: Writer) -> Person:
    return join(writer, "Ann Ash", area="North")


@pytest.fixture
def bob(writer: Writer) -> Person:
    return join(writer, "Bob Beech", area="South")


def tell(writer: Writer, person: Person, **told: object) -> None:
    profiles.change(
        writer,
        OPERATOR,
        person.member,
        Told(**told),  # type: ignore[arg-type]
        now=NOW,
    )


def printed(writer: Writer, who: Person, wish: Wish | None = None) -> list[Side]:
    return notice_board.board(writer, acting_as(writer, who), wish or Wish(), now=NOW)


def notices(sides: Sequence[Side]) -> list[Notice]:
    return [one for side in sides for part in side.parts for one in part.notices]


def titles(sides: Sequence[Side]) -> list[str]:
    return [one.listing.title for one in notices(sides)]


def test_a_board_is_sorted_by_the_tree_of_categories(
    writer: Writer, ann: Person, market: Market
) -> None:
    for title, category in (
        ("To town", "Lifts"),
        ("Rye", "Bread"),
        ("Pie", "Food"),
        ("Odd", None),
    ):
        market.put(ann, title, category=category)
    market.put(ann, "Oats", category="Bread", kind=Kind.WANT)

    offered, sought = printed(writer, ann)

    assert [(part.above, part.name) for part in offered.parts] == [
        (None, "Food"),
        ("Food", "Bread"),
        (None, "Lifts"),
        (None, None),
    ]
    assert titles([offered]) == ["Pie", "Rye", "To town", "Odd"]
    assert (sought.kind, titles([sought])) == (Kind.WANT, ["Oats"])


def test_or_by_areas_those_without_one_last(
    writer: Writer, ann: Person, bob: Person, market: Market
) -> None:
    gil = join(writer, "Gil Gum")
    for person, title in ((gil, "Glue"), (bob, "Bread"), (ann, "Jam"), (ann, "Apples")):
        market.put(person, title)

    (side,) = printed(writer, ann, Wish(sorting=Sorting.AREA))

    assert [part.name for part in side.parts] == ["North", "South", None]
    assert titles([side]) == ["Apples", "Jam", "Bread", "Glue"]


def test_one_kind_category_and_area_can_be_chosen(
    writer: Writer, ann: Person, bob: Person, market: Market
) -> None:
    market.put(ann, "Rye", category="Bread")
    market.put(ann, "Oats", category="Bread", kind=Kind.WANT)
    market.put(bob, "Wheat", category="Bread")
    market.put(ann, "To town", category="Lifts")
    area = accounts.by_id(writer, ann.account).area

    wish = Wish(kind=Kind.OFFERING, category=market.categories["Food"], area=area)

    assert titles(printed(writer, ann, wish)) == ["Rye"]


@pytest.mark.parametrize("moving", [Moving.HIDE, Moving.FULFIL, Moving.WITHDRAW])
def test_what_is_not_shown_is_not_printed(
    writer: Writer, ann: Person, market: Market, moving: Moving
) -> None:
    listing = market.put(ann, "Rye")
    publishing.move(writer, OPERATOR, listing.id, moving, now=NOW)

    assert printed(writer, ann) == []


def test_what_has_ended_is_not_printed(writer: Writer, ann: Person, market: Market) -> None:
    market.put(ann, "Rye", now=NOW - 400 * DAY)

    assert printed(writer, ann) == []


def test_members_read_how_to_reach_who_lets_every_member_know(
    writer: Writer, ann: Person, bob: Person, market: Market
) -> None:
    market.put(bob, "Bread")
    tell(writer, bob, phone="555 0107", mobile="555 0108", address="3 Mill Lane")

    (notice,) = notices(printed(writer, ann))

    (reach,) = notice.reach
    assert (notice.listing.owner, reach.name) == (bob.number, "Bob Beech")
    assert dict(reach.contacts) == {Contact.MOBILE: "555 0108", Contact.PHONE: "555 0107"}


@pytest.mark.parametrize("audience", [For.NEIGHBOURS, For.NOBODY])
@pytest.mark.parametrize("role", [Role.MEMBER, Role.ADMIN])
def test_whoever_prints_it_paper_tells_no_more_than_every_member_may_know(
    writer: Writer, bob: Person, market: Market, audience: For, role: Role
) -> None:
    neighbour = join(writer, "Eve Elm", area="South", role=role)
    market.put(bob, "Bread")
    tell(writer, bob, phone="555 0107", audiences={Contact.PHONE: audience})

    for sides in (printed(writer, neighbour), printed(writer, bob)):
        (notice,) = notices(sides)
        assert [dict(one.contacts) for one in notice.reach] == [{}]


def test_who_does_not_wish_to_be_listed_has_no_telephone_on_paper(
    writer: Writer, ann: Person, bob: Person, market: Market
) -> None:
    market.put(bob, "Bread")
    tell(writer, bob, phone="555 0107", listed=False)

    (notice,) = notices(printed(writer, ann))

    assert notice.listing.owner_name == "Bob Beech"
    assert list(notice.reach) == []


def test_a_page_for_everybody_has_what_is_for_everybody_and_no_telephone(
    writer: Writer, ann: Person, bob: Person, market: Market
) -> None:
    for audience in (Audience.HERE, Audience.NEIGHBOURS, Audience.PUBLIC):
        market.put(bob, f"Bread, {audience}", audience=audience)
    tell(writer, bob, phone="555 0107")

    sides = printed(writer, ann, EVERYBODY)

    assert titles(sides) == ["Bread, public"]
    assert [list(one.reach) for one in notices(sides)] == [[]]


def test_more_than_there_is_room_for_is_cut_and_said(
    writer: Writer, ann: Person, market: Market, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notice_board, "MOST", 2)
    for title in "ABC":
        market.put(ann, title)

    (side,) = printed(writer, ann)

    assert (titles([side]), side.is_cut) == (["A", "B"], True)


def test_the_owner_s_strips_have_the_way_that_they_choose(
    writer: Writer, ann: Person, market: Market
) -> None:
    listing = market.put(ann, "Rye").id
    hidden = {Contact.PHONE: For.NOBODY, Contact.MOBILE: For.NOBODY}
    tell(writer, ann, phone="555 0107", mobile="555 0108", audiences=hidden)
    actor = acting_as(writer, ann)

    usual = notice_board.strips(writer, actor, listing, now=NOW)
    chosen = notice_board.strips(writer, actor, listing, Contact.PHONE, now=NOW)

    assert dict(usual.ways) == {Contact.MOBILE: "555 0108", Contact.PHONE: "555 0107"}
    assert (usual.chosen, chosen.chosen) == (Contact.MOBILE, Contact.PHONE)


def test_who_prints_strips_for_another_has_what_every_member_may_know(
    writer: Writer, ann: Person, market: Market
) -> None:
    dora = join(writer, "Dora Dale", area="North", role=Role.COORDINATOR)
    listing = market.put(ann, "Rye").id
    tell(
        writer,
        ann,
        phone="555 0107",
        mobile="555 0108",
        audiences={Contact.MOBILE: For.NOBODY},
    )

    found = notice_board.strips(writer, acting_as(writer, dora), listing, now=NOW)

    assert dict(found.ways) == {Contact.PHONE: "555 0107"}


def test_strips_are_for_the_owner_and_those_in_charge(
    writer: Writer, ann: Person, bob: Person, market: Market
) -> None:
    listing = market.put(ann, "Rye").id
    elsewhere = join(writer, "Dora Dale", area="South", role=Role.COORDINATOR)

    for person in (bob, elsewhere):
        with refused(Code.NOT_ALLOWED):
            notice_board.strips(writer, acting_as(writer, person), listing, now=NOW)


def test_strips_can_be_had_without_a_telephone(
    writer: Writer, ann: Person, market: Market
) -> None:
    listing = market.put(ann, "Rye").id

    found = notice_board.strips(
        writer, acting_as(writer, ann), listing, Contact.PHONE, now=NOW
    )

    assert (dict(found.ways), found.chosen) == ({}, None)


def test_the_booklet_has_everybody_who_wishes_to_be_listed(
    writer: Writer, ann: Person, bob: Person, market: Market
) -> None:
    tell(writer, ann, phone="555 0107", address="3 Mill Lane\nOakvale", languages="English")
    tell(writer, bob, listed=False)
    market.put(ann, "Rye")
    market.put(ann, "Oats", kind=Kind.WANT)

    found = paper.booklet(writer, acting_as(writer, bob), by_area=False, now=NOW)

    (chapter,) = found.chapters
    entry = chapter.entries[0]
    assert [one.name for one in chapter.entries] == ["Ann Ash", "Oakvale Exchange"]
    assert (entry.number, entry.area) == (ann.number, "North")
    (reach,) = entry.reach
    assert list(reach.contacts.values()) == ["555 0107", "3 Mill Lane, Oakvale"]
    assert reach.languages == ("English",)
    assert (list(entry.offerings), list(entry.wants)) == (["Rye"], ["Oats"])


def test_the_booklet_may_have_a_chapter_for_each_area(
    writer: Writer, ann: Person, bob: Person
) -> None:
    actor = acting_as(writer, ann)
    area = accounts.by_id(writer, bob.account).area

    every = paper.booklet(writer, actor, by_area=True, now=NOW)
    south = paper.booklet(writer, actor, area=area, by_area=True, now=NOW)

    assert [one.area for one in every.chapters] == ["North", "South", None]
    assert [one.area for one in south.chapters] == ["South"]


def test_both_who_hold_an_account_are_in_the_booklet(
    writer: Writer, ann: Person, bob: Person
) -> None:
    accounts.add_holder(writer, account=ann.account, member=bob.member)
    tell(writer, ann, phone="555 0107")
    tell(writer, bob, phone="555 0108")

    reach = paper.reach(writer, [ann.account])[ann.account]

    assert [(one.name, *one.contacts.values()) for one in reach] == [
        ("Ann Ash", "555 0107"),
        ("Bob Beech", "555 0108"),
    ]
    tell(writer, bob, listed=False)
    assert paper.reach(writer, [ann.account]) == {}


def test_a_token_of_a_till_prints_nothing(writer: Writer, ann: Person) -> None:
    actor = acting_as(writer, ann, Scope.TILL)

    for ask in (
        lambda: notice_board.board(writer, actor, Wish(), now=NOW),
        lambda: paper.booklet(writer, actor, by_area=False, now=NOW),
    ):
        with refused(Code.SCOPE_TOO_NARROW):
            ask()
