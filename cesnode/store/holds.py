"""Holds: value reserved for a trade in flight, ended only by a further record."""

from __future__ import annotations

from collections.abc import Iterable

from cesnode.ledger.transfers import Entry
from cesnode.store.database import Reader, Writer

_OUT = "UPDATE standings SET held_out = held_out + ? WHERE account_id = ?"
_IN = "UPDATE standings SET held_in = held_in + ? WHERE account_id = ?"


def insert(writer: Writer, *, trade: int, entries: Iterable[Entry], now: int) -> int:
    hold = writer.insert(
        "INSERT INTO holds (trade_id, created_at) VALUES (?, ?)", (trade, now)
    )
    for entry in entries:
        writer.run(
            "INSERT INTO hold_entries (hold_id, account_id, amount) VALUES (?, ?, ?)",
            (hold, entry.account, entry.amount),
        )
        _shift(writer, entry, 1)
    return hold


def end(writer: Writer, hold: int, *, seq: int | None, now: int) -> None:
    """Post a hold by the transfer `seq`, or void it (None)."""
    writer.run(
        "INSERT INTO hold_endings (hold_id, outcome, seq, ended_at) VALUES (?, ?, ?, ?)",
        (hold, "voided" if seq is None else "posted", seq, now),
    )
    for entry in entries_of(writer, hold):
        _shift(writer, entry, -1)


def open_of(reader: Reader, trade: int) -> int | None:
    """Return the hold of a trade that has not ended."""
    row = reader.first(
        "SELECT h.id FROM holds AS h LEFT JOIN hold_endings AS x ON x.hold_id = h.id"
        " WHERE h.trade_id = ? AND x.hold_id IS NULL",
        (trade,),
    )
    return row[0] if row else None


def entries_of(reader: Reader, hold: int) -> tuple[Entry, ...]:
    rows = reader.all(
        "SELECT account_id, amount FROM hold_entries WHERE hold_id = ?", (hold,)
    )
    return tuple(Entry(*row) for row in rows)


def _shift(writer: Writer, entry: Entry, direction: int) -> None:
    sql = _OUT if entry.amount < 0 else _IN
    writer.run(sql, (direction * abs(entry.amount), entry.account))
