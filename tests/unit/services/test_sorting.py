"""Which notices become mails, when, and which of them together."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from cesnode.community.notices import Choice, Kind, Pace, Preferences, Quiet, Topic
from cesnode.config import Mail as Settings
from cesnode.services import mailing, noticing, sorting
from cesnode.services.mailing import DIGEST, Letter, Template
from cesnode.store import Writer, mails, members, notices, preferences
from cesnode.store.mails import Mail
from tests.support.exchanges import DAY, HOUR, NOW, Person, order, record_as

SETTINGS = Settings(host="mail.example", sender="post@oakvale.example", language="ca")
NOON = NOW - NOW % DAY + 12 * HOUR
FAR = 2**40


@pytest.fixture
def bob(writer: Writer, bob: Person) -> Person:
    members.set_email(writer, bob.member, "bob@example.org")
    return bob


@pytest.fixture(autouse=True)
def _open(writer: Writer) -> None:
    sorting.open_office(writer, SETTINGS, now=NOON)


def wishes(writer: Writer, person: Person, **paces: Pace) -> None:
    choices = {Topic(topic): Choice(mail=pace) for topic, pace in paces.items()}
    preferences.keep(writer, person.member, Preferences(choices=choices))


def tell(
    writer: Writer, person: Person, kind: Kind = Kind.UNLOCKED, at: int = NOON
) -> None:
    noticing.tell_holders(writer, person.account, kind, now=at)


def sort(writer: Writer, at: int = NOON) -> list[Mail]:
    """Sort and digest as the job does; return all that waits."""
    sorting.sort(writer, SETTINGS, now=at)
    sorting.digest(writer, SETTINGS, now=at)
    return mails.due(writer, now=FAR, limit=100)


def told(writer: Writer, mail: Mail) -> list[Kind]:
    return [notice.kind for notice in notices.told_by(writer, mail.id)]


def test_news_goes_out_at_once_in_the_language_of_the_node(
    writer: Writer, ann: Person, bob: Person
) -> None:
    record_as(writer, ann, order(ann, bob))

    (mail,) = sort(writer)

    assert (mail.recipient, mail.name) == ("bob@example.org", "Bob Beech")
    assert (mail.template, mail.topic) == (Template.NEWS, Topic.TRADES)
    assert (mail.language, mail.next_at) == ("ca", NOON)
    assert told(writer, mail) == [Kind.RECORDED]


def test_who_has_chosen_a_language_is_written_to_in_it(writer: Writer, bob: Person) -> None:
    preferences.keep(writer, bob.member, Preferences(language="ar"))
    tell(writer, bob)

    (mail,) = sort(writer)

    assert mail.language == "ar"


def test_who_has_no_address_gets_no_mail(writer: Writer, ann: Person) -> None:
    tell(writer, ann)

    assert sort(writer) == []


def test_an_address_that_is_none_stops_nobody_elses_mail(
    writer: Writer, ann: Person, bob: Person
) -> None:
    members.set_email(writer, ann.member, "no address")
    tell(writer, ann)
    tell(writer, bob)

    assert [mail.recipient for mail in sort(writer)] == ["bob@example.org"]


def test_everything_is_told_by_mail_once(writer: Writer, bob: Person) -> None:
    tell(writer, bob)

    sort(writer)

    assert len(sort(writer)) == 1


def test_what_happens_together_comes_in_one_mail(writer: Writer, bob: Person) -> None:
    tell(writer, bob, Kind.LOCKED)
    tell(writer, bob, Kind.UNLOCKED)

    (mail,) = sort(writer)

    assert told(writer, mail) == [Kind.LOCKED, Kind.UNLOCKED]


def test_who_wants_no_mail_gets_none(writer: Writer, bob: Person) -> None:
    wishes(writer, bob, membership=Pace.NEVER)
    tell(writer, bob)

    assert sort(writer) == []


def test_what_came_of_the_night_waits_for_the_morning_in_one_mail(
    writer: Writer, bob: Person
) -> None:
    night = NOON + 11 * HOUR
    tell(writer, bob, Kind.LOCKED, at=night)
    sort(writer, at=night)
    tell(writer, bob, Kind.UNLOCKED, at=night + HOUR)

    (mail,) = sort(writer, at=night + HOUR)

    assert mail.next_at == NOON + 19 * HOUR
    assert told(writer, mail) == [Kind.LOCKED, Kind.UNLOCKED]


def test_a_warning_does_not_wait_for_the_morning(writer: Writer, bob: Person) -> None:
    night = NOON + 11 * HOUR
    noticing.tell(writer, bob.member, Kind.NEW_DEVICE, details={"device": "x"}, now=night)

    (mail,) = sort(writer, at=night)

    assert (mail.next_at, mail.values) == (night, {})


def test_a_warning_goes_out_whatever_was_chosen(writer: Writer, bob: Person) -> None:
    preferences.keep(writer, bob.member, Preferences().without_mail(frozenset(Topic)))
    noticing.tell(writer, bob.member, Kind.PASSWORD_CHANGED, now=NOON)

    assert len(sort(writer)) == 1


def test_a_daily_mail_comes_at_its_hour_once_a_day(writer: Writer, bob: Person) -> None:
    wishes(writer, bob, membership=Pace.DAILY, trades=Pace.DAILY)
    tell(writer, bob, Kind.LOCKED)
    tell(writer, bob, Kind.SETTLED)
    tomorrow = NOON + DAY

    before = sort(writer, at=tomorrow)
    (mail,) = sort(writer, at=tomorrow + 6 * HOUR)
    tell(writer, bob, at=tomorrow + 7 * HOUR)
    later = sort(writer, at=tomorrow + 7 * HOUR)
    next_day = sort(writer, at=tomorrow + DAY + 6 * HOUR)

    assert before == []
    assert (mail.template, mail.topic) == (Template.DIGEST, DIGEST)
    assert told(writer, mail) == [Kind.LOCKED, Kind.SETTLED]
    assert later == [mail]
    assert len(next_day) == 2


def test_the_hour_of_the_daily_mail_is_that_of_the_exchange(
    writer: Writer, bob: Person
) -> None:
    far_east = Settings(
        host="mail.example", sender="post@oakvale.example", time_zone="Asia/Tokyo"
    )
    wishes(writer, bob, membership=Pace.DAILY)
    tell(writer, bob)
    sorting.sort(writer, far_east, now=NOON)
    evening_there = datetime.fromtimestamp(NOON, UTC).replace(hour=9).timestamp() + DAY

    assert sorting.digest(writer, far_east, now=int(evening_there) - 1) == 0
    assert sorting.digest(writer, far_east, now=int(evening_there)) == 1


def test_a_weekly_mail_comes_once_a_week(writer: Writer, bob: Person) -> None:
    tell(writer, bob, Kind.LIMIT_NEAR)

    days = {day: len(sort(writer, at=NOON + day * DAY + 7 * HOUR)) for day in range(15)}

    first = next(day for day, count in days.items() if count)
    assert datetime.fromtimestamp(NOON + first * DAY, UTC).weekday() == 0
    assert set(days.values()) == {0, 1}


def test_a_node_that_was_down_at_the_hour_writes_afterwards(
    writer: Writer, bob: Person
) -> None:
    wishes(writer, bob, membership=Pace.DAILY)
    tell(writer, bob)
    sort(writer)

    assert len(sort(writer, at=NOON + 3 * DAY + 11 * HOUR)) == 1


def test_what_was_read_on_the_pages_is_in_no_digest(writer: Writer, bob: Person) -> None:
    wishes(writer, bob, membership=Pace.DAILY)
    tell(writer, bob)
    sort(writer)
    notices.mark_all_read(writer, bob.member, now=NOON)

    assert sort(writer, at=NOON + DAY + 7 * HOUR) == []


def test_who_ends_a_topic_before_its_digest_is_not_written_to(
    writer: Writer, bob: Person
) -> None:
    wishes(writer, bob, membership=Pace.DAILY)
    tell(writer, bob)
    sort(writer)
    wishes(writer, bob, membership=Pace.NEVER)

    assert sort(writer, at=NOON + DAY + 7 * HOUR) == []


def test_old_news_is_not_mailed(writer: Writer, bob: Person) -> None:
    tell(writer, bob, at=NOON - sorting.STALE - 1)

    assert sort(writer) == []


def test_an_office_that_opens_again_does_not_tell_what_happened_meanwhile(
    writer: Writer, bob: Person
) -> None:
    sorting.open_office(writer, Settings(), now=NOON)
    tell(writer, bob)
    letter = Letter(recipient="ana@example.org", template=Template.TEST)

    assert not mailing.is_on(writer)
    assert mailing.queue(writer, letter, now=NOON) is None

    sorting.open_office(writer, SETTINGS, now=NOON)

    assert mailing.is_on(writer)
    assert sort(writer) == []


def test_there_is_work_only_where_there_is(writer: Writer, bob: Person) -> None:
    assert not sorting.has_work(writer, SETTINGS, now=NOON)

    tell(writer, bob)

    assert sorting.has_work(writer, SETTINGS, now=NOON)

    sort(writer)

    assert not sorting.has_work(writer, SETTINGS, now=NOON)
    assert sorting.has_work(writer, SETTINGS, now=NOON + DAY + 6 * HOUR)


@pytest.mark.parametrize(
    "chosen", [{"quiet": None}, {"quiet": Quiet(0, 0)}], ids=["none", "no hours"]
)
def test_who_has_no_quiet_hours_is_written_to_at_night(
    writer: Writer, bob: Person, chosen: Mapping[str, Quiet | None]
) -> None:
    preferences.keep(writer, bob.member, Preferences(quiet=chosen["quiet"]))
    night = NOON + 11 * HOUR
    tell(writer, bob, at=night)

    (mail,) = sort(writer, at=night)

    assert mail.next_at == night
