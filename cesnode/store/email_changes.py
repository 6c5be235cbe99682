"""Addresses that members ask to be reached at, until they have shown they are theirs."""

from __future__ import annotations

from dataclasses import dataclass

from cesnode.store.database import Reader, Writer


@dataclass(frozen=True, slots=True, kw_only=True)
class EmailChange:
    """An address that a member asks for; its link is good before `expires_at`."""

    member: int
    email: str
    asked_at: int
    expires_at: int


def by_digest(reader: Reader, digest: bytes, *, now: int) -> EmailChange | None:
    row = reader.first(
        "SELECT member_id, email, asked_at, expires_at FROM email_changes"
        " WHERE digest = ? AND expires_at > ?",
        (digest, now),
    )
    return _change(row) if row else None


def of_member(reader: Reader, member: int, *, now: int) -> EmailChange | None:
    row = reader.first(
        "SELECT member_id, email, asked_at, expires_at FROM email_changes"
        " WHERE member_id = ? AND expires_at > ?",
        (member, now),
    )
    return _change(row) if row else None


def insert(writer: Writer, change: EmailChange, *, digest: bytes) -> None:
    """Keep what a member asks for; what they asked for before counts no more."""
    writer.run(
        "INSERT OR REPLACE INTO email_changes"
        " (member_id, email, digest, asked_at, expires_at) VALUES (?, ?, ?, ?, ?)",
        (change.member, change.email, digest, change.asked_at, change.expires_at),
    )


def forget(writer: Writer, member: int) -> None:
    writer.run("DELETE FROM email_changes WHERE member_id = ?", (member,))


def forget_expired(writer: Writer, *, now: int) -> int:
    return writer.run("DELETE FROM email_changes WHERE expires_at <= ?", (now,))


def _change(row: tuple[int, str, int, int]) -> EmailChange:
    member, email, asked_at, expires_at = row
    return EmailChange(member=member, email=email, asked_at=asked_at, expires_at=expires_at)
