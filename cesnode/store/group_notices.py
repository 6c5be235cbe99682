"""What members of a group tell each other: notices, and replies under them."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from cesnode.store.database import Reader, Row, Writer

_COLUMNS = (
    "SELECT n.id, n.uuid, n.group_id, n.under_id, n.author_id,"
    " COALESCE(m.name, n.address_name), n.title, n.body, n.written_at,"
    " (SELECT COUNT(*) FROM group_notices AS r WHERE r.under_id = n.id), n.address"
    " FROM group_notices AS n LEFT JOIN members AS m ON m.id = n.author_id "
)


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupNotice:
    """A notice with the number of its replies, or a reply `under` one, without a title.

    Who wrote it is a member here, the `author`, or somebody elsewhere, at an `address`.
    """

    id: int
    uuid: UUID
    group: int
    under: int | None
    author: int | None
    author_name: str = ""
    title: str
    body: str
    written_at: int
    replies: int = 0
    address: str | None = None


def insert(writer: Writer, notice: GroupNotice) -> int:
    return writer.insert(
        "INSERT INTO group_notices"
        " (uuid, group_id, under_id, author_id, address, address_name, title, body,"
        " written_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            notice.uuid.bytes,
            notice.group,
            notice.under,
            notice.author,
            notice.address,
            notice.author_name if notice.address is not None else None,
            notice.title,
            notice.body,
            notice.written_at,
        ),
    )


def remove(writer: Writer, notice: int) -> None:
    """Remove a notice with what is under it, or a reply."""
    writer.run("DELETE FROM group_notices WHERE id = ?", (notice,))


def empty(writer: Writer, group: int) -> None:
    """Forget all that was written in a group."""
    sql = "DELETE FROM group_notices WHERE group_id = ? AND under_id IS NULL"
    writer.run(sql, (group,))


def forget_author(writer: Writer, member: int) -> None:
    """Forget all that somebody wrote, with the replies to it."""
    writer.run("DELETE FROM group_notices WHERE author_id = ?", (member,))


def find(reader: Reader, notice: int) -> GroupNotice | None:
    row = reader.first(_COLUMNS + "WHERE n.id = ?", (notice,))
    return _notice(row) if row else None


def by_uuid(reader: Reader, group: int, uuid: UUID) -> GroupNotice | None:
    row = reader.first(
        _COLUMNS + "WHERE n.group_id = ? AND n.uuid = ?", (group, uuid.bytes)
    )
    return _notice(row) if row else None


def newest(
    reader: Reader, group: int, *, before: int | None, limit: int
) -> list[GroupNotice]:
    """Return a group's notices, the newest first, before a notice's id if one is given."""
    rows = reader.all(
        _COLUMNS + "WHERE n.group_id = ? AND n.under_id IS NULL AND n.id < ?"
        " ORDER BY n.id DESC LIMIT ? + 0",
        (group, 2**62 if before is None else before, limit),
    )
    return list(map(_notice, rows))


def under(reader: Reader, notice: int, *, limit: int) -> list[GroupNotice]:
    """Return the replies to a notice, in their order."""
    rows = reader.all(
        _COLUMNS + "WHERE n.under_id = ? ORDER BY n.id LIMIT ? + 0", (notice, limit)
    )
    return list(map(_notice, rows))


def listeners(reader: Reader, notice: int) -> frozenset[int]:
    """Return who wrote a notice or replied to it and is in its group still."""
    rows = reader.all(
        "SELECT DISTINCT n.author_id FROM group_notices AS n JOIN group_members AS m"
        " ON m.group_id = n.group_id AND m.member_id = n.author_id"
        " WHERE (n.id = ?1 OR n.under_id = ?1) AND m.seat IN ('member', 'steward')",
        (notice,),
    )
    return frozenset(member for (member,) in rows)


def by_author(reader: Reader, member: int) -> list[GroupNotice]:
    """Return all that somebody wrote, in its order."""
    rows = reader.all(_COLUMNS + "WHERE n.author_id = ? ORDER BY n.id", (member,))
    return list(map(_notice, rows))


def by_address(reader: Reader, group: int, address: str) -> list[GroupNotice]:
    """Return all that somebody elsewhere wrote in a group, the replies first."""
    rows = reader.all(
        _COLUMNS + "WHERE n.group_id = ? AND n.address = ? ORDER BY n.under_id IS NULL",
        (group, address),
    )
    return list(map(_notice, rows))


def forget_addresses(writer: Writer, group: int) -> None:
    """Forget what people elsewhere wrote in a group, with the replies to it."""
    writer.run(
        "DELETE FROM group_notices WHERE group_id = ? AND address IS NOT NULL", (group,)
    )


def forget_eldest(writer: Writer, group: int, *, most: int) -> None:
    """Leave so many notices of a group, the latest, with the replies to them."""
    writer.run(
        "DELETE FROM group_notices WHERE under_id IS NULL AND group_id = ?1 AND id <="
        " (SELECT id FROM group_notices WHERE under_id IS NULL AND group_id = ?1"
        " ORDER BY id DESC LIMIT 1 OFFSET ?2)",
        (group, most),
    )


def count_by_address(reader: Reader, address: str, *, since: int) -> int:
    """Return how much somebody elsewhere has written since a moment."""
    (found,) = reader.one(
        "SELECT COUNT(*) FROM group_notices WHERE address = ? AND written_at >= ?",
        (address, since),
    )
    return int(found)


def written_since(reader: Reader, member: int, since: int) -> int:
    """Return how much somebody has written since a moment."""
    (found,) = reader.one(
        "SELECT COUNT(*) FROM group_notices WHERE author_id = ? AND written_at >= ?",
        (member, since),
    )
    return int(found)


def _notice(row: Row) -> GroupNotice:
    return GroupNotice(
        id=row[0],
        uuid=UUID(bytes=row[1]),
        group=row[2],
        under=row[3],
        author=row[4],
        author_name=row[5],
        title=row[6],
        body=row[7],
        written_at=row[8],
        replies=row[9],
        address=row[10],
    )
