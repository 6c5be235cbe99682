"""Events in the calendar, and the secret addresses by which programs follow it."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, time, timedelta
from uuid import UUID

from cesnode.community.news import MOST_DAYS, Audience, When, written
from cesnode.store.database import Reader, Row, Writer

_COLUMNS = (
    "SELECT v.id, v.uuid, v.author_id, v.area_id, v.title, v.body, v.place, v.first_day,"
    " v.last_day, v.begins, v.ends, v.audience, v.revision, v.created_at, v.changed_at,"
    " v.called_off_at FROM events AS v "
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that takes place.  With an `area` it is for the members who live there.

    `revision` counts how often it was changed, for programs that know an earlier one.
    """

    id: int
    uuid: UUID
    author: int | None
    area: int | None
    title: str
    text: str
    place: str
    when: When
    audience: Audience
    revision: int
    created_at: int
    changed_at: int
    called_off_at: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """Which events: those of which some day lies between two, both included.

    `areas`: of these, of no area and for everybody; None: of all.
    """

    since: str
    until: str = "9999-12-31"
    areas: AbstractSet[int] | None = frozenset()
    public_only: bool = False
    standing_only: bool = False
    limit: int = 500


def insert(writer: Writer, event: Event) -> int | None:
    """Add one; None if one with this id is there already."""
    row = writer.first(
        "INSERT INTO events (uuid, author_id, area_id, title, body, place, first_day,"
        " last_day, begins, ends, audience, created_at, changed_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (uuid) DO NOTHING RETURNING id",
        (event.uuid.bytes, event.author, *_said(event), event.created_at, event.changed_at),
    )
    return row[0] if row else None


def update(writer: Writer, event: Event) -> None:
    writer.run(
        "UPDATE events SET area_id = ?, title = ?, body = ?, place = ?, first_day = ?,"
        " last_day = ?, begins = ?, ends = ?, audience = ?, changed_at = ?,"
        " called_off_at = ?, revision = revision + 1 WHERE id = ?",
        (*_said(event), event.changed_at, event.called_off_at, event.id),
    )


def by_id(reader: Reader, event: int) -> Event | None:
    row = reader.first(_COLUMNS + "WHERE v.id = ?", (event,))
    return _event(row) if row else None


def by_uuid(reader: Reader, uuid: UUID) -> Event | None:
    row = reader.first(_COLUMNS + "WHERE v.uuid = ?", (uuid.bytes,))
    return _event(row) if row else None


def find(reader: Reader, sought: Sought) -> list[Event]:
    """Return events in the order in which they begin."""
    # None lasts longer, so all that is long over need not be looked at.
    earliest = date.fromisoformat(sought.since) - timedelta(days=MOST_DAYS)
    conditions = ["v.last_day >= ?", "v.first_day BETWEEN ? AND ?"]
    values: list[object] = [sought.since, earliest.isoformat(), sought.until]
    if sought.areas is not None:
        marks = ", ".join("?" * len(sought.areas))
        conditions.append(
            f"(v.area_id IS NULL OR v.audience = 'public' OR v.area_id IN ({marks}))"
        )
        values += sorted(sought.areas)
    if sought.public_only:
        conditions.append("v.audience = 'public'")
    if sought.standing_only:
        conditions.append("v.called_off_at IS NULL")
    rows = reader.all(
        _COLUMNS + "WHERE " + " AND ".join(conditions) + " ORDER BY v.first_day,"
        " v.begins, v.id LIMIT ? + 0",
        (*values, sought.limit),
    )
    return [_event(row) for row in rows]


def set_address(writer: Writer, member: int, digest: bytes, *, now: int) -> None:
    """Give a member an address of the calendar; an earlier one leads nowhere then."""
    writer.run(
        "INSERT INTO calendar_addresses (member_id, digest, made_at) VALUES (?1, ?2, ?3)"
        " ON CONFLICT (member_id) DO UPDATE SET digest = ?2, made_at = ?3",
        (member, digest, now),
    )


def remove_address(writer: Writer, member: int) -> None:
    writer.run("DELETE FROM calendar_addresses WHERE member_id = ?", (member,))


def address_made_at(reader: Reader, member: int) -> int | None:
    row = reader.first(
        "SELECT made_at FROM calendar_addresses WHERE member_id = ?", (member,)
    )
    return row[0] if row else None


def addressed(reader: Reader, digest: bytes) -> int | None:
    """Return the member whose address this is."""
    row = reader.first(
        "SELECT member_id FROM calendar_addresses WHERE digest = ?", (digest,)
    )
    return row[0] if row else None


def _said(event: Event) -> tuple[object, ...]:
    when = event.when
    return (
        event.area,
        event.title,
        event.text,
        event.place,
        when.first.isoformat(),
        when.last.isoformat(),
        written(when.begins) if when.begins else None,
        written(when.ends) if when.ends else None,
        event.audience,
    )


def _event(row: Row) -> Event:
    return Event(
        id=row[0],
        uuid=UUID(bytes=row[1]),
        author=row[2],
        area=row[3],
        title=row[4],
        text=row[5],
        place=row[6],
        when=When(
            first=date.fromisoformat(row[7]),
            last=date.fromisoformat(row[8]),
            begins=time.fromisoformat(row[9]) if row[9] else None,
            ends=time.fromisoformat(row[10]) if row[10] else None,
        ),
        audience=Audience(row[11]),
        revision=row[12],
        created_at=row[13],
        changed_at=row[14],
        called_off_at=row[15],
    )
