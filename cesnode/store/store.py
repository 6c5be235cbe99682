"""Carries plain functions to the file: one function, one transaction."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from queue import SimpleQueue
from typing import Concatenate, ParamSpec, TypeVar

from cesnode.store import database, schema
from cesnode.store.database import DiskFailed, Reader, Writer
from cesnode.store.sqlite import sqlite3
from cesnode.store.writing import Commits, GroupCommit, OnPost, nobody

P = ParamSpec("P")
T = TypeVar("T")

READERS = 2


class Store:
    """The server's door to the file.  Belongs to one event loop; close it there."""

    def __init__(
        self, folder: Path, *, on_disk_failure: Callable[[Exception], None] = lambda _: None
    ) -> None:
        self.folder = folder
        self._threads = ThreadPoolExecutor(READERS, thread_name_prefix="reader")
        self._readers: SimpleQueue[sqlite3.Connection] = SimpleQueue()
        try:
            schema.ensure(folder)
            self._writing = GroupCommit(folder, on_disk_failure=on_disk_failure)
            for _ in range(READERS):
                self._readers.put(_attentive_reader(folder))
            self._watch = _attentive_reader(folder)
        except DiskFailed as error:
            raise error.told from error

    async def write(
        self, work: Callable[Concatenate[Writer, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run `work` in a write transaction; return once its result is on disk."""
        return await self._writing.submit(lambda writer: work(writer, *args, **kwargs))

    async def read(
        self, work: Callable[Concatenate[Reader, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run `work` on a snapshot, beside whatever is being written."""

        def run() -> T:
            connection = self._readers.get()
            try:
                with database.reading(connection) as reader:
                    return work(reader, *args, **kwargs)
            finally:
                self._readers.put(connection)

        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, run)
        except DiskFailed as error:
            raise self._writing.fail(error) from error

    def version(self) -> int:
        """Return a number that no commit leaves as it was, whichever process made it.

        What was read after a version was told is what stands in the file for as long as
        the same one is told.  It is of this Store alone and means nothing elsewhere.
        """
        try:
            with database.translated():
                # All rows: a statement not read to its end would hold a snapshot.
                ((version,),) = self._watch.execute("PRAGMA data_version").fetchall()
        except DiskFailed as error:
            raise self._writing.fail(error) from error
        return int(version)

    @contextmanager
    def telling(self, listener: OnPost) -> Iterator[None]:
        """Tell somebody for which peers a write left letters, and who was heard from.

        They are told once it is on disk, but of this process's writes alone.
        """
        self._writing.on_post = listener
        try:
            yield
        finally:
            self._writing.on_post = nobody

    @property
    def is_writable(self) -> bool:
        return self._writing.failed is None

    @property
    def commits(self) -> Commits:
        return self._writing.commits

    @property
    def waiting(self) -> int:
        """How many writes wait for the next commit."""
        return self._writing.waiting

    async def close(self) -> None:
        """Finish what was begun, then close the file.

        Who closes it last carries the log over into it, unless that is a reader.  What
        is on a failed disk has to stay as it is.
        """
        await self._writing.finish()
        self._threads.shutdown()
        readers = [self._watch, *(self._readers.get() for _ in range(READERS))]
        if not self.is_writable:
            self._writing.close()
        for reader in readers:
            reader.close()
        if self.is_writable:
            self._writing.close()


@database.translated()
def _attentive_reader(folder: Path) -> sqlite3.Connection:
    """Open a reader that holds the file from its start, not from its first use."""
    reader = database.open_reader(folder)
    reader.execute("PRAGMA schema_version")
    return reader


@contextmanager
def writing(folder: Path, *, although_left: bool = False) -> Iterator[Writer]:
    """One write transaction of a command; the server may be writing the same file.

    Raises:
        ExchangeLeft: the exchange is somewhere else, unless that is what it is about.

    """
    schema.ensure(folder)
    with database.translated():
        connection = database.open_writer(folder)
    try:
        with database.writing(connection, folder, although_left=although_left) as writer:
            yield writer
    finally:
        connection.close()


@contextmanager
def reading(folder: Path) -> Iterator[Reader]:
    """One snapshot for a command."""
    schema.ensure(folder)
    with database.translated():
        connection = database.open_reader(folder)
    try:
        with database.reading(connection) as reader:
            yield reader
    finally:
        connection.close()
