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


def find(reader: Reader, alarm: int) -> Alarm | None:
    """Return an alarm that still stands."""
    return next((one for one in standing(reader) if one.id == alarm), None)


def settle(writer: Writer, alarm: int, *, now: int) -> None:
    writer.run(
        "UPDATE alarms SET settled_at = ? WHERE id = ? AND settled_at IS NULL",
        (now, alarm),
    )


def settle_about(
    writer: Writer, *, peer: int | None, kind: str, wire_id: str | None = None, now: int
) -> bool:
    """Settle what stands of one kind about one thing; return whether anything did."""
    settled = writer.run(
        "UPDATE alarms SET settled_at = ? WHERE settled_at IS NULL AND kind = ?"
        " AND peer_id IS ? AND wire_id IS ?",
        (now, kind, peer, wire_id),
    )
    return settled > 0


def settle_decided(writer: Writer, kinds: tuple[str, ...], *, now: int) -> None:
    """Settle alarms about trades that waited and wait no more."""
    marks = ", ".join("?" * len(kinds))
    writer.run(
        "UPDATE alarms SET settled_at = ? WHERE settled_at IS NULL"  # noqa: S608
        f" AND kind IN ({marks}) AND wire_id NOT IN"
        " (SELECT wire_id FROM remote_trades WHERE state = 'held')",
        (now, *kinds),
    )


def settle_kind(writer: Writer, kind: str, *, now: int) -> None:
    """Settle what stands of a kind that is about no peer."""
    writer.run(
        "UPDATE alarms SET settled_at = ? WHERE settled_at IS NULL AND kind = ?"
        " AND peer_id IS NULL",
        (now, kind),
    )
