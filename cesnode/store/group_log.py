"""The logs of our groups that have guests, and the wishes of guests that were answered."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from cesnode.store.database import Reader, Writer


@dataclass(frozen=True, slots=True, kw_only=True)
class Logged:
    """An entry as it was written, and what it tells unless that was taken away."""

    seq: int
    hash: str
    kind: str
    item: UUID
    entry: bytes
    told: bytes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What a guest's node was answered, and to which wish: the digest is of its bytes."""

    peer: int
    wish: str
    digest: bytes
    guest: str
    status: int
    answer: bytes


def append(writer: Writer, group: int, logged: Logged) -> None:
    writer.run(
        "INSERT INTO group_log (group_id, seq, hash, kind, item, entry, told)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            group,
            logged.seq,
            logged.hash,
            logged.kind,
            logged.item.bytes,
            logged.entry,
            logged.told,
        ),
    )


def head(reader: Reader, group: int) -> tuple[int, str] | None:
    """Return the number and the hash of the last entry; None if there is none."""
    row = reader.first(
        "SELECT seq, hash FROM group_log WHERE group_id = ? ORDER BY seq DESC LIMIT 1",
        (group,),
    )
    return (row[0], row[1]) if row else None


def after(reader: Reader, group: int, seq: int, *, limit: int) -> list[Logged]:
    """Return the entries after one, in their order."""
    rows = reader.all(
        "SELECT seq, hash, kind, item, entry, told FROM group_log"
        " WHERE group_id = ? AND seq > ? ORDER BY seq LIMIT ? + 0",
        (group, seq, limit),
    )
    return [
        Logged(
            seq=number,
            hash=digest,
            kind=kind,
            item=UUID(bytes=item),
            entry=bytes(entry),
            told=None if told is None else bytes(told),
        )
        for number, digest, kind, item, entry, told in rows
    ]


def tells(reader: Reader, group: int, item: UUID) -> bool:
    """Whether the log still tells something of an item."""
    row = reader.first(
        "SELECT 1 FROM group_log WHERE group_id = ? AND item = ? AND told IS NOT NULL",
        (group, item.bytes),
    )
    return row is not None


def forget(writer: Writer, group: int, item: UUID) -> None:
    """Forget what the log tells of an item."""
    writer.run(
        "UPDATE group_log SET told = NULL"
        " WHERE group_id = ? AND item = ? AND told IS NOT NULL",
        (group, item.bytes),
    )


def end(writer: Writer, group: int) -> None:
    """Forget a log: whoever comes later finds another."""
    writer.run("DELETE FROM group_log WHERE group_id = ?", (group,))


def keep(writer: Writer, answered: Answered, *, now: int) -> None:
    writer.run(
        "INSERT INTO group_wishes (peer_id, wish_id, digest, guest, status, answer,"
        " heard_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            answered.peer,
            answered.wish,
            answered.digest,
            answered.guest,
            answered.status,
            answered.answer,
            now,
        ),
    )


def answer_to(reader: Reader, peer: int, wish: str) -> Answered | None:
    row = reader.first(
        "SELECT digest, guest, status, answer FROM group_wishes"
        " WHERE peer_id = ? AND wish_id = ?",
        (peer, wish),
    )
    if row is None:
        return None
    digest, guest, status, answer = row
    return Answered(
        peer=peer,
        wish=wish,
        digest=bytes(digest),
        guest=guest,
        status=status,
        answer=bytes(answer),
    )


def heard_since(reader: Reader, peer: int, guest: str, since: int) -> tuple[int, int]:
    """Return how many wishes came of an exchange since a moment, and of one guest."""
    of_peer, of_guest = reader.one(
        "SELECT COUNT(*), COALESCE(SUM(guest = ?), 0) FROM group_wishes"
        " WHERE peer_id = ? AND heard_at > ?",
        (guest, peer, since),
    )
    return int(of_peer), int(of_guest)


def forget_answers(writer: Writer, *, before: int) -> int:
    """Forget what was answered before a time; return how many wishes that were."""
    return writer.run("DELETE FROM group_wishes WHERE heard_at < ?", (before,))
