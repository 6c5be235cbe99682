"""Reads single cells of other systems' files: days and times, amounts, yes and no.

Each refuses what it cannot read for certain with a CellInvalid, whose text says why.
"""

from __future__ import annotations

import datetime
import re
from fractions import Fraction
from functools import lru_cache

from cesnode.errors import NodeError
from cesnode.ledger.money import Currency, parse_signed

_DATE = re.compile(
    r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})"
    r"(?:[ T](\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?)?\s?(Z|UTC|[+-]\d{2}:?(?:\d{2})?)?"
)
_EPOCH = re.compile(r"-?\d{1,11}")
_EARLIEST, _LATEST = 1900, 2200
_TRUE, _FALSE = (
    frozenset({"-1", "1", "true", "t", "yes"}),
    frozenset({"", "0", "false", "f", "no"}),
)
_PERCENT = re.compile(r"([0-9]{1,3}(?:\.[0-9]{1,6})?)\s?%?")
_HOUR = 3_600


class CellInvalid(ValueError):
    """What a cell holds cannot be read; the text says why."""


def moment(text: str, *, offset_hours: float = 0) -> int:
    """Read "2011/05/14 21:34:45" or ISO 8601 as Unix seconds.

    `offset_hours` is how far ahead of UTC the clock was that wrote a time without zone.
    """
    found = _DATE.fullmatch(text)
    if found is None:
        raise CellInvalid(f"“{text[:40]}” is not a date")
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups()[:6])
    try:
        at = datetime.datetime(year, month, day, hour, minute, second, tzinfo=datetime.UTC)
    except ValueError:
        raise CellInvalid(f"“{text[:40]}” is not a date") from None
    if not _EARLIEST <= year <= _LATEST:
        raise CellInvalid(f"{year} is no year it can have been")
    shift = offset_hours * _HOUR if not found[7] else _zone(found[7])
    return int(at.timestamp() - shift)


def epoch(text: str) -> int:
    """Read Unix seconds."""
    if not _EPOCH.fullmatch(text):
        raise CellInvalid(f"“{text[:40]}” is not a time in seconds")
    seconds = int(text)
    if not _EARLIEST <= year_of(seconds) <= _LATEST:
        raise CellInvalid(f"“{text}” is no time it can have been")
    return seconds


def day_of(seconds: int, *, offset_hours: float = 0) -> str:
    """Return the day it was where the community lives."""
    local = seconds + int(offset_hours * _HOUR)
    return datetime.datetime.fromtimestamp(local, datetime.UTC).date().isoformat()


def year_of(seconds: int) -> int:
    try:
        return datetime.datetime.fromtimestamp(seconds, datetime.UTC).year
    except (OverflowError, ValueError, OSError):
        return 0


def truth(text: str) -> bool:
    """Read -1 (CES), 1 or true as yes, and 0 or nothing as no."""
    tidy = text.lower()
    if tidy in _TRUE:
        return True
    if tidy in _FALSE:
        return False
    raise CellInvalid(f"“{text[:40]}” is neither yes nor no")


def amount(text: str, currency: Currency) -> int:
    """Read an amount that may be negative or zero; the decimal point is a dot."""
    try:
        return parse_signed(text, currency, field="amount")
    except NodeError as error:
        raise CellInvalid(str(error)) from None


def hours(text: str) -> float:
    """Read how far ahead of UTC a clock is."""
    try:
        value = float(text)
    except ValueError:
        raise CellInvalid(f"“{text[:20]}” is no number of hours") from None
    if not -14 <= value <= 14:  # noqa: PLR2004 - the zones there are
        raise CellInvalid(f"no clock is {text[:20]} hours ahead")
    return value


@lru_cache(maxsize=64)
def percentage(text: str) -> Fraction:
    """Read "2" or "2.5%"."""
    found = _PERCENT.fullmatch(text)  # Fraction itself would compute "1e999999999".
    if found is None:
        raise CellInvalid(f"“{text[:20]}” is no percentage")
    return Fraction(found[1])


def _zone(text: str) -> int:
    if text in {"Z", "UTC"}:
        return 0
    digits = text[1:].replace(":", "").ljust(4, "0")
    seconds = int(digits[:2]) * _HOUR + int(digits[2:]) * 60
    return seconds if text[0] == "+" else -seconds
