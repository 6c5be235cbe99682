"""Messages, what becomes of them, and from whom each account takes them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from cesnode.community.market import SHARED
from cesnode.community.messages import USUAL, Fault, State, Takes
from cesnode.store.database import Reader, Row, Writer
from cesnode.store.sqlite import plain

plain(State)
plain(Fault)
plain(Takes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What was written.

    `sender` is an account here and `author` the member who wrote for it; both are None
    for what came from another exchange.  `uuid` is the id its form was sent with,
    `wire_id` the one it crosses to another exchange with.  Forgotten words are empty;
    `withdrawn_at` is when whoever wrote them took them back.
    """

    id: int
    uuid: UUID | None
    conversation: int
    sender: int | None
    author: int | None
    subject: str
    listing: int | None
    text: str
    state: State
    fault: Fault | None
    wire_id: str | None
    written_at: int
    withdrawn_at: int | None = None


_SELECT = (
    "SELECT id, uuid, conversation_id, sender_id, author_id, subject, listing_id, body,"
    " state, fault, wire_id, written_at, withdrawn_at FROM messages "
)


def insert(writer: Writer, message: Message) -> int:
    """Add a message, which gets an id of its own; return that."""
    return writer.insert(
        "INSERT INTO messages (uuid, conversation_id, sender_id, author_id, subject,"
        " listing_id, body, state, fault, wire_id, written_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            message.uuid.bytes if message.uuid else None,
            message.conversation,
            message.sender,
            message.author,
            message.subject,
            message.listing,
            message.text,
            message.state,
            message.fault,
            message.wire_id,
            message.written_at,
        ),
    )


def by_submission(reader: Reader, author: int, uuid: UUID) -> Message | None:
    """Return what an author has sent with this id before."""
    row = reader.first(_SELECT + "WHERE author_id = ? AND uuid = ?", (author, uuid.bytes))
    return _message(row) if row else None


def by_wire_id(reader: Reader, wire_id: str) -> Message | None:
    row = reader.first(_SELECT + "WHERE wire_id = ?", (wire_id,))
    return _message(row) if row else None


def by_ids(reader: Reader, ids: Iterable[int]) -> dict[int, Message]:
    wanted = list(ids)
    marks = ", ".join("?" * len(wanted))
    rows = reader.all(_SELECT + f"WHERE id IN ({marks})", wanted)
    return {message.id: message for message in map(_message, rows)}


def by_id(reader: Reader, message: int) -> Message | None:
    row = reader.first(_SELECT + "WHERE id = ?", (message,))
    return _message(row) if row else None


def latest(
    reader: Reader,
    conversation: int,
    *,
    after: int = 0,
    before: int | None = None,
    limit: int,
) -> list[Message]:
    """Return the newest messages of a conversation, the oldest of them first."""
    rows = reader.all(
        _SELECT + "WHERE conversation_id = ? AND id > ? AND id < ?"
        " ORDER BY id DESC LIMIT ? + 0",
        (conversation, after, 2**62 if before is None else before, limit),
    )
    return [_message(row) for row in reversed(rows)]


def latest_of_others(
    reader: Reader, conversation: int, account: int, *, up_to: int, limit: int
) -> list[Message]:
    """Return the newest messages that an account got, the oldest of them first."""
    rows = reader.all(
        _SELECT + "WHERE conversation_id = ? AND id <= ? AND sender_id IS NOT ?"
        " ORDER BY id DESC LIMIT ? + 0",
        (conversation, up_to, account, limit),
    )
    return [_message(row) for row in reversed(rows)]


def has_written(reader: Reader, conversation: int, account: int) -> bool:
    row = reader.first(
        "SELECT 1 FROM messages WHERE conversation_id = ? AND sender_id = ? LIMIT 1",
        (conversation, account),
    )
    return row is not None


def written_since(reader: Reader, author: int, since: int) -> int:
    (count,) = reader.one(
        "SELECT COUNT(*) FROM messages WHERE author_id = ? AND written_at > ?",
        (author, since),
    )
    return int(count)


def end(writer: Writer, message: int, state: State, fault: Fault | None = None) -> None:
    """Keep what has become of a message that was under way."""
    writer.run(
        "UPDATE messages SET state = ?, fault = ? WHERE id = ? AND state = 'under_way'",
        (state, fault, message),
    )


def withdraw(writer: Writer, message: int, *, now: int) -> None:
    """Take back the words of a message that nobody else has read."""
    writer.run(
        "UPDATE messages SET subject = '', body = '', withdrawn_at = ? WHERE id = ?",
        (now, message),
    )


def has_unread(reader: Reader, conversation: int, sender: int, *, after: int) -> bool:
    """Whether a sender has written something since that was not taken back."""
    row = reader.first(
        "SELECT 1 FROM messages WHERE conversation_id = ? AND id > ? AND sender_id = ?"
        " AND withdrawn_at IS NULL LIMIT 1",
        (conversation, after, sender),
    )
    return row is not None


def erase_words_up_to(writer: Writer, conversation: int, message: int) -> None:
    """Forget what nobody sees any more."""
    writer.run(
        "UPDATE messages SET subject = '', body = '' WHERE conversation_id = ?"
        " AND id <= ? AND body <> ''",
        (conversation, message),
    )


def erase_words_by(writer: Writer, account: int, author: int) -> None:
    """Forget what a member wrote for an account, on both sides of each conversation."""
    writer.run(
        "UPDATE messages SET subject = '', body = '' WHERE author_id = ? AND sender_id = ?",
        (author, account),
    )


def takes(reader: Reader, account: int) -> Takes:
    row = reader.first("SELECT takes FROM message_wishes WHERE account_id = ?", (account,))
    return Takes(row[0]) if row else USUAL


def set_takes(writer: Writer, account: int, wanted: Takes) -> None:
    writer.run(
        "INSERT INTO message_wishes (account_id, takes) VALUES (?, ?)"
        " ON CONFLICT (account_id) DO UPDATE SET takes = excluded.takes",
        (account, wanted),
    )


def shows_neighbours(reader: Reader, account: int, *, today: str) -> bool:
    """Whether an account shows something on the markets of neighbours today."""
    marks = ", ".join("?" * len(SHARED))
    row = reader.first(
        "SELECT 1 FROM listings WHERE account_id = ? AND state = 'shown'"  # noqa: S608
        f" AND audience IN ({marks}) AND (expires_on IS NULL OR expires_on >= ?) LIMIT 1",
        (account, *sorted(SHARED), today),
    )
    return row is not None


def _message(row: Row) -> Message:
    (
        message, uuid, conversation, sender, author, subject, listing, body, state, fault,
        wire_id, written_at, withdrawn_at,
    ) = row  # fmt: skip
    return Message(
        id=message,
        uuid=UUID(bytes=uuid) if uuid else None,
        conversation=conversation,
        sender=sender,
        author=author,
        subject=subject,
        listing=listing,
        text=body,
        state=State(state),
        fault=Fault(fault) if fault else None,
        wire_id=wire_id,
        written_at=written_at,
        withdrawn_at=withdrawn_at,
    )
