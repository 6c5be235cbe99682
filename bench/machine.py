"""Where a run takes place."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass
from pathlib import Path

from cesnode.store.sqlite import sqlite3

_IN_MEMORY = frozenset({"tmpfs", "ramfs"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """Where a run took place; `load` is what others had to do when it began."""

    cores: int
    kernel: str
    python: str
    sqlite: str
    file_system: str
    load: float

    @property
    def syncs(self) -> bool:
        """Whether a sync on this file system can be expected to reach a disk."""
        return self.file_system not in _IN_MEMORY


def describe(folder: Path) -> Machine:
    return Machine(
        cores=len(os.sched_getaffinity(0)),
        kernel=platform.release(),
        python=platform.python_version(),
        sqlite=sqlite3.sqlite_version,
        file_system=_file_system(folder),
        load=os.getloadavg()[0],
    )


def _file_system(folder: Path) -> str:
    place = folder.resolve()
    kinds = {
        Path(mount): kind
        for _, mount, kind, *_ in map(
            str.split, Path("/proc/self/mounts").read_text().splitlines()
        )
    }
    return next(kinds[parent] for parent in (place, *place.parents) if parent in kinds)
