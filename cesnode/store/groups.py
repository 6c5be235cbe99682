"""Groups of members; who is in them is in group_members.py and group_guests.py.

A group of another exchange is here as a copy of what its home tells of it: see
group_copies.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import msgspec

from cesnode.community.groups import Door, Reach, Seat, Voice
from cesnode.store.database import Reader, Row, Writer
from cesnode.store.pictures import Picture

_COLUMNS = (
    "g.id, g.uuid, g.name, g.about, g.door, g.voice, g.small, g.large, g.width, g.height,"
    " g.picture_words, g.founded_at, g.dissolved_at, g.peer_id, g.reach"
)
_COUNT = (
    "(CASE WHEN g.peer_id IS NULL THEN (SELECT COUNT(*) FROM group_members AS c"
    " WHERE c.group_id = g.id AND c.seat IN ('member', 'steward'))"
    " + (SELECT COUNT(*) FROM group_guests AS v"
    " WHERE v.group_id = g.id AND v.seat = 'member')"
    " ELSE (SELECT k.members FROM group_copies AS k WHERE k.group_id = g.id) END)"
)


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """A group; of one that was dissolved nothing is left but its name.

    `peer` is its home, None for our own exchange; `reach` says whether people of
    neighbour exchanges may be guests in one of ours.
    """

    id: int
    uuid: UUID
    name: str
    about: str
    door: Door
    voice: Voice
    picture: Picture | None
    founded_at: int
    dissolved_at: int | None = None
    peer: int | None = None
    reach: Reach = Reach.HERE


@dataclass(frozen=True, slots=True)
class Listed:
    """A line of a list of groups: how many are in it, and what somebody is to it.

    `home` is the name of the exchange it is of, if that is another.
    """

    group: Group
    members: int
    seat: Seat | None
    home: str = ""


def insert(writer: Writer, group: Group) -> int:
    return writer.insert(
        "INSERT INTO groups (uuid, name, about, door, voice, founded_at, peer_id, reach)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            group.uuid.bytes,
            group.name,
            group.about,
            group.door,
            group.voice,
            group.founded_at,
            group.peer,
            group.reach,
        ),
    )


def update(writer: Writer, group: Group) -> None:
    """Write anew all that may change of a group."""
    shown = group.picture
    writer.run(
        "UPDATE groups SET name = ?, about = ?, door = ?, voice = ?, small = ?, large = ?,"
        " width = ?, height = ?, picture_words = ?, reach = ? WHERE id = ?",
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
            group.reach,
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


def drop(writer: Writer, group: int) -> None:
    """Forget a group of another exchange, with all that is known of it."""
    for table in ("group_boards", "group_notices", "group_members"):
        writer.run(f"DELETE FROM {table} WHERE group_id = ?", (group,))  # noqa: S608
    writer.run("DELETE FROM groups WHERE id = ? AND peer_id IS NOT NULL", (group,))


def next_turn(writer: Writer, group: int) -> int:
    """Count one more change among the guests of a group; return which it is."""
    writer.run("UPDATE groups SET turns = turns + 1 WHERE id = ?", (group,))
    return int(writer.one("SELECT turns FROM groups WHERE id = ?", (group,))[0])


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
        " AND door <> 'closed' AND peer_id IS NULL AND id <> ?",
        (name, but),
    )
    return row is not None


def listed(reader: Reader, member: int | None, *, hidden: bool, limit: int) -> list[Listed]:
    """Return the groups there are, by name; `hidden`: those too that are closed to them.

    One that somebody was invited to or asked to join is never hidden from them.  Those of
    other exchanges are among them while both sides let their members meet in groups.
    """
    rows = reader.all(
        f"SELECT {_COLUMNS}, COALESCE(p.name, ''), {_COUNT}, m.seat"  # noqa: S608
        " FROM groups AS g LEFT JOIN peers AS p ON p.id = g.peer_id"
        " LEFT JOIN group_members AS m ON m.group_id = g.id AND m.member_id = ?"
        " WHERE g.dissolved_at IS NULL"
        " AND (g.peer_id IS NULL OR (p.shares_groups AND p.state IN ('active', 'paused')))"
        " AND (g.door <> 'closed' OR (? AND g.peer_id IS NULL)"
        " OR m.seat IN ('asked', 'invited', 'member', 'steward'))"
        " ORDER BY g.name COLLATE NOCASE, g.id LIMIT ? + 0",
        (member, hidden, limit),
    )
    return [
        Listed(_group(row[:-3]), row[-2], Seat(row[-1]) if row[-1] else None, row[-3])
        for row in rows
    ]


def members(reader: Reader, group: int) -> int:
    """Return how many are in a group, guests among them."""
    sql = f"SELECT {_COUNT} FROM groups AS g WHERE g.id = ?"  # noqa: S608 - our words
    return int(reader.one(sql, (group,))[0])


def of_peer(reader: Reader, peer: int) -> list[int]:
    """Return the groups of another exchange of which something is known here."""
    rows = reader.all("SELECT id FROM groups WHERE peer_id = ? ORDER BY id", (peer,))
    return [group for (group,) in rows]


def reaching(reader: Reader, peer: int, *, after: bytes, limit: int) -> list[Group]:
    """Return our groups that a peer may know of, in the order of their ids."""
    rows = reader.all(
        f"SELECT {_COLUMNS} FROM groups AS g"  # noqa: S608 - our words
        " WHERE g.uuid > ? AND g.peer_id IS NULL AND g.dissolved_at IS NULL"
        " AND g.reach = 'neighbours' AND (g.door <> 'closed' OR EXISTS"
        " (SELECT 1 FROM group_guests AS v WHERE v.group_id = g.id AND v.peer_id = ?"
        " AND v.seat <> 'removed')) ORDER BY g.uuid LIMIT ? + 0",
        (after, peer, limit),
    )
    return list(map(_group, rows))


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
        peer=row[13],
        reach=Reach(row[14]),
    )
