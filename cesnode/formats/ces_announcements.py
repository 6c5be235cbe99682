"""An announcement of CES's tables, which have the same columns in both versions."""

from __future__ import annotations

import datetime
from collections.abc import Callable

from cesnode.community.news import LONGEST_WORDS, MOST_SHOWN_DAYS, SHOWN_DAYS
from cesnode.formats import cells
from cesnode.formats.reading import Reading, name_of
from cesnode.formats.tables import Line
from cesnode.formats.told import Announced

TABLES = ("announce.csv", "announcements.csv")


def announcer(
    reading: Reading, day: Callable[[str], str], moment: Callable[[str], int]
) -> Callable[[Line], Announced]:
    """Return what makes an announcement of a row, whose dates `day` and `moment` read.

    One that is to be kept is shown as long as one can be; one without a last day up to
    the day it is about, or for the usual time.
    """

    def make(line: Line) -> Announced:
        at = reading.need(line, "DateAdded", moment)
        since = reading.need(line, "DateAdded", day)
        event = reading.may(line, "DateEvent", day, "")
        keep = reading.may(line, "Keep", cells.truth, default=False)
        usual = _after(since, MOST_SHOWN_DAYS - 1 if keep else SHOWN_DAYS)
        until = reading.may(line, "DateExpiry", day, event) or usual
        text = reading.text(line, "Description")
        if len(text) > LONGEST_WORDS:
            reading.note(line, "Description", f"it has {len(text)} characters; shortened")
            text = text[: LONGEST_WORDS - 1] + "…"
        return Announced(
            file=reading.table.name,
            row=line.number,
            key=line["ID"] or f"row {line.number}",
            owner=line["Owner"].upper(),
            title=name_of(_of(event, reading.words(line, "Title")), "—"),
            text=text,
            since=since,
            until=max(since, until),
            at=at,
        )

    return make


def _of(event: str, title: str) -> str:
    """Say the day something takes place on before its title."""
    return f"{event} · {title}" if event else title


def _after(day: str, days: int) -> str:
    return str(datetime.date.fromisoformat(day) + datetime.timedelta(days=days))
