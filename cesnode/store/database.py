"""Opens the node's file, the same way for the server and every command.

Readers and writers are transactions in progress: a function that takes a Writer may
write, one that takes a Reader only reads.  Nothing read in one transaction may be
kept for the next: another process writes the same file.
"""

from __future__ import annotations

import fcntl
import os
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cesnode.errors import (
    DataUnsuitable,
    StoreFull,
    StoreReadOnly,
    StoreUnavailable,
)
from cesnode.store.sqlite import NEEDS_WRITE_LOCK, sqlite3

FILE = "node.db"
_LOCK_FILE = "node.lock"
_WAIT_SECONDS = 10.0
_STATEMENTS = 512
_NETWORK_FILE_SYSTEMS = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "9p", "fuse.sshfs", "ceph"}
)

_OCTAL = re.compile(r"\\([0-7]{3})")  # how /proc/mounts writes a space

_PRIMARY = 0xFF
_DISK_FAILURES = frozenset({10, 11, 26})
"""SQLite's IOERR, CORRUPT and NOTADB: a sector that cannot be read looks like any."""

Values = Sequence[Any]
Row = tuple[Any, ...]


class DiskFailed(Exception):
    """A write or sync failed: what is on disk is unknown until the file is reopened."""


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

    `letters_for` are the peers for whom it has put something into the outbox.
    """

    letters_for: set[int] = field(default_factory=set)

    def run(self, sql: str, values: Values = ()) -> int:
        """Execute one statement; return the number of rows it changed."""
        return self.connection.execute(sql, values).rowcount

    def insert(self, sql: str, values: Values = ()) -> int:
        """Execute one INSERT; return the new row's id."""
        row_id = self.connection.execute(sql, values).lastrowid
        assert row_id is not None
        return row_id

    @contextmanager
    def part(self) -> Iterator[None]:
        """A part of the transaction that can fail without undoing the rest."""
        self.connection.execute("SAVEPOINT part")
        try:
            yield
        except BaseException:
            self.memo.clear()
            if self.connection.in_transaction:  # Else SQLite has undone it all itself.
                self.connection.execute("ROLLBACK TO part")
                self.connection.execute("RELEASE part")
            raise
        self.connection.execute("RELEASE part")

    def many(self, sql: str, rows: Sequence[Values]) -> None:
        self.connection.executemany(sql, rows)


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
        return StoreUnavailable(reason=text)
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


@contextmanager
def writing(connection: sqlite3.Connection, folder: Path) -> Iterator[Writer]:
    """One transaction of a command: all of it on disk afterwards, or none."""
    with locked(folder), translated():
        # IMMEDIATE, because a transaction that begins by reading cannot wait for
        # the lock later: SQLite fails the upgrade at once, whatever the timeout.
        connection.execute("BEGIN IMMEDIATE")
        try:
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
    except sqlite3.Error:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Keep writers of other processes out where SQLite itself cannot (see sqlite.py)."""
    if not NEEDS_WRITE_LOCK:
        yield
        return
    descriptor = os.open(folder / _LOCK_FILE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def refuse_network_file_system(
    folder: Path, mounts: Callable[[], str] = Path("/proc/self/mounts").read_text
) -> None:
    """Refuse a folder on a network file system, whose locks cannot be relied on."""
    try:
        table = mounts()
    except OSError:  # Not Linux: nothing to look it up in.
        return
    place = folder.resolve()
    kinds = {
        Path(_OCTAL.sub(lambda found: chr(int(found[1], 8)), mount)): kind
        for _, mount, kind, *_ in (line.split() for line in table.splitlines())
    }
    for parent in (place, *place.parents):
        if parent in kinds:
            if kinds[parent] in _NETWORK_FILE_SYSTEMS:
                raise DataUnsuitable(
                    path=folder, reason=f"it is on a network file system ({kinds[parent]})"
                )
            return
