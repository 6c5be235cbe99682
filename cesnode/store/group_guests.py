"""People of other exchanges in our groups: who is in one, asks to be, or was invited."""

from __future__ import annotations

from dataclasses import dataclass

from cesnode.community.groups import Seat
from cesnode.store.database import Reader, Row, Writer

_COLUMNS = (
    "SELECT v.id, v.group_id, v.peer_id, p.name, v.address, v.name, v.seat, v.since"
    " FROM group_guests AS v JOIN peers AS p ON p.id = v.peer_id "
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Guest:
    """Somebody of another exchange, called as they agreed to be; `home` is its name."""

    id: int
    group: int
    peer: int
    home: str
    address: str
    name: str
    seat: Seat
    since: int


def put(
    writer: Writer, group: int, peer: int, address: str, name: str, seat: Seat, *, now: int
) -> int:
    """Give a guest a seat in place of the one they had; return the guest's id."""
    (guest,) = writer.one(
        "INSERT INTO group_guests (group_id, peer_id, address, name, seat, since)"
        " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (group_id, address) DO UPDATE SET"
        " name = excluded.name, seat = excluded.seat, since = excluded.since RETURNING id",
        (group, peer, address, name, seat, now),
    )
    return int(guest)


def remove(writer: Writer, guest: int) -> None:
    writer.run("DELETE FROM group_guests WHERE id = ?", (guest,))


def find(reader: Reader, group: int, guest: int) -> Guest | None:
    row = reader.first(_COLUMNS + "WHERE v.group_id = ? AND v.id = ?", (group, guest))
    return _guest(row) if row else None


def by_address(reader: Reader, group: int, address: str) -> Guest | None:
    row = reader.first(
        _COLUMNS + "WHERE v.group_id = ? AND v.address = ?", (group, address)
    )
    return _guest(row) if row else None


def of_group(reader: Reader, group: int, *seats: Seat) -> list[Guest]:
    """Return the guests of a group who have such a seat, by name; all without a seat."""
    wanted = seats or tuple(Seat)
    marks = ", ".join("?" * len(wanted))
    rows = reader.all(
        f"{_COLUMNS}WHERE v.group_id = ? AND v.seat IN ({marks})"
        " ORDER BY v.name COLLATE NOCASE, v.id",
        (group, *wanted),
    )
    return list(map(_guest, rows))


def of_peer(reader: Reader, peer: int) -> list[Guest]:
    """Return every guest that an exchange has in groups of ours."""
    rows = reader.all(_COLUMNS + "WHERE v.peer_id = ? ORDER BY v.id", (peer,))
    return list(map(_guest, rows))


def count(reader: Reader, group: int, peer: int) -> int:
    """Return how many guests of an exchange a group has in whatever seat."""
    (found,) = reader.one(
        "SELECT COUNT(*) FROM group_guests WHERE group_id = ? AND peer_id = ?",
        (group, peer),
    )
    return int(found)


def peers_inside(reader: Reader, group: int) -> list[int]:
    """Return the exchanges of which somebody is in a group."""
    rows = reader.all(
        "SELECT DISTINCT peer_id FROM group_guests WHERE group_id = ? AND seat = 'member'"
        " ORDER BY peer_id",
        (group,),
    )
    return [peer for (peer,) in rows]


def _guest(row: Row) -> Guest:
    guest, group, peer, home, address, name, seat, since = row
    return Guest(
        id=guest,
        group=group,
        peer=peer,
        home=home,
        address=address,
        name=name,
        seat=Seat(seat),
        since=since,
    )
