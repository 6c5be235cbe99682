"""Messages between members of one exchange: once, in measure, to whoever takes them."""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

import pytest

from cesnode.community.market import Audience, Kind
from cesnode.community.messages import LONGEST, Takes
from cesnode.community.roles import OPERATOR
from cesnode.errors import Code
from cesnode.services import my_data, parting
from cesnode.services.market import publishing
from cesnode.services.market.drafts import Draft as Advert
from cesnode.services.membership import closing
from cesnode.services.messages import meeting, reading, writing
from cesnode.services.messages.writing import (
    MOST_AN_HOUR,
    MOST_STRANGERS_A_DAY,
    Draft,
)
from cesnode.store import Writer, accounts, messages
from tests.support.exchanges import DAY, HOUR, NOW, Person, acting_as, join, refused
from tests.support.letters import HELLO, answer, texts, write


def put_up(writer: Writer, person: Person, kind: Kind = Kind.OFFERING) -> int:
    made = publishing.publish(
        writer,
        acting_as(writer, person),
        kind,
        person.number,
        Advert(title="Bread", audience=Audience.NEIGHBOURS),
        id=uuid4(),
        now=NOW,
    )
    return made.listing.id


def block(writer: Writer, person: Person, talk: int, *, blocked: bool = True) -> None:
    actor = acting_as(writer, person)
    meeting.set_blocked(writer, actor, talk, blocked=blocked, now=NOW)


def test_two_people_have_one_conversation_whoever_begins(
    writer: Writer, ann: Person, bob: Person
) -> None:
    first = write(writer, ann, bob)

    second = write(writer, bob, ann, "It is.")

    assert second == first
    assert texts(writer, ann, first) == texts(writer, bob, first) == [HELLO, "It is."]


def test_a_third_one_reads_none_of_it(
    writer: Writer, ann: Person, bob: Person, cem: Person
) -> None:
    talk = write(writer, ann, bob)

    with refused(Code.UNKNOWN_MESSAGE):
        texts(writer, cem, talk)
    assert reading.inbox(writer, acting_as(writer, cem)) == []


def test_the_same_form_sent_twice_is_one_message(
    writer: Writer, ann: Person, bob: Person
) -> None:
    same = uuid4()

    talks = {write(writer, ann, bob, id=same), write(writer, ann, bob, id=same)}

    (talk,) = talks
    assert texts(writer, bob, talk) == [HELLO]


def test_the_same_id_with_other_words_or_for_another_is_refused(
    writer: Writer, ann: Person, bob: Person, cem: Person
) -> None:
    same = uuid4()
    talk = write(writer, ann, bob, id=same)

    with refused(Code.ID_REUSED):
        write(writer, ann, bob, "something else", id=same)
    with refused(Code.ID_REUSED):
        write(writer, ann, cem, id=same)
    assert texts(writer, bob, talk) == [HELLO]


def test_what_another_has_sent_with_an_id_does_not_matter(
    writer: Writer, ann: Person, bob: Person
) -> None:
    same = uuid4()
    talk = write(writer, ann, bob, id=same)

    write(writer, bob, ann, id=same)

    assert texts(writer, ann, talk) == [HELLO, HELLO]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (" \n ", Code.DESCRIPTION_MISSING),
        ("x" * (LONGEST + 1), Code.DESCRIPTION_TOO_LONG),
        ("turn \u202e around", Code.DESCRIPTION_INVALID),
    ],
    ids=["nothing", "too much", "text that turns around"],
)
def test_what_is_no_message_is_not_sent(
    writer: Writer, ann: Person, bob: Person, text: str, code: Code
) -> None:
    with refused(code, field="text"):
        write(writer, ann, bob, text)

    assert reading.inbox(writer, acting_as(writer, bob)) == []


def test_nobody_writes_to_themselves_to_the_community_or_to_nobody(
    writer: Writer, ann: Person
) -> None:
    for to, code in (
        (ann.number, Code.SAME_ACCOUNT),
        ("OAKV0000", Code.MESSAGE_NOT_TAKEN),
        ("nobody", Code.ACCOUNT_MALFORMED),
        ("OAKV0077", Code.UNKNOWN_ACCOUNT),
        ("VILA0001", Code.UNKNOWN_PEER),
        ("0001@vila.example", Code.UNKNOWN_PEER),
    ):
        with refused(code):
            write(writer, ann, to)


def test_whoever_takes_no_messages_gets_none_but_from_whom_they_write_to(
    writer: Writer, ann: Person, bob: Person
) -> None:
    actor = acting_as(writer, bob)
    meeting.set_takes(writer, actor, bob.number, Takes.NOBODY, now=NOW)

    with refused(Code.MESSAGE_NOT_TAKEN, field="text"):
        write(writer, ann, bob)
    talk = write(writer, bob, ann)
    answer(writer, ann, talk)

    assert texts(writer, bob, talk) == [HELLO, "Yes."]


def test_whom_somebody_blocked_reads_what_everybody_would_read(
    writer: Writer, ann: Person, bob: Person, cem: Person
) -> None:
    """Nobody can tell that it is about them."""
    talk = write(writer, ann, bob)
    answer(writer, bob, talk)
    block(writer, bob, talk)
    meeting.set_takes(writer, acting_as(writer, cem), cem.number, Takes.NOBODY, now=NOW)

    with refused(Code.MESSAGE_NOT_TAKEN):
        answer(writer, ann, talk)
    with pytest.raises(Exception) as blocked:  # noqa: PT011 - compared below
        write(writer, ann, bob)
    with pytest.raises(Exception) as closed:  # noqa: PT011 - compared below
        write(writer, ann, cem)

    assert str(blocked.value).replace("Bob Beech", "Cem Cedar") == str(closed.value)
    assert texts(writer, bob, talk) == [HELLO, "Yes."]


def test_who_blocks_somebody_does_not_write_to_them_either(
    writer: Writer, ann: Person, bob: Person
) -> None:
    talk = write(writer, ann, bob)
    block(writer, bob, talk)

    with refused(Code.MESSAGE_NOT_TAKEN):
        answer(writer, bob, talk)
    block(writer, bob, talk, blocked=False)
    answer(writer, bob, talk)
    answer(writer, ann, talk)

    assert texts(writer, bob, talk) == [HELLO, "Yes.", "Yes."]


def test_to_a_closed_account_nobody_writes_and_none_writes_from_it(
    writer: Writer, ann: Person, bob: Person
) -> None:
    talk = write(writer, ann, bob)
    closing.close(writer, OPERATOR, bob.number, now=NOW)

    with refused(Code.MESSAGE_NOT_TAKEN):
        answer(writer, ann, talk)
    with refused(Code.ACCOUNT_CLOSED):
        answer(writer, bob, talk)


def test_an_hour_holds_so_many_messages_and_no_more(
    writer: Writer, ann: Person, bob: Person
) -> None:
    talk = write(writer, ann, bob)
    for _ in range(MOST_AN_HOUR - 1):
        answer(writer, ann, talk)

    with refused(Code.TOO_MANY_TRIES):
        answer(writer, ann, talk)
    answer(writer, bob, talk)
    answer(writer, ann, talk, now=NOW + HOUR)


def test_a_day_holds_so_many_strangers_and_answers_beside(
    writer: Writer, ann: Person, bob: Person
) -> None:
    talk = write(writer, bob, ann)
    for number in range(MOST_STRANGERS_A_DAY):
        write(writer, ann, join(writer, f"Neighbour {number}"))
    late = join(writer, "Late Larch")

    with refused(Code.TOO_MANY_TRIES):
        write(writer, ann, late)
    answer(writer, ann, talk)
    write(writer, ann, late, now=NOW + DAY)


def test_a_message_about_an_offering_names_it(
    writer: Writer, ann: Person, bob: Person
) -> None:
    talk = write(writer, ann, bob, listing=put_up(writer, bob))

    (said,) = reading.conversation(writer, acting_as(writer, bob), talk).said

    assert said.subject == "Bread"


def test_what_somebody_else_offers_is_not_what_a_message_is_about(
    writer: Writer, ann: Person, bob: Person, cem: Person
) -> None:
    listing = put_up(writer, cem)

    with refused(Code.UNKNOWN_LISTING):
        write(writer, ann, bob, listing=listing)


def test_a_conversation_outlives_the_offering_it_began_with(
    writer: Writer, ann: Person, bob: Person
) -> None:
    listing = put_up(writer, bob)
    talk = write(writer, ann, bob, listing=listing)

    writer.run("DELETE FROM listings WHERE id = ?", (listing,))

    (said,) = reading.conversation(writer, acting_as(writer, ann), talk).said
    assert (said.subject, said.listing) == ("Bread", None)


def test_who_else_holds_an_account_reads_and_answers_for_it(
    writer: Writer, ann: Person, bob: Person, cem: Person
) -> None:
    accounts.add_holder(writer, account=bob.account, member=cem.member)
    talk = write(writer, ann, bob)

    answer(writer, cem, talk)

    said = reading.conversation(writer, acting_as(writer, bob), talk).said
    assert [(one.is_mine, one.author) for one in said] == [
        (False, ""),
        (True, "Cem Cedar"),
    ]


def test_what_was_written_is_never_changed(
    writer: Writer, ann: Person, bob: Person
) -> None:
    write(writer, ann, bob)

    for change in ("body = 'x'", "subject = 'x'", "author_id = 1", "state = 'under_way'"):
        with pytest.raises(Exception, match="chang"):
            writer.run(f"UPDATE messages SET {change}")  # noqa: S608


def test_who_leaves_takes_their_words_along_and_leaves_those_of_others(
    writer: Writer, ann: Person, bob: Person
) -> None:
    talk = write(writer, ann, bob)
    answer(writer, bob, talk)
    actor = acting_as(writer, ann)

    parting.leave(writer, actor, ann.number, give=False, erase=True, now=NOW)

    assert texts(writer, bob, talk) == ["", "Yes."]


def test_messages_are_among_ones_data(writer: Writer, ann: Person, bob: Person) -> None:
    talk = write(writer, ann, bob)
    answer(writer, bob, talk)

    texts = dict(my_data.gather(writer, acting_as(writer, ann), now=NOW).texts)

    told = texts[f"{ann.number}/messages.json"]
    assert HELLO in told
    assert "Yes." in told
    assert bob.number in told


def test_a_draft_that_came_back_can_be_sent_with_its_id(
    writer: Writer, ann: Person, bob: Person
) -> None:
    """Nothing is kept of what was refused."""
    draft = Draft(id=uuid4(), text="")
    actor = acting_as(writer, ann)

    with refused(Code.DESCRIPTION_MISSING):
        writing.begin(writer, actor, ann.number, bob.number, draft, now=NOW)
    better = replace(draft, text=HELLO)
    talk = writing.begin(writer, actor, ann.number, bob.number, better, now=NOW)

    assert [one.text for one in messages.latest(writer, talk, limit=9)] == [HELLO]
