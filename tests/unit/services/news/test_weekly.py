"""What a week has brought to the market, told once and to each of others' things alone."""

from __future__ import annotations

from uuid import uuid4

from cesnode.community.market import Kind as Advert
from cesnode.community.market import Wish
from cesnode.community.notices import Kind, Preferences
from cesnode.community.roles import OPERATOR
from cesnode.config import Mail as Settings
from cesnode.services import bell, sorting
from cesnode.services.market import publishing
from cesnode.services.market.drafts import Draft
from cesnode.services.news import weekly
from cesnode.store import Writer, mails, members, notices, preferences
from tests.support.exchanges import DAY, NOW, Person, acting_as

WEEK = 7 * DAY
SETTINGS = Settings(host="mail.example", sender="post@oakvale.example")


def put(writer: Writer, person: Person, title: str, kind: Advert = Advert.OFFERING) -> int:
    made = publishing.publish(
        writer, OPERATOR, kind, person.number, Draft(title=title), id=uuid4(), now=NOW
    )
    return made.listing.id


def told(writer: Writer, person: Person) -> list[tuple[Kind, str, str]]:
    wished = {Kind.NEW_OFFERINGS, Kind.NEW_WANTS}
    found = notices.of_member(
        writer, person.member, silenced=frozenset(), before=None, limit=99
    )
    views = bell.views(writer, found, now=NOW)
    return sorted(
        (view.kind, view.count, view.words) for view in views if view.kind in wished
    )


def test_the_first_time_nothing_is_told(writer: Writer, ann: Person, bob: Person) -> None:
    put(writer, ann, "bread")

    assert weekly.tell(writer, now=NOW) == 0
    assert told(writer, bob) == []


def test_once_a_week_each_hears_of_what_others_put_up(
    writer: Writer, ann: Person, bob: Person
) -> None:
    weekly.tell(writer, now=NOW)
    put(writer, ann, "bread")
    put(writer, ann, "a ladder", Advert.WANT)
    put(writer, bob, "jam")

    assert weekly.tell(writer, now=NOW + DAY) == 0
    weekly.tell(writer, now=NOW + WEEK)
    weekly.tell(writer, now=NOW + WEEK + DAY)

    assert told(writer, ann) == [(Kind.NEW_OFFERINGS, "1", "jam")]
    assert told(writer, bob) == [
        (Kind.NEW_OFFERINGS, "1", "bread"),
        (Kind.NEW_WANTS, "1", "a ladder"),
    ]


def test_what_is_only_changed_is_not_new(writer: Writer, ann: Person, bob: Person) -> None:
    number = put(writer, ann, "bread")
    weekly.tell(writer, now=NOW + 1)

    publishing.rewrite(writer, OPERATOR, number, Draft(title="rye"), now=NOW + DAY)
    weekly.tell(writer, now=NOW + WEEK)

    assert told(writer, bob) == []


def test_what_is_gone_by_then_is_not_told(writer: Writer, ann: Person, bob: Person) -> None:
    weekly.tell(writer, now=NOW)
    number = put(writer, ann, "bread")

    publishing.move(writer, OPERATOR, number, Wish.HIDE, now=NOW)
    weekly.tell(writer, now=NOW + WEEK)

    assert told(writer, bob) == []


def test_a_few_are_named_and_all_are_counted(
    writer: Writer, ann: Person, bob: Person
) -> None:
    weekly.tell(writer, now=NOW)
    for title in "abcde":
        put(writer, ann, title)

    weekly.tell(writer, now=NOW + WEEK)

    assert told(writer, bob) == [(Kind.NEW_OFFERINGS, "5", "e, d, c")]


def test_it_comes_in_the_weekly_letter_and_not_on_the_bell(
    writer: Writer, ann: Person, bob: Person
) -> None:
    monday = NOW - 15 * 3_600 - DAY  # NOW is a Tuesday at three.
    sorting.open_office(writer, SETTINGS, now=monday)
    weekly.tell(writer, now=monday)
    members.set_email(writer, bob.member, "bob@example.org")
    preferences.keep(writer, bob.member, Preferences(quiet=None))
    put(writer, ann, "bread")

    weekly.tell(writer, now=monday + WEEK)
    sorting.sort(writer, SETTINGS, now=monday + WEEK)
    early = mails.due(writer, now=monday + WEEK, limit=9)
    evening = monday + WEEK + 20 * 3_600
    sorting.digest(writer, SETTINGS, now=evening)

    (mail,) = mails.due(writer, now=evening, limit=9)
    assert early == []
    assert (mail.member, mail.template) == (bob.member, "digest")
    assert bell.unread(writer, acting_as(writer, bob)) == 0
