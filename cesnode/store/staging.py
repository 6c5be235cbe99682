"""A file in which rows that were read wait to be booked, in the order of time.

However many there are, they are never all in memory.  It is no part of the node's file.
Whenever a program ends, what it kept is whole: rows, and what its owner noted with them.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from cesnode.store.database import translated
from cesnode.store.sqlite import sqlite3

PIECE = 2_000
"""So many rows are kept at a time."""
_FILE = "waiting.db"
# NORMAL: a power cut may cost the last pieces, and never leaves half of one.
_SCHEMA = """
PRAGMA locking_mode = EXCLUSIVE;
PRAGMA journal_mode = WAL;
PRAGMA synchronous = NORMAL;
PRAGMA cache_size = -8192;
PRAGMA temp_store = FILE;
CREATE TABLE IF NOT EXISTS waiting (
    place INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    key TEXT NOT NULL,
    seller TEXT NOT NULL,
    buyer TEXT NOT NULL,
    amount INTEGER NOT NULL,
    content BLOB NOT NULL,
    taken INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS notes (place INTEGER PRIMARY KEY, content BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS state (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    content BLOB NOT NULL
);
"""
_INDEXES = (
    "CREATE INDEX waiting_by_key ON waiting (key)",
    "CREATE INDEX waiting_in_time ON waiting (at, place)",
    "CREATE INDEX waiting_between ON waiting (seller, buyer, amount, place)",
)
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
_STATE = (
    "INSERT INTO state (id, content) VALUES (1, ?)"
    " ON CONFLICT (id) DO UPDATE SET content = excluded.content"
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
    """`count` rows wait, those included that are not kept yet."""

    def __init__(self, folder: Path) -> None:
        file = folder / _FILE
        file.touch(mode=0o600)
        self._connection = sqlite3.connect(file, isolation_level=None)
        self._connection.executescript(_SCHEMA)
        self._piece: list[Waiting] = []
        self.count = self._left()

    def close(self) -> None:
        self._connection.close()

    def state(self) -> bytes | None:
        """Return what was said with the last piece that was kept."""
        row = self._connection.execute("SELECT content FROM state").fetchone()
        return None if row is None else bytes(row[0])

    def notes(self) -> Iterator[bytes]:
        """Yield what was noted with all that was kept, in its order."""
        rows = self._connection.execute("SELECT content FROM notes ORDER BY place")
        return (bytes(content) for (content,) in rows)

    @property
    def is_full(self) -> bool:
        """Whether it is time to keep what was added."""
        return len(self._piece) >= PIECE

    def add(self, row: Waiting) -> None:
        self._piece.append(row)
        self.count += 1

    @translated()
    def keep(self, notes: Sequence[bytes], state: bytes) -> None:
        """Keep what was added, and with it what is to be known of it: all of it or none."""
        with self._transaction():
            self._connection.executemany(_INSERT, self._piece)
            self._note(notes, state)
        self._piece.clear()

    @contextmanager
    def settling(self) -> Iterator[None]:
        """Change and take what is kept, once all rows are there: all of it or nothing."""
        with translated(), self._transaction():
            for index in _INDEXES:
                self._connection.execute(index)
            yield
        self.count = self._left()

    def settle(self, notes: Sequence[bytes], state: bytes) -> None:
        """Say, within settling, what is to be known of the whole."""
        self._note(notes, state)

    def first_at(self) -> int | None:
        """Return the earliest time there is."""
        sql = "SELECT MIN(at) FROM waiting WHERE taken < 2"
        (first,) = self._connection.execute(sql).fetchone()
        return None if first is None else int(first)

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
            " WHERE (at, place) > (?, ?) AND taken = 0 ORDER BY at, place LIMIT ? + 0"
        )
        while rows := self._connection.execute(sql, (*last, PIECE)).fetchall():
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

    def drop(self, place: int) -> None:
        """This row tells of nothing that happened: no other is compared with it."""
        sql = "UPDATE waiting SET taken = 2, key = '' WHERE place = ?"
        self._connection.execute(sql, (place,))

    def taken(self) -> Iterator[tuple[Waiting, bool]]:
        """Yield the rows that are not booked, and whether what they tell happened."""
        sql = "SELECT place, taken FROM waiting WHERE taken > 0 ORDER BY place"
        for place, taken in self._connection.execute(sql).fetchall():
            yield self._row(place), taken == 1

    def between(self, seller: str, buyer: str, amount: int) -> Sequence[Waiting]:
        """Return the trades of just this amount between two, the latest first."""
        sql = (
            "SELECT place, at, key, seller, buyer, amount, content FROM waiting"
            " WHERE seller = ? AND buyer = ? AND amount = ? AND taken < 2"
            " ORDER BY place DESC LIMIT 100"
        )
        rows = self._connection.execute(sql, (seller, buyer, amount)).fetchall()
        return [Waiting._make(row) for row in rows]

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._connection.execute("BEGIN")
        try:
            yield
        except BaseException:
            if self._connection.in_transaction:  # A full disk has undone it already.
                self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")

    def _note(self, notes: Sequence[bytes], state: bytes) -> None:
        rows = [(content,) for content in notes]
        self._connection.executemany("INSERT INTO notes (content) VALUES (?)", rows)
        self._connection.execute(_STATE, (state,))

    def _left(self) -> int:
        sql = "SELECT COUNT(*) FROM waiting WHERE taken = 0"
        (count,) = self._connection.execute(sql).fetchone()
        return int(count)

    def _row(self, place: int) -> Waiting:
        sql = (
            "SELECT place, at, key, seller, buyer, amount, content FROM waiting"
            " WHERE place = ?"
        )
        return Waiting._make(self._connection.execute(sql, (place,)).fetchone())
