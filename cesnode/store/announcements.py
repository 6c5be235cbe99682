"""Announcements: what an exchange tells its members for a while."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from uuid import UUID

from cesnode.community.news import Audience
from cesnode.store.database import Reader, Row, Writer

_COLUMNS = (
    "SELECT n.id, n.uuid, n.author_id, n.area_id, n.title, n.body, n.audience,"
    " n.shown_from, n.shown_until, n.told_at, n.changed_at, n.withdrawn_at"
    " FROM announcements AS n "
)
_NEWEST_FIRST = " ORDER BY n.shown_from DESC, n.id DESC LIMIT ? + 0 OFFSET ?"


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """`shown_from` and `shown_until` are the first and the last day of it.

    With an `area` it is for the members who live there.  `author` is None where the
    operator wrote it.
    """

    id: int
    uuid: UUID
    author: int | None
    area: int | None
    title: str
    text: str
    audience: Audience
    shown_from: str
    shown_until: str
    told_at: int | None
    changed_at: int
    withdrawn_at: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """Which announcements: those of a day, or of before it (`past`) or after (`to_come`).

    `areas`: of these, of no area and for everybody; None: of all.  `not_put_away_by`: a
    member, whom those are not shown that they put away.
    """

    today: str
    areas: AbstractSet[int] | None = frozenset()
    public_only: bool = False
    not_put_away_by: int | None = None
    past: bool = False
    to_come: bool = False
    limit: int = 20
    offset: int = 0


def insert(writer: Writer, made: Announcement) -> int | None:
    """Add one; None if one with this id is there already."""
    row = writer.first(
        "INSERT INTO announcements (uuid, author_id, area_id, title, body, audience,"
        " shown_from, shown_until, created_at, changed_at)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?9)"
        " ON CONFLICT (uuid) DO NOTHING RETURNING id",
        (
            made.uuid.bytes,
            made.author,
            made.area,
            made.title,
            made.text,
            made.audience,
            made.shown_from,
            made.shown_until,
            made.changed_at,
        ),
    )
    return row[0] if row else None


def update(writer: Writer, made: Announcement) -> None:
    writer.run(
        "UPDATE announcements SET area_id = ?, title = ?, body = ?, audience = ?,"
        " shown_from = ?, shown_until = ?, changed_at = ? WHERE id = ?",
        (
            made.area,
            made.title,
            made.text,
            made.audience,
            made.shown_from,
            made.shown_until,
            made.changed_at,
            made.id,
        ),
    )


def withdraw(writer: Writer, announcement: int, *, now: int) -> None:
    writer.run(
        "UPDATE announcements SET withdrawn_at = ? WHERE id = ? AND withdrawn_at IS NULL",
        (now, announcement),
    )


def by_id(reader: Reader, announcement: int) -> Announcement | None:
    row = reader.first(_COLUMNS + "WHERE n.id = ?", (announcement,))
    return _announcement(row) if row else None


def by_uuid(reader: Reader, uuid: UUID) -> Announcement | None:
    row = reader.first(_COLUMNS + "WHERE n.uuid = ?", (uuid.bytes,))
    return _announcement(row) if row else None


def find(reader: Reader, sought: Sought) -> list[Announcement]:
    """Return announcements, the newest first."""
    if sought.past:
        conditions, values = ["n.shown_until < ?"], [sought.today]
    elif sought.to_come:
        conditions, values = ["n.shown_from > ?"], [sought.today]
    else:
        conditions = ["n.shown_until >= ?", "n.shown_from <= ?"]
        values = [sought.today, sought.today]
    found: list[object] = [*values]
    conditions.append("n.withdrawn_at IS NULL")
    if sought.areas is not None:
        marks = ", ".join("?" * len(sought.areas))
        conditions.append(
            f"(n.area_id IS NULL OR n.audience = 'public' OR n.area_id IN ({marks}))"
        )
        found += sorted(sought.areas)
    if sought.public_only:
        conditions.append("n.audience = 'public'")
    if sought.not_put_away_by is not None:
        conditions.append(
            "NOT EXISTS (SELECT 1 FROM announcements_put_away AS p"
            " WHERE p.member_id = ? AND p.announcement_id = n.id)"
        )
        found.append(sought.not_put_away_by)
    rows = reader.all(
        _COLUMNS + "WHERE " + " AND ".join(conditions) + _NEWEST_FIRST,
        (*found, sought.limit, sought.offset),
    )
    return [_announcement(row) for row in rows]


def put_away(writer: Writer, member: int, announcement: int) -> None:
    writer.run(
        "INSERT OR IGNORE INTO announcements_put_away VALUES (?, ?)", (member, announcement)
    )


def put_away_by(reader: Reader, member: int) -> list[int]:
    rows = reader.all(
        "SELECT announcement_id FROM announcements_put_away WHERE member_id = ?", (member,)
    )
    return [announcement for (announcement,) in rows]


def forget_put_away(writer: Writer, member: int) -> None:
    writer.run("DELETE FROM announcements_put_away WHERE member_id = ?", (member,))


def to_tell(reader: Reader, *, today: str, limit: int) -> list[Announcement]:
    """Return what is shown by today and nobody was told of yet."""
    rows = reader.all(
        _COLUMNS + "WHERE n.told_at IS NULL AND n.withdrawn_at IS NULL"
        " AND n.shown_from <= ? ORDER BY n.shown_from, n.id LIMIT ? + 0",
        (today, limit),
    )
    return [_announcement(row) for row in rows]


def set_told(writer: Writer, announcement: int, *, now: int) -> None:
    writer.run("UPDATE announcements SET told_at = ? WHERE id = ?", (now, announcement))


def _announcement(row: Row) -> Announcement:
    return Announcement(
        id=row[0],
        uuid=UUID(bytes=row[1]),
        author=row[2],
        area=row[3],
        title=row[4],
        text=row[5],
        audience=Audience(row[6]),
        shown_from=row[7],
        shown_until=row[8],
        told_at=row[9],
        changed_at=row[10],
        withdrawn_at=row[11],
    )
