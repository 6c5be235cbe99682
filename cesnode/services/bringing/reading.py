"""Reads trades into a file of their own, and goes on where an earlier run broke off.

With each piece of rows is kept what was wrong with them and how far that is in which
table.  Whoever reads the same files with the same decisions again, however the run before
ended, reads only what is not there yet.
"""

from __future__ import annotations

import hashlib
import sys
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from cesnode import __version__
from cesnode.errors import FileInvalid
from cesnode.formats.brought import Problem, Problems, Wanted
from cesnode.formats.corrections import Correction
from cesnode.formats.foreign import Foreign
from cesnode.services.bringing import settling
from cesnode.services.bringing.files import Tables
from cesnode.services.bringing.rows import packed
from cesnode.store import readings
from cesnode.store.staging import Staging

Report = Callable[[int, int], None]
"""Told how many rows are done, and of how many."""
EVERY = 500
"""So many rows are done between two reports."""
WORTH_KEEPING = 20_000
"""Fewer rows are read again in a moment: once all are read, nothing of them is kept."""
_encode = msgspec.msgpack.Encoder().encode


class Reached(msgspec.Struct, frozen=True):
    """How far it is: the last row of each table that was begun, in that order."""

    rows: dict[str, int]
    problem_count: int
    settled: bool


_NOWHERE = Reached({}, 0, settled=False)
_decode = msgspec.msgpack.Decoder(Reached).decode
_decode_problem = msgspec.msgpack.Decoder(Problem).decode


@dataclass(slots=True)
class Bench:
    """Where rows wait, for this run alone or for the next one too.

    `useless` says that nobody will want them again.
    """

    staging: Staging
    lasts: bool
    useless: bool = False

    @property
    def reached(self) -> Reached:
        state = self.staging.state()
        return _NOWHERE if state is None else _decode(state)

    @property
    def is_kept(self) -> bool:
        """Whether it is there for somebody who comes again, and spares them something."""
        enough = WORTH_KEEPING if self.reached.settled else 1
        return self.lasts and not self.useless and self.staging.count >= enough


def key_of(
    tables: Tables, system: str, wanted: Wanted, corrections: Sequence[Correction]
) -> str:
    """Return what tells a reading from every other, whose rows might read otherwise."""
    said = (__version__, system, wanted, corrections, tables.digest())
    return hashlib.sha256(_encode(said)).hexdigest()[:32]


@contextmanager
def benched(folder: Path | None, key: str) -> Iterator[Bench]:
    """Open what was kept for a data folder, or begin; without one nothing is kept."""
    with (
        nullcontext() if folder is None else readings.held_for(folder, key) as own,
        _for_once() if own is None else _for_the_next(own) as bench,
    ):
        yield bench


@contextmanager
def _for_once() -> Iterator[Bench]:
    with TemporaryDirectory(prefix="cesnode-") as scratch:
        staging = Staging(Path(scratch))
        try:
            yield Bench(staging, lasts=False)
        finally:
            staging.close()


@contextmanager
def _for_the_next(own: Path) -> Iterator[Bench]:
    bench = Bench(Staging(own), lasts=True)
    try:
        yield bench
    except FileInvalid:
        bench.useless = True  # Other files will come.
        raise
    finally:
        is_kept = bench.is_kept
        bench.staging.close()
        if not is_kept:
            readings.drop(own)


def read(
    reader: Foreign, tables: Tables, bench: Bench, problems: Problems, report: Report
) -> int:
    """Keep every row, and settle what they mean; return how many were there before."""
    staging, reached = bench.staging, bench.reached
    before = staging.count
    told = _Told(problems, len(problems.kept), problems.count)
    told.take_up(staging.notes(), reached.problem_count)
    if reached.settled:
        _hear_what_was_decided(reader, tables, reached.rows)
    else:
        rows = _read_on(reader, tables, staging, told, reached.rows, report)
        with staging.settling():
            settling.settle(reader, staging, problems)
            staging.settle(*told.since(rows, settled=True))
    return before


def _read_on(
    reader: Foreign,
    tables: Tables,
    staging: Staging,
    told: _Told,
    before: Mapping[str, int],
    report: Report,
) -> dict[str, int]:
    """Keep the rows that are not there yet; how far that is, is told by their lines."""
    rows = dict(before)
    lines = {name: tables.lines(name) for name in reader.ledgers if name in tables.names}
    total = sum(lines.values())
    if rows:
        report(_done(rows, lines), total)
    for place, row in enumerate(reader.dealings(_begun(rows)), staging.count + 1):
        staging.add(packed(place, row))
        rows[row.file] = row.row
        if place % EVERY == 0:
            report(_done(rows, lines), total)
        if staging.is_full:
            staging.keep(*told.since(rows))
    staging.keep(*told.since(rows))
    return rows


def _hear_what_was_decided(
    reader: Foreign, tables: Tables, rows: Mapping[str, int]
) -> None:
    """Go by all rows once more, for the corrections that were for some of them."""
    if tables.corrections.given:
        deque(reader.dealings(dict.fromkeys(rows, sys.maxsize)), maxlen=0)


def _begun(rows: Mapping[str, int]) -> dict[str, int]:
    """Say after which row each table is read; those before the last one are done."""
    *done, last = rows or ("",)
    return {**dict.fromkeys(done, sys.maxsize), last: rows.get(last, 0)}


def _done(rows: Mapping[str, int], lines: Mapping[str, int]) -> int:
    *before, last = rows
    return sum(lines[name] for name in before) + min(rows[last], lines[last])


@dataclass(slots=True)
class _Told:
    """Which problems were found while rows were read, and which of them are kept."""

    problems: Problems
    kept: int
    counted: int

    def take_up(self, notes: Iterator[bytes], count: int) -> None:
        """Tell again what was told in an earlier run."""
        self.problems.take_up(map(_decode_problem, notes), count)
        self.kept = len(self.problems.kept)

    def since(
        self, rows: dict[str, int], *, settled: bool = False
    ) -> tuple[list[bytes], bytes]:
        """Return what is to be kept with the rows that were read since the last time."""
        notes = [_encode(one) for one in self.problems.kept[self.kept :]]
        self.kept += len(notes)
        count = self.problems.count - self.counted
        return notes, _encode(Reached(rows, count, settled))
