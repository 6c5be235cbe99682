"""Reads from our own tables what waits for members, and what they tell of themselves."""

from __future__ import annotations

from collections.abc import Callable

from cesnode.community.profiles import Audience, Contact
from cesnode.formats import cells
from cesnode.formats.cells import CellInvalid
from cesnode.formats.reading import Reading
from cesnode.formats.tables import Line
from cesnode.formats.told import Profile, Request

REQUESTS, PROFILES = "requests.csv", "profiles.csv"


def request(
    reading: Reading, line: Line, key: Callable[[str], str], signed: Callable[[str], int]
) -> Request:
    """Read a trade that waits for its buyer; `key` writes a number out in full."""
    amount = reading.need(line, "amount", signed)
    if amount <= 0:
        raise reading.refuse(line, "amount", "it is not above zero")
    event = reading.need(line, "event_on", cells.moment)
    return Request(
        file=REQUESTS,
        row=line.number,
        uuid=line["id"],
        seller=key(line["seller"]),
        buyer=key(line["buyer"]),
        amount=amount,
        description=reading.description(line, "description"),
        event_on=cells.day_of(event),
        at=reading.may(line, "recorded_at", cells.moment, event),
        entered_by=key(line["entered_by"]) if line["entered_by"] else None,
        asked=reading.may(line, "asked", cells.truth, default=False),
    )


def profile(reading: Reading, line: Line, key: Callable[[str], str]) -> Profile:
    return Profile(
        file=PROFILES,
        row=line.number,
        account=key(line["number"]),
        name=reading.words(line, "person"),
        about=reading.text(line, "about"),
        phone=reading.words(line, "phone"),
        mobile=reading.words(line, "mobile"),
        address=reading.text(line, "address"),
        website=reading.words(line, "website"),
        place=reading.words(line, "place"),
        languages=reading.words(line, "languages"),
        absent_until=line["absent_until"],
        absence=reading.words(line, "absence"),
        listed=reading.may(line, "listed", cells.truth, default=True),
        audiences=reading.may(line, "audiences", _audiences, ()),
        photo=line["photo"],
    )


def _audiences(text: str) -> tuple[tuple[Contact, Audience], ...]:
    """Read "phone=members;place=nobody"."""
    found = []
    for part in text.split(";"):
        contact, _, circle = part.partition("=")
        try:
            found.append((Contact(contact.strip()), Audience(circle.strip())))
        except ValueError:
            raise CellInvalid(f"“{part[:40]}” is not like phone=members") from None
    return tuple(found)
