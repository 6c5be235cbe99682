"""Sessions: the devices on which somebody is signed in.  Only a digest is kept."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from cesnode.store.database import Reader, Row, Writer

_COLUMNS = (
    "SELECT id, sign_in_id, stage, account_id, device, created_at, seen_at, proven_at,"
    " expires_at FROM sessions "
)


class Stage(StrEnum):
    PASSWORD = "password"  # noqa: S105 - the second step is still to be taken
    WHOLE = "whole"


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """`account`: whom they act for here; `proven_at`: when who they are was last shown."""

    id: int
    sign_in: int
    stage: Stage
    account: int | None
    device: str
    created_at: int
    seen_at: int
    proven_at: int
    expires_at: int


def by_digest(reader: Reader, digest: bytes, *, now: int) -> Session | None:
    row = reader.first(_COLUMNS + "WHERE digest = ? AND expires_at > ?", (digest, now))
    return _session(row) if row else None


def of_sign_in(reader: Reader, sign_in: int, *, now: int) -> list[Session]:
    """Return where somebody is signed in, the latest used first."""
    rows = reader.all(
        _COLUMNS + "WHERE sign_in_id = ? AND stage = 'whole' AND expires_at > ?"
        " ORDER BY seen_at DESC, id DESC",
        (sign_in, now),
    )
    return [_session(row) for row in rows]


def insert(
    writer: Writer,
    *,
    sign_in: int,
    digest: bytes,
    stage: Stage,
    account: int | None,
    device: str,
    now: int,
    expires_at: int,
) -> int:
    return writer.insert(
        "INSERT INTO sessions (sign_in_id, digest, stage, account_id, device, created_at,"
        " seen_at, proven_at, expires_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6, ?6, ?7)",
        (sign_in, digest, stage, account, device, now, expires_at),
    )


def replace(
    writer: Writer,
    session: int,
    *,
    digest: bytes,
    stage: Stage,
    now: int,
    expires_at: int,
) -> None:
    """Go on under another secret; whoever knows the old one is signed out."""
    writer.run(
        "UPDATE sessions SET digest = ?, stage = ?, proven_at = ?, seen_at = ?,"
        " expires_at = ? WHERE id = ?",
        (digest, stage, now, now, expires_at, session),
    )


def see(writer: Writer, session: int, *, now: int, expires_at: int) -> None:
    writer.run(
        "UPDATE sessions SET seen_at = ?, expires_at = ? WHERE id = ?",
        (now, expires_at, session),
    )


def choose(writer: Writer, session: int, account: int) -> None:
    writer.run("UPDATE sessions SET account_id = ? WHERE id = ?", (account, session))


def end(writer: Writer, session: int, sign_in: int) -> bool:
    """End a session of this person; False if they have none of this number."""
    gone = writer.run(
        "DELETE FROM sessions WHERE id = ? AND sign_in_id = ?", (session, sign_in)
    )
    return gone == 1


def end_all(writer: Writer, sign_in: int, *, but: int | None = None) -> int:
    """Sign somebody out everywhere, or everywhere but here; return from how many."""
    return writer.run(
        "DELETE FROM sessions WHERE sign_in_id = ? AND id IS NOT ?", (sign_in, but)
    )


def forget_expired(writer: Writer, *, now: int) -> int:
    return writer.run("DELETE FROM sessions WHERE expires_at <= ?", (now,))


def _session(row: Row) -> Session:
    session, sign_in, stage, account, device, created, seen, proven, expires = row
    return Session(
        id=session,
        sign_in=sign_in,
        stage=Stage(stage),
        account=account,
        device=device,
        created_at=created,
        seen_at=seen,
        proven_at=proven,
        expires_at=expires,
    )
