"""Group commit: every write of this process passes here, and is answered once durable.

Jobs that wait together share one transaction, each in a savepoint of its own.  They
run on the event loop; only what waits for the disk or for another process's lock runs
in the writer thread.  While one batch commits, the next gathers: no timer is needed.

1. A caller is answered after the commit is on disk, refusals included.
2. A job that fails undoes its own work alone.  If the file fails, the whole batch is
   undone and every caller is told.
3. After a failed sync nothing more is written: what is on disk is unknown until the
   file is opened again, so the process has to end.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from cesnode.errors import Busy, NodeError, StoreUnavailable
from cesnode.store.database import (
    DiskFailed,
    Writer,
    commit,
    failure,
    locked,
    open_writer,
    require_here,
)
from cesnode.store.sqlite import NEEDS_WRITE_LOCK, sqlite3

T = TypeVar("T")

Job = Callable[[Writer], Any]
OnPost = Callable[[AbstractSet[int], AbstractSet[int]], None]
_Waiting = tuple[Job, "asyncio.Future[Any]"]

BATCH = 128
"""More jobs than this wait for the next commit, so that the loop is not kept long."""
LONGEST_QUEUE = 10_000
LOCK_SECONDS = 5.0
_HERE = "the exchange is here"


@dataclass(slots=True)
class Commits:
    """What has been committed since the start."""

    count: int = 0
    jobs: int = 0

    def note(self, jobs: int) -> None:
        self.count += 1
        self.jobs += jobs


class GroupCommit:
    """Carries jobs to the file.  Belongs to one event loop."""

    def __init__(
        self, folder: Path, *, on_disk_failure: Callable[[Exception], None]
    ) -> None:
        self._folder = folder
        self._connection = open_writer(folder)
        self._connection.execute("PRAGMA busy_timeout = 0")  # The loop never waits.
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="writer")
        self._on_disk_failure = on_disk_failure
        self._queue: deque[_Waiting] = deque()
        self._lock = ExitStack()
        self._busy = False
        self._closed = False
        self._idle = asyncio.Event()
        self._idle.set()
        self.failed: DiskFailed | None = None
        self.commits = Commits()
        self.on_post: OnPost = nobody
        """Is told for which peers a commit left letters, and who was heard from in it."""

    def submit(self, job: Callable[[Writer], T]) -> asyncio.Future[T]:
        """Queue a job; the future is done when its outcome is on disk."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        if self._closed:
            future.set_exception(StoreUnavailable(reason="it is closed"))
        elif self.failed is not None:
            future.set_exception(DiskFailed(str(self.failed)).told)
        elif len(self._queue) >= LONGEST_QUEUE:
            future.set_exception(Busy())
        else:
            self._queue.append((job, future))
            if not self._busy:
                self._busy = True
                self._idle.clear()
                loop.call_soon(self._begin)
        return future

    @property
    def waiting(self) -> int:
        """How many jobs wait for the next commit."""
        return len(self._queue)

    async def finish(self) -> None:
        """Take nothing more, and finish what waits."""
        self._closed = True
        await self._idle.wait()
        self._thread.shutdown()

    def close(self) -> None:
        self._connection.close()

    def _begin(self) -> None:
        if NEEDS_WRITE_LOCK:
            self._in_thread(self._lock_and_begin, self._begun)
            return
        try:
            self._connection.execute("BEGIN IMMEDIATE")
        except sqlite3.Error:  # Another process writes, most likely: wait in the thread.
            self._in_thread(self._lock_and_begin, self._begun)
        else:
            self._work()

    def _lock_and_begin(self) -> None:
        self._lock.enter_context(locked(self._folder, wait=LOCK_SECONDS))
        self._connection.execute(f"PRAGMA busy_timeout = {int(LOCK_SECONDS * 1000)}")
        try:
            self._connection.execute("BEGIN IMMEDIATE")
        finally:
            self._connection.execute("PRAGMA busy_timeout = 0")

    def _begun(self, error: Exception | None) -> None:
        if error is None:
            self._work()
        else:
            batch = [self._queue.popleft() for _ in range(len(self._queue))]
            self._answer([(future, None, error) for _, future in batch])

    def _work(self) -> None:
        batch = [self._queue.popleft() for _ in range(min(BATCH, len(self._queue)))]
        writer = Writer(self._connection)
        outcomes = [(future, *self._attempt(job, writer)) for job, future in batch]
        if self._connection.in_transaction:
            self._in_thread(
                partial(commit, self._connection),
                partial(self._committed, outcomes, writer),
            )
        else:  # SQLite has undone it all: a full or failing disk.
            cause = next(error for _, _, error in reversed(outcomes) if error)
            self._answer([(future, None, cause) for future, _, _ in outcomes])

    def _attempt(self, job: Job, writer: Writer) -> tuple[object, Exception | None]:
        if not self._connection.in_transaction:
            return None, None  # An earlier job of this batch met a failing file.
        try:
            with writer.part():
                self._require_here(writer)
                result = job(writer)
        except StopIteration as error:  # A future cannot carry it.
            return None, RuntimeError("a job raised StopIteration", error)
        except Exception as error:  # noqa: BLE001 - handed to the caller, whatever it is
            return None, error
        return result, None

    def _require_here(self, writer: Writer) -> None:
        if _HERE not in writer.memo:  # Once a transaction is enough.
            require_here(self._connection)
            writer.memo[_HERE] = True

    def _committed(
        self,
        outcomes: list[tuple[asyncio.Future[Any], object, Exception | None]],
        writer: Writer,
        error: Exception | None,
    ) -> None:
        if error is None:
            self.commits.note(len(outcomes))
            if writer.letters_for or writer.heard_from:
                self.on_post(writer.letters_for, writer.heard_from)
        else:
            # A job that failed by itself has changed nothing, whatever is on the disk.
            plainly = DiskFailed(str(error)) if isinstance(error, DiskFailed) else error
            outcomes = [
                (future, None, plainly if refused else error)
                for future, _, refused in outcomes
            ]
        self._answer(outcomes)

    def _answer(
        self, outcomes: list[tuple[asyncio.Future[Any], object, Exception | None]]
    ) -> None:
        self._lock.close()
        for future, result, error in outcomes:
            if future.cancelled():  # The caller went away; the outcome stands.
                continue
            if error is None:
                future.set_result(result)
            else:
                future.set_exception(self._told(error))
        if self.failed is not None:
            self._refuse_the_rest()
        if self._queue:
            asyncio.get_running_loop().call_soon(self._begin)
        else:
            self._busy = False
            self._idle.set()

    def _told(self, error: Exception) -> Exception:
        named = failure(error) if isinstance(error, sqlite3.Error) else error
        return self.fail(named) if isinstance(named, DiskFailed) else named

    def fail(self, error: DiskFailed) -> NodeError:
        """Stop writing for good, once, and return what the caller is told."""
        if self.failed is None:
            self.failed = error
            self._on_disk_failure(error)
        return error.told

    def _refuse_the_rest(self) -> None:
        assert self.failed is not None
        while self._queue:
            _, future = self._queue.popleft()
            if not future.cancelled():
                future.set_exception(DiskFailed(str(self.failed)).told)

    def _in_thread(
        self, work: Callable[[], None], then: Callable[[Exception | None], None]
    ) -> None:
        loop = asyncio.get_running_loop()

        def finished(done: Future[None]) -> None:
            error = done.exception()
            assert error is None or isinstance(error, Exception)
            loop.call_soon_threadsafe(then, error)

        self._thread.submit(work).add_done_callback(finished)


def nobody(_letters_for: AbstractSet[int], _heard_from: AbstractSet[int]) -> None:
    """Stand in where nobody sends what is in the outbox."""
