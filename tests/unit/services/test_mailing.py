"""Mails in the outbox: queued, tried again, given up, ended by a link."""

from __future__ import annotations

import pytest

from cesnode.community.notices import Kind, Pace, Preferences, Topic
from cesnode.community.roles import OPERATOR
from cesnode.config import Mail as Settings
from cesnode.errors import Code
from cesnode.services import mailing, noticing, sorting
from cesnode.services.mailing import DIGEST, LASTS, Letter, Template
from cesnode.services.membership import changing
from cesnode.services.membership.changing import Changes
from cesnode.store import Writer, alarms, mails, members, notices, preferences
from cesnode.store.mails import Mail, MailState
from tests.support.exchanges import DAY, HOUR, NOW, Person, refused

SETTINGS = Settings(host="mail.example", sender="post@oakvale.example")
TOKEN = "0" * 32


@pytest.fixture(autouse=True)
def _open(writer: Writer) -> None:
    sorting.open_office(writer, SETTINGS, now=NOW)


def queue(writer: Writer, **changes: object) -> Mail:
    values = {"recipient": "ana@example.org", "template": Template.TEST} | changes
    serial = mailing.queue(writer, Letter(**values), now=NOW)  # type: ignore[arg-type]
    return found(writer, serial or 0)


def found(writer: Writer, serial: int) -> Mail:
    mail = mails.by_id(writer, serial)
    assert mail is not None
    return mail


def fail(writer: Writer, mail: Mail, *, at: int, chance: float = 0.5) -> Mail:
    mailing.returned(writer, mail, "451 later", for_good=False, chance=chance, now=at)
    return found(writer, mail.id)


def test_a_letter_waits_under_a_name_of_its_own(writer: Writer) -> None:
    first, second = queue(writer), queue(writer)

    assert first.state is MailState.WAITING
    assert first.message_id != second.message_id
    assert first.message_id.endswith("@127.0.0.1>")


@pytest.mark.parametrize(
    "address",
    [
        "",
        "ana",
        "ana@example",
        "ana@example.org\r\nBcc: eve@example.org",
        "a b@example.org",
    ],
)
def test_what_is_no_address_is_refused(writer: Writer, address: str) -> None:
    with refused(Code.FIELD_INVALID, field="email"):
        queue(writer, recipient=address)


def test_a_language_nobody_writes_is_refused(writer: Writer) -> None:
    with refused(Code.FIELD_INVALID, field="language"):
        queue(writer, language="tlh")


def test_tries_are_further_and_further_apart_from_a_minute_to_a_day(
    writer: Writer,
) -> None:
    mail, now, waits = queue(writer), NOW, []
    while True:
        mail = fail(writer, mail, at=now)
        if mail.state is MailState.FAILED:
            break
        waits.append(mail.next_at - now)
        now = mail.next_at

    assert waits[:4] == [60, 120, 240, 480]
    assert max(waits) == DAY
    assert now - NOW > LASTS - 2 * DAY


def test_not_all_come_back_at_the_same_moment(writer: Writer) -> None:
    early = fail(writer, queue(writer), at=NOW, chance=0.0)
    late = fail(writer, queue(writer), at=NOW, chance=1.0)

    assert (early.next_at - NOW, late.next_at - NOW) == (45, 75)


def test_what_is_given_up_is_for_somebody_to_look_at(writer: Writer) -> None:
    mail = queue(writer)

    mailing.returned(writer, mail, "550 no", for_good=True, chance=0.5, now=NOW)
    mailing.returned(writer, queue(writer), "550 no", for_good=True, chance=0.5, now=NOW)

    assert found(writer, mail.id).last_error == "550 no"
    (alarm,) = alarms.standing(writer)
    assert (alarm.kind, alarm.details) == ("mail-failed", "to ana@example.org: 550 no")


def test_what_is_of_no_use_any_more_is_given_up(writer: Writer) -> None:
    mail = queue(writer, useless_after=NOW + HOUR)

    assert mailing.expire(writer, now=NOW + HOUR - 1) == 0
    assert mailing.expire(writer, now=NOW + HOUR) == 1
    assert found(writer, mail.id).last_error == "its time was over"


def test_what_stood_in_a_letter_is_forgotten_once_it_is_gone(writer: Writer) -> None:
    mail = queue(writer, values={"path": "/reset/secret"})

    mailing.gone(writer, mail, now=NOW)

    assert found(writer, mail.id).values == {}


def test_the_hour_has_room_for_so_many(writer: Writer) -> None:
    for _ in range(4):
        mailing.gone(writer, queue(writer), now=NOW)
    queue(writer)
    queue(writer)

    assert len(mailing.next_parcels(writer, per_hour=5, limit=9, now=NOW)) == 1
    assert len(mailing.next_parcels(writer, per_hour=4, limit=9, now=NOW)) == 0
    assert len(mailing.next_parcels(writer, per_hour=4, limit=9, now=NOW + HOUR)) == 2


def test_a_letter_that_was_given_up_can_be_sent_again(writer: Writer) -> None:
    mail = queue(writer)
    mailing.returned(writer, mail, "550 no", for_good=True, chance=0.5, now=NOW)

    again = mailing.retry(writer, OPERATOR, mail.id, now=NOW + DAY)

    assert (again.state, again.attempts, again.next_at) == ("waiting", 0, NOW + DAY)
    assert again.message_id == mail.message_id


def test_a_letter_that_has_gone_is_not_sent_again(writer: Writer) -> None:
    mail = queue(writer)
    mailing.gone(writer, mail, now=NOW)

    with refused(Code.UNKNOWN_MAIL):
        mailing.retry(writer, OPERATOR, mail.id, now=NOW)
    with refused(Code.UNKNOWN_MAIL):
        mailing.retry(writer, OPERATOR, 99, now=NOW)


def test_letters_and_notices_are_forgotten_after_their_time(
    writer: Writer, ann: Person
) -> None:
    mailing.gone(writer, queue(writer), now=NOW)
    waiting = queue(writer)
    for _ in range(2):
        noticing.tell(writer, ann.member, Kind.APPROVED, now=NOW)

    assert mailing.forget_old(writer, now=NOW + mailing.MAILS_KEPT) == 0
    assert mailing.forget_old(writer, now=NOW + mailing.NOTICES_KEPT + 1) == 2
    assert mailing.forget_old(writer, now=NOW + mailing.NOTICES_KEPT + 1) == 0
    assert [mail.id for mail in mails.due(writer, now=2**40, limit=9)] == [waiting.id]
    assert len(notices.after(writer, 0, limit=9)) == 1


def test_a_mail_that_told_of_something_can_be_forgotten_before_it(
    writer: Writer, ann: Person
) -> None:
    mail = queue(writer)
    noticing.tell(writer, ann.member, Kind.APPROVED, now=NOW)
    notices.set_mail(writer, notices.after(writer, 0, limit=9), mail.id)
    mailing.gone(writer, mail, now=NOW)

    assert mailing.forget_old(writer, now=NOW + mailing.MAILS_KEPT + 1) == 1
    assert len(notices.after(writer, 0, limit=9)) == 1


def test_a_link_ends_the_letters_of_its_topic(writer: Writer, ann: Person) -> None:
    token = mails.link(writer, ann.member, Topic.TRADES, token=TOKEN)

    assert mailing.topic_of(writer, token) == Topic.TRADES
    assert mailing.unsubscribe(writer, token) == Topic.TRADES
    assert mailing.unsubscribe(writer, token) == Topic.TRADES

    wishes = preferences.of_member(writer, ann.member)
    assert wishes.of(Topic.TRADES).mail is Pace.NEVER
    assert wishes.of(Topic.WAITING) == Preferences().of(Topic.WAITING)


def test_a_link_in_a_digest_ends_all_that_comes_in_digests(
    writer: Writer, ann: Person
) -> None:
    token = mails.link(writer, ann.member, DIGEST, token=TOKEN)

    mailing.unsubscribe(writer, token)

    wishes = preferences.of_member(writer, ann.member)
    ended = {topic for topic in Topic if wishes.of(topic).mail is Pace.NEVER}
    assert ended == Preferences().in_digests
    assert ended >= {Topic.PAPER, Topic.STANDING, Topic.WEEK, Topic.NEWS}


def test_each_member_has_one_link_a_topic(writer: Writer, ann: Person) -> None:
    first = mails.link(writer, ann.member, Topic.TRADES, token=TOKEN)

    assert mails.link(writer, ann.member, Topic.TRADES, token="1" * 32) == first


@pytest.mark.parametrize("token", ["", "x", "0" * 31 + "1", "\ud800"])
def test_a_link_that_stands_in_no_letter_ends_nothing(writer: Writer, token: str) -> None:
    with refused(Code.UNKNOWN_LINK):
        mailing.unsubscribe(writer, token)


def test_another_address_is_told_to_the_one_before(writer: Writer, ann: Person) -> None:
    members.set_email(writer, ann.member, "old@example.org")

    changing.change(writer, OPERATOR, ann.number, Changes(email="new@example.org"), now=NOW)

    (mail,) = mails.due(writer, now=NOW, limit=9)
    assert (mail.recipient, mail.template) == ("old@example.org", Template.EMAIL_CHANGED)
    assert [one.kind for one in notices.after(writer, 0, limit=9)] == [Kind.EMAIL_CHANGED]
