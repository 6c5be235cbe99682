"""What is left of a group that is dissolved, and of somebody who leaves the exchange."""

from __future__ import annotations

import json

from cesnode.community.groups import Door, Seat
from cesnode.community.roles import OPERATOR
from cesnode.errors import Code
from cesnode.services import bell, my_data, parting
from cesnode.services.groups import keeping, seating, showing, telling
from cesnode.services.membership import closing
from cesnode.store import Writer, group_members, groups
from cesnode.store.pictures import Picture
from tests.support.exchanges import NOW, Person, acting_as, refused
from tests.support.groups import Circle, Traced, found, told, trace

FACE = Picture(small="a" * 32 + ".webp", large="b" * 32 + ".webp", width=9, height=9)


def test_a_dissolved_group_leaves_its_name_and_a_trace(
    writer: Writer, ann: Person, bob: Person
) -> None:
    circle = Circle(writer, found(writer, ann, about="We meet at the pond"))
    circle.join(bob)
    circle.write(ann)
    keeping.set_picture(writer, acting_as(writer, ann), circle.number, FACE, now=NOW)
    assert groups.pictures(writer) == {FACE.small, FACE.large}

    keeping.dissolve(writer, acting_as(writer, ann), circle.number, now=NOW)

    left = groups.find(writer, circle.number)
    assert left is not None
    assert (left.name, left.about, left.picture) == ("Gardeners", "", None)
    assert left.dissolved_at == NOW
    assert trace(writer, circle.number)[-1] == Traced("group.dissolved", ann.member)
    assert groups.pictures(writer) == frozenset()
    (count,) = writer.one("SELECT COUNT(*) FROM group_notices")
    assert count == 0
    with refused(Code.UNKNOWN_GROUP):
        showing.one(writer, acting_as(writer, ann), circle.number, now=NOW)


def test_its_members_are_told_by_name_that_it_is_no_more(
    writer: Writer, ann: Person, bob: Person
) -> None:
    circle = Circle(writer, found(writer, ann))
    circle.join(bob)

    keeping.dissolve(writer, acting_as(writer, ann), circle.number, now=NOW)

    (view,) = bell.notices_of(writer, acting_as(writer, bob))
    assert (view.kind, view.group, view.path) == ("group_dissolved", "Gardeners", "/groups")
    assert told(writer, ann) == []


def test_its_name_is_free_again(writer: Writer, ann: Person, bob: Person) -> None:
    group = found(writer, ann)
    keeping.dissolve(writer, acting_as(writer, ann), group, now=NOW)

    found(writer, bob)

    assert len(showing.every(writer, acting_as(writer, bob)).own) == 1


def test_who_leaves_the_exchange_hands_over_to_who_was_there_longest(
    writer: Writer, ann: Person, bob: Person, cem: Person
) -> None:
    group = found(writer, ann)
    for late, person in enumerate((cem, bob)):
        seating.knock(writer, acting_as(writer, person), group, now=NOW + late)

    closing.close(writer, OPERATOR, ann.number, now=NOW)

    assert group_members.seat(writer, group, cem.member) is Seat.STEWARD
    assert group_members.seat(writer, group, bob.member) is Seat.MEMBER
    assert group_members.seat(writer, group, ann.member) is None
    assert told(writer, cem) == ["group_steward"]


def test_a_group_of_nobody_else_ends_with_its_steward(
    writer: Writer, ann: Person, bob: Person
) -> None:
    group = found(writer, ann, door=Door.APPROVAL)
    Circle(writer, group).join(bob)

    closing.close(writer, OPERATOR, ann.number, now=NOW)

    left = groups.find(writer, group)
    assert left is not None
    assert left.dissolved_at == NOW
    assert group_members.of_member(writer, bob.member) == []


def test_who_takes_leave_may_take_their_words_along(
    writer: Writer, ann: Person, bob: Person
) -> None:
    circle = Circle(writer, found(writer, ann))
    circle.join(bob)
    of_ann = circle.write(ann)
    circle.reply(bob, of_ann.id)
    circle.write(bob, "My words")

    parting.leave(
        writer, acting_as(writer, bob), bob.number, give=False, erase=True, now=NOW
    )

    page = telling.newest(writer, acting_as(writer, ann), circle.number)
    assert [(one.title, one.replies) for one in page.notices] == [("We dig", 0)]


def test_who_takes_leave_may_let_their_words_stay(
    writer: Writer, ann: Person, bob: Person
) -> None:
    circle = Circle(writer, found(writer, ann))
    circle.join(bob)
    circle.write(bob, "My words")

    parting.leave(
        writer, acting_as(writer, bob), bob.number, give=False, erase=False, now=NOW
    )

    page = telling.newest(writer, acting_as(writer, ann), circle.number)
    assert [one.title for one in page.notices] == ["My words"]
    assert group_members.of_member(writer, bob.member) == []


def test_one_s_groups_and_words_are_among_one_s_data(
    writer: Writer, ann: Person, bob: Person
) -> None:
    circle = Circle(writer, found(writer, ann))
    circle.join(bob)
    circle.reply(bob, circle.write(ann).id, "I come")

    files = dict(my_data.gather(writer, acting_as(writer, bob), now=NOW).texts)

    told_of = json.loads(files["groups.json"])
    assert told_of == {
        "seats": [{"group": "Gardeners", "exchange": None, "seat": "member", "since": NOW}],
        "written": [{"at": NOW, "title": "", "text": "I come"}],
        "on_their_way": [],
    }
    assert "groups.json" in files["README.txt"]
