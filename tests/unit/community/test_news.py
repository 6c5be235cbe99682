"""When something takes place, and the hours that people write."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from cesnode.community.news import MOST_DAYS, When, clock
from cesnode.errors import (
    BeginMissing,
    Code,
    EndsTooEarly,
    LastsTooLong,
    TimeSkipped,
)
from tests.support.exchanges import refused

DAY = date(2026, 3, 29)
MADRID = ZoneInfo("Europe/Madrid")  # On this day its clocks go from 2 to 3.


@pytest.mark.parametrize(
    ("text", "hour"),
    [
        ("19:30", time(19, 30)),
        (" 9.05 ", time(9, 5)),
        ("0:00", time(0)),
        ("23:59", time(23, 59)),
        ("", None),
    ],
)
def test_an_hour_is_read_as_people_write_it(text: str, hour: time | None) -> None:
    assert clock(text, field="begins") == hour


@pytest.mark.parametrize(
    "text", ["24:00", "7", "19:60", "7pm", "\u0667:\u0663\u0660", "19:30:00"]
)
def test_what_is_no_hour_is_refused(text: str) -> None:
    with refused(Code.DATE_INVALID, field="ends"):
        clock(text, field="ends")


def test_without_an_hour_it_takes_whole_days() -> None:
    when = When(first=DAY, last=DAY + timedelta(days=2))

    assert when.is_whole_days
    assert len(when.days) == 3


def test_an_hour_is_that_of_a_clock_there() -> None:
    when = When(first=DAY, last=DAY, begins=time(19, 30), ends=time(21))

    assert when.starts_at(MADRID) == datetime(2026, 3, 29, 17, 30, tzinfo=UTC)
    assert when.ends_at(MADRID) == datetime(2026, 3, 29, 19, tzinfo=UTC)


def test_an_end_that_is_not_said_is_open() -> None:
    assert When(first=DAY, last=DAY, begins=time(19)).ends_at(MADRID) is None


def test_it_may_end_after_midnight() -> None:
    night = When(first=DAY, last=DAY + timedelta(days=1), begins=time(22), ends=time(2))

    assert not night.is_whole_days


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"last": DAY - timedelta(days=1)}, EndsTooEarly),
        ({"begins": time(20), "ends": time(20)}, EndsTooEarly),
        ({"begins": time(0), "ends": time(0)}, EndsTooEarly),
        ({"ends": time(20)}, BeginMissing),
        ({"last": DAY + timedelta(days=MOST_DAYS)}, LastsTooLong),
    ],
)
def test_what_cannot_take_place_is_refused(
    changes: dict[str, date | time], error: type[Exception]
) -> None:
    with pytest.raises(error):
        When(**({"first": DAY, "last": DAY} | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize("field", ["begins", "ends"])
def test_an_hour_that_a_spring_leaves_out_is_refused(field: str) -> None:
    hours = {"begins": time(1), "ends": time(4)} | {field: time(2, 30)}
    when = When(first=DAY, last=DAY, **hours)

    with pytest.raises(TimeSkipped) as caught:
        when.require_real(MADRID)
    assert caught.value.field == field
    when.require_real(ZoneInfo("UTC"))


def test_an_hour_that_an_autumn_has_twice_is_the_first_of_them() -> None:
    twice = date(2026, 10, 25)
    when = When(first=twice, last=twice, begins=time(2, 30))

    when.require_real(MADRID)

    assert when.starts_at(MADRID) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
