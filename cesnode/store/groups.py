"""Groups of members; who is in them is in group_members.py."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import msgspec

from cesnode.community.groups import Door, Seat, Voice
from cesnode.store.database import Reader, Row, Writer
from cesnode.store.pictures import Picture

_COLUMNS = (
    "g.id, g.uuid, g.name, g.about, g.door, g.voice, g.small, g.large, g.width, g.height,"
    " g.picture_words, g.founded_at, g.dissolved_at"
)
_COUNT = (
    "(SELECT COUNT(*) FROM group_members AS c"
    " WHERE c.group_id = g.id AND c.seat IN ('member', 'steward'))"
)


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """A group; of one that was dissolved nothing is left but its name."""

    id: int
    uuid: UUID
    name: str
    about: str
    door: Door
    voice: Voice
    picture: Picture | None
    founded_at: int
    dissolved_at: int | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """A line of a list of groups: how many are in it, and what somebody is to it."""

    group: Group
    members: int
    seat: Seat | None


def insert(writer: Writer, group: Group) -> int:
    return writer.insert(
        "INSERT INTO groups (uuid, name, about, door, voice, founded_at)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (
            group.uuid.bytes,
            group.name,
            group.about,
            group.door,
            group.voice,
            group.founded_at,
        ),
    )


def update(writer: Writer, group: Group) -> None:
    """Write anew all that may change of a group."""
    shown = group.picture
    writer.run(
        "UPDATE groups SET name = ?, about = ?, door = ?, voice = ?, small = ?, large = ?,"
        " width = ?, height = ?, picture_words = ? WHERE id = ?",
        (
            group.name,
            group.about,
            group.door,
            group.voice,
            shown.small if shown else None,
            shown.large if shown else None,
            shown.width if shown else None,
            shown.height if shown else None,
            shown.words if shown else None,
            group.id,
        ),
    )


def dissolve(writer: Writer, group: int, *, now: int) -> None:
    """End a group: its name stays, and when it was."""
    writer.run(
        "UPDATE groups SET about = '', small = NULL, large = NULL, width = NULL,"
        " height = NULL, picture_words = NULL, dissolved_at = ? WHERE id = ?",
        (now, group),
    )


def find(reader: Reader, group: int) -> Group | None:
    row = reader.first(
        f"SELECT {_COLUMNS} FROM groups AS g WHERE g.id = ?",  # noqa: S608 - our words
        (group,),
    )
    return _group(row) if row else None


def by_uuid(reader: Reader, uuid: UUID) -> Group | None:
    row = reader.first(
        f"SELECT {_COLUMNS} FROM groups AS g WHERE g.uuid = ?",  # noqa: S608 - as above
        (uuid.bytes,),
    )
    return _group(row) if row else None


def is_taken(reader: Reader, name: str, *, but: int) -> bool:
    """Whether another group that everybody sees has this name."""
    row = reader.first(
        "SELECT 1 FROM groups WHERE name = ? COLLATE NOCASE AND dissolved_at IS NULL"
        " AND door <> 'closed' AND id <> ?",
        (name, but),
    )
    return row is not None


def listed(reader: Reader, member: int | None, *, hidden: bool, limit: int) -> list[Listed]:
    """Return the groups there are, by name; `hidden`: those too that are closed to them.

    One that somebody was invited to or asked to join is never hidden from them.
    """
    rows = reader.all(
        f"SELECT {_COLUMNS}, {_COUNT}, m.seat FROM groups AS g"  # noqa: S608 - our words
        " LEFT JOIN group_members AS m ON m.group_id = g.id AND m.member_id = ?"
        " WHERE g.dissolved_at IS NULL AND (g.door <> 'closed' OR ?"
        " OR m.seat IN ('asked', 'invited', 'member', 'steward'))"
        " ORDER BY g.name COLLATE NOCASE, g.id LIMIT ?",
        (member, hidden, limit),
    )
    return [
        Listed(_group(row[:-2]), row[-2], Seat(row[-1]) if row[-1] else None)
        for row in rows
    ]


def pictures(reader: Reader) -> frozenset[str]:
    """Return the name of every file that a group needs."""
    rows = reader.all(
        "SELECT small FROM groups WHERE small IS NOT NULL"
        " UNION SELECT large FROM groups WHERE large IS NOT NULL"
    )
    return frozenset(name for (name,) in rows)


def _group(row: Row) -> Group:
    small, large, width, height, said = row[6:11]
    picture = (
        Picture(small=small, large=large, width=width, height=height, words=said)
        if small
        else None
    )
    return Group(
        id=row[0],
        uuid=UUID(bytes=row[1]),
        name=row[2],
        about=row[3],
        door=Door(row[4]),
        voice=Voice(row[5]),
        picture=picture,
        founded_at=row[11],
        dissolved_at=row[12],
    )
