"""Carries plain functions to the file: one function, one transaction."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from collections.abc import Set as AbstractSet
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from queue import SimpleQueue
from typing import Concatenate, ParamSpec, TypeVar

from cesnode.errors import StoreUnavailable
from cesnode.store import database, schema
from cesnode.store.database import DiskFailed, Reader, Writer
from cesnode.store.sqlite import sqlite3
from cesnode.store.writing import GroupCommit, nobody

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
                self._readers.put(database.open_reader(folder))
        except DiskFailed as error:
            raise StoreUnavailable(reason=str(error)) from error

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

    @contextmanager
    def telling(self, listener: Callable[[AbstractSet[int]], None]) -> Iterator[None]:
        """Tell somebody for which peers a write put something into the outbox.

        They are told once it is on disk, but of this process's writes alone.
        """
        self._writing.on_letters = listener
        try:
            yield
        finally:
            self._writing.on_letters = nobody

    @property
    def is_writable(self) -> bool:
        return self._writing.failed is None

    async def close(self) -> None:
        await self._writing.close()
        self._threads.shutdown()
        for _ in range(READERS):
            self._readers.get().close()


@contextmanager
def writing(folder: Path) -> Iterator[Writer]:
    """One write transaction of a command; the server may be writing the same file."""
    schema.ensure(folder)
    with database.translated():
        connection = database.open_writer(folder)
    try:
        with database.writing(connection, folder) as writer:
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
