"""Conversations as each side has them: who with, what is the last of it, what is unread.

Whom one writes to is an account here, or an address at another exchange.
"""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import TypeAlias

from cesnode.store.database import Reader, Row, Writer


@dataclass(frozen=True, slots=True)
class Abroad:
    """Somebody in another exchange; `name` as an offering of theirs told it, or ""."""

    peer: int
    address: str
    name: str = ""


Other: TypeAlias = int | Abroad
"""An account here, or somebody abroad."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Correspondent:
    """One side's view of a conversation.

    `last` is its newest message, `heard` the newest of the other side, `read` how far
    this side has read; 0 where there is none.  Up to `away` it is put away, and up to
    `gone` it is deleted for this side.
    """

    account: int
    conversation: int
    other: Other
    last: int
    heard: int
    read: int
    blocked_at: int | None
    away: int = 0
    gone: int = 0

    @property
    def is_away(self) -> bool:
        return self.away >= self.last

    @property
    def is_unread(self) -> bool:
        return self.heard > self.read


_SELECT = (
    "SELECT account_id, conversation_id, other_id, peer_id, address, name, last_id,"
    " heard_id, read_id, blocked_at, away_id, gone_id FROM correspondents "
)


def between(reader: Reader, account: int, other: Other) -> Correspondent | None:
    """Return an account's side of its conversation with somebody."""
    here = isinstance(other, int)
    row = reader.first(
        _SELECT + f"WHERE account_id = ? AND {'other_id' if here else 'address'} = ?",
        (account, other.address if isinstance(other, Abroad) else other),
    )
    return _correspondent(row) if row else None


def find(
    reader: Reader, conversation: int, accounts: AbstractSet[int]
) -> Correspondent | None:
    """Return the side of a conversation that one of these accounts has."""
    rows = reader.all(
        _SELECT + "WHERE conversation_id = ? ORDER BY account_id", (conversation,)
    )
    sides = map(_correspondent, rows)
    return next((one for one in sides if one.account in accounts), None)


def receiving(
    reader: Reader, conversation: int, sender: int | None
) -> Correspondent | None:
    """Return the side here that gets what a sender writes, if it is not abroad."""
    row = reader.first(
        _SELECT + "WHERE conversation_id = ? AND account_id IS NOT ?",
        (conversation, sender),
    )
    return _correspondent(row) if row else None


def begin(
    writer: Writer, account: int, other: Other, *, by: int | None, now: int
) -> Correspondent:
    """Begin a conversation; `by` is the account here that begins it, if one does."""
    conversation = writer.insert(
        "INSERT INTO conversations (begun_by, begun_at) VALUES (?, ?)", (by, now)
    )
    _insert(writer, account, conversation, other)
    if isinstance(other, int):
        _insert(writer, other, conversation, account)
    return Correspondent(
        account=account,
        conversation=conversation,
        other=other,
        last=0,
        heard=0,
        read=0,
        blocked_at=None,
    )


def begun_since(reader: Reader, account: int, since: int) -> int:
    """Return how many conversations an account has begun since a time."""
    (count,) = reader.one(
        "SELECT COUNT(*) FROM conversations WHERE begun_by = ? AND begun_at > ?",
        (account, since),
    )
    return int(count)


def add(writer: Writer, conversation: int, message: int, *, sender: int | None) -> None:
    """Put a message on top of a conversation; the sender, if here, has not heard it."""
    writer.run(
        "UPDATE correspondents SET last_id = ?1,"
        " heard_id = CASE WHEN account_id IS ?2 THEN heard_id ELSE ?1 END"
        " WHERE conversation_id = ?3",
        (message, sender, conversation),
    )


def mark_read(writer: Writer, side: Correspondent) -> None:
    writer.run(
        "UPDATE correspondents SET read_id = heard_id"
        " WHERE account_id = ? AND conversation_id = ?",
        (side.account, side.conversation),
    )


def set_name(writer: Writer, side: Correspondent, name: str) -> None:
    """Keep how somebody abroad calls themselves."""
    writer.run(
        "UPDATE correspondents SET name = ? WHERE account_id = ? AND conversation_id = ?",
        (name, side.account, side.conversation),
    )


def set_away(writer: Writer, side: Correspondent, up_to: int) -> None:
    """Put away what there is up to a message; what is deleted stays away."""
    writer.run(
        "UPDATE correspondents SET away_id = MAX(?, gone_id)"
        " WHERE account_id = ? AND conversation_id = ?",
        (up_to, side.account, side.conversation),
    )


def forget(writer: Writer, side: Correspondent) -> None:
    """Delete for one side what there is, read or not."""
    writer.run(
        "UPDATE correspondents SET read_id = heard_id, away_id = last_id,"
        " gone_id = last_id WHERE account_id = ? AND conversation_id = ?",
        (side.account, side.conversation),
    )


def gone_for_all(reader: Reader, conversation: int) -> int:
    """Return up to which message everybody here has deleted a conversation."""
    (up_to,) = reader.one(
        "SELECT MIN(gone_id) FROM correspondents WHERE conversation_id = ?", (conversation,)
    )
    return int(up_to)


def set_blocked(writer: Writer, side: Correspondent, at: int | None) -> None:
    writer.run(
        "UPDATE correspondents SET blocked_at = ?"
        " WHERE account_id = ? AND conversation_id = ?",
        (at, side.account, side.conversation),
    )


def inbox(
    reader: Reader,
    accounts: Iterable[int],
    *,
    away: bool = False,
    before: int | None,
    limit: int,
) -> list[Correspondent]:
    """Return the conversations of some accounts, the newest first: these, or those away."""
    held = list(accounts)
    put = "away_id >= last_id AND gone_id < last_id" if away else "away_id < last_id"
    rows = reader.all(
        _SELECT + f"WHERE account_id IN ({_marks(held)}) AND last_id < ? AND {put}"
        " ORDER BY last_id DESC LIMIT ? + 0",
        (*held, 2**62 if before is None else before, limit),
    )
    return [_correspondent(row) for row in rows]


def blocked(reader: Reader, account: int) -> list[Correspondent]:
    rows = reader.all(
        _SELECT + "WHERE account_id = ? AND blocked_at IS NOT NULL"
        " ORDER BY blocked_at, conversation_id",
        (account,),
    )
    return [_correspondent(row) for row in rows]


def unread(reader: Reader, accounts: Iterable[int], *, most: int) -> int:
    """Return in how many conversations something is unread; counting ends at `most`."""
    held = list(accounts)
    if not held:
        return 0
    (count,) = reader.one(
        "SELECT COUNT(*) FROM (SELECT 1 FROM correspondents"  # noqa: S608
        " INDEXED BY correspondents_unread"
        f" WHERE account_id IN ({_marks(held)}) AND heard_id > read_id LIMIT ? + 0)",
        (*held, most),
    )
    return int(count)


def _insert(writer: Writer, account: int, conversation: int, other: Other) -> None:
    here, abroad = (other, None) if isinstance(other, int) else (None, other)
    writer.run(
        "INSERT INTO correspondents"
        " (account_id, conversation_id, other_id, peer_id, address, name)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (
            account,
            conversation,
            here,
            abroad.peer if abroad else None,
            abroad.address if abroad else None,
            abroad.name if abroad else "",
        ),
    )


def _marks(values: list[int]) -> str:
    return ", ".join("?" * len(values))


def _correspondent(row: Row) -> Correspondent:
    (
        account, conversation, other, peer, address, name, last, heard, read, blocked_at,
        away, gone,
    ) = row  # fmt: skip
    return Correspondent(
        account=account,
        conversation=conversation,
        other=Abroad(peer, address, name) if other is None else other,
        last=last,
        heard=heard,
        read=read,
        blocked_at=blocked_at,
        away=away,
        gone=gone,
    )
