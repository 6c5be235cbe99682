"""Holds: value reserved for a trade in flight, ended only by a further record."""

from __future__ import annotations

from collections.abc import Iterable
from operator import attrgetter

import msgspec

from cesnode.ledger.transfers import Entry
from cesnode.store.database import Reader, Writer

_OUT = "UPDATE standings SET held_out = held_out + ? WHERE account_id = ?"
_IN = "UPDATE standings SET held_in = held_in + ? WHERE account_id = ?"


class Held(msgspec.Struct, frozen=True):
    """A hold that has not ended, and what it reserves, by account."""

    id: int
    entries: tuple[Entry, ...]


def insert(writer: Writer, *, trade: int, entries: Iterable[Entry], now: int) -> Held:
    hold = writer.insert(
        "INSERT INTO holds (trade_id, created_at) VALUES (?, ?)", (trade, now)
    )
    held = Held(hold, tuple(sorted(entries, key=attrgetter("account"))))
    for entry in held.entries:
        writer.run(
            "INSERT INTO hold_entries (hold_id, account_id, amount) VALUES (?, ?, ?)",
            (hold, entry.account, entry.amount),
        )
        _shift(writer, entry, 1)
    return held


def end(writer: Writer, held: Held, *, seq: int | None, now: int) -> None:
    """Post a hold by the transfer `seq`, or void it (None)."""
    writer.run(
        "INSERT INTO hold_endings (hold_id, outcome, seq, ended_at) VALUES (?, ?, ?, ?)",
        (held.id, "voided" if seq is None else "posted", seq, now),
    )
    for entry in held.entries:
        _shift(writer, entry, -1)


def open_of(reader: Reader, trade: int) -> Held | None:
    """Return the hold of a trade, unless it has ended."""
    rows = reader.all(
        "SELECT h.id, e.account_id, e.amount FROM holds AS h"
        " JOIN hold_entries AS e ON e.hold_id = h.id"
        " LEFT JOIN hold_endings AS x ON x.hold_id = h.id"
        " WHERE h.trade_id = ? AND x.hold_id IS NULL ORDER BY e.account_id",
        (trade,),
    )
    if not rows:
        return None
    return Held(rows[0][0], tuple(Entry(account, amount) for _, account, amount in rows))


def _shift(writer: Writer, entry: Entry, direction: int) -> None:
    sql = _OUT if entry.amount < 0 else _IN
    writer.run(sql, (direction * abs(entry.amount), entry.account))
