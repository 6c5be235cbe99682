"""What somebody decided about rows that cannot be taken as they stand.

A row is left out, or a cell of it reads otherwise.  Every correction names the file, the
row and, unless it is about the row as a whole, the column; `found` is what stood there,
so that no correction is ever applied to another row than it was made for.  The report of
a run is such a table: whoever fills in `skip` or `value` has a table of corrections.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType

import msgspec

from cesnode.errors import FileInvalid
from cesnode.formats.brought import Problem
from cesnode.formats.csv import guarded, plain

COLUMNS = ("file", "row", "column", "found", "reason", "skip", "value")
MOST = 10_000
"""So many corrections are read; with more, the files themselves want mending."""
LONGEST = 4 << 20
"""So many characters a table of corrections may have."""
_LONGEST_FOUND = 200
_SKIPS = frozenset({"1", "x", "yes", "true", "skip"})
_SECRET = re.compile(r"pass|psw|secret|apikey|sharedkey", re.IGNORECASE)
_NONE: Mapping[int, Sequence[Correction]] = MappingProxyType({})


class Correction(msgspec.Struct, frozen=True, kw_only=True):
    """The row is left out, or its cell reads `value`; of a row, all of its cells do."""

    file: str
    row: int
    column: str = ""
    found: str = ""
    skip: bool = False
    value: str = ""


class Corrections:
    """The corrections of one run, and which of them found the row they are for."""

    def __init__(self, given: Iterable[Correction] = ()) -> None:
        self.given = tuple(given)
        self.applied: dict[Correction, None] = {}
        self.refused: dict[Correction, None] = {}
        self._by_file: dict[str, dict[int, list[Correction]]] = {}
        for one in self.given:
            rows = self._by_file.setdefault(one.file.lower(), {})
            rows.setdefault(one.row, []).append(one)

    def of(self, file: str) -> Mapping[int, Sequence[Correction]]:
        """Return what was decided about the rows of a file, by their numbers."""
        return self._by_file.get(file, _NONE)

    def idle(self) -> Iterator[Correction]:
        """Yield the corrections whose row nobody came across."""
        for one in self.given:
            if one not in self.applied and one not in self.refused:
                yield one


def seen(cells: Sequence[str], columns: Sequence[str]) -> str:
    """Return a row as a report shows it: its cells, as long as none is a secret.

    Where cells are missing, what is to their right has moved to the left.
    """
    secret = next((at for at, name in enumerate(columns) if is_secret(name)), len(cells))
    missing = max(0, len(columns) - len(cells))
    whole = ", ".join(cell.strip() for cell in cells[: max(1, secret - missing)])
    return whole if len(whole) <= _LONGEST_FOUND else whole[: _LONGEST_FOUND - 1] + "…"


def is_secret(column: str) -> bool:
    return _SECRET.search(column) is not None


def read(content: str, name: str) -> tuple[Correction, ...]:
    """Read a report that was filled in; rows in which nothing was decided say nothing.

    Raises:
        FileInvalid: it is no such table, or a row of it cannot be understood.

    """
    if len(content) > LONGEST:
        reason = f"it has more than {LONGEST} characters"
        raise FileInvalid(file=name, reason=reason)
    rows = csv.DictReader(io.StringIO(content), restval="", strict=True)
    try:
        missing = {"file", "row", "skip", "value"} - set(rows.fieldnames or ())
        if missing:
            reason = f"it has no column {min(missing)}; a report has"
            raise FileInvalid(file=name, reason=reason)
        found = [
            one
            for number, cells in enumerate(rows, 2)
            if (one := _correction(cells, number, name)) is not None
        ]
    except csv.Error as error:
        raise FileInvalid(file=name, reason=str(error)) from None
    if len(found) > MOST:
        raise FileInvalid(file=name, reason=f"it has more than {MOST} corrections")
    return tuple(found)


def report(problems: Iterable[Problem], corrected: Iterable[Correction]) -> str:
    """Write what is wrong as a table to be filled in, under what was corrected already."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(COLUMNS)
    for one in corrected:
        skip = "1" if one.skip else ""
        place = (guarded(one.file), one.row, guarded(one.column), guarded(one.found))
        writer.writerow((*place, "corrected", skip, guarded(one.value)))
    for each in problems:
        place = (guarded(each.file), each.row, guarded(each.column), guarded(each.found))
        writer.writerow((*place, guarded(each.reason), "", ""))
    return file.getvalue()


def _correction(
    cells: Mapping[str | None, str | list[str]], number: int, name: str
) -> Correction | None:
    def cell(column: str) -> str:
        text = cells.get(column, "")
        return plain(text) if isinstance(text, str) else ""

    skip, value, row = cell("skip").strip().lower(), cell("value"), cell("row").strip()
    if not skip and not value:
        return None
    if None in cells or not row.isascii() or not row.isdigit() or len(row) > 9:  # noqa: PLR2004
        raise FileInvalid(file=name, reason=f"row {number} of it names no row")
    if skip and (value or skip not in _SKIPS):
        reason = f"row {number} of it has to say either skip (1) or a value"
        raise FileInvalid(file=name, reason=reason)
    return Correction(
        file=cell("file").strip(),
        row=int(row),
        column=cell("column").strip(),
        found=cell("found"),
        skip=bool(skip),
        value=value,
    )
