"""Tickets: each lets one person in once, without a password, to set one."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from cesnode.store.database import Reader, Row, Writer

_COLUMNS = "SELECT id, sign_in_id, kind, words, tries FROM tickets "


class Kind(StrEnum):
    MAIL = "mail"  # a link in a mail
    CARD = "card"  # printed, with words for whoever has no camera


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """`words` is the hash of a card's words; `tries` how often wrong ones were said."""

    id: int
    sign_in: int
    kind: Kind
    words: str | None
    tries: int


def by_digest(reader: Reader, digest: bytes, *, now: int) -> Ticket | None:
    row = reader.first(_COLUMNS + "WHERE digest = ? AND expires_at > ?", (digest, now))
    return _ticket(row) if row else None


def card_of(reader: Reader, sign_in: int, *, now: int) -> Ticket | None:
    """Return the card that somebody can come in with."""
    row = reader.first(
        _COLUMNS + "WHERE sign_in_id = ? AND kind = 'card' AND expires_at > ?",
        (sign_in, now),
    )
    return _ticket(row) if row else None


def insert(
    writer: Writer,
    *,
    sign_in: int,
    kind: Kind,
    digest: bytes,
    words: str | None,
    now: int,
    expires_at: int,
) -> None:
    """Keep a ticket; an earlier one of its kind counts no more."""
    writer.run("DELETE FROM tickets WHERE sign_in_id = ? AND kind = ?", (sign_in, kind))
    writer.run(
        "INSERT INTO tickets (sign_in_id, kind, digest, words, created_at, expires_at)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (sign_in, kind, digest, words, now, expires_at),
    )


def count_try(writer: Writer, ticket: int) -> None:
    writer.run("UPDATE tickets SET tries = tries + 1 WHERE id = ?", (ticket,))


def rename(writer: Writer, ticket: int, digest: bytes) -> None:
    """Let a ticket be found by another secret, and no more by the one before."""
    writer.run("UPDATE tickets SET digest = ? WHERE id = ?", (digest, ticket))


def forget(writer: Writer, sign_in: int) -> None:
    writer.run("DELETE FROM tickets WHERE sign_in_id = ?", (sign_in,))


def forget_expired(writer: Writer, *, now: int) -> int:
    return writer.run("DELETE FROM tickets WHERE expires_at <= ?", (now,))


def _ticket(row: Row) -> Ticket:
    ticket, sign_in, kind, words, tries = row
    return Ticket(id=ticket, sign_in=sign_in, kind=Kind(kind), words=words, tries=tries)
