"""What can be told, how members may wish to hear of it, and their quiet hours."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cesnode.community.notices import (
    DEFAULTS,
    Choice,
    Kind,
    Pace,
    Preferences,
    Quiet,
    Topic,
    posted_by,
)
from cesnode.errors import FieldInvalid
from cesnode.ledger.trades import Channel

HOURS = st.integers(0, 23)


@pytest.mark.parametrize(
    ("at", "waits_until"),
    [
        ("2026-03-01T21:59", "2026-03-01T21:59"),
        ("2026-03-01T22:00", "2026-03-02T07:00"),
        ("2026-03-02T00:30", "2026-03-02T07:00"),
        ("2026-03-02T06:59", "2026-03-02T07:00"),
        ("2026-03-02T07:00", "2026-03-02T07:00"),
    ],
)
def test_a_mail_of_the_night_waits_for_the_morning(at: str, waits_until: str) -> None:
    moment = datetime.fromisoformat(at).replace(tzinfo=UTC)

    later = Quiet(22, 7).after(moment)

    assert later == datetime.fromisoformat(waits_until).replace(tzinfo=UTC)


def test_quiet_hours_may_lie_within_one_day() -> None:
    noon = datetime(2026, 3, 1, 13, 20, tzinfo=UTC)

    assert Quiet(12, 15).after(noon) == datetime(2026, 3, 1, 15, tzinfo=UTC)


def test_quiet_hours_are_those_of_the_clock_on_the_wall_when_clocks_change() -> None:
    madrid = ZoneInfo("Europe/Madrid")
    night = datetime(2026, 3, 28, 23, tzinfo=madrid)  # that night is an hour shorter

    morning = Quiet(22, 7).after(night)

    assert morning == datetime(2026, 3, 29, 7, tzinfo=madrid)
    assert morning.timestamp() - night.timestamp() == 7 * 3_600


@given(begins=HOURS, ends=HOURS, moment=st.datetimes(timezones=st.just(UTC)))
def test_nothing_is_sent_in_quiet_hours_and_nothing_waits_longer_than_a_day(
    begins: int, ends: int, moment: datetime
) -> None:
    quiet = Quiet(begins, ends)
    moment = moment.replace(year=2026)

    later = quiet.after(moment)

    assert quiet.after(later) == later
    assert 0 <= (later - moment).total_seconds() <= 24 * 3_600


@pytest.mark.parametrize("hours", [(24, 7), (22, -1)])
def test_an_hour_is_one_of_a_day(hours: tuple[int, int]) -> None:
    with pytest.raises(FieldInvalid):
        Quiet(*hours)


def test_every_topic_has_something_to_tell_and_a_usual_way() -> None:
    assert {kind.topic for kind in Kind} == set(DEFAULTS) == set(Topic)


def test_what_comes_from_paper_is_told_as_such() -> None:
    from_paper = {
        channel for channel in Channel if "paper" in str(posted_by(channel).buyer)
    }

    assert from_paper == {Channel.SHEET, Channel.SLIP}


def test_mail_about_safety_cannot_be_ended() -> None:
    quieted = Preferences().without_mail(frozenset(Topic))

    told = {topic for topic in Topic if quieted.of(topic).mail is not Pace.NEVER}
    assert told == {Topic.SECURITY}


def test_a_topic_off_the_bell_takes_its_kinds_along() -> None:
    wishes = Preferences(choices={Topic.STANDING: Choice(bell=False)})

    usual = Preferences().silenced
    assert wishes.silenced - usual == {Kind.LIMIT_NEAR, Kind.LIMIT_PASSED}


def test_what_a_week_has_brought_is_for_letters_and_not_for_the_bell() -> None:
    assert Preferences().silenced == {Kind.NEW_OFFERINGS, Kind.NEW_WANTS}
