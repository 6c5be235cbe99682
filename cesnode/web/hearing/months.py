"""Months as they hang on a wall: weeks of seven days, with what takes place on each."""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from cesnode.services.news.planning import Seen

COUNTS = (1, 3, 12)
"""So many months can be looked at together."""
_FIRST, _LAST = date(1970, 1, 1), date(9998, 12, 1)


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the sheet; those of the months before and after have no events here."""

    day: date
    is_within: bool
    events: tuple[Seen, ...]


@dataclass(frozen=True, slots=True)
class Month:
    """A month, begun by `first`, and all that takes place in it in order."""

    first: date
    events: tuple[Seen, ...]

    def weeks(self, first_weekday: int) -> Sequence[Sequence[Day]]:
        """Return the sheet; 0 begins its weeks with Monday, 6 with Sunday."""
        sheet = calendar.Calendar(first_weekday)
        return [
            [self._day(day) for day in week]
            for week in sheet.monthdatescalendar(self.first.year, self.first.month)
        ]

    def _day(self, day: date) -> Day:
        is_within = day.month == self.first.month
        events = tuple(
            seen
            for seen in self.events
            if is_within and seen.event.when.first <= day <= seen.event.when.last
        )
        return Day(day, is_within, events)


def read(text: str, today: date) -> date:
    """Read a month that comes as 2026-12; what makes no sense is this month."""
    try:
        first = date.fromisoformat(f"{text}-01")
    except ValueError:
        first = today.replace(day=1)
    return min(max(first, _FIRST), _LAST)


def shifted(first: date, months: int) -> date:
    """Return the first day of a month so many before or after, as far as there are any."""
    whole = first.year * 12 + first.month - 1 + months
    least, most = _FIRST.year * 12, _LAST.year * 12 + _LAST.month - 1
    year, month = divmod(min(max(whole, least), most), 12)
    return date(year, month + 1, 1)


def following(first: date, count: int) -> list[date]:
    """Return so many first days of months, as far as there are any."""
    return sorted({shifted(first, each) for each in range(count)})
