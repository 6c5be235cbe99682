"""What an admin's browser has begun and a thread goes on with: bringing a community over.

One at a time.  What came of it stays to be read until another archive is sent or the
node is started anew; the archive itself, which may hold secrets, goes when it is done.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory

from cesnode.community.roles import Actor
from cesnode.errors import NodeError
from cesnode.formats.brought import Problem, Wanted
from cesnode.formats.corrections import Correction
from cesnode.services.bringing.bringing import bring
from cesnode.services.bringing.gathering import gathered
from cesnode.services.bringing.outcome import Brought
from cesnode.services.bringing.starting import Choice, as_here
from cesnode.services.bringing.systems import System

_ARCHIVE = "archive.zip"


class Stage(StrEnum):
    TRYING = "trying"
    TRIED = "tried"
    BRINGING = "bringing"
    BROUGHT = "brought"
    FAILED = "failed"


_UNDER_WAY = frozenset({Stage.TRYING, Stage.BRINGING})


@dataclass(slots=True, kw_only=True)
class Errand:
    """An archive and what came of it; `done` of `total` rows are read, or booked.

    `corrections` are what was decided about its rows; `resumed` rows of it were read
    before, by a run that was broken off.  A stage that failed without an `error` of ours
    is told where the node logs.
    """

    system: System
    opening: bool
    rules: bool = False
    corrections: tuple[Correction, ...] = ()
    stage: Stage = Stage.TRYING
    is_reading: bool = True
    resumed: int = 0
    done: int = 0
    total: int = 0
    result: Brought | None = None
    problems: Sequence[Problem] = ()
    problem_count: int = 0
    error: NodeError | None = None

    @property
    def is_under_way(self) -> bool:
        return self.stage in _UNDER_WAY

    def tell_read(self, done: int, total: int) -> None:
        self.is_reading, self.done, self.total = True, done, total

    def tell_booked(self, done: int, total: int) -> None:
        self.is_reading, self.done, self.total = False, done, total


class Errands:
    """Belongs to one event loop."""

    def __init__(self) -> None:
        self.latest: Errand | None = None
        self._home: TemporaryDirectory[str] | None = None
        self._task: asyncio.Task[None] | None = None

    def take(
        self, content: bytes, errand: Errand, actor: Actor, folder: Path, *, now: int
    ) -> None:
        """Keep an archive and try it out, on a copy of the exchange in `folder`."""
        self._forget()
        self._home = TemporaryDirectory(prefix="cesnode-")
        self.latest = errand
        (Path(self._home.name) / _ARCHIVE).write_bytes(content)
        self._begin(errand, actor, folder, Stage.TRYING, now=now)

    def apply(self, actor: Actor, folder: Path, *, now: int) -> None:
        """Do for good what was tried out; without that nothing happens."""
        if self.latest is not None and self.latest.stage is Stage.TRIED:
            self._begin(self.latest, actor, folder, Stage.BRINGING, now=now)

    def correct(
        self, corrections: tuple[Correction, ...], actor: Actor, folder: Path, *, now: int
    ) -> None:
        """Try the same archive out again, with what was decided about its rows."""
        before = self.latest
        if before is not None and before.stage is Stage.TRIED:
            self.latest = Errand(
                system=before.system,
                opening=before.opening,
                rules=before.rules,
                corrections=corrections,
            )
            self._begin(self.latest, actor, folder, Stage.TRYING, now=now)

    async def close(self) -> None:
        """Let what is under way come to its end."""
        if self._task is not None:
            await asyncio.wait([self._task])
        self._forget()

    def _begin(
        self, errand: Errand, actor: Actor, folder: Path, stage: Stage, *, now: int
    ) -> None:
        errand.stage = stage
        errand.tell_read(0, 0)
        self._task = asyncio.create_task(self._run(errand, actor, folder, now=now))

    async def _run(self, errand: Errand, actor: Actor, folder: Path, *, now: int) -> None:
        home = self._home
        assert home is not None  # noqa: S101 - made before anything is begun
        archive = Path(home.name) / _ARCHIVE
        after = Stage.TRIED if errand.stage is Stage.TRYING else Stage.BROUGHT
        try:
            await asyncio.to_thread(_work, errand, actor, folder, archive, now=now)
            errand.stage = after
        except NodeError as error:
            errand.error, errand.stage = error, Stage.FAILED
        except Exception as error:  # noqa: BLE001 - told where all that is unforeseen is
            errand.stage = Stage.FAILED
            told = {"message": "bringing a community over failed", "exception": error}
            asyncio.get_running_loop().call_exception_handler(told)
        if errand.stage is not Stage.TRIED:
            self._forget()

    def _forget(self) -> None:
        if self._home is not None:
            self._home.cleanup()
            self._home = None


def _work(errand: Errand, actor: Actor, folder: Path, archive: Path, *, now: int) -> None:
    """Try it out, or do it: which of the two, the stage says."""
    choice = Choice(opening=errand.opening, rules=errand.rules)
    opening = gathered(
        archive,
        errand.system,
        Wanted(otherwise=as_here(folder, now)),
        errand.corrections,
        errand.tell_read,
        folder=folder,
    )
    with opening as found:
        if errand.stage is Stage.TRYING:
            errand.resumed = found.resumed
        errand.result = bring(
            folder,
            actor,
            found,
            choice,
            apply=errand.stage is Stage.BRINGING,
            now=now,
            report=errand.tell_booked,
        )
        errand.problems = tuple(found.told())
        errand.problem_count = found.problems.count
