"""Statements that a peer and we both signed, and what in our own books does not fit."""

from __future__ import annotations

from cesnode.store.database import Reader, Writer

# What a hub has still to enter on one of its two edges stands in suspense meanwhile.
_UNBOOKED = """
SELECT wire_id FROM remote_trades AS r
WHERE state IN ('posted', 'committed') AND (upstream_id = ?1 OR downstream_id = ?1)
    AND NOT EXISTS (SELECT 1 FROM clearing_entries AS c
        WHERE c.wire_id = r.wire_id AND (c.peer_id = ?1 OR r.role = 'hub'))
UNION
SELECT wire_id FROM clearing_entries
WHERE peer_id = ?1 AND own_amount <> 0 AND transfer_seq IS NULL
"""


def insert(writer: Writer, peer: int, note: str, *, now: int) -> None:
    """Keep a statement under which both signatures stand."""
    writer.run(
        "INSERT INTO peer_checkpoints (peer_id, at, note) VALUES (?, ?, ?)",
        (peer, now, note),
    )


def latest(reader: Reader, peer: int) -> str | None:
    row = reader.first(
        "SELECT note FROM peer_checkpoints WHERE peer_id = ? ORDER BY id DESC LIMIT 1",
        (peer,),
    )
    return None if row is None else str(row[0])


def unbooked(reader: Reader, peer: int) -> list[str]:
    """Return trades that were posted without an entry, and entries never posted."""
    return [str(wire_id) for (wire_id,) in reader.all(_UNBOOKED, (peer,))]
