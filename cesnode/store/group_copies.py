"""Groups of other exchanges that are known here: their copies, and our members in them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import msgspec

from cesnode.store.database import Reader, Row, Writer

_SENT = (
    "SELECT wish_id, group_id, member_id, account_id, item, title, sent_at FROM group_sent"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """What is known of a group elsewhere, beside its name: it is `wire_id` to its home.

    `seq` and `hash` say how far its log was heard, `quiet` up to where nobody is told of
    it: None until it is heard for the first time.
    """

    group: int
    wire_id: str
    members: int
    stewards: Sequence[str]
    seq: int
    hash: str
    quiet: int | None
    heard_at: int


@dataclass(frozen=True, slots=True)
class Visit:
    """A member of ours in a group elsewhere, and the account they are known by there.

    `turn` is the last change of their seat that was heard of.
    """

    group: int
    member: int
    account: int
    turn: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """Words of a member for a group elsewhere; they have a title until they are there."""

    wish: str
    group: int
    member: int
    account: int
    item: UUID
    title: str
    sent_at: int


def id_of(peer: int, wire_id: str) -> UUID:
    """Return the id under which a peer's group is kept: no other peer can take it."""
    named = f"{peer} {wire_id}".encode()
    return UUID(bytes=hashlib.sha256(named).digest()[:16])


def put(writer: Writer, copy: Copy) -> None:
    """Keep what is known of a group, in place of what was known before."""
    writer.run(
        "INSERT INTO group_copies (group_id, wire_id, members, stewards, seq, hash, quiet,"
        " heard_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (group_id) DO UPDATE SET"
        " members = excluded.members, stewards = excluded.stewards, seq = excluded.seq,"
        " hash = excluded.hash, quiet = excluded.quiet, heard_at = excluded.heard_at",
        (
            copy.group,
            copy.wire_id,
            copy.members,
            msgspec.json.encode(copy.stewards).decode(),
            copy.seq,
            copy.hash,
            copy.quiet,
            copy.heard_at,
        ),
    )


def find(reader: Reader, group: int) -> Copy | None:
    row = reader.first(
        "SELECT wire_id, members, stewards, seq, hash, quiet, heard_at FROM group_copies"
        " WHERE group_id = ?",
        (group,),
    )
    if row is None:
        return None
    wire_id, members, stewards, seq, digest, quiet, heard_at = row
    return Copy(
        group=group,
        wire_id=wire_id,
        members=members,
        stewards=tuple(msgspec.json.decode(stewards, type=list[str])),
        seq=seq,
        hash=digest,
        quiet=quiet,
        heard_at=heard_at,
    )


def known(reader: Reader, group: int) -> Copy:
    copy = find(reader, group)
    assert copy is not None
    return copy


def visit(writer: Writer, group: int, member: int, account: int) -> None:
    """Let a member be known in a group elsewhere by one of their accounts."""
    writer.run(
        "INSERT INTO group_visits (group_id, member_id, account_id) VALUES (?, ?, ?)"
        " ON CONFLICT (group_id, member_id) DO UPDATE SET account_id = excluded.account_id",
        (group, member, account),
    )


def set_turn(writer: Writer, visit: Visit, turn: int) -> None:
    writer.run(
        "UPDATE group_visits SET turn = ? WHERE group_id = ? AND member_id = ?",
        (turn, visit.group, visit.member),
    )


def end_visit(writer: Writer, group: int, member: int) -> None:
    writer.run(
        "DELETE FROM group_visits WHERE group_id = ? AND member_id = ?", (group, member)
    )


def visit_of(reader: Reader, group: int, member: int) -> Visit | None:
    return _visit(reader, "group_id = ? AND member_id = ?", group, member)


def visit_by(reader: Reader, group: int, account: int) -> Visit | None:
    """Return whose visit to a group is by an account."""
    return _visit(reader, "group_id = ? AND account_id = ?", group, account)


def visits_by(reader: Reader, account: int) -> list[Visit]:
    """Return every visit that is by an account."""
    rows = reader.all(
        "SELECT group_id, member_id, account_id, turn FROM group_visits"
        " WHERE account_id = ? ORDER BY group_id",
        (account,),
    )
    return [Visit(*row) for row in rows]


def has_visits(reader: Reader, group: int) -> bool:
    """Whether somebody of ours is in a group elsewhere, or wishes to be."""
    row = reader.first("SELECT 1 FROM group_visits WHERE group_id = ? LIMIT 1", (group,))
    return row is not None


def has_sent(reader: Reader, group: int) -> bool:
    """Whether somebody of ours has written in a group elsewhere."""
    row = reader.first("SELECT 1 FROM group_sent WHERE group_id = ? LIMIT 1", (group,))
    return row is not None


def inside(reader: Reader, group: int) -> bool:
    """Whether a member of ours is in a group elsewhere."""
    row = reader.first(
        "SELECT 1 FROM group_members WHERE group_id = ? AND seat = 'member' LIMIT 1",
        (group,),
    )
    return row is not None


def send(writer: Writer, sent: Sent) -> None:
    writer.run(
        "INSERT INTO group_sent (wish_id, group_id, member_id, account_id, item, title,"
        " sent_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            sent.wish,
            sent.group,
            sent.member,
            sent.account,
            sent.item.bytes,
            sent.title,
            sent.sent_at,
        ),
    )


def sent_by(reader: Reader, member: int, group: int | None = None) -> list[Sent]:
    """Return what a member sent to groups elsewhere, or to one, the oldest first."""
    rows = reader.all(
        _SENT + " WHERE member_id = ?1 AND (?2 IS NULL OR group_id = ?2)"
        " ORDER BY sent_at, wish_id",
        (member, group),
    )
    return list(map(_sent, rows))


def sent(reader: Reader, group: int, item: UUID) -> Sent | None:
    row = reader.first(_SENT + " WHERE group_id = ? AND item = ?", (group, item.bytes))
    return _sent(row) if row else None


def sent_as(reader: Reader, wish: str) -> Sent | None:
    row = reader.first(_SENT + " WHERE wish_id = ?", (wish,))
    return _sent(row) if row else None


def arrived(writer: Writer, group: int, item: UUID) -> None:
    """Note that words are where they were sent; whose they are stays known."""
    writer.run(
        "UPDATE group_sent SET title = '' WHERE group_id = ? AND item = ?",
        (group, item.bytes),
    )


def forget_sent(writer: Writer, wish: str) -> None:
    writer.run("DELETE FROM group_sent WHERE wish_id = ?", (wish,))


def _sent(row: Row) -> Sent:
    wish, group, member, account, item, title, sent_at = row
    return Sent(
        wish=wish,
        group=group,
        member=member,
        account=account,
        item=UUID(bytes=item),
        title=title,
        sent_at=sent_at,
    )


def _visit(reader: Reader, condition: str, group: int, other: int) -> Visit | None:
    row = reader.first(
        "SELECT group_id, member_id, account_id, turn FROM group_visits"  # noqa: S608
        f" WHERE {condition}",
        (group, other),
    )
    return Visit(*row) if row else None
