"""A scratch file in which rows that were read wait to be booked, in the order of time.

However many there are, they are never all in memory.  It is no part of the node's file
and is thrown away; what cannot be read again is not in it.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from cesnode.store.database import translated
from cesnode.store.sqlite import sqlite3

_PIECE = 2_000
_SCHEMA = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA cache_size = -8192;
PRAGMA temp_store = FILE;
CREATE TABLE waiting (
    place INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    key TEXT NOT NULL,
    seller TEXT NOT NULL,
    buyer TEXT NOT NULL,
    amount INTEGER NOT NULL,
    content BLOB NOT NULL,
    taken INTEGER NOT NULL DEFAULT 0
);
"""
_INDEXES = """
CREATE INDEX waiting_by_key ON waiting (key);
CREATE INDEX waiting_in_time ON waiting (at, place);
CREATE INDEX waiting_between ON waiting (seller, buyer, amount, place);
"""
_REPEATED = """
SELECT f.place, w.place FROM waiting AS w JOIN (
    SELECT key, MIN(place) AS place FROM waiting WHERE key <> ''
    GROUP BY key HAVING COUNT(*) > 1) AS f ON f.key = w.key
WHERE w.place > f.place ORDER BY w.place
"""
_INSERT = (
    "INSERT INTO waiting (place, at, key, seller, buyer, amount, content)"
    " VALUES (?, ?, ?, ?, ?, ?, ?)"
)


class Waiting(NamedTuple):
    """A row as it waits; `content` is whatever its owner packed."""

    place: int
    at: int
    key: str
    seller: str
    buyer: str
    amount: int
    content: bytes


class Staging:
    def __init__(self, folder: Path) -> None:
        self._connection = sqlite3.connect(folder / "waiting.db", isolation_level=None)
        self._connection.executescript(_SCHEMA)
        self._piece: list[Waiting] = []
        self.count = 0

    def close(self) -> None:
        self._connection.close()

    @translated()
    def add(self, row: Waiting) -> None:
        self._piece.append(row)
        self.count += 1
        if len(self._piece) >= _PIECE:
            self._flush()

    @translated()
    def settle(self) -> None:
        """All rows are there: now they can be asked for."""
        self._flush()
        self._connection.executescript(_INDEXES)

    def repeated(self) -> Iterator[tuple[Waiting, Waiting]]:
        """Yield each row whose key came before, with the first of that key.

        Which rows these are is settled before the first is yielded: they may be changed.
        """
        places = array("q")
        for pair in self._connection.execute(_REPEATED):
            places.extend(pair)
        rest = iter(places)
        for first, place in zip(rest, rest, strict=True):
            yield self._row(first), self._row(place)

    def in_time(self) -> Iterator[Waiting]:
        """Yield what is left, the earliest first; rows of one moment as they stood."""
        last = (-(2**62), 0)
        sql = (
            "SELECT place, at, key, seller, buyer, amount, content FROM waiting"
            " WHERE (at, place) > (?, ?) AND taken = 0 ORDER BY at, place LIMIT ?"
        )
        while rows := self._connection.execute(sql, (*last, _PIECE)).fetchall():
            for row in rows:
                yield Waiting._make(row)
            last = (rows[-1][1], rows[-1][0])

    def undoing(self) -> Iterator[Waiting]:
        """Yield what takes a trade back: its amount is below zero."""
        rows = self._connection.execute(
            "SELECT place FROM waiting WHERE amount < 0 AND taken = 0 ORDER BY place"
        ).fetchall()
        for (place,) in rows:
            yield self._row(place)

    def change(self, row: Waiting) -> None:
        self._connection.execute(
            "UPDATE waiting SET key = ?, seller = ?, buyer = ?, amount = ?, content = ?"
            " WHERE place = ?",
            (row.key, row.seller, row.buyer, row.amount, row.content, row.place),
        )

    def take(self, place: int) -> None:
        """This row needs no booking of its own any more."""
        self._connection.execute("UPDATE waiting SET taken = 1 WHERE place = ?", (place,))

    def between(self, seller: str, buyer: str, amount: int) -> Sequence[Waiting]:
        """Return the trades of just this amount between two, the latest first."""
        sql = (
            "SELECT place, at, key, seller, buyer, amount, content FROM waiting"
            " WHERE seller = ? AND buyer = ? AND amount = ? ORDER BY place DESC LIMIT 100"
        )
        rows = self._connection.execute(sql, (seller, buyer, amount)).fetchall()
        return [Waiting._make(row) for row in rows]

    def _row(self, place: int) -> Waiting:
        sql = (
            "SELECT place, at, key, seller, buyer, amount, content FROM waiting"
            " WHERE place = ?"
        )
        return Waiting._make(self._connection.execute(sql, (place,)).fetchone())

    def _flush(self) -> None:
        self._connection.execute("BEGIN")
        self._connection.executemany(_INSERT, self._piece)
        self._connection.execute("COMMIT")
        self._piece.clear()
