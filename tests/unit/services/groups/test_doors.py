"""Doors of groups: who comes in, who goes, who leads, and who does not know of it."""

from __future__ import annotations

from uuid import uuid4

import pytest

from cesnode.community.groups import MOST_LED, Door, Seat, after_knocking
from cesnode.community.roles import OPERATOR, Role
from cesnode.errors import Code, NotLetIn
from cesnode.services.groups import keeping, seating, showing
from cesnode.services.groups.keeping import Charter
from cesnode.store import Reader, Writer, accounts, group_members
from cesnode.store.sqlite import sqlite3
from tests.support.exchanges import NOW, Person, acting_as, join, refused
from tests.support.groups import Circle, Traced, found, told, trace


def seat(reader: Reader, group: int, person: Person) -> Seat | None:
    return group_members.seat(reader, group, person.member)


def names(reader: Reader, person: Person) -> set[str]:
    """Return the groups that somebody may know of."""
    shelves = showing.every(reader, acting_as(reader, person))
    every = (*shelves.own, *shelves.waiting, *shelves.others)
    return {one.group.name for one in every}


@pytest.mark.parametrize(
    ("door", "before", "after"),
    [
        (Door.OPEN, None, Seat.MEMBER),
        (Door.OPEN, Seat.ASKED, Seat.MEMBER),
        (Door.OPEN, Seat.STEWARD, Seat.STEWARD),
        (Door.APPROVAL, None, Seat.ASKED),
        (Door.APPROVAL, Seat.ASKED, Seat.ASKED),
        (Door.APPROVAL, Seat.INVITED, Seat.MEMBER),
        (Door.CLOSED, Seat.INVITED, Seat.MEMBER),
        (Door.CLOSED, Seat.MEMBER, Seat.MEMBER),
    ],
)
def test_what_comes_of_knocking(door: Door, before: Seat | None, after: Seat) -> None:
    assert after_knocking(door, before) is after


@pytest.mark.parametrize(
    ("door", "before"),
    [
        (Door.OPEN, Seat.REMOVED),
        (Door.APPROVAL, Seat.REMOVED),
        (Door.CLOSED, None),
        (Door.CLOSED, Seat.ASKED),
    ],
)
def test_some_doors_open_from_inside_only(door: Door, before: Seat | None) -> None:
    with pytest.raises(NotLetIn):
        after_knocking(door, before)


def test_who_founds_a_group_is_its_steward(writer: Writer, ann: Person) -> None:
    group = found(writer, ann)

    assert seat(writer, group, ann) is Seat.STEWARD
    assert trace(writer, group) == [Traced("group.founded", ann.member)]


def test_a_group_that_is_sent_twice_is_there_once(writer: Writer, ann: Person) -> None:
    actor, charter, sent = acting_as(writer, ann), Charter(name="Gardeners"), uuid4()
    first = keeping.found(writer, actor, charter, id=sent, now=NOW)

    again = keeping.found(writer, actor, charter, id=sent, now=NOW)

    assert again == first


@pytest.mark.parametrize("name", ["", " ", "a\u202eb", "x" * 101])
def test_a_group_has_a_name_that_can_be_read(
    writer: Writer, ann: Person, name: str
) -> None:
    with refused(Code.FIELD_INVALID, field="name"):
        found(writer, ann, name)


def test_two_groups_that_are_seen_have_two_names(
    writer: Writer, ann: Person, bob: Person
) -> None:
    found(writer, ann, "Gardeners")

    with refused(Code.FIELD_INVALID, field="name"):
        found(writer, bob, "gardeners")


def test_the_name_of_a_closed_group_is_given_away_by_no_refusal(
    writer: Writer, ann: Person, bob: Person
) -> None:
    found(writer, ann, "Sober", door=Door.CLOSED)

    found(writer, bob, "Sober")

    assert names(writer, bob) == {"Sober"}
    assert len(showing.every(writer, acting_as(writer, ann)).others) == 1


def test_nobody_leads_groups_without_end(writer: Writer, ann: Person) -> None:
    for turn in range(MOST_LED):
        found(writer, ann, f"Group {turn}")

    with refused(Code.FIELD_INVALID, field="name"):
        found(writer, ann, "One more")


def test_an_open_group_is_joined_at_once_and_left_again(
    writer: Writer, ann: Person, bob: Person
) -> None:
    group = found(writer, ann)
    actor = acting_as(writer, bob)

    assert seating.knock(writer, actor, group, now=NOW) is Seat.MEMBER
    seating.leave(writer, actor, group, now=NOW)

    assert seat(writer, group, bob) is None
    assert told(writer, ann) == []


def test_a_steward_answers_who_asks(
    writer: Writer, ann: Person, bob: Person, cem: Person
) -> None:
    group = found(writer, ann, door=Door.APPROVAL)
    Circle(writer, group).join(bob, cem)
    steward = acting_as(writer, ann)

    seating.answer(writer, steward, group, bob.member, welcome=True, now=NOW)
    seating.answer(writer, steward, group, cem.member, welcome=False, now=NOW)

    assert seat(writer, group, bob) is Seat.MEMBER
    assert seat(writer, group, cem) is None
    assert told(writer, ann) == ["group_asked", "group_asked"]
    assert told(writer, bob) == ["group_let_in"]
    assert told(writer, cem) == ["group_not_let_in"]


def test_an_answer_is_given_once(writer: Writer, ann: Person, bob: Person) -> None:
    group = found(writer, ann, door=Door.APPROVAL)
    Circle(writer, group).join(bob)
    seating.answer(writer, acting_as(writer, ann), group, bob.member, welcome=True, now=NOW)

    with refused(Code.WRONG_STATE):
        seating.answer(
            writer, acting_as(writer, ann), group, bob.member, welcome=False, now=NOW
        )


def test_a_member_lets_nobody_in(
    writer: Writer, ann: Person, bob: Person, cem: Person
) -> None:
    group = found(writer, ann, door=Door.APPROVAL)
    circle = Circle(writer, group)
    circle.join(bob, cem)
    seating.answer(writer, acting_as(writer, ann), group, bob.member, welcome=True, now=NOW)

    with refused(Code.NOT_ALLOWED):
        seating.answer(
            writer, acting_as(writer, bob), group, cem.member, welcome=True, now=NOW
        )


def test_a_closed_group_exists_for_who_is_invited(
    writer: Writer, ann: Person, bob: Person, cem: Person
) -> None:
    group = found(writer, ann, door=Door.CLOSED)
    seating.invite(writer, acting_as(writer, ann), group, "2", now=NOW)

    assert names(writer, bob) == {"Gardeners"}
    assert names(writer, cem) == set()
    assert told(writer, bob) == ["group_invited"]
    with refused(Code.UNKNOWN_GROUP):
        seating.knock(writer, acting_as(writer, cem), group, now=NOW)
    Circle(writer, group).join(bob)
    assert seat(writer, group, bob) is Seat.MEMBER


def test_a_closed_group_and_none_at_all_sound_alike(
    writer: Writer, ann: Person, bob: Person
) -> None:
    closed = found(writer, ann, door=Door.CLOSED)
    sentences = set()

    for number in (closed, closed + 1):
        with pytest.raises(Exception) as caught:  # noqa: PT011 - its words are the point
            showing.one(writer, acting_as(writer, bob), number, now=NOW)
        sentences.add(str(caught.value))

    assert len(sentences) == 1


def test_everybody_who_holds_an_account_is_invited(
    writer: Writer, ann: Person, bob: Person, cem: Person
) -> None:
    accounts.add_holder(writer, account=bob.account, member=cem.member)
    group = found(writer, ann)

    seating.invite(writer, acting_as(writer, ann), group, bob.number, now=NOW)

    assert seat(writer, group, bob) is Seat.INVITED
    assert seat(writer, group, cem) is Seat.INVITED


@pytest.mark.parametrize(
    ("who", "code"),
    [
        ("77", Code.UNKNOWN_ACCOUNT),
        ("VILA0001", Code.UNKNOWN_PEER),
        ("Bob", Code.ACCOUNT_MALFORMED),
        ("OAKV0000", Code.UNKNOWN_MEMBER),
    ],
)
def test_only_members_here_are_invited(
    writer: Writer, ann: Person, who: str, code: Code
) -> None:
    group = found(writer, ann)

    with refused(code, field="who"):
        seating.invite(writer, acting_as(writer, ann), group, who, now=NOW)


def test_who_asks_and_is_invited_is_in(writer: Writer, ann: Person, bob: Person) -> None:
    group = found(writer, ann, door=Door.APPROVAL)
    Circle(writer, group).join(bob)

    seating.invite(writer, acting_as(writer, ann), group, bob.number, now=NOW)

    assert seat(writer, group, bob) is Seat.MEMBER


def test_who_was_sent_away_does_not_come_back_alone(
    writer: Writer, ann: Person, bob: Person
) -> None:
    group = found(writer, ann)
    circle = Circle(writer, group)
    circle.join(bob)
    seating.remove(writer, acting_as(writer, ann), group, bob.member, now=NOW)

    seating.leave(writer, acting_as(writer, bob), group, now=NOW)
    with refused(Code.NOT_ALLOWED):
        circle.join(bob)

    seating.invite(writer, acting_as(writer, ann), group, bob.number, now=NOW)
    circle.join(bob)
    assert seat(writer, group, bob) is Seat.MEMBER


def test_one_steward_does_not_send_another_away(
    writer: Writer, ann: Person, bob: Person
) -> None:
    group = found(writer, ann)
    Circle(writer, group).join(bob)
    seating.appoint(writer, acting_as(writer, ann), group, bob.member, now=NOW)

    with refused(Code.WRONG_STATE):
        seating.remove(writer, acting_as(writer, bob), group, ann.member, now=NOW)


def test_the_last_steward_hands_over_before_going(
    writer: Writer, ann: Person, bob: Person
) -> None:
    group = found(writer, ann)
    Circle(writer, group).join(bob)
    steward = acting_as(writer, ann)
    for going in (seating.leave, seating.step_down):
        with refused(Code.LAST_STEWARD):
            going(writer, steward, group, now=NOW)

    seating.appoint(writer, steward, group, bob.member, now=NOW)
    seating.step_down(writer, steward, group, now=NOW)
    seating.leave(writer, acting_as(writer, ann), group, now=NOW)

    assert seat(writer, group, bob) is Seat.STEWARD
    assert told(writer, bob) == ["group_steward"]


def test_the_file_itself_keeps_a_steward(writer: Writer, ann: Person) -> None:
    group = found(writer, ann)

    with pytest.raises(sqlite3.IntegrityError):
        group_members.remove(writer, group, ann.member)
    with pytest.raises(sqlite3.IntegrityError):
        group_members.put(writer, group, ann.member, Seat.MEMBER, now=NOW)


def test_a_door_can_be_changed_and_who_had_asked_just_walks_in(
    writer: Writer, ann: Person, bob: Person
) -> None:
    group = found(writer, ann, door=Door.APPROVAL)
    circle = Circle(writer, group)
    circle.join(bob)

    keeping.change(
        writer, acting_as(writer, ann), group, Charter(name="Gardeners"), now=NOW
    )
    circle.join(bob)

    assert seat(writer, group, bob) is Seat.MEMBER


def test_an_admin_looks_after_a_group_and_leaves_a_trace(
    writer: Writer, ann: Person, bob: Person
) -> None:
    eva = join(writer, "Eva Elm", role=Role.ADMIN)
    group = found(writer, ann, door=Door.CLOSED)
    seating.invite(writer, acting_as(writer, ann), group, bob.number, now=NOW)
    Circle(writer, group).join(bob)
    admin = acting_as(writer, eva)

    seating.appoint(writer, admin, group, bob.member, now=NOW)
    seating.remove(writer, admin, group, ann.member, now=NOW)

    assert seat(writer, group, ann) is Seat.REMOVED
    assert trace(writer, group)[1:] == [
        Traced("group.steward_made", eva.member, bob.member),
        Traced("group.member_removed", eva.member, ann.member),
    ]


def test_the_operator_is_in_no_group(writer: Writer, ann: Person) -> None:
    group = found(writer, ann)

    with refused(Code.NOT_ALLOWED):
        seating.knock(writer, OPERATOR, group, now=NOW)


def test_what_is_in_a_group_is_not_for_who_is_not(
    writer: Writer, ann: Person, bob: Person
) -> None:
    group = found(writer, ann)

    view = showing.one(writer, acting_as(writer, bob), group, now=NOW)

    assert view.inside is None
    assert view.stewards == ["Ann Ash"]
    with refused(Code.NOT_ALLOWED):
        showing.people(writer, acting_as(writer, bob), group)


def test_who_waits_at_the_door_is_for_stewards_to_see(
    writer: Writer, ann: Person, bob: Person, cem: Person
) -> None:
    group = found(writer, ann, door=Door.APPROVAL)
    circle = Circle(writer, group)
    circle.join(bob, cem)
    steward = acting_as(writer, ann)
    seating.answer(writer, steward, group, bob.member, welcome=True, now=NOW)

    asking = showing.people(writer, steward, group).asking
    seen = showing.people(writer, acting_as(writer, bob), group).asking

    assert [one.member for one in asking] == [cem.member]
    assert list(seen) == []
