"""Calendars for other programs, read back by a program that is not ours."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import icalendar as oracle
from hypothesis import given
from hypothesis import strategies as st

from cesnode.formats import icalendar
from cesnode.formats.icalendar import Entry

NASTY = 'Tea; cake, "jam"\nand a back\\slash: 🫖 ' + "ä" * 90
ENTRY = Entry(
    uid="0195@oakvale.example",
    begins=datetime(2026, 7, 4, 19, 30, tzinfo=timezone(timedelta(hours=2))),
    ends=datetime(2026, 7, 4, 21, tzinfo=timezone(timedelta(hours=2))),
    title="Tea",
    text="Bring a cup.",
    place="Library, Mill Lane",
    address="https://oakvale.example/calendar/7",
    revision=3,
    created_at=1_780_000_000,
    changed_at=1_780_000_100,
    is_cancelled=False,
)
WRITTEN = st.text(
    st.characters(exclude_categories=("C", "Z"), include_characters=" \n"), max_size=300
)


def read(text: str) -> oracle.Event:
    (event,) = oracle.Calendar.from_ical(text).walk("VEVENT")
    assert isinstance(event, oracle.Event)
    return event


def test_a_moment_is_the_same_everywhere() -> None:
    event = read(icalendar.calendar("Oakvale", [ENTRY]))

    assert event.decoded("DTSTART") == datetime(2026, 7, 4, 17, 30, tzinfo=UTC)
    assert event.decoded("DTEND") == datetime(2026, 7, 4, 19, tzinfo=UTC)
    assert event["UID"] == "0195@oakvale.example"
    assert event["SEQUENCE"] == 3
    assert event["STATUS"] == "CONFIRMED"
    assert event["URL"] == "https://oakvale.example/calendar/7"
    assert event.decoded("DTSTAMP") == datetime.fromtimestamp(1_780_000_100, UTC)


def test_whole_days_end_with_the_day_after_the_last() -> None:
    first, last = date(2026, 7, 24), date(2026, 7, 26)
    entry = replace(ENTRY, begins=first, ends=icalendar.after(last))

    event = read(icalendar.calendar("Oakvale", [entry]))

    assert event.decoded("DTSTART") == first
    assert event.decoded("DTEND") == date(2026, 7, 27)


def test_an_open_end_is_not_written() -> None:
    event = read(icalendar.calendar("Oakvale", [replace(ENTRY, ends=None)]))

    assert "DTEND" not in event


def test_what_is_called_off_says_so() -> None:
    event = read(icalendar.calendar("Oakvale", [replace(ENTRY, is_cancelled=True)]))

    assert event["STATUS"] == "CANCELLED"


def test_a_program_that_follows_is_told_the_name_and_how_often_to_ask() -> None:
    whole = oracle.Calendar.from_ical(icalendar.calendar("Oakvale", [], follows=True))

    assert whole["NAME"] == whole["X-WR-CALNAME"] == "Oakvale"
    assert whole.decoded("REFRESH-INTERVAL") == timedelta(hours=6)
    assert (whole["VERSION"], whole["CALSCALE"]) == ("2.0", "GREGORIAN")


def test_nothing_that_is_typed_ends_a_value_or_a_line() -> None:
    evil = "Tea\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nSUMMARY:other\x00\x07\u2028x"
    entry = replace(ENTRY, title=evil, place=evil)

    event = read(icalendar.calendar("Oakvale", [entry]))

    assert event["SUMMARY"] == "Tea\nEND:VEVENT\nBEGIN:VEVENT\nSUMMARY:other\nx"


def test_letters_of_every_kind_come_back() -> None:
    entry = replace(ENTRY, title=NASTY, text=NASTY, place=NASTY)

    event = read(icalendar.calendar("Oakvale", [entry]))

    assert event["SUMMARY"] == event["DESCRIPTION"] == event["LOCATION"] == NASTY


@given(said=WRITTEN)
def test_every_line_is_short_and_whatever_is_written_comes_back(said: str) -> None:
    written = icalendar.calendar("Oakvale", [replace(ENTRY, text=said, title=f"x{said}")])

    assert written.endswith("END:VCALENDAR\r\n")
    for line in written.encode().split(b"\r\n"):
        assert len(line) <= 75
        assert b"\n" not in line
        line.decode()
    event = read(written)
    assert event["SUMMARY"] == "\n".join(f"x{said}".splitlines())
    assert str(event.get("DESCRIPTION", "")) == "\n".join(said.splitlines())
