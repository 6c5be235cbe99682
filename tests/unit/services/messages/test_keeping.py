"""What people do with their own messages: take back, put away, delete for themselves."""

from __future__ import annotations

import pytest

from cesnode.community.roles import Role
from cesnode.errors import Code
from cesnode.services import bell, my_data
from cesnode.services.messages import keeping, reading, reporting
from cesnode.store import Reader, Writer, messages
from cesnode.store.sqlite import sqlite3
from tests.support.exchanges import NOW, Person, acting_as, join, refused
from tests.support.letters import HELLO, answer, texts, write


def read(writer: Writer, person: Person, talk: int) -> None:
    reading.mark_read(writer, acting_as(writer, person), talk, now=NOW)


def withdraw(writer: Writer, person: Person, talk: int, message: int) -> None:
    keeping.withdraw(writer, acting_as(writer, person), talk, message, now=NOW)


def delete(writer: Writer, person: Person, talk: int) -> None:
    keeping.delete(writer, acting_as(writer, person), talk, now=NOW)


def put_away(writer: Writer, person: Person, talk: int, *, away: bool = True) -> None:
    keeping.set_away(writer, acting_as(writer, person), talk, away=away, now=NOW)


def lines(reader: Reader, person: Person, *, away: bool = False) -> list[str]:
    found = reading.inbox(reader, acting_as(reader, person), away=away)
    return [one.text for one in found]


def newest(reader: Reader, person: Person, talk: int) -> int:
    return reading.conversation(reader, acting_as(reader, person), talk).said[-1].id


def kept(reader: Reader, talk: int) -> list[str]:
    return [one.text for one in messages.latest(reader, talk, limit=9)]


def test_what_nobody_has_read_is_taken_back_with_its_words(
    writer: Writer, ann: Person, bob: Person
) -> None:
    talk = write(writer, ann, bob)

    withdraw(writer, ann, talk, newest(writer, ann, talk))

    (said,) = reading.conversation(writer, acting_as(writer, bob), talk).said
    assert (said.text, said.withdrawn) == ("", True)
    assert kept(writer, talk) == [""]


def test_who_was_called_to_it_is_not_called_any_more(
    writer: Writer, ann: Person, bob: Person
) -> None:
    talk = write(writer, ann, bob)

    withdraw(writer, ann, talk, newest(writer, ann, talk))

    actor = acting_as(writer, bob)
    assert (bell.unread(writer, actor), reading.unread(writer, actor)) == (0, 0)


def test_what_else_is_new_stays_new(writer: Writer, ann: Person, bob: Person) -> None:
    talk = write(writer, ann, bob)
    answer(writer, ann, talk, "And rolls?")

    withdraw(writer, ann, talk, newest(writer, ann, talk))

    actor = acting_as(writer, bob)
    assert (bell.unread(writer, actor), reading.unread(writer, actor)) == (1, 1)
    assert texts(writer, bob, talk) == [HELLO, ""]


def test_what_was_read_stays(writer: Writer, ann: Person, bob: Person) -> None:
    talk = write(writer, ann, bob)
    read(writer, bob, talk)

    with refused(Code.WRONG_STATE):
        withdraw(writer, ann, talk, newest(writer, ann, talk))
    assert texts(writer, bob, talk) == [HELLO]


def test_what_was_reported_counts_as_read(writer: Writer, ann: Person, bob: Person) -> None:
    talk = write(writer, ann, bob, "You fool")
    reporting.report(writer, acting_as(writer, bob), talk, reason="Rude", now=NOW)

    with refused(Code.WRONG_STATE):
        withdraw(writer, ann, talk, newest(writer, ann, talk))


def test_nobody_takes_back_what_another_wrote(
    writer: Writer, ann: Person, bob: Person, cem: Person
) -> None:
    talk = write(writer, ann, bob)
    other = write(writer, cem, bob)
    message, foreign = newest(writer, ann, talk), newest(writer, cem, other)

    for number in (message, foreign, 99):
        with refused(Code.UNKNOWN_MESSAGE):
            withdraw(writer, bob, talk, number)
    assert texts(writer, bob, talk) == [HELLO]


def test_to_take_it_back_twice_is_to_do_so_once(
    writer: Writer, ann: Person, bob: Person
) -> None:
    talk = write(writer, ann, bob)
    message = newest(writer, ann, talk)
    withdraw(writer, ann, talk, message)
    read(writer, bob, talk)

    withdraw(writer, ann, talk, message)

    assert texts(writer, bob, talk) == [""]


def test_no_line_of_code_takes_back_what_was_read(
    writer: Writer, ann: Person, bob: Person
) -> None:
    talk = write(writer, ann, bob)
    read(writer, bob, talk)

    with pytest.raises(sqlite3.IntegrityError, match="nobody has read"):
        messages.withdraw(writer, newest(writer, ann, talk), now=NOW)


def test_what_is_put_away_comes_back_with_the_next_message(
    writer: Writer, ann: Person, bob: Person
) -> None:
    talk = write(writer, ann, bob)
    put_away(writer, bob, talk)

    before = (lines(writer, bob), lines(writer, bob, away=True))
    answer(writer, ann, talk, "Still there?")

    assert before == ([], [HELLO])
    assert (lines(writer, bob), lines(writer, bob, away=True)) == (["Still there?"], [])
    assert texts(writer, bob, talk) == [HELLO, "Still there?"]
    assert lines(writer, ann) == ["Still there?"]


def test_what_is_put_away_is_taken_out_again(
    writer: Writer, ann: Person, bob: Person
) -> None:
    talk = write(writer, ann, bob)
    put_away(writer, bob, talk)

    put_away(writer, bob, talk, away=False)

    assert lines(writer, bob) == [HELLO]
    assert reading.unread(writer, acting_as(writer, bob)) == 0


def test_what_one_side_deletes_the_other_keeps(
    writer: Writer, ann: Person, bob: Person
) -> None:
    talk = write(writer, ann, bob)

    delete(writer, bob, talk)

    assert (texts(writer, bob, talk), texts(writer, ann, talk)) == ([], [HELLO])
    assert (lines(writer, bob), lines(writer, bob, away=True)) == ([], [])
    assert reading.unread(writer, acting_as(writer, bob)) == 0
    assert keeping.keeps_a_copy(writer, acting_as(writer, bob), talk)
    assert not keeping.keeps_a_copy(writer, acting_as(writer, ann), talk)


def test_after_deleting_what_is_new_stands_alone(
    writer: Writer, ann: Person, bob: Person
) -> None:
    talk = write(writer, ann, bob)
    delete(writer, bob, talk)

    answer(writer, ann, talk, "Hello?")

    assert texts(writer, bob, talk) == ["Hello?"]
    assert lines(writer, bob) == ["Hello?"]


def test_what_both_have_deleted_is_forgotten(
    writer: Writer, ann: Person, bob: Person
) -> None:
    talk = write(writer, ann, bob)
    delete(writer, bob, talk)
    answer(writer, ann, talk, "Hello?")

    delete(writer, ann, talk)

    assert kept(writer, talk) == ["", "Hello?"]


def test_what_was_reported_is_forgotten_only_when_that_is_closed(
    writer: Writer, ann: Person, bob: Person
) -> None:
    rosa = join(writer, "Rosa", role=Role.COORDINATOR, area="North")
    talk = write(writer, ann, bob, "You fool")
    made = reporting.report(writer, acting_as(writer, bob), talk, reason="Rude", now=NOW)
    delete(writer, ann, talk)
    delete(writer, bob, talk)
    keeper = acting_as(writer, rosa)
    seen = reporting.case(writer, keeper, made).written

    reporting.close(writer, keeper, made, outcome="We talked.", now=NOW)

    assert [one.text for one in seen] == ["You fool"]
    assert kept(writer, talk) == [""]


def test_nobody_takes_along_what_they_have_deleted(
    writer: Writer, ann: Person, bob: Person
) -> None:
    talk = write(writer, ann, bob)
    answer(writer, bob, talk, "Very")
    put_away(writer, ann, talk)
    delete(writer, bob, talk)

    taken = {
        person: dict(my_data.gather(writer, acting_as(writer, person), now=NOW).texts)[
            f"{person.number}/messages.json"
        ]
        for person in (ann, bob)
    }

    assert HELLO in taken[ann]
    assert HELLO not in taken[bob]
