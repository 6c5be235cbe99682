"""Opens the node's file, the same way for the server and every command.

Readers and writers are transactions in progress: a function that takes a Writer may
write, one that takes a Reader only reads.  Nothing read in one transaction may be
kept for the next: another process writes the same file.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from typing_extensions import override

from cesnode.errors import (
    ExchangeLeft,
    NodeError,
    OutcomeUnknown,
    StoreFailed,
    StoreFull,
    StoreReadOnly,
    StoreUnavailable,
)
from cesnode.store.folder import LOCKED, held, refuse_network_file_system
from cesnode.store.sqlite import NEEDS_WRITE_LOCK, sqlite3

FILE = "node.db"
_WAIT_SECONDS = 10.0
_STATEMENTS = 512
_PRIMARY = 0xFF
_LEFT_FOR = (
    "SELECT json_extract(CAST(body AS TEXT), '$.new_origin') FROM own_moves"
    " WHERE left_at IS NOT NULL AND arrived_at IS NULL ORDER BY serial DESC LIMIT 1"
)
_DISK_FAILURES = frozenset({10, 11, 26})
"""SQLite's IOERR, CORRUPT and NOTADB: a sector that cannot be read looks like any."""

Values = Sequence[Any]
Row = tuple[Any, ...]


class DiskFailed(Exception):
    """The disk failed: what is on it is unknown until the file is opened again.

    What was not being committed at that moment is certainly not there.
    """

    @property
    def told(self) -> NodeError:
        """What is said to whoever asked for something that failed by it."""
        return StoreFailed(reason=self)


class CommitFailed(DiskFailed):
    """It failed while a transaction was made durable, which may be there or not."""

    @property
    @override
    def told(self) -> NodeError:
        return OutcomeUnknown(reason=self)


@dataclass(frozen=True, slots=True)
class Reader:
    """A snapshot of the file.  Rows are tuples, in the order of the SELECT.

    `memo` is for what a transaction needs again and again; it ends with it, and is
    emptied wherever part of the transaction is undone.
    """

    connection: sqlite3.Connection
    memo: dict[str, Any] = field(default_factory=dict)

    def all(self, sql: str, values: Values = ()) -> list[Row]:
        return self.connection.execute(sql, values).fetchall()

    def first(self, sql: str, values: Values = ()) -> Row | None:
        row: Row | None = self.connection.execute(sql, values).fetchone()
        return row

    def one(self, sql: str, values: Values = ()) -> Row:
        row = self.first(sql, values)
        assert row is not None
        return row


@dataclass(frozen=True, slots=True)
class Writer(Reader):
    """A write transaction in progress.

    `letters_for` are the peers for whom it has put something into the outbox,
    `heard_from` those that have proven just now that they are there.
    """

    letters_for: set[int] = field(default_factory=set)
    heard_from: set[int] = field(default_factory=set)

    def run(self, sql: str, values: Values = ()) -> int:
        """Execute one statement; return the number of rows it changed."""
        return self.connection.execute(sql, values).rowcount

    def insert(self, sql: str, values: Values = ()) -> int:
        """Execute one INSERT; return the new row's id."""
        row_id = self.connection.execute(sql, values).lastrowid
        assert row_id is not None
        return row_id

    def part(self) -> Part:
        """Begin a part of the transaction that can fail without undoing the rest."""
        return Part(self)

    def many(self, sql: str, rows: Sequence[Values]) -> None:
        self.connection.executemany(sql, rows)


class Part:
    """A savepoint, for a `with` statement: what fails in it is undone, and raised."""

    __slots__ = ("_writer",)

    def __init__(self, writer: Writer) -> None:
        self._writer = writer

    def __enter__(self) -> None:
        self._writer.connection.execute("SAVEPOINT part")

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        connection = self._writer.connection
        if kind is not None:
            self._writer.memo.clear()
            if not connection.in_transaction:  # SQLite has undone it all itself.
                return
            connection.execute("ROLLBACK TO part")
        connection.execute("RELEASE part")


@contextmanager
def translated() -> Iterator[None]:
    """Turn what SQLite says of the disk into what an operator can act on."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        raise failure(error) from error


def failure(error: sqlite3.Error) -> Exception:
    """Name an error of the file: full, read-only, locked, or a failed disk."""
    text = str(error)
    if (getattr(error, "sqlite_errorcode", None) or 0) & _PRIMARY in _DISK_FAILURES:
        return DiskFailed(text)
    if "is full" in text:
        return StoreFull()
    if "readonly" in text:
        return StoreReadOnly(reason=text)
    if "locked" in text or "busy" in text:
        return StoreUnavailable(reason=LOCKED)
    if "unable to open" in text:
        return StoreReadOnly(reason=text)
    return error


@translated()
def open_writer(folder: Path, *, wait: float = _WAIT_SECONDS) -> sqlite3.Connection:
    """Open for writing; `wait` is how many seconds a lock is waited for."""
    refuse_network_file_system(folder)
    connection = _connect(f"{(folder / FILE).resolve().as_uri()}?mode=rw", wait)
    # FULL: with NORMAL a power cut loses trades that were acknowledged.
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA journal_size_limit = -1")  # Overwriting is cheaper to sync.
    connection.execute("PRAGMA wal_autocheckpoint = 2000")  # Pages; within a commit.
    connection.execute("PRAGMA cache_size = -32768")
    return connection


@translated()
def open_reader(folder: Path, *, wait: float = _WAIT_SECONDS) -> sqlite3.Connection:
    connection = _connect(f"{(folder / FILE).resolve().as_uri()}?mode=ro", wait)
    connection.execute("PRAGMA query_only = ON")
    return connection


def _connect(uri: str, wait: float) -> sqlite3.Connection:
    connection = sqlite3.connect(
        uri,
        uri=True,
        timeout=wait,
        isolation_level=None,  # Transactions begin and end where this file says.
        check_same_thread=False,  # Each has one user at a time; see writing.py.
        cached_statements=_STATEMENTS,
    )
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA trusted_schema = OFF")
    # Without it INSERT OR REPLACE would delete a final row unseen by its triggers.
    connection.execute("PRAGMA recursive_triggers = ON")
    connection.execute("PRAGMA temp_store = MEMORY")
    return connection


@contextmanager
def reading(connection: sqlite3.Connection) -> Iterator[Reader]:
    with translated():
        connection.execute("BEGIN")
        try:
            yield Reader(connection)
        finally:
            if connection.in_transaction:
                connection.execute("ROLLBACK")


def _left_for(connection: sqlite3.Connection) -> ExchangeLeft | None:
    """Say where the exchange has gone, if it was let go from here.

    Its folder may have been copied since, and one of two copies alone may write.
    """
    row = connection.execute(_LEFT_FOR).fetchone()
    return None if row is None else ExchangeLeft(origin=row[0])


def require_here(connection: sqlite3.Connection) -> None:
    if (left := _left_for(connection)) is not None:
        raise left


@contextmanager
def writing(
    connection: sqlite3.Connection, folder: Path, *, although_left: bool = False
) -> Iterator[Writer]:
    """One transaction of a command: all of it on disk afterwards, or none.

    Raises:
        ExchangeLeft: it is somewhere else, unless the command is about just that.

    """
    with locked(folder), translated():
        # IMMEDIATE, because a transaction that begins by reading cannot wait for
        # the lock later: SQLite fails the upgrade at once, whatever the timeout.
        connection.execute("BEGIN IMMEDIATE")
        try:
            if not although_left:
                require_here(connection)
            yield Writer(connection)
        except BaseException:
            if connection.in_transaction:  # A full disk has undone it already.
                connection.execute("ROLLBACK")
            raise
        commit(connection)


def commit(connection: sqlite3.Connection) -> None:
    """Make the transaction durable, or undo it and say why it could not be."""
    try:
        connection.execute("COMMIT")
    except sqlite3.Error as error:
        failed = isinstance(failure(error), DiskFailed)
        # A disk that failed may fail again at this: the first failure is the one to tell.
        with suppress(sqlite3.Error) if failed else nullcontext():
            if connection.in_transaction:
                connection.execute("ROLLBACK")
        if failed:
            raise CommitFailed(str(error)) from error
        raise


@contextmanager
def locked(folder: Path, *, wait: float = _WAIT_SECONDS) -> Iterator[None]:
    """Keep writers of other processes out where SQLite itself cannot (see sqlite.py).

    Raises:
        StoreUnavailable: another process held it for all of `wait` seconds.

    """
    if not NEEDS_WRITE_LOCK:
        yield
        return
    with held(folder, wait=wait):
        yield
