"""What a member sees of what they were told, and how they wish to be told."""

from __future__ import annotations

from cesnode.community.notices import (
    DEFAULTS,
    Choice,
    Kind,
    Pace,
    Preferences,
    Quiet,
    Topic,
)
from cesnode.community.roles import OPERATOR, Role
from cesnode.errors import Code
from cesnode.ledger.money import Amount
from cesnode.ledger.trades import Trade
from cesnode.services import bell, noticing
from cesnode.services.membership import closing
from cesnode.store import Writer
from tests.support.answers import decline, object_to
from tests.support.exchanges import (
    LEAF,
    NOW,
    Person,
    acting_as,
    join,
    order,
    record_as,
    refused,
)


def test_a_notice_names_the_trade_the_other_and_the_amount(
    writer: Writer, bob: Person, asked: Trade
) -> None:
    (seen,) = bell.notices_of(writer, acting_as(writer, bob))

    assert (seen.kind, seen.ref, seen.other) == (Kind.ASKED, asked.ref, "Ann Ash")
    assert seen.amount == Amount(50_00, LEAF)
    assert seen.words == "a box of vegetables"
    assert not seen.is_read


def test_a_notice_gives_the_reason_that_was_given(
    writer: Writer, ann: Person, bob: Person, posted: Trade
) -> None:
    object_to(writer, bob, posted.ref)

    (seen, *_) = bell.notices_of(writer, acting_as(writer, ann))

    assert (seen.kind, seen.reason) == (Kind.OBJECTED, "it never came")


def test_an_answer_without_a_reason_has_none(
    writer: Writer, ann: Person, bob: Person, asked: Trade
) -> None:
    decline(writer, bob, asked.ref)

    (seen,) = bell.notices_of(writer, acting_as(writer, ann))

    assert (seen.kind, seen.reason) == (Kind.DECLINED, "")


def test_a_notice_of_a_limit_says_how_far_it_still_is(
    writer: Writer, ann: Person, bob: Person
) -> None:
    record_as(writer, bob, order(ann, bob, "85"))

    (seen,) = bell.notices_of(writer, acting_as(writer, bob))

    assert (seen.kind, seen.account) == (Kind.LIMIT_NEAR, bob.number)
    assert seen.amount == Amount(15_00, LEAF)


def test_notices_come_newest_first_a_page_at_a_time(
    writer: Writer, ann: Person, bob: Person
) -> None:
    for amount in ("1", "2", "3"):
        record_as(writer, ann, order(ann, bob, amount))
    actor = acting_as(writer, bob)

    first = bell.notices_of(writer, actor, limit=2)
    second = bell.notices_of(writer, actor, before=first[-1].id, limit=2)

    amounts = [seen.amount.minor for seen in (*first, *second) if seen.amount]
    assert amounts == [300, 200, 100]


def test_what_was_read_is_not_counted_any_more(
    writer: Writer, ann: Person, bob: Person
) -> None:
    for _ in range(3):
        record_as(writer, ann, order(ann, bob, "1"))
    actor = acting_as(writer, bob)
    newest, *_ = bell.notices_of(writer, actor)

    assert bell.unread(writer, actor) == 3
    assert bell.mark_read(writer, actor, (newest.id,), now=NOW) == 1
    assert bell.unread(writer, actor) == 2
    assert bell.mark_read(writer, actor, now=NOW) == 2
    assert bell.unread(writer, actor) == 0
    assert bell.mark_read(writer, actor, now=NOW) == 0


def test_nobody_reads_or_settles_the_notices_of_another(
    writer: Writer, ann: Person, bob: Person
) -> None:
    record_as(writer, ann, order(ann, bob))
    (told,) = bell.notices_of(writer, acting_as(writer, bob))

    assert bell.mark_read(writer, acting_as(writer, ann), (told.id,), now=NOW) == 0
    assert bell.notices_of(writer, acting_as(writer, ann)) == []
    assert bell.unread(writer, acting_as(writer, bob)) == 1


def test_counting_ends_at_a_hundred(writer: Writer, ann: Person) -> None:
    for _ in range(bell.MOST_COUNTED + 5):
        noticing.tell(writer, ann.member, Kind.APPROVED, now=NOW)

    assert bell.unread(writer, acting_as(writer, ann)) == bell.MOST_COUNTED


def test_a_topic_can_be_taken_off_the_bell(
    writer: Writer, ann: Person, bob: Person
) -> None:
    record_as(writer, ann, order(ann, bob))
    actor = acting_as(writer, bob)
    wishes = Preferences(choices={Topic.TRADES: Choice(bell=False)})

    bell.set_preferences(writer, actor, bob.member, wishes, now=NOW)

    assert bell.unread(writer, actor) == 0
    assert bell.notices_of(writer, actor) == []


def test_who_has_chosen_nothing_is_told_as_usual(writer: Writer, ann: Person) -> None:
    wishes = bell.preferences(writer, acting_as(writer, ann), ann.member)

    assert wishes == Preferences(language=None, quiet=Quiet(22, 7), choices=DEFAULTS)


def test_wishes_are_kept_as_they_were_given(writer: Writer, ann: Person) -> None:
    actor = acting_as(writer, ann)
    wishes = Preferences(
        language="ar",
        quiet=None,
        choices={Topic.TRADES: Choice(mail=Pace.WEEKLY), Topic.PAPER: Choice(bell=False)},
    )

    bell.set_preferences(writer, actor, ann.member, Preferences(language="ca"), now=NOW)
    kept = bell.set_preferences(writer, actor, ann.member, wishes, now=NOW)

    assert kept == bell.preferences(writer, actor, ann.member)
    assert (kept.language, kept.quiet) == ("ar", None)
    assert {topic: kept.of(topic) for topic in Topic} == {
        topic: wishes.of(topic) for topic in Topic
    }


def test_what_keeps_a_sign_in_safe_cannot_be_switched_off(
    writer: Writer, ann: Person
) -> None:
    wishes = Preferences(choices={Topic.SECURITY: Choice(mail=Pace.NEVER)})

    with refused(Code.FIELD_INVALID, field="security"):
        bell.set_preferences(writer, acting_as(writer, ann), ann.member, wishes, now=NOW)


def test_a_language_nobody_writes_is_refused(writer: Writer, ann: Person) -> None:
    with refused(Code.FIELD_INVALID, field="language"):
        bell.set_preferences(
            writer, OPERATOR, ann.member, Preferences(language="tlh"), now=NOW
        )


def test_whoever_keeps_members_may_help_with_the_settings(
    writer: Writer, ann: Person, bob: Person
) -> None:
    secretary = join(writer, "Sam", role=Role.MEMBERSHIP_SECRETARY)
    wishes = Preferences(language="es")

    bell.set_preferences(writer, acting_as(writer, secretary), ann.member, wishes, now=NOW)
    with refused(Code.NOT_ALLOWED):
        bell.set_preferences(writer, acting_as(writer, bob), ann.member, wishes, now=NOW)

    assert bell.preferences(writer, OPERATOR, ann.member).language == "es"


def test_there_are_no_wishes_of_nobody(writer: Writer) -> None:
    with refused(Code.UNKNOWN_MEMBER):
        bell.preferences(writer, OPERATOR, 99)


def test_a_notice_outlives_the_account_it_is_about(writer: Writer, ann: Person) -> None:
    closing.close(writer, OPERATOR, ann.number, now=NOW)

    (seen,) = bell.notices_of(writer, acting_as(writer, ann))

    assert (seen.kind, seen.account) == (Kind.CLOSED, ann.number)
