"""What an exchange tells its members: who hears it, for how long, and when it takes place.

An event is at an hour of the clock on the wall.  Which moment of the world that is
follows from the exchange's time zone, and only programs ask for it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from cesnode.errors import (
    BeginMissing,
    EndsTooEarly,
    LastsTooLong,
    TimeInvalid,
    TimeSkipped,
)

ANNOUNCEMENTS = "/announcements"
CALENDAR = "/calendar"
NEWSLETTERS = "/newsletters"

SHOWN_DAYS = 30
"""For so long an announcement is shown unless it says otherwise."""
MOST_SHOWN_DAYS = 366
MOST_DAYS = 60
"""For so many days an event can last."""
LONGEST_WORDS = 10_000
LONGEST_THANKS = 1_000

MOST_FILES = 5
MOST_BYTES = 3_000_000
"""Of all files of a newsletter together: each member gets a copy of them by mail."""

_CLOCK = re.compile(r"([01]?[0-9]|2[0-3])[:.]([0-5][0-9])", re.ASCII)


class Audience(StrEnum):
    """Who may read something, and whom it is told."""

    MEMBERS = "members"
    PUBLIC = "public"


class Way(StrEnum):
    """How a newsletter reaches somebody."""

    MAIL = "mail"
    PAPER = "paper"  # no mail can reach them: a letter can be printed
    PAGES = "pages"  # they wish no mail of this kind


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """From when to when something takes place, days and hours as a clock there shows them.

    Without `begins` it takes whole days, `last` included; without `ends` its end is open.

    Raises:
        BeginMissing, EndsTooEarly, LastsTooLong

    """

    first: date
    last: date
    begins: time | None = None
    ends: time | None = None

    def __post_init__(self) -> None:
        if self.begins is None and self.ends is not None:
            raise BeginMissing
        if self.last < self.first:
            raise EndsTooEarly
        if (self.last - self.first).days >= MOST_DAYS:
            raise LastsTooLong(days=MOST_DAYS)
        on_one_day = self.first == self.last
        if on_one_day and self.begins and self.ends and self.ends <= self.begins:
            raise EndsTooEarly(field="ends")

    @property
    def is_whole_days(self) -> bool:
        return self.begins is None

    def starts_at(self, zone: ZoneInfo) -> datetime:
        """Return the moment at which it begins, where it has an hour (UTC)."""
        return _moment(self.first, self.begins or time(), zone)

    def ends_at(self, zone: ZoneInfo) -> datetime | None:
        """Return the moment at which it ends, if that is said (UTC)."""
        return _moment(self.last, self.ends, zone) if self.ends else None

    def require_real(self, zone: ZoneInfo) -> None:
        """Raise TimeSkipped if it begins or ends in the hour that a spring leaves out."""
        for field, day, hour in (
            ("begins", self.first, self.begins),
            ("ends", self.last, self.ends),
        ):
            if hour is None:
                continue
            back = _moment(day, hour, zone).astimezone(zone)
            if back.replace(tzinfo=None) != datetime.combine(day, hour):
                raise TimeSkipped(day=day, time=written(hour), field=field)

    @property
    def days(self) -> tuple[date, ...]:
        count = (self.last - self.first).days + 1
        return tuple(self.first + timedelta(days=each) for each in range(count))


def clock(text: str, *, field: str) -> time | None:
    """Read an hour of the day, 19:30 or 9.05; nothing is None.

    Raises:
        TimeInvalid: it is none.

    """
    tidy = text.strip()
    if not tidy:
        return None
    found = _CLOCK.fullmatch(tidy)
    if found is None:
        raise TimeInvalid(text=text, field=field)
    return time(int(found[1]), int(found[2]))


def written(hour: time) -> str:
    return hour.isoformat("minutes")


def _moment(day: date, hour: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, hour, zone).astimezone(UTC)
