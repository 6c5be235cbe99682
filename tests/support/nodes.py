"""A node as far as it is a file, a key and a clock: it can die, be copied and put back."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum, auto
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from cesnode.services.clearing.here import Here
from cesnode.store import Reader, Writer, database, keyring, peers
from cesnode.store.database import FILE
from cesnode.store.sqlite import sqlite3
from federation.keys import PrivateKey
from federation.nodes import node_name
from federation.seal import BoxKey
from federation.signing import Stamp

P = ParamSpec("P")
T = TypeVar("T")

Connections = tuple[sqlite3.Connection, sqlite3.Connection]


class Crash(Exception):
    """The process ended; nobody hears more of what it was doing."""


class Fate(Enum):
    """How a commit ends."""

    LIVES = auto()
    DIES_BEFORE = auto()
    DIES_AFTER = auto()  # It is on disk, and nobody was told.


@dataclass
class Node:
    """A folder with a real file, a key, and a clock that may be wrong."""

    origin: str
    folder: Path
    key: PrivateKey
    clock: Callable[[], int]
    skew: int = 0
    fate: Callable[[], Fate] = lambda: Fate.LIVES
    commits: int = 0
    known_as: str = ""
    _nonces: int = 0
    _open: Connections | None = field(default=None, repr=False)

    @property
    def name(self) -> str:
        return self.known_as or node_name(self.origin)

    @property
    def here(self) -> Here:
        return Here(self.name, self.key, self.box)

    @property
    def box(self) -> BoxKey:
        return keyring.load_box(self.folder)

    @property
    def now(self) -> int:
        return self.clock() + self.skew

    def write(
        self, work: Callable[Concatenate[Writer, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run `work` as one transaction; the process may end at its commit."""
        fate = self.fate()
        connection, _ = self.connections()
        with database.writing(connection, self.folder) as writer:
            outcome = work(writer, *args, **kwargs)
            if fate is Fate.DIES_BEFORE:
                raise Crash(self.name)
        self.commits += 1
        if fate is Fate.DIES_AFTER:
            raise Crash(self.name)
        return outcome

    def read(
        self, work: Callable[Concatenate[Reader, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        _, connection = self.connections()
        with database.reading(connection) as reader:
            return work(reader, *args, **kwargs)

    def stop(self) -> None:
        """End the process: what is in the file is all that is left of it."""
        if self._open is not None:
            for connection in self._open:
                connection.close()
            self._open = None

    def back_up(self, target: Path) -> None:
        target.unlink(missing_ok=True)
        connection, _ = self.connections()
        connection.execute("VACUUM INTO ?", (str(target),))

    def restore(self, backup: Path) -> None:
        """Put an old copy of the file back, and mark it as what it is."""
        self.stop()
        for leftover in self.folder.glob(f"{FILE}-*"):
            leftover.unlink()
        shutil.copyfile(backup, self.folder / FILE)
        connection, _ = self.connections()
        with database.writing(connection, self.folder) as writer:
            for peer in peers.every(writer):
                peers.set_recovering(writer, peer.id, recovering=True)
        self.commits += 1

    def stamp(self) -> Stamp:
        self._nonces += 1
        return Stamp(self.now, f"{self._nonces:020}")

    def connections(self) -> Connections:
        if self._open is None:
            writer = database.open_writer(self.folder)
            # Power cuts are tested elsewhere; here processes die, and disks do not.
            writer.execute("PRAGMA synchronous = OFF")
            self._open = writer, database.open_reader(self.folder)
        return self._open
