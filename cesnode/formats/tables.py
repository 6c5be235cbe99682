"""Reads tables that other programs wrote: their encoding, their separator, their rows.

Nothing here is larger in memory for a larger file.  A row that does not fit its header
becomes a problem; a file that cannot be read as a table at all is refused by name.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import BinaryIO, Protocol

from cesnode.errors import FileInvalid
from cesnode.formats.brought import Problems
from cesnode.formats.corrections import Correction, Corrections, is_secret, seen

LONGEST_CELL = 1_000_000
_PIECE = 1 << 20
_SEPARATORS = ",;\t"
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_REPLACED = "\ufffd"


class Files(Protocol):
    """A folder or an archive: its files by name, each opened as often as wanted."""

    @property
    def names(self) -> Collection[str]: ...

    @property
    def corrections(self) -> Corrections: ...

    def open(self, name: str) -> BinaryIO: ...


class Line:
    """A row under its header, as it was corrected; a cell that is missing is empty."""

    __slots__ = ("_as_written", "_cells", "_places", "number")

    def __init__(
        self,
        number: int,
        cells: Sequence[str],
        places: Mapping[str, int],
        as_written: Sequence[str],
    ) -> None:
        self.number = number
        self._cells = cells
        self._places = places
        self._as_written = as_written

    def __getitem__(self, column: str) -> str:
        place = self._places.get(column)
        return "" if place is None else self._cells[place].strip()

    def first(self, *columns: str) -> str:
        """Return the first of these cells that is not empty."""
        return next((self[column] for column in columns if self[column]), "")

    def found(self, column: str) -> str:
        """Return what the file has in a column, or in the whole row."""
        place = self._places.get(column, len(self._as_written))
        if is_secret(column) or place >= len(self._as_written):
            return seen(self._as_written, tuple(self._places))
        return seen(self._as_written[place : place + 1], (column,))


class Table:
    """One file.  `columns` are in the order of its header.

    `spills` is a column whose commas the writer forgot to quote: cells beyond the
    header are joined to it again.  Without a header the columns are `given`.  In one made
    `by_hand` a column may be called “Event on” as well as event_on.
    """

    def __init__(
        self,
        files: Files,
        name: str,
        problems: Problems,
        *,
        spills: str | None = None,
        strict: bool = False,
        given: Sequence[str] = (),
        encoding: str | None = None,
        by_hand: bool = False,
    ) -> None:
        self.name = name
        self._files = files
        self._problems = problems
        self._spills = spills
        self._given = tuple(given)
        self._by_hand = by_hand
        self.encoding = encoding or encoding_of(files, name)
        self._separator = _separator(self._beginning(), name)
        self.columns = self._given or self._header(strict=strict)
        self._places = {column: place for place, column in enumerate(self.columns)}

    def require(self, *columns: str) -> None:
        """Refuse a file that has no such columns: it is not what it is taken for."""
        missing = [column for column in columns if column not in self._places]
        if missing:
            raise FileInvalid(file=self.name, reason=f"it has no column {missing[0]}")

    def __contains__(self, column: str) -> bool:
        return column in self._places

    def __iter__(self) -> Iterator[Line]:
        return self.after(0)

    def after(self, last: int) -> Iterator[Line]:
        """Yield the lines after a row; of those before, it is heard what was decided."""
        decided = self._files.corrections.of(self.name)
        for number, cells in self.as_written():
            if (number <= last and number not in decided) or not any(cells):
                continue
            if number > 1 or self._given:
                for line in self._line(number, cells, decided.get(number, ())):
                    if number > last:
                        yield line

    def as_written(self) -> Iterator[tuple[int, list[str]]]:
        """Yield every row with its number, the header too, whatever was corrected."""
        with self._text() as text:
            yield from enumerate(self._rows(text), 1)

    def problem(self, line: Line, column: str, reason: str) -> None:
        self._problems.add(self.name, line.number, column, reason, line.found(column))

    def problem_of_all(self, column: str, reason: str) -> None:
        """Name what is wrong with a column in every row: with the header."""
        self._problems.add(self.name, 1, column, reason)

    def _beginning(self) -> str:
        try:
            with self._text() as text:
                return text.read(_PIECE)
        except UnicodeError:
            raise FileInvalid(
                file=self.name, reason=f"it is not {self.encoding} text"
            ) from None

    def _header(self, *, strict: bool) -> tuple[str, ...]:
        with self._text() as text:
            cells = next(self._rows(text), [])
        columns = tuple(
            "_".join(cell.lower().split()) if self._by_hand else cell.strip()
            for cell in cells
        )
        while columns and not columns[-1]:
            columns = columns[:-1]
        if not columns:
            raise FileInvalid(file=self.name, reason="it is empty")
        for column in columns:
            if columns.count(column) > 1 and (column or strict):
                name = f"“{column}”" if column else "a blank"
                raise FileInvalid(file=self.name, reason=f"its header has {name} twice")
        return columns

    def _rows(self, text: io.TextIOBase) -> Iterator[list[str]]:
        csv.field_size_limit(LONGEST_CELL)
        reader = csv.reader(text, delimiter=self._separator)
        number = 0
        try:
            for number, cells in enumerate(reader, 1):  # noqa: B007 - told if it breaks
                yield cells
        except csv.Error as error:
            raise FileInvalid(
                file=self.name, reason=f"it breaks off after row {number}: {error}"
            ) from None
        except UnicodeError:
            raise FileInvalid(
                file=self.name, reason=f"after row {number} it is not {self.encoding} text"
            ) from None

    def _line(
        self, number: int, cells: list[str], decided: Sequence[Correction]
    ) -> Iterator[Line]:
        """Make a line of a row, unless it does not fit or was to be left out."""
        meant = [one for one in decided if self._is_meant(one, number, cells)]
        for one in meant:
            self._files.corrections.applied[one] = None
        if any(one.skip for one in meant):
            return
        whole = [one.value for one in meant if not one.column]
        written = next(csv.reader(whole[-1:], delimiter=self._separator), cells)
        fitting = self._fit(number, written)
        if fitting is None:
            return
        corrected = list(fitting)
        for one in meant:
            if one.column:
                corrected[self._places[one.column]] = one.value
        yield Line(number, corrected, self._places, cells)

    def _is_meant(self, one: Correction, number: int, cells: list[str]) -> bool:
        """Whether a correction is for this row: what it found is what stands here."""
        if one.column and one.column not in self._places:
            reason = "there is no such column; the correction was not applied"
        else:
            written = Line(number, cells, self._places, cells)
            if one.found in {"", written.found(one.column), seen(cells, self.columns)}:
                return True
            reason = "the correction is for another row; it was not applied"
        self._files.corrections.refused[one] = None
        self._problems.add(self.name, number, one.column, reason, seen(cells, self.columns))
        return False

    def _fit(self, number: int, cells: list[str]) -> Sequence[str] | None:
        width, excess = len(self.columns), len(cells) - len(self.columns)
        if excess > 0 and self._spills in self._places:
            start = self._places[self._spills]
            joined = ",".join(cells[start : start + excess + 1])
            return [*cells[:start], joined, *cells[start + excess + 1 :]]
        if excess > 0 and not any(cells[width:]):
            return cells[:width]
        if self._given and excess < 0:
            return [*cells, *[""] * -excess]
        if excess:
            reason = f"it has {len(cells)} cells, the header {width}"
            self._problems.add(self.name, number, "", reason, seen(cells, self.columns))
            return None
        return cells

    def _text(self) -> io.TextIOWrapper:
        return io.TextIOWrapper(
            self._files.open(self.name),
            encoding=self.encoding,
            errors="replace" if self.encoding == "cp1252" else "strict",
            newline="",
        )


def rows_at(files: Files, name: str, numbers: Collection[int]) -> Iterator[tuple[int, str]]:
    """Yield rows of a file by their numbers, as a report shows them."""
    table = Table(files, name, Problems(), given=("",))
    header: Sequence[str] = ()
    last = max(numbers, default=0)
    for number, cells in table.as_written():
        header = header or cells
        if number in numbers:
            yield number, seen(cells, header)
        if number >= last:
            return


def encoding_of(files: Files, name: str) -> str:
    """Say what a file is written in: it is UTF-8 if it can be, else Windows-1252."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    with files.open(name) as content:
        begin = content.read(_PIECE)
        for mark, encoding in _MARKS:
            if begin.startswith(mark):
                return encoding
        if b"\0" in begin:
            raise FileInvalid(file=name, reason="it is not text")
        try:
            while begin:
                decoder.decode(begin)
                begin = content.read(_PIECE)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "cp1252"
    return "utf-8"


def is_damaged(text: str) -> bool:
    """Whether a text holds what stood for no letter in the file's encoding."""
    return _REPLACED in text


def _separator(begin: str, name: str) -> str:
    header = begin.splitlines()[0] if begin.strip() else ""
    if not header:
        raise FileInvalid(file=name, reason="it is empty")
    return max(_SEPARATORS, key=header.count)
