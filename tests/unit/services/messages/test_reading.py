"""What is new, how somebody hears of it, and what coordinators see of what was reported."""

from __future__ import annotations

from cesnode.community.notices import Kind
from cesnode.community.roles import Role
from cesnode.errors import Code
from cesnode.services import bell
from cesnode.services.messages import reading, reporting
from cesnode.services.messages.reading import PAGE
from cesnode.store import Reader, Writer, acts
from tests.support.exchanges import NOW, Person, acting_as, join, refused
from tests.support.letters import answer, write


def told(reader: Reader, person: Person) -> list[tuple[Kind, str, bool]]:
    found = bell.notices_of(reader, acting_as(reader, person))
    return [(one.kind, one.path, one.is_read) for one in found]


def read(writer: Writer, person: Person, talk: int) -> None:
    reading.mark_read(writer, acting_as(writer, person), talk, now=NOW)


def test_a_message_is_new_until_it_is_read(
    writer: Writer, ann: Person, bob: Person
) -> None:
    talk = write(writer, ann, bob)
    actor = acting_as(writer, bob)

    before = reading.unread(writer, actor)
    read(writer, bob, talk)

    assert (before, reading.unread(writer, actor)) == (1, 0)
    assert reading.unread(writer, acting_as(writer, ann)) == 0


def test_somebody_is_told_once_of_what_they_have_not_read(
    writer: Writer, ann: Person, bob: Person
) -> None:
    talk = write(writer, ann, bob)
    answer(writer, ann, talk, "And the rolls?")

    first = told(writer, bob)
    read(writer, bob, talk)
    answer(writer, ann, talk, "Hello?")

    path = f"/messages/{talk}"
    assert first == [(Kind.MESSAGE, path, False)]
    assert told(writer, bob) == [(Kind.MESSAGE, path, False), (Kind.MESSAGE, path, True)]
    assert told(writer, ann) == []


def test_the_inbox_has_the_newest_first_and_goes_on_page_by_page(
    writer: Writer, ann: Person
) -> None:
    people = [join(writer, f"Neighbour {number}") for number in range(PAGE + 2)]
    talks = [write(writer, one, ann) for one in people]
    write(writer, people[0], ann, "Me again")
    actor = acting_as(writer, ann)

    first = reading.inbox(writer, actor)
    rest = reading.inbox(writer, actor, before=first[-1].last)

    assert first[0].conversation == talks[0]
    assert first[0].text == "Me again"
    assert len(first) == PAGE
    assert [one.conversation for one in rest] == [talks[2], talks[1]]


def test_a_long_conversation_goes_back_page_by_page(
    writer: Writer, ann: Person, bob: Person
) -> None:
    talk = write(writer, ann, bob, "0")
    for number in range(1, PAGE + 3):
        answer(writer, ann, talk, f"{number}")
    actor = acting_as(writer, bob)

    newest = reading.conversation(writer, actor, talk)
    older = reading.conversation(writer, actor, talk, before=newest.said[0].id)

    assert (newest.has_older, older.has_older) == (True, False)
    assert [one.text for one in older.said] == ["0", "1", "2"]
    assert newest.said[-1].text == f"{PAGE + 2}"


def test_a_report_shows_what_came_and_nothing_else(
    writer: Writer, ann: Person, bob: Person
) -> None:
    rosa = join(writer, "Rosa", role=Role.COORDINATOR, area="North")
    talk = write(writer, ann, bob, "You fool")
    answer(writer, bob, talk, "My secret")
    made = reporting.report(writer, acting_as(writer, bob), talk, reason="Rude", now=NOW)
    answer(writer, ann, talk, "Said later")

    case = reporting.case(writer, acting_as(writer, rosa), made)

    assert [one.text for one in case.written] == ["You fool"]
    assert (case.about.name, case.name) == ("Ann Ash", "Bob Beech")
    assert (Kind.MESSAGE_REPORTED, f"/messages/reports/{made}", False) in told(writer, rosa)


def test_whoever_is_reported_neither_hears_of_it_nor_looks_into_it(
    writer: Writer, bob: Person
) -> None:
    rosa = join(writer, "Rosa", role=Role.COORDINATOR, area="North")
    talk = write(writer, rosa, bob, "You fool")

    made = reporting.report(writer, acting_as(writer, bob), talk, reason="Rude", now=NOW)

    actor = acting_as(writer, rosa)
    assert told(writer, rosa) == []
    assert reporting.cases(writer, actor) == []
    with refused(Code.UNKNOWN_MESSAGE):
        reporting.close(writer, actor, made, outcome="nothing", now=NOW)


def test_a_report_is_closed_once_with_a_word_and_a_trace(
    writer: Writer, ann: Person, bob: Person
) -> None:
    secretary = join(writer, "Sue", role=Role.MEMBERSHIP_SECRETARY)
    talk = write(writer, ann, bob, "You fool")
    made = reporting.report(writer, acting_as(writer, bob), talk, reason="Rude", now=NOW)
    actor = acting_as(writer, secretary)

    reporting.close(writer, actor, made, outcome="I talked to Ann.", now=NOW)

    with refused(Code.WRONG_STATE):
        reporting.close(writer, actor, made, outcome="And again.", now=NOW)
    trace = acts.about(writer, f"message_report:{made}")
    assert [(act.kind, act.actor, act.note) for act in trace] == [
        ("message.reported", bob.member, "Rude"),
        ("message.report_closed", secretary.member, "I talked to Ann."),
    ]
    (heard,) = bell.notices_of(writer, acting_as(writer, bob), unread=True, limit=1)
    assert (heard.kind, heard.reason) == (Kind.REPORT_CLOSED, "I talked to Ann.")


def test_to_report_again_what_nobody_has_answered_yet_changes_nothing(
    writer: Writer, ann: Person, bob: Person
) -> None:
    talk = write(writer, ann, bob)
    actor = acting_as(writer, bob)
    made = reporting.report(writer, actor, talk, reason="Rude", now=NOW)

    again = reporting.report(writer, actor, talk, reason="Very", now=NOW)

    assert again == made
    assert len(acts.about(writer, f"message_report:{made}")) == 1


def test_nothing_is_reported_where_nobody_wrote(
    writer: Writer, ann: Person, bob: Person
) -> None:
    talk = write(writer, ann, bob)

    with refused(Code.WRONG_STATE):
        reporting.report(writer, acting_as(writer, ann), talk, reason="no", now=NOW)
