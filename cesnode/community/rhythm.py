"""On which days something that is done again and again falls due.

1. Every week is every seventh day after the first.
2. Every month is the first one's day of the month; a month that has no such day is
   due on its last.  The 31st of January leads to the 28th of February, and from there
   to the 31st of March.
"""

from __future__ import annotations

import calendar
import datetime
from enum import StrEnum

_WEEK = datetime.timedelta(days=7)
_MONTHS = 12


class Rhythm(StrEnum):
    ONCE = "once"
    WEEKLY = "weekly"
    MONTHLY = "monthly"


def day(first: datetime.date, rhythm: Rhythm, turn: int) -> datetime.date | None:
    """Return the day of a turn, of which the first is 0; None if there is no such one."""
    if rhythm is Rhythm.ONCE and turn:
        return None
    try:
        return _month(first, turn) if rhythm is Rhythm.MONTHLY else first + turn * _WEEK
    except (OverflowError, ValueError):  # The calendar ends with the year 9999.
        return None


def turn_from(first: datetime.date, rhythm: Rhythm, since: datetime.date) -> int:
    """Return the first turn that does not fall before a day."""
    if since <= first:
        return 0
    if rhythm is Rhythm.MONTHLY:
        turn = (since.year - first.year) * _MONTHS + since.month - first.month
        return turn if _month(first, turn) >= since else turn + 1
    return -(-(since - first) // _WEEK) if rhythm is Rhythm.WEEKLY else 1


def _month(first: datetime.date, turn: int) -> datetime.date:
    years, month = divmod(first.month - 1 + turn, _MONTHS)
    year = first.year + years
    last = calendar.monthrange(year, month + 1)[1]
    return first.replace(year=year, month=month + 1, day=min(first.day, last))
