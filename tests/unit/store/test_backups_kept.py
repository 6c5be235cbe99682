"""When a backup is due, and which of many are old enough to go."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cesnode.config import Backup as Settings
from cesnode.store import backups
from cesnode.store.backups import Kept, Manifest
from cesnode.store.backups.keeping import spare
from tests.support.exchanges import DAY, HOUR

MONDAY = int(datetime(2026, 6, 1, 12, tzinfo=UTC).timestamp())
MIDNIGHT = MONDAY - 12 * HOUR


def made(at: int) -> Kept:
    told = Manifest(
        program="0",
        schema=1,
        made_at=at,
        code="OAKV",
        name="Oak",
        origin="",
        founded_at=0,
        transfers=0,
        head="",
        acts_head="",
        key="",
        has_keys=True,
        has_media=True,
        files=(),
    )
    return Kept(Path("somewhere"), told)


def days(*each: int) -> list[int]:
    return [MONDAY - day * DAY for day in each]


def test_the_newest_of_each_day_stays() -> None:
    settings = Settings(days=3, weeks=0, months=0)
    morning, evening = MONDAY, MONDAY + 6 * HOUR

    old = spare([morning, evening, *days(1, 2, 3, 4)], settings)

    assert old == {morning, *days(3, 4)}


def test_the_newest_of_each_week_and_month_stays_beside_the_days() -> None:
    settings = Settings(days=1, weeks=2, months=3)

    old = spare(days(0, 1, 2, 8, 9, 31, 32, 62), settings)

    assert sorted(set(days(0, 1, 2, 8, 9, 31, 32, 62)) - old, reverse=True) == days(
        0, 1, 32
    )


def test_days_without_a_backup_use_up_nothing() -> None:
    old = spare(days(0, 100, 200, 300), Settings(days=3, weeks=0, months=0))

    assert old == set(days(300))


@given(st.lists(st.integers(0, 10**10), min_size=1), st.integers(1, 9), st.integers(0, 9))
def test_the_newest_stays_and_what_stays_once_stays_the_next_time(
    moments: list[int], most: int, weeks: int
) -> None:
    settings = Settings(days=most, weeks=weeks, months=weeks)

    left = set(moments) - spare(moments, settings)

    assert max(moments) in left
    assert spare(left, settings) == set()


@pytest.mark.parametrize(
    ("last", "now", "due_at"),
    [
        (None, MONDAY, MONDAY),
        (MIDNIGHT + 2 * HOUR, MIDNIGHT + 2 * HOUR, MIDNIGHT + 26 * HOUR),
        (MIDNIGHT + 2 * HOUR - 1, MIDNIGHT + 2 * HOUR, MIDNIGHT + 2 * HOUR),
        (MIDNIGHT - 20 * HOUR, MIDNIGHT, MIDNIGHT + 2 * HOUR),
        (MIDNIGHT - 22 * HOUR - 1, MIDNIGHT, MIDNIGHT),
        (MIDNIGHT - 9 * DAY, MIDNIGHT, MIDNIGHT),
    ],
)
def test_a_backup_is_due_once_its_hour_has_come_since_the_last(
    last: int | None, now: int, due_at: int
) -> None:
    kept = None if last is None else made(last)
    settings = Settings(hour=2)

    assert backups.next_due(kept, settings, now=now) == due_at
    assert backups.is_due(kept, settings, now=now) is (due_at == now)
