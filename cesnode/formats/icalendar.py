"""Writes calendars that other programs read (RFC 5545, and the names of RFC 7986).

A line has at most 75 bytes and ends in CR LF; what is longer goes on after a blank, and
never within a letter.  Moments are written in universal time, which needs no table of
time zones; whole days are days, wherever they are read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from urllib.parse import quote

MEDIA_TYPE = "text/calendar"

_LONGEST_LINE = 75
_PRODUCT = "-//cesnode//cesnode//EN"
_REFRESH = "PT6H"
_ESCAPED = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Something in a calendar.  `uid` is its own everywhere and for ever.

    It begins on a day, which it takes whole, or at a moment; `ends` is the first day or
    moment after it, if that is known.
    """

    uid: str
    begins: date | datetime
    ends: date | datetime | None
    title: str
    text: str
    place: str
    address: str
    revision: int
    created_at: int
    changed_at: int
    is_cancelled: bool


def calendar(name: str, entries: Iterable[Entry], *, follows: bool = False) -> str:
    """Return a calendar; a program that `follows` it is told how often to ask."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{_PRODUCT}", "CALSCALE:GREGORIAN"]
    if follows:
        lines += [
            f"NAME:{_text(name)}",
            f"X-WR-CALNAME:{_text(name)}",
            f"REFRESH-INTERVAL;VALUE=DURATION:{_REFRESH}",
            f"X-PUBLISHED-TTL:{_REFRESH}",
        ]
    for entry in entries:
        lines += _entry(entry)
    lines.append("END:VCALENDAR")
    return "".join(f"{part}\r\n" for line in lines for part in _folded(line))


def _entry(entry: Entry) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{_text(entry.uid)}"
    yield f"DTSTAMP:{_moment(entry.changed_at)}"
    yield f"CREATED:{_moment(entry.created_at)}"
    yield f"LAST-MODIFIED:{_moment(entry.changed_at)}"
    yield f"SEQUENCE:{entry.revision}"
    yield _time("DTSTART", entry.begins)
    if entry.ends is not None:
        yield _time("DTEND", entry.ends)
    yield f"SUMMARY:{_text(entry.title)}"
    if entry.text:
        yield f"DESCRIPTION:{_text(entry.text)}"
    if entry.place:
        yield f"LOCATION:{_text(entry.place)}"
    yield f"URL:{quote(entry.address, safe=':/?&=%#[]@!$()*+~')}"
    yield f"STATUS:{'CANCELLED' if entry.is_cancelled else 'CONFIRMED'}"
    yield "END:VEVENT"


def after(last: date) -> date:
    """Return the day that ends something of which this is the last."""
    return last + timedelta(days=1)


def _time(name: str, when: date | datetime) -> str:
    if isinstance(when, datetime):
        return f"{name}:{when.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    return f"{name};VALUE=DATE:{when:%Y%m%d}"


def _moment(at: int) -> str:
    return f"{datetime.fromtimestamp(at, UTC):%Y%m%dT%H%M%SZ}"


def _text(text: str) -> str:
    """Write what somebody typed as a value: no sign of it can end it, or its line."""
    lines = "\n".join(text.splitlines())
    seen = (
        each for each in lines if each == "\n" or each.isprintable() or each == "\u200d"
    )
    return "".join(seen).translate(_ESCAPED)


def _folded(line: str) -> Iterator[str]:
    """Break a line where it is too long; every further part begins with a blank."""
    part, size = "", 0
    for letter in line:
        width = len(letter.encode())
        if size + width > _LONGEST_LINE:
            yield part
            part, size = " ", 1
        part += letter
        size += width
    yield part
