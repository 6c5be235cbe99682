"""What a person has to look at: a peer that contradicts itself, a trade that is stuck."""

from __future__ import annotations

from dataclasses import dataclass

from cesnode.store.database import Reader, Writer


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    id: int
    at: int
    peer: int | None
    kind: str
    wire_id: str | None
    details: str


def insert(
    writer: Writer,
    *,
    peer: int | None,
    kind: str,
    wire_id: str | None = None,
    details: str = "",
    now: int,
) -> bool:
    """Raise an alarm, unless the same is still standing; return whether it was raised."""
    standing = writer.first(
        "SELECT 1 FROM alarms WHERE settled_at IS NULL AND kind = ? AND peer_id IS ?"
        " AND wire_id IS ?",
        (kind, peer, wire_id),
    )
    if standing is not None:
        return False
    writer.run(
        "INSERT INTO alarms (at, peer_id, kind, wire_id, details) VALUES (?, ?, ?, ?, ?)",
        (now, peer, kind, wire_id, details),
    )
    return True


def standing(reader: Reader) -> list[Alarm]:
    rows = reader.all(
        "SELECT id, at, peer_id, kind, wire_id, details FROM alarms"
        " WHERE settled_at IS NULL ORDER BY id"
    )
    return [
        Alarm(id=alarm, at=at, peer=peer, kind=kind, wire_id=wire_id, details=details)
        for alarm, at, peer, kind, wire_id, details in rows
    ]
