"""Who is in a group, who asks to be, who was invited, and who was sent away."""

from __future__ import annotations

from dataclasses import dataclass

from cesnode.community.groups import Seat
from cesnode.store.database import Reader, Writer

_PEOPLE = """
SELECT g.member_id, m.name, g.seat, g.since, p.face,
    (SELECT a.number FROM account_members AS h JOIN accounts AS a ON a.id = h.account_id
        WHERE h.member_id = g.member_id AND a.state <> 'closed'
        ORDER BY a.id LIMIT 1)
FROM group_members AS g
JOIN members AS m ON m.id = g.member_id
LEFT JOIN profiles AS p ON p.member_id = g.member_id
WHERE g.group_id = ? AND g.seat = ?
ORDER BY m.name COLLATE NOCASE, m.id LIMIT ? + 0 OFFSET ?
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seated:
    """Somebody and their seat; `number` of their first account that is not closed."""

    member: int
    name: str
    seat: Seat
    since: int
    face: str | None
    number: str | None


@dataclass(frozen=True, slots=True)
class Held:
    """A seat that somebody has, and in which group."""

    group: int
    seat: Seat
    since: int


def put(writer: Writer, group: int, member: int, seat: Seat, *, now: int) -> None:
    """Give somebody a seat in place of the one they had."""
    writer.run(
        "INSERT INTO group_members (group_id, member_id, seat, since) VALUES (?, ?, ?, ?)"
        " ON CONFLICT DO UPDATE SET seat = excluded.seat, since = excluded.since",
        (group, member, seat, now),
    )


def remove(writer: Writer, group: int, member: int) -> None:
    writer.run(
        "DELETE FROM group_members WHERE group_id = ? AND member_id = ?", (group, member)
    )


def empty(writer: Writer, group: int) -> None:
    """Leave nobody in a group that was dissolved."""
    writer.run("DELETE FROM group_members WHERE group_id = ?", (group,))


def leave(writer: Writer, group: int) -> None:
    """Leave no plain member in a group; who asks or was invited still waits."""
    writer.run("DELETE FROM group_members WHERE group_id = ? AND seat = 'member'", (group,))


def seat(reader: Reader, group: int, member: int) -> Seat | None:
    row = reader.first(
        "SELECT seat FROM group_members WHERE group_id = ? AND member_id = ?",
        (group, member),
    )
    return Seat(row[0]) if row else None


def people(
    reader: Reader, group: int, seat: Seat, *, limit: int, offset: int = 0
) -> list[Seated]:
    """Return those who have such a seat, by name."""
    rows = reader.all(_PEOPLE, (group, seat, limit, offset))
    return [
        Seated(
            member=member, name=name, seat=Seat(seat), since=since, face=face, number=number
        )
        for member, name, seat, since, face, number in rows
    ]


def count(reader: Reader, group: int, seat: Seat) -> int:
    (found,) = reader.one(
        "SELECT COUNT(*) FROM group_members WHERE group_id = ? AND seat = ?", (group, seat)
    )
    return int(found)


def eldest(reader: Reader, group: int) -> int | None:
    """Return who has been a member for the longest time, stewards aside."""
    row = reader.first(
        "SELECT member_id FROM group_members WHERE group_id = ? AND seat = 'member'"
        " ORDER BY since, member_id LIMIT 1",
        (group,),
    )
    return row[0] if row else None


def of_member(reader: Reader, member: int) -> list[Held]:
    """Return every seat that somebody has."""
    rows = reader.all(
        "SELECT group_id, seat, since FROM group_members WHERE member_id = ?"
        " ORDER BY group_id",
        (member,),
    )
    return [Held(group, Seat(seat), since) for group, seat, since in rows]


def invited_by(reader: Reader, peer: int) -> int:
    """Return how many of ours wait to answer invitations to groups of an exchange."""
    (found,) = reader.one(
        "SELECT COUNT(*) FROM group_members AS m JOIN groups AS g ON g.id = m.group_id"
        " WHERE g.peer_id = ? AND m.seat = 'invited'",
        (peer,),
    )
    return int(found)
