"""Announcements: for whom, from when to when, told once, put away by who has read them."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest

from cesnode.community.news import Audience
from cesnode.community.notices import Kind
from cesnode.community.roles import OPERATOR, Role
from cesnode.errors import Code, UnknownAnnouncement
from cesnode.services import bell, dates
from cesnode.services.news import announcing
from cesnode.services.news.announcing import Draft
from cesnode.store import Writer, acts, members
from cesnode.store.announcements import Announcement
from tests.support.exchanges import DAY, NOW, Person, acting_as, join, refused

TODAY = dates.day_of(NOW)


def day(after: int) -> str:
    return (TODAY + timedelta(days=after)).isoformat()


def announce(writer: Writer, title: str = "Tea", **said: object) -> Announcement:
    draft = Draft(**({"title": title, "text": "At *four*"} | said))  # type: ignore[arg-type]
    return announcing.publish(writer, OPERATOR, draft, id=uuid4(), now=NOW)


def titles(writer: Writer, person: Person | None, *, now: int = NOW) -> list[str]:
    actor = acting_as(writer, person) if person else None
    return [told.announcement.title for told in announcing.current(writer, actor, now=now)]


def told(writer: Writer, person: Person) -> list[str]:
    found = bell.notices_of(writer, acting_as(writer, person))
    return [view.words for view in found if view.kind is Kind.ANNOUNCED]


def test_it_is_shown_for_a_month_unless_it_says_otherwise(writer: Writer) -> None:
    made = announce(writer)

    since, until = date.fromisoformat(made.shown_from), date.fromisoformat(made.shown_until)
    assert (since, (until - since).days + 1) == (TODAY, 30)


def test_members_are_told_once_but_for_who_announced_it(
    writer: Writer, ann: Person
) -> None:
    rosa = join(writer, "Rosa Silva", role=Role.MEMBERSHIP_SECRETARY)
    draft = Draft(title="Tea", text="At four")

    announcing.publish(writer, acting_as(writer, rosa), draft, id=uuid4(), now=NOW)
    announcing.tell_due(writer, now=NOW)

    assert told(writer, ann) == ["Tea"]
    assert told(writer, rosa) == []


def test_what_begins_later_is_told_when_its_day_has_come(
    writer: Writer, ann: Person
) -> None:
    made = announce(writer, since=day(2))

    before = (titles(writer, ann), told(writer, ann))
    assert announcing.tell_due(writer, now=NOW + DAY) == 0
    assert announcing.tell_due(writer, now=NOW + 2 * DAY) == 1

    assert before == ([], [])
    assert told(writer, ann) == ["Tea"]
    assert titles(writer, ann, now=NOW + 2 * DAY) == ["Tea"]
    with pytest.raises(UnknownAnnouncement):
        announcing.one(writer, acting_as(writer, ann), made.id, now=NOW)


def test_what_is_over_before_anybody_was_told_is_told_to_nobody(
    writer: Writer, ann: Person
) -> None:
    announce(writer, since=day(-9), until=day(-2))

    assert told(writer, ann) == []


def test_what_is_over_is_found_among_the_earlier(writer: Writer, ann: Person) -> None:
    announce(writer, until=day(0))
    tomorrow = NOW + DAY

    earlier = announcing.earlier(writer, acting_as(writer, ann), page=1, now=tomorrow)

    assert titles(writer, ann, now=tomorrow) == []
    assert [one.announcement.title for one in earlier.told] == ["Tea"]
    assert not earlier.has_more


def test_the_newest_stands_first(writer: Writer, ann: Person) -> None:
    for title, since in (("old", -3), ("new", 0), ("middle", -1)):
        announce(writer, title, since=day(since))

    assert titles(writer, ann) == ["new", "middle", "old"]


def test_what_is_for_an_area_is_read_there_and_by_who_reads_everything(
    writer: Writer, ann: Person, cem: Person
) -> None:
    auditor = join(writer, "Ida", role=Role.AUDITOR)

    made = announce(writer, area=members.area(writer, "North"))

    assert titles(writer, ann) == titles(writer, auditor) == ["Tea"]
    assert titles(writer, cem) == titles(writer, None) == []
    assert (told(writer, ann), told(writer, cem)) == (["Tea"], [])
    with pytest.raises(UnknownAnnouncement):
        announcing.one(writer, acting_as(writer, cem), made.id, now=NOW)


def test_strangers_read_what_is_public_alone(writer: Writer) -> None:
    announce(writer, "inside")
    announce(writer, "outside", audience=Audience.PUBLIC)

    assert titles(writer, None) == ["outside"]
    assert [one.title for one in announcing.public(writer, now=NOW)] == ["outside"]


def test_strangers_do_not_read_who_wrote_it(writer: Writer) -> None:
    rosa = join(writer, "Rosa Silva", role=Role.ADMIN)
    draft = Draft(title="Tea", text="At four", audience=Audience.PUBLIC)
    actor = acting_as(writer, rosa)
    made = announcing.publish(writer, actor, draft, id=uuid4(), now=NOW)

    assert announcing.one(writer, None, made.id, now=NOW).author is None
    assert announcing.one(writer, actor, made.id, now=NOW).author == "Rosa Silva"


def test_who_has_read_it_finds_it_at_home_no_more(
    writer: Writer, ann: Person, bob: Person
) -> None:
    made = announce(writer)

    announcing.put_away(writer, acting_as(writer, ann), made.id, now=NOW)
    announcing.put_away(writer, acting_as(writer, ann), made.id, now=NOW)

    assert announcing.on_home(writer, acting_as(writer, ann), now=NOW) == ()
    assert len(announcing.on_home(writer, acting_as(writer, bob), now=NOW)) == 1
    assert titles(writer, ann) == ["Tea"]


def test_home_shows_the_newest_three(writer: Writer, ann: Person) -> None:
    for title in "abcd":
        announce(writer, title)

    shown = announcing.on_home(writer, acting_as(writer, ann), now=NOW)

    assert [one.announcement.title for one in shown] == ["d", "c", "b"]


def test_the_same_id_announces_once(writer: Writer, ann: Person) -> None:
    draft, same = Draft(title="Tea", text="At four"), UUID(int=7)

    first = announcing.publish(writer, OPERATOR, draft, id=same, now=NOW)
    again = announcing.publish(writer, OPERATOR, draft, id=same, now=NOW + 9)

    assert again.id == first.id
    assert titles(writer, ann) == told(writer, ann) == ["Tea"]


def test_what_is_taken_back_is_read_by_nobody(writer: Writer, ann: Person) -> None:
    made = announce(writer)

    announcing.withdraw(writer, OPERATOR, made.id, now=NOW)

    assert titles(writer, ann) == []
    with pytest.raises(UnknownAnnouncement):
        announcing.one(writer, OPERATOR, made.id, now=NOW)
    with refused(Code.WRONG_STATE):
        announcing.rewrite(writer, OPERATOR, made.id, Draft(title="x", text="y"), now=NOW)


def test_who_did_what_is_kept(writer: Writer) -> None:
    made = announce(writer)
    changed = Draft(title="Coffee", text="At five")

    announcing.rewrite(writer, OPERATOR, made.id, changed, now=NOW)
    announcing.withdraw(writer, OPERATOR, made.id, now=NOW)

    assert [act.kind for act in acts.about(writer, f"announcement:{made.id}")] == [
        "announcement.published",
        "announcement.changed",
        "announcement.withdrawn",
    ]


@pytest.mark.parametrize(
    ("said", "field", "code"),
    [
        ({"title": " "}, "title", Code.FIELD_INVALID),
        ({"text": " \n "}, "text", Code.DESCRIPTION_MISSING),
        ({"text": "x" * 10_001}, "text", Code.DESCRIPTION_TOO_LONG),
        ({"text": "a\x00b"}, "text", Code.DESCRIPTION_INVALID),
        ({"since": "tomorrow"}, "since", Code.DATE_INVALID),
        ({"until": "2025-13-01"}, "until", Code.DATE_INVALID),
        ({"since": day(3), "until": day(2)}, "until", Code.DATE_INVALID),
        ({"until": day(366)}, "until", Code.DATE_INVALID),
        ({"area": 99}, "area", Code.UNKNOWN_AREA),
    ],
)
def test_what_cannot_be_announced_names_its_field_and_changes_nothing(
    writer: Writer, ann: Person, said: dict[str, object], field: str, code: Code
) -> None:
    with refused(code, field=field):
        announce(writer, **said)  # type: ignore[arg-type]

    assert titles(writer, ann) == told(writer, ann) == []
