"""Reads all files once: people into memory, trades into a file, in order of time."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from msgspec.structs import replace

from cesnode.formats.brought import (
    Dealing,
    Facts,
    Holder,
    Movement,
    Problem,
    Problems,
    Wanted,
)
from cesnode.formats.corrections import Correction, Corrections
from cesnode.formats.foreign import Foreign
from cesnode.formats.tables import rows_at
from cesnode.services.bringing.files import Tables, opened
from cesnode.services.bringing.reading import Bench, Report, benched, key_of, read
from cesnode.services.bringing.reasons import Why
from cesnode.services.bringing.rows import unpacked
from cesnode.services.bringing.systems import System, reader_of
from cesnode.store.staging import Waiting

_HEADER = 1


@dataclass(slots=True, kw_only=True)
class Gathered:
    """All that the files tell; `first_at` is when the first trade was recorded.

    `resumed` rows were read in an earlier run, and not again.
    """

    system: System
    wanted: Wanted
    tables: Tables
    format: Foreign
    facts: Facts
    problems: Problems
    holders: list[Holder]
    bench: Bench
    resumed: int
    stated: dict[str, int]
    digest: bytes
    first_at: int | None

    def rows(self) -> Iterator[tuple[Waiting, Dealing | Movement]]:
        for waiting in self.bench.staging.in_time():
            yield waiting, unpacked(waiting)

    @property
    def count(self) -> int:
        return self.bench.staging.count

    @property
    def is_kept(self) -> bool:
        """Whether what was read is there for the next run."""
        return self.bench.is_kept

    def forget(self) -> None:
        """Let nothing of what was read be kept: it is booked."""
        self.bench.useless = True

    @property
    def treasury(self) -> str:
        """The key of the account that levies go to; empty if the files have none."""
        return next((one.key for one in self.holders if one.serial == 0), "")

    def reasons(self) -> Iterator[tuple[Why, Dealing | Movement, int]]:
        """Yield what is not booked as it stands, why, and whether it is added or taken."""
        for waiting, happened in self.bench.staging.taken():
            yield Why.REPEATED if happened else Why.NEVER, unpacked(waiting), 1
        corrected = {
            (one.file.lower(), one.row)
            for one in self.tables.corrections.applied
            if one.file.lower() in self.format.ledgers
        }
        if not corrected:
            return
        for row in self._as_written():
            if (row.file, row.row) in corrected:
                yield Why.CORRECTED, row, 1
        for _, row in self.rows():
            if (row.file, row.row) in corrected:
                yield Why.CORRECTED, row, -1

    def _as_written(self) -> Iterator[Dealing | Movement]:
        reader = reader_of(self.tables.as_written(), self.system, Problems(), self.wanted)
        deque(reader.holders(), maxlen=0)  # Some know by these who is meant.
        return reader.dealings()

    def tell_idle(self) -> None:
        """Name the corrections that are for rows the files do not have."""
        reason = "the files have no such row; the correction was not applied"
        for one in self.tables.corrections.idle():
            self.problems.add(one.file, one.row, one.column, reason)

    def told(self) -> Iterator[Problem]:
        """Yield every problem with what stands in its row, the files read once more."""
        wanted: dict[str, set[int]] = defaultdict(set)
        for one in self.problems.kept:
            if one.row > _HEADER and not one.found and one.file in self.tables.names:
                wanted[one.file].add(one.row)
        rows = {name: dict(rows_at(self.tables, name, wanted[name])) for name in wanted}
        for one in self.problems.kept:
            found = one.found or rows.get(one.file, {}).get(one.row, "")
            yield replace(one, found=found)


def _unheard(_done: int, _total: int) -> None: ...


@contextmanager
def gathered(
    path: Path,
    system: System,
    wanted: Wanted,
    corrections: Sequence[Correction] = (),
    report: Report = _unheard,
    *,
    folder: Path | None = None,
) -> Iterator[Gathered]:
    """Read everything; the files stay open for as long as what they tell is used.

    With the `folder` of the exchange, what was read is kept for whoever reads the same
    files again, and what was kept is not read again.
    """
    problems = Problems()
    with (
        opened(path, Corrections(corrections)) as tables,
        benched(folder, key_of(tables, system, wanted, corrections)) as bench,
    ):
        reader = reader_of(tables, system, problems, wanted)
        holders = list(reader.holders())
        resumed = read(reader, tables, bench, problems, report)
        yield Gathered(
            system=system,
            wanted=wanted,
            tables=tables,
            format=reader,
            facts=reader.facts,
            problems=problems,
            holders=holders,
            bench=bench,
            resumed=resumed,
            stated=_stated(reader, problems),
            digest=tables.digest(),
            first_at=bench.staging.first_at(),
        )


def _stated(reader: Foreign, problems: Problems) -> dict[str, int]:
    found: dict[str, int] = defaultdict(int)
    for stated in reader.balances():
        if stated.key in found and found[stated.key] != stated.balance:
            problems.add("balances", 0, "", f"{stated.key} is there with two balances")
        found[stated.key] = stated.balance
    return dict(found)
