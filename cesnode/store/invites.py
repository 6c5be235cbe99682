"""Invitations we gave to other exchanges: of each secret only its hash is kept."""

from __future__ import annotations

from dataclasses import dataclass

from cesnode.store.database import Reader, Writer


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """An invitation, and what we let whoever takes it up owe us."""

    token_hash: str
    credit_line: int
    expires_at: int
    used_at: int | None


def insert(
    writer: Writer, *, token_hash: str, credit_line: int, expires_at: int, now: int
) -> None:
    writer.run(
        "INSERT INTO invites (token_hash, credit_line, created_at, expires_at)"
        " VALUES (?, ?, ?, ?)",
        (token_hash, credit_line, now, expires_at),
    )


def find(reader: Reader, token_hash: str) -> Given | None:
    row = reader.first(
        "SELECT credit_line, expires_at, used_at FROM invites WHERE token_hash = ?",
        (token_hash,),
    )
    if row is None:
        return None
    credit_line, expires_at, used_at = row
    return Given(
        token_hash=token_hash,
        credit_line=credit_line,
        expires_at=expires_at,
        used_at=used_at,
    )


def use(writer: Writer, token_hash: str, *, now: int) -> None:
    writer.run("UPDATE invites SET used_at = ? WHERE token_hash = ?", (now, token_hash))
