"""Where a run keeps its files: communities with so much history, gone afterwards."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bench import community, filling
from bench.effort import Effort
from bench.identifiers import Ids
from bench.people import Member


def say(text: str) -> None:
    """Tell on stderr what takes its time."""
    sys.stderr.write(f"{text}\n")


@dataclass(frozen=True, slots=True)
class Community:
    folder: Path
    members: tuple[Member, ...]


@dataclass(slots=True)
class Bench:
    """What every part is given: how much to do, and a place to do it in."""

    effort: Effort
    folder: Path
    say: Callable[[str], None] = say
    _founded: Community | None = field(default=None, init=False)
    _filled: dict[tuple[int, Ids], Community] = field(default_factory=dict, init=False)
    _made: int = field(default=0, init=False)

    def community(self, history: int = 0, *, ids: Ids = Ids.ORDERED) -> Community:
        """Make a community with so many posted trades, for one part alone."""
        if self._founded is None:
            self._founded = self._found()
        self._made += 1
        folder = self.folder / f"community-{self._made}"
        shutil.copytree(self._founded.folder, folder)
        if history:
            self.say(f"Filling a file with {history:,} trades ({ids}) …")
            filling.fill(folder, history, ids=ids)
        return Community(folder, self._founded.members)

    def filled(self, history: int, *, ids: Ids = Ids.ORDERED) -> Community:
        """Return the large file that several parts share; it may have grown since."""
        key = (history, ids)
        if key not in self._filled:
            self._filled[key] = self.community(history, ids=ids)
        return self._filled[key]

    def _found(self) -> Community:
        folder = self.folder / "founded"
        return Community(folder, community.found(folder, accounts=self.effort.accounts))


@contextmanager
def bench(effort: Effort, parent: Path | None = None) -> Iterator[Bench]:
    """Make the place, on the disk of `parent` or where temporary files go."""
    with tempfile.TemporaryDirectory(prefix="cesnode-bench-", dir=parent) as folder:
        yield Bench(effort, Path(folder))
