"""Boards: what only a group sees is found by its members, and never by a stranger."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from cesnode.community.groups import Door
from cesnode.community.market import Audience, Kind, State, Wish
from cesnode.community.roles import OPERATOR, Role
from cesnode.errors import Code
from cesnode.services import people
from cesnode.services.groups import keeping, seating, showing
from cesnode.services.leaving.telling import Told
from cesnode.services.market import drafts, finding, publishing, watching
from cesnode.services.market import keeping as market_keeping
from cesnode.services.market.drafts import Draft
from cesnode.services.market.finding import Wanted
from cesnode.store import Reader, Writer, accounts, listings, searching
from cesnode.store.searching import By, Search
from tests.support.exchanges import NOW, Person, acting_as, join, refused
from tests.support.groups import Circle, found


@pytest.fixture
def circle(writer: Writer, ann: Person, bob: Person) -> Circle:
    """A group of Ann, its steward, and Bob."""
    made = Circle(writer, found(writer, ann))
    made.join(bob)
    return made


def titles(reader: Reader, who: Person | None, **wanted: Any) -> list[str]:  # noqa: ANN401
    actor = acting_as(reader, who) if who else None
    sought = Wanted(**wanted)
    return [one.title for one in finding.browse(reader, actor, sought, now=NOW).listings]


def draft(*groups: int, audience: Audience = Audience.GROUP) -> Draft:
    return Draft(title="Seeds", audience=audience, groups=groups)


def offer(writer: Writer, person: Person, drafted: Draft) -> None:
    publishing.publish(
        writer,
        acting_as(writer, person),
        Kind.OFFERING,
        person.number,
        drafted,
        id=uuid4(),
        now=NOW,
    )


@pytest.mark.parametrize("way", By)
def test_members_find_it_and_strangers_do_not(
    writer: Writer, ann: Person, bob: Person, cem: Person, circle: Circle, way: By
) -> None:
    searching.set_by(writer, way)
    circle.put(ann, "Seeds of a rare bean", keywords="lablab")

    for wanted in ({"words": "rare"}, {"words": "lablab"}, {"words": "ann"}, {}):
        assert titles(writer, bob, **wanted) == ["Seeds of a rare bean"]
        assert titles(writer, cem, **wanted) == []
        assert titles(writer, None, **wanted) == []


def test_a_stranger_does_not_see_it_by_its_number(
    writer: Writer, ann: Person, bob: Person, cem: Person, circle: Circle
) -> None:
    listing = circle.put(ann).id

    assert finding.show(writer, acting_as(writer, bob), listing, now=NOW).id == listing
    for stranger in (acting_as(writer, cem), None):
        with refused(Code.UNKNOWN_LISTING):
            finding.show(writer, stranger, listing, now=NOW)
    with refused(Code.UNKNOWN_LISTING):
        watching.like(writer, acting_as(writer, cem), listing, now=NOW)


def test_a_stranger_is_told_of_it_by_no_number_and_no_list(
    writer: Writer, ann: Person, bob: Person, cem: Person, circle: Circle
) -> None:
    market_keeping.begin(writer, OPERATOR, {"Food": ("x", [])}, now=NOW)
    (food,) = (one.id for one in market_keeping.tree(writer))
    circle.put(ann, "Rare beans", category=food)
    want = Draft(title="rare beans")
    for person in (bob, cem):
        publishing.publish(
            writer,
            acting_as(writer, person),
            Kind.WANT,
            person.number,
            want,
            id=uuid4(),
            now=NOW,
        )
    seen = {}

    for name, person in (("bob", bob), ("cem", cem)):
        actor = acting_as(writer, person)
        seen[name] = (
            [held for _, held in finding.counts(writer, actor, Kind.OFFERING, now=NOW)],
            [one.title for one in finding.suggested(writer, actor, now=NOW)],
            finding.count_new(writer, actor, Wanted(), since=0, now=NOW),
            [one.title for one in finding.of_account(writer, actor, ann.number, now=NOW)],
            people.person(writer, actor, ann.number, now=NOW).offerings != (),
        )

    assert seen["bob"] == ([1], ["Rare beans"], 2, ["Rare beans"], True)
    assert seen["cem"] == ([0], [], 1, [], False)


def test_the_directory_says_nothing_of_it(
    writer: Writer, ann: Person, cem: Person, circle: Circle
) -> None:
    circle.put(ann, "Rare beans")
    actor = acting_as(writer, cem)

    found_by_it = people.directory(writer, actor, people.Wanted(words="beans"), now=NOW)
    everybody = people.directory(writer, actor, people.Wanted(), now=NOW)

    assert list(found_by_it.people) == []
    assert {one.offerings for one in everybody.people} == {0}


def test_who_asks_for_what_is_shown_without_saying_who_gets_none_of_it(
    writer: Writer, ann: Person, circle: Circle
) -> None:
    circle.put(ann)

    assert searching.find(writer, Search(today="2025-07-01")) == []


def test_a_neighbour_never_hears_of_it(writer: Writer, ann: Person, circle: Circle) -> None:
    listing = circle.put(ann)
    assert listings.changed_since(writer, 0, 9) == []

    actor = acting_as(writer, ann)
    shared = draft(circle.number, audience=Audience.NEIGHBOURS)
    publishing.rewrite(writer, actor, listing.id, shared, now=NOW)
    publishing.rewrite(writer, actor, listing.id, draft(circle.number), now=NOW)

    (told,) = listings.changed_since(writer, 0, 9)
    assert told.audience is Audience.GROUP


def test_the_board_has_what_members_mark_whoever_else_may_see_it(
    writer: Writer, ann: Person, bob: Person, cem: Person, circle: Circle
) -> None:
    circle.put(ann, "For us")
    circle.put(ann, "For all", audience=Audience.PUBLIC)
    offer(writer, ann, Draft(title="Elsewhere"))
    board = circle.number

    assert titles(writer, bob, group=board) == ["For all", "For us"]
    assert titles(writer, bob, group=board, words="us") == ["For us"]
    assert titles(writer, cem) == ["Elsewhere", "For all"]
    assert titles(writer, cem, group=board) == []
    assert titles(writer, None, group=board) == []


def test_an_admin_sees_every_board(writer: Writer, ann: Person, circle: Circle) -> None:
    eva = join(writer, "Eva Elm", role=Role.ADMIN)
    circle.put(ann)

    assert titles(writer, eva, group=circle.number) == ["Seeds"]


def test_only_groups_of_the_owner_can_be_chosen(
    writer: Writer, ann: Person, cem: Person, circle: Circle
) -> None:
    with refused(Code.UNKNOWN_GROUP, field="groups"):
        offer(writer, cem, draft(circle.number))
    with refused(Code.UNKNOWN_GROUP, field="groups"):
        offer(writer, ann, draft(circle.number, 99))


def test_what_is_for_groups_names_one(writer: Writer, ann: Person) -> None:
    with refused(Code.FIELD_MISSING, field="groups"):
        offer(writer, ann, draft())


@pytest.mark.usefixtures("circle")
def test_one_group_does_not_see_what_is_for_another(
    writer: Writer, ann: Person, bob: Person, cem: Person
) -> None:
    other = Circle(writer, found(writer, cem, "Singers"))
    other.join(ann)
    offer(writer, ann, draft(other.number))

    assert titles(writer, bob) == []
    assert titles(writer, cem) == ["Seeds"]


def test_asking_and_being_invited_is_not_being_in(
    writer: Writer, ann: Person, bob: Person, cem: Person
) -> None:
    circle = Circle(writer, found(writer, ann, door=Door.APPROVAL))
    circle.join(bob)
    seating.invite(writer, acting_as(writer, ann), circle.number, cem.number, now=NOW)
    listing = circle.put(ann).id

    for waiting in (bob, cem):
        assert titles(writer, waiting) == []
        with refused(Code.UNKNOWN_LISTING):
            finding.show(writer, acting_as(writer, waiting), listing, now=NOW)


@pytest.mark.parametrize("way", ["leaves", "is sent away", "is there no more"])
def test_what_only_the_group_saw_is_hidden_when_its_owner_goes(
    writer: Writer, ann: Person, bob: Person, circle: Circle, way: str
) -> None:
    secret = circle.put(bob, "For us").id
    plain = circle.put(bob, "For all", audience=Audience.HERE).id
    steward, member = acting_as(writer, ann), acting_as(writer, bob)

    if way == "leaves":
        seating.leave(writer, member, circle.number, now=NOW)
    elif way == "is sent away":
        seating.remove(writer, steward, circle.number, bob.member, now=NOW)
    else:
        keeping.dissolve(writer, steward, circle.number, now=NOW)

    hidden, shown = (listings.find(writer, one) for one in (secret, plain))
    assert hidden is not None
    assert shown is not None
    assert (hidden.state, shown.state) == (State.HIDDEN, State.SHOWN)
    assert titles(writer, ann) == ["For all"]


def test_what_has_no_group_any_more_is_shown_only_to_another_audience(
    writer: Writer, ann: Person, bob: Person, circle: Circle
) -> None:
    listing = circle.put(bob).id
    seating.leave(writer, acting_as(writer, bob), circle.number, now=NOW)
    actor = acting_as(writer, bob)

    with refused(Code.FIELD_MISSING, field="groups"):
        publishing.move(writer, actor, listing, Wish.SHOW, now=NOW)
    with refused(Code.FIELD_MISSING, field="groups"):
        publishing.renew(writer, actor, listing, now=NOW)
    publishing.rewrite(writer, actor, listing, Draft(title="Seeds"), now=NOW)

    assert titles(writer, ann) == ["Seeds"]


def test_what_a_household_shows_stays_while_one_of_it_is_in_the_group(
    writer: Writer, ann: Person, bob: Person, cem: Person, circle: Circle
) -> None:
    accounts.add_holder(writer, account=bob.account, member=cem.member)
    circle.join(cem)
    circle.put(bob)

    seating.leave(writer, acting_as(writer, bob), circle.number, now=NOW)

    assert titles(writer, ann, group=circle.number) == ["Seeds"]


def test_what_is_withdrawn_is_on_no_board(
    writer: Writer, ann: Person, circle: Circle
) -> None:
    listing = circle.put(ann).id

    publishing.move(writer, acting_as(writer, ann), listing, Wish.WITHDRAW, now=NOW)

    (count,) = writer.one("SELECT COUNT(*) FROM group_boards")
    assert count == 0


def test_a_copy_is_for_the_same_groups(writer: Writer, ann: Person, circle: Circle) -> None:
    listing = circle.put(ann)

    copied = drafts.as_draft(writer, listing, now=NOW)

    assert (copied.audience, copied.groups) == (Audience.GROUP, (circle.number,))


def test_the_page_of_a_group_shows_the_newest_of_its_board(
    writer: Writer, ann: Person, bob: Person, circle: Circle
) -> None:
    for turn in range(7):
        circle.put(ann, f"Seeds {turn}", kind=Kind.WANT if turn % 2 else Kind.OFFERING)

    inside = showing.one(writer, acting_as(writer, bob), circle.number, now=NOW).inside

    assert inside is not None
    assert [one.title for one in inside.board] == [f"Seeds {6 - n}" for n in range(6)]
    assert inside.has_more


def test_it_leaves_the_exchange_hidden_for_groups_stay_here(
    writer: Writer, ann: Person, circle: Circle
) -> None:
    circle.put(ann)

    (advert,) = Told(writer, now=NOW).adverts()

    assert (advert.state, advert.audience) == (State.HIDDEN, Audience.GROUP)
