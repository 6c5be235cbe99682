"""Days as people write them, as the seconds that the books count in."""

from __future__ import annotations

import datetime

from cesnode.errors import DateInvalid

_DAY = 86_400


def day(text: str, *, field: str) -> datetime.date:
    """Read an ISO 8601 date."""
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        raise DateInvalid(text=text, field=field) from None


def start_of(text: str, *, field: str) -> int:
    """Return when a day begins (UTC)."""
    midnight = datetime.datetime.combine(
        day(text, field=field), datetime.time(), datetime.UTC
    )
    return int(midnight.timestamp())


def end_of(text: str, *, field: str) -> int:
    """Return when the day after begins."""
    return start_of(text, field=field) + _DAY


def day_of(now: int) -> datetime.date:
    """Return the day that it is (UTC)."""
    return datetime.datetime.fromtimestamp(now, datetime.UTC).date()


def midnight(now: int) -> int:
    return now - now % _DAY


def next_midnight(now: int) -> int:
    return midnight(now) + _DAY
