"""The calendar: what is in it, for whom, and who is told when it changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest

from cesnode.community.news import Audience
from cesnode.community.notices import Kind
from cesnode.community.roles import OPERATOR, Scope
from cesnode.errors import Code, NodeError, UnknownCalendar, UnknownEvent
from cesnode.services import bell
from cesnode.services.membership import closing
from cesnode.services.news import following, planning
from cesnode.services.news.planning import Plan
from cesnode.store import Writer, events, members
from cesnode.store.events import Event
from tests.support.exchanges import DAY, NOW, Person, acting_as, refused

UTC = ZoneInfo("UTC")
AUCKLAND = ZoneInfo("Pacific/Auckland")
PLAN = Plan(title="Tea", day="2025-07-20", begins="16:00", ends="18:00", place="Library")
JULY = date(2025, 7, 1)


def put(writer: Writer, *, zone: ZoneInfo = UTC, **said: Any) -> Event:  # noqa: ANN401
    wanted = replace(PLAN, **said)
    return planning.plan(writer, OPERATOR, wanted, id=uuid4(), zone=zone, now=NOW)


def titles(writer: Writer, person: Person | None, first: date = JULY) -> list[str]:
    actor = acting_as(writer, person) if person else None
    return [seen.event.title for seen in planning.month(writer, actor, first)]


def told(writer: Writer, person: Person) -> list[tuple[Kind, str]]:
    found = bell.notices_of(writer, acting_as(writer, person))
    return [(view.kind, view.day) for view in reversed(found)]


def test_it_is_in_the_calendar_of_its_month_and_members_are_told(
    writer: Writer, ann: Person
) -> None:
    put(writer)

    assert titles(writer, ann) == ["Tea"]
    assert titles(writer, ann, date(2025, 8, 1)) == []
    assert told(writer, ann) == [(Kind.EVENT_PLANNED, "2025-07-20")]


def test_what_lasts_into_the_next_month_is_in_both(writer: Writer, ann: Person) -> None:
    put(writer, day="2025-07-31", until="2025-08-02", begins="", ends="")

    assert titles(writer, ann) == titles(writer, ann, date(2025, 8, 1)) == ["Tea"]


def test_events_stand_in_the_order_in_which_they_begin(writer: Writer, ann: Person) -> None:
    put(writer, title="late", begins="20:00", ends="")
    put(writer, title="early", begins="08:00", ends="")
    put(writer, title="all day", begins="", ends="")
    put(writer, title="before", day="2025-07-02")

    assert titles(writer, ann) == ["before", "all day", "early", "late"]


def test_who_only_corrects_a_word_tells_nobody(writer: Writer, ann: Person) -> None:
    made = put(writer)

    changed = replace(PLAN, title="Tea for all", text="With cake")
    planning.rewrite(writer, OPERATOR, made.id, changed, zone=UTC, now=NOW)

    assert [kind for kind, _ in told(writer, ann)] == [Kind.EVENT_PLANNED]
    assert titles(writer, ann) == ["Tea for all"]


@pytest.mark.parametrize("change", [{"begins": "17:00"}, {"place": "The old farm"}])
def test_when_or_where_it_moves_is_told(
    writer: Writer, ann: Person, change: dict[str, str]
) -> None:
    made = put(writer)

    moved = replace(PLAN, **change)  # type: ignore[arg-type]
    planning.rewrite(writer, OPERATOR, made.id, moved, zone=UTC, now=NOW)

    assert told(writer, ann)[-1] == (Kind.EVENT_MOVED, "2025-07-20")


def test_what_is_called_off_stays_and_says_so(writer: Writer, ann: Person) -> None:
    made = put(writer)

    planning.call_off(writer, OPERATOR, made.id, zone=UTC, now=NOW)

    (seen,) = planning.month(writer, acting_as(writer, ann), JULY)
    assert seen.is_off
    assert not seen.may_change
    assert told(writer, ann)[-1][0] is Kind.EVENT_OFF
    assert planning.coming(writer, acting_as(writer, ann), zone=UTC, now=NOW) == ()
    with refused(Code.WRONG_STATE):
        planning.call_off(writer, OPERATOR, made.id, zone=UTC, now=NOW)


def test_of_what_is_over_nobody_is_told(writer: Writer, ann: Person) -> None:
    made = put(writer, day="2025-07-01")
    planning.call_off(writer, OPERATOR, made.id, zone=UTC, now=NOW)

    assert told(writer, ann) == []


def test_the_day_is_that_of_a_clock_there(writer: Writer, ann: Person) -> None:
    """NOW is 15 July 15:06 UTC, and the 16th in Auckland."""
    put(writer, zone=AUCKLAND, day="2025-07-15", begins="", ends="")

    assert planning.today(AUCKLAND, NOW) == date(2025, 7, 16)
    assert planning.coming(writer, acting_as(writer, ann), zone=AUCKLAND, now=NOW) == ()
    assert planning.tomorrow_at(AUCKLAND, NOW) == 1_752_667_200
    assert told(writer, ann) == []


def test_every_change_has_a_number_of_its_own(writer: Writer) -> None:
    made = put(writer)

    planning.rewrite(
        writer, OPERATOR, made.id, replace(PLAN, title="x"), zone=UTC, now=NOW + 9
    )
    planning.call_off(writer, OPERATOR, made.id, zone=UTC, now=NOW + 10)

    (found,) = planning.followed(writer, OPERATOR, now=NOW)
    assert (made.revision, found.revision, found.uuid) == (0, 2, made.uuid)
    assert found.called_off_at == found.changed_at == NOW + 10


def test_the_same_id_plans_once(writer: Writer, ann: Person) -> None:
    for _ in range(2):
        planning.plan(writer, OPERATOR, PLAN, id=UUID(int=7), zone=UTC, now=NOW)

    assert titles(writer, ann) == ["Tea"]
    assert len(told(writer, ann)) == 1


def test_areas_and_strangers_see_what_is_for_them(
    writer: Writer, ann: Person, cem: Person
) -> None:
    north = members.area(writer, "North")
    put(writer, title="north", area=north)
    put(writer, title="public", audience=Audience.PUBLIC)
    made = put(writer, title="both", audience=Audience.PUBLIC, area=north)

    assert titles(writer, ann) == ["north", "public", "both"]
    assert titles(writer, cem) == titles(writer, None) == ["public", "both"]
    assert planning.one(writer, None, made.id).author is None
    with pytest.raises(UnknownEvent):
        planning.one(writer, acting_as(writer, cem), 1)


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"title": ""}, "title"),
        ({"day": "Sunday"}, "day"),
        ({"day": ""}, "day"),
        ({"begins": "late"}, "begins"),
        ({"ends": "25:00"}, "ends"),
        ({"begins": ""}, "begins"),
        ({"until": "2025-07-19"}, "until"),
        ({"until": "2026-07-19"}, "until"),
        ({"ends": "15:00"}, "ends"),
        ({"place": "x" * 101}, "place"),
        ({"text": "a\u202eb"}, "text"),
        ({"area": 99}, "area"),
    ],
)
def test_what_cannot_be_planned_names_its_field(
    writer: Writer, ann: Person, said: dict[str, Any], field: str
) -> None:
    with pytest.raises(NodeError) as caught:
        put(writer, **said)

    assert caught.value.field == field
    assert titles(writer, ann) == []
    assert told(writer, ann) == []


def test_an_hour_that_there_is_not_is_refused(writer: Writer) -> None:
    with refused(Code.DATE_INVALID, field="begins"):
        put(
            writer,
            zone=ZoneInfo("Europe/Madrid"),
            day="2026-03-29",
            begins="2:30",
            ends="",
        )


def test_a_program_is_told_of_what_is_over_for_two_months(writer: Writer) -> None:
    put(writer)

    assert len(planning.followed(writer, OPERATOR, now=NOW + 65 * DAY)) == 1
    assert planning.followed(writer, OPERATOR, now=NOW + 66 * DAY) == []


def test_a_secret_address_reads_the_calendar_of_its_member_and_no_more(
    writer: Writer, ann: Person
) -> None:
    secret = following.make(writer, acting_as(writer, ann), now=NOW)

    follower = following.follower(writer, secret)

    assert (follower.member, follower.scope) == (ann.member, Scope.READ)
    assert following.made_at(writer, acting_as(writer, ann)) == NOW


def test_a_new_address_ends_the_one_before(writer: Writer, ann: Person) -> None:
    actor = acting_as(writer, ann)
    old = following.make(writer, actor, now=NOW)
    new = following.make(writer, actor, now=NOW)

    with pytest.raises(UnknownCalendar):
        following.follower(writer, old)
    assert following.follower(writer, new).member == ann.member


def test_an_ended_address_and_one_of_nobody_lead_nowhere(
    writer: Writer, ann: Person
) -> None:
    actor = acting_as(writer, ann)
    secret = following.make(writer, actor, now=NOW)
    following.end(writer, actor)

    for gone in (secret, "", "nobody", "\ud800"):
        with pytest.raises(UnknownCalendar):
            following.follower(writer, gone)


def test_who_has_left_follows_nothing(writer: Writer, ann: Person) -> None:
    secret = following.make(writer, acting_as(writer, ann), now=NOW)

    closing.close(writer, OPERATOR, ann.number, now=NOW)

    with pytest.raises(UnknownCalendar):
        following.follower(writer, secret)


def test_the_secret_itself_is_not_kept(writer: Writer, ann: Person) -> None:
    secret = following.make(writer, acting_as(writer, ann), now=NOW)

    (digest,) = writer.one("SELECT digest FROM calendar_addresses")
    assert secret.encode() not in bytes(digest)
    assert events.addressed(writer, bytes(digest)) == ann.member
