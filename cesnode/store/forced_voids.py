"""The signed words by which a payer's node gave up waiting for a decision."""

from __future__ import annotations

import msgspec

from cesnode.store.database import Reader, Writer
from federation.objects import ForcedVoid
from federation.signed import Signature, Signed, restore


def insert(writer: Writer, statement: Signed[ForcedVoid], *, now: int) -> bool:
    """Keep a statement; return False if there is one of this trade already."""
    added = writer.run(
        "INSERT INTO forced_voids (wire_id, body, signature, added_at)"
        " VALUES (?, ?, ?, ?) ON CONFLICT (wire_id) DO NOTHING",
        (
            statement.value.trade_id,
            statement.content,
            msgspec.json.encode(statement.signature).decode(),
            now,
        ),
    )
    return added == 1


def find(reader: Reader, wire_id: str) -> Signed[ForcedVoid] | None:
    row = reader.first(
        "SELECT body, signature FROM forced_voids WHERE wire_id = ?", (wire_id,)
    )
    if row is None:
        return None
    signature = msgspec.json.decode(row[1], type=Signature)
    return restore(ForcedVoid, bytes(row[0]), signature)


def suspend(writer: Writer, wire_id: str, seq: int) -> None:
    """Note the transfer that booked the trade, after all, against suspense."""
    writer.run(
        "UPDATE forced_voids SET suspended_seq = ? WHERE wire_id = ?", (seq, wire_id)
    )


def suspended(reader: Reader, wire_id: str) -> int | None:
    """Return the transfer that booked a forced trade against suspense, if one did."""
    row = reader.first(
        "SELECT suspended_seq FROM forced_voids WHERE wire_id = ?", (wire_id,)
    )
    return None if row is None or row[0] is None else int(row[0])
