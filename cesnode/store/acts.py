"""What was done besides posting: who, when, to what; a chain of its own."""

from __future__ import annotations

from dataclasses import dataclass

from cesnode.store.database import Reader, Writer

_MEMO = "last act"

_MEMO = "last act"


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    seq: int
    at: int
    actor: int | None
    kind: str
    subject: str
    details: str
    note: str | None
    salt: bytes | None
    note_digest: bytes | None
    after: int
    hash: bytes


def head(reader: Reader) -> tuple[int, int, bytes] | None:
    """Return the seq, time and hash of the last act."""
    known: tuple[int, int, bytes] | None = reader.memo.get(_MEMO)
    if known is None:
        row = reader.first("SELECT seq, at, hash FROM acts ORDER BY seq DESC LIMIT 1")
        known = reader.memo[_MEMO] = (row[0], row[1], row[2]) if row else None
    return known


def insert(writer: Writer, act: Act) -> None:
    writer.run(
        "INSERT INTO acts (seq, at, actor_id, kind, subject, details, note, salt,"
        " note_digest, after, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            act.seq,
            act.at,
            act.actor,
            act.kind,
            act.subject,
            act.details,
            act.note,
            act.salt,
            act.note_digest,
            act.after,
            act.hash,
        ),
    )
    writer.memo[_MEMO] = (act.seq, act.at, act.hash)
    writer.memo[_MEMO] = (act.seq, act.at, act.hash)


def about(reader: Reader, subject: str) -> list[Act]:
    """Return what was done to a subject, in order."""
    rows = reader.all(
        "SELECT seq, at, actor_id, kind, subject, details, note, salt, note_digest, after,"
        " hash FROM acts WHERE subject = ? ORDER BY seq",
        (subject,),
    )
    return [
        Act(
            seq=seq,
            at=at,
            actor=actor,
            kind=kind,
            subject=subject,
            details=details,
            note=note,
            salt=salt,
            note_digest=digest,
            after=after,
            hash=link,
        )
        for seq, at, actor, kind, subject, details, note, salt, digest, after, link in rows
    ]
