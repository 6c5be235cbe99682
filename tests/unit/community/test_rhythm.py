"""Days on which something falls due: months of every length, and where to go on."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cesnode.community.rhythm import Rhythm, day, turn_from

ENDS = datetime.date(9999, 12, 31)


def on(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


@pytest.mark.parametrize(
    ("rhythm", "first", "days"),
    [
        (Rhythm.ONCE, "2026-01-31", ["2026-01-31", None, None]),
        (Rhythm.WEEKLY, "2026-12-28", ["2026-12-28", "2027-01-04", "2027-01-11"]),
        (Rhythm.MONTHLY, "2026-01-31", ["2026-01-31", "2026-02-28", "2026-03-31"]),
        (Rhythm.MONTHLY, "2027-12-30", ["2027-12-30", "2028-01-30", "2028-02-29"]),
        (Rhythm.MONTHLY, "2026-11-15", ["2026-11-15", "2026-12-15", "2027-01-15"]),
    ],
)
def test_a_month_without_the_day_is_due_on_its_last(
    rhythm: Rhythm, first: str, days: list[str | None]
) -> None:
    due = [day(on(first), rhythm, turn) for turn in range(3)]

    assert due == [each and on(each) for each in days]


@pytest.mark.parametrize("rhythm", [Rhythm.WEEKLY, Rhythm.MONTHLY])
def test_nothing_is_due_after_the_calendar_ends(rhythm: Rhythm) -> None:
    assert day(ENDS, rhythm, 1) is None


@given(
    st.sampled_from(Rhythm),
    st.dates(max_value=on("2500-01-01")),
    st.dates(max_value=on("2500-01-01")),
)
def test_it_goes_on_with_the_first_turn_that_is_not_past(
    rhythm: Rhythm, first: datetime.date, since: datetime.date
) -> None:
    turn = turn_from(first, rhythm, since)

    due, before = day(first, rhythm, turn), turn and day(first, rhythm, turn - 1)

    assert due is None or due >= since
    assert not before or before < since
