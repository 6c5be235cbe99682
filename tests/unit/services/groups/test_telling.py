"""Notices of groups: written, replied to, told of once, and taken away."""

from __future__ import annotations

from uuid import uuid4

import pytest

from cesnode.community.groups import MOST_WRITTEN, Door, Voice
from cesnode.community.market import LONGEST_TEXT
from cesnode.community.roles import Role
from cesnode.errors import Code
from cesnode.services import bell
from cesnode.services.groups import seating, telling
from cesnode.store import Writer, members
from tests.support.exchanges import NOW, Person, acting_as, join, refused
from tests.support.groups import Circle, Traced, found, told, trace


@pytest.fixture
def circle(writer: Writer, ann: Person, bob: Person) -> Circle:
    """A group of Ann, its steward, and Bob."""
    made = Circle(writer, found(writer, ann))
    made.join(bob)
    return made


def titles(writer: Writer, person: Person, group: int) -> list[str]:
    page = telling.newest(writer, acting_as(writer, person), group)
    return [one.title for one in page.notices]


def test_everybody_in_the_group_is_told_but_who_wrote_it(
    writer: Writer, ann: Person, bob: Person, cem: Person, circle: Circle
) -> None:
    seating.invite(writer, acting_as(writer, ann), circle.number, cem.number, now=NOW)

    circle.write(bob)

    assert told(writer, ann) == ["group_notice"]
    assert told(writer, bob) == []
    assert told(writer, cem) == ["group_invited"]


def test_the_bell_says_it_as_it_is_called_now(
    writer: Writer, ann: Person, bob: Person, circle: Circle
) -> None:
    written = circle.write(bob, "We dig on Saturday")
    members.set_name(writer, bob.member, "Robert Beech")

    (view,) = bell.notices_of(writer, acting_as(writer, ann))

    assert (view.group, view.other) == ("Gardeners", "Robert Beech")
    assert view.words == "We dig on Saturday"
    assert view.path == f"/groups/{circle.number}/notices/{written.id}"


def test_what_was_taken_away_is_not_to_be_read_on_the_bell(
    writer: Writer, ann: Person, bob: Person, circle: Circle
) -> None:
    written = circle.write(bob, "A secret")
    telling.remove(writer, acting_as(writer, bob), circle.number, written.id, now=NOW)

    (view,) = bell.notices_of(writer, acting_as(writer, ann))

    assert view.words == "…"


def test_a_notice_is_new_until_it_was_opened_from_the_bell(
    writer: Writer, ann: Person, bob: Person, circle: Circle
) -> None:
    written = circle.write(bob)
    actor = acting_as(writer, ann)
    unread = telling.newest(writer, actor, circle.number).unread

    bell.open_notice(writer, actor, unread[written.id], now=NOW)

    assert telling.newest(writer, actor, circle.number).unread == {}


def test_who_wrote_and_who_replied_hear_of_a_reply(
    writer: Writer, ann: Person, bob: Person, cem: Person, circle: Circle
) -> None:
    circle.join(cem)
    written = circle.write(ann)
    circle.reply(bob, written.id)
    circle.reply(ann, written.id)
    circle.reply(cem, written.id)

    assert told(writer, ann) == ["group_reply", "group_reply"]
    assert told(writer, bob) == ["group_notice", "group_reply", "group_reply"]
    assert told(writer, cem) == ["group_notice"]


def test_who_left_hears_no_more(
    writer: Writer, ann: Person, bob: Person, circle: Circle
) -> None:
    written = circle.write(bob)
    seating.leave(writer, acting_as(writer, bob), circle.number, now=NOW)

    circle.reply(ann, written.id)
    circle.write(ann)

    assert told(writer, bob) == []


def test_a_notice_that_is_sent_twice_is_there_and_told_once(
    writer: Writer, ann: Person, bob: Person, circle: Circle
) -> None:
    sent = uuid4()
    for _ in range(2):
        circle.write(bob, id=sent)

    assert titles(writer, ann, circle.number) == ["We dig"]
    assert told(writer, ann) == ["group_notice"]


def test_where_stewards_speak_others_reply(
    writer: Writer, ann: Person, bob: Person
) -> None:
    circle = Circle(writer, found(writer, ann, voice=Voice.STEWARDS))
    circle.join(bob)
    written = circle.write(ann)

    circle.reply(bob, written.id)

    with refused(Code.NOT_ALLOWED):
        circle.write(bob)


@pytest.mark.parametrize("door", [Door.OPEN, Door.APPROVAL])
def test_a_stranger_reads_and_writes_nothing(
    writer: Writer, ann: Person, cem: Person, door: Door
) -> None:
    circle = Circle(writer, found(writer, ann, door=door))
    written = circle.write(ann)
    actor = acting_as(writer, cem)

    with refused(Code.NOT_ALLOWED):
        telling.newest(writer, actor, circle.number)
    with refused(Code.NOT_ALLOWED):
        telling.thread(writer, actor, circle.number, written.id)
    with refused(Code.NOT_ALLOWED):
        circle.write(cem)
    with refused(Code.NOT_ALLOWED):
        circle.reply(cem, written.id)
    with refused(Code.NOT_ALLOWED):
        telling.remove(writer, actor, circle.number, written.id, now=NOW)


def test_a_notice_is_read_in_its_own_group_alone(
    writer: Writer, ann: Person, bob: Person, circle: Circle
) -> None:
    closed = Circle(writer, found(writer, ann, "Sober", door=Door.CLOSED))
    written = closed.write(ann)
    actor = acting_as(writer, bob)

    for ask in (
        lambda: telling.thread(writer, actor, circle.number, written.id),
        lambda: telling.remove(writer, actor, circle.number, written.id, now=NOW),
        lambda: circle.reply(bob, written.id),
    ):
        with refused(Code.UNKNOWN_GROUP):
            ask()


def test_nobody_replies_to_a_reply(ann: Person, bob: Person, circle: Circle) -> None:
    reply = circle.reply(bob, circle.write(ann).id)

    with refused(Code.UNKNOWN_GROUP):
        circle.reply(ann, reply.id)


def test_a_steward_takes_words_away_and_their_author_is_told(
    writer: Writer, ann: Person, bob: Person, circle: Circle
) -> None:
    written = circle.write(bob)
    circle.reply(ann, written.id)

    telling.remove(writer, acting_as(writer, ann), circle.number, written.id, now=NOW)

    assert titles(writer, ann, circle.number) == []
    assert told(writer, bob) == ["group_reply", "group_words_removed"]


def test_a_member_takes_away_only_their_own(
    writer: Writer, ann: Person, bob: Person, circle: Circle
) -> None:
    of_ann, of_bob = circle.write(ann), circle.write(bob)
    actor = acting_as(writer, bob)

    telling.remove(writer, actor, circle.number, of_bob.id, now=NOW)

    with refused(Code.NOT_ALLOWED):
        telling.remove(writer, actor, circle.number, of_ann.id, now=NOW)


def test_what_an_admin_takes_away_leaves_a_trace_without_the_words(
    writer: Writer, ann: Person, circle: Circle
) -> None:
    eva = join(writer, "Eva Elm", role=Role.ADMIN)
    written = circle.write(ann, "Something unkind")

    telling.remove(writer, acting_as(writer, eva), circle.number, written.id, now=NOW)

    assert trace(writer, circle.number)[-1] == Traced(
        "group.words_removed", eva.member, ann.member
    )


@pytest.mark.parametrize(
    ("title", "body", "field"),
    [("", "", "title"), ("x" * 101, "", "title"), ("x", "y" * (LONGEST_TEXT + 1), "body")],
)
def test_words_have_their_bounds(
    ann: Person, circle: Circle, title: str, body: str, field: str
) -> None:
    with refused(Code.FIELD_INVALID, field=field):
        circle.write(ann, title, body)


def test_a_reply_says_something(ann: Person, circle: Circle) -> None:
    written = circle.write(ann)

    with refused(Code.FIELD_MISSING, field="body"):
        circle.reply(ann, written.id, " \n ")


def test_nobody_writes_without_end(ann: Person, circle: Circle) -> None:
    for turn in range(MOST_WRITTEN):
        circle.write(ann, f"Notice {turn}")

    with refused(Code.FIELD_INVALID, field="body"):
        circle.write(ann, "One more")


def test_older_notices_are_a_page_away(writer: Writer, ann: Person, circle: Circle) -> None:
    for turn in range(telling.PAGE + 2):
        circle.write(ann, f"Notice {turn}")
    actor = acting_as(writer, ann)

    first = telling.newest(writer, actor, circle.number)
    rest = telling.newest(writer, actor, circle.number, before=first.notices[-1].id)

    assert first.has_more
    assert [one.title for one in rest.notices] == ["Notice 1", "Notice 0"]
    assert not rest.has_more
