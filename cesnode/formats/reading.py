"""What the readers of several systems share: cells that may fail, and repeated keys."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from cesnode.community import words
from cesnode.community.market import State
from cesnode.errors import NodeError
from cesnode.formats import html
from cesnode.formats.brought import PictureFile, Problems
from cesnode.formats.cells import CellInvalid
from cesnode.formats.csv import plain
from cesnode.formats.tables import Line, Table, is_damaged

V = TypeVar("V")

_KEY = re.compile(r"([A-Za-z0-9]{4})(\d{4,8})")
_DAMAGED = "a letter in it means nothing in this encoding, and was left out"


class RowRefused(Exception):
    """The row cannot be taken; the problem has been noted."""


class Reading:
    """Reads the rows of one table; what fails becomes a problem of its row."""

    def __init__(self, table: Table, *, ours: bool = False) -> None:
        self.table = table
        self._ours = ours  # Then texts are as they stand: there is no HTML.

    def rows(self, make: Callable[[Line], V | None], after: int = 0) -> Iterator[V]:
        """Make a value of each row; leave out the rows of which none can be made."""
        for line in self.table.after(after):
            try:
                made = make(line)
            except RowRefused:
                continue
            if made is not None:
                yield made

    def need(self, line: Line, column: str, read: Callable[[str], V]) -> V:
        """Read a cell without which the row means nothing."""
        try:
            return read(line[column])
        except CellInvalid as error:
            raise self.refuse(line, column, str(error)) from None

    def may(self, line: Line, column: str, read: Callable[[str], V], default: V) -> V:
        """Read a cell that may be empty; one that cannot be read counts as empty."""
        text = line[column]
        if not text:
            return default
        try:
            return read(text)
        except ValueError as error:  # CellInvalid, or a word no enumeration has
            self.note(line, column, f"{error}; it was left out")
            return default

    def trying(self, make: Callable[[], V]) -> Iterator[V]:
        """Make one value of several rows, or none."""
        try:
            yield make()
        except RowRefused:
            return

    def need_word(self, line: Line, column: str, text: str, read: Callable[[str], V]) -> V:
        """Read one of the words that a cell holds."""
        try:
            return read(text.strip())
        except ValueError as error:
            raise self.refuse(line, column, str(error)) from None

    def words(self, line: Line, column: str) -> str:
        """Return a cell as plain text on one line."""
        cell = plain(line[column])
        return self._whole(line, column, cell if self._ours else html.plain(cell))

    def text(self, line: Line, column: str) -> str:
        """Return a cell as Markdown."""
        cell = plain(line[column])
        return self._whole(line, column, cell if self._ours else html.markdown(cell))

    def description(self, line: Line, column: str) -> str | None:
        """Return what a trade was for; one that is too long is cut, and told."""
        text = self.words(line, column)
        if len(text) > words.LONGEST_DESCRIPTION:
            self.note(line, column, f"it has {len(text)} characters and was shortened")
            text = text[: words.LONGEST_DESCRIPTION - 1] + "…"
        if not text:
            return None
        try:
            return words.description(text)
        except NodeError as error:
            self.note(line, column, f"{error} It was left out.")
            return None

    def email(self, line: Line, column: str) -> str | None:
        text = line[column]
        if not text:
            return None
        try:
            return words.email(text)
        except NodeError:
            self.note(line, column, f"“{text[:60]}” is not an e-mail address; left out")
            return None

    def note(self, line: Line, column: str, reason: str) -> None:
        self.table.problem(line, column, reason)

    def refuse(self, line: Line, column: str, reason: str) -> RowRefused:
        self.note(line, column, reason)
        return RowRefused()

    @contextmanager
    def refusing(self, line: Line, column: str) -> Iterator[None]:
        """Take a refusal of our own rules for one of this row."""
        try:
            yield
        except NodeError as error:
            raise self.refuse(line, column, str(error)) from None

    def _whole(self, line: Line, column: str, text: str) -> str:
        if is_damaged(text):
            self.note(line, column, _DAMAGED)
            return text.replace("\ufffd", "")
        return text


def split_key(key: str) -> tuple[str, int] | None:
    """Read "OAKV0007" as its exchange's code and its number there."""
    found = _KEY.fullmatch(key)
    return (found[1].upper(), int(found[2])) if found else None


def name_of(*candidates: str) -> str:
    """Return the first name that is one, cut to the length a name may have."""
    for text in candidates:
        if tidy := " ".join(text.split()):
            return tidy[: words.LONGEST_NAME]
    return ""


def picture_files(cell: str) -> tuple[PictureFile, ...]:
    """Read the names of pictures, with semicolons between them."""
    return tuple(PictureFile(each.strip()) for each in cell.split(";") if each.strip())


def state_of(*, hidden: bool) -> State:
    return State.HIDDEN if hidden else State.SHOWN


class Seen:
    """Keys that came before, with what they stood for."""

    def __init__(self) -> None:
        self._seen: dict[str, object] = {}

    def again(self, key: str, content: object) -> bool | None:
        """Return None for a new key, and whether a known one says the same again."""
        if key not in self._seen:
            self._seen[key] = content
            return None
        return self._seen[key] == content


def missing(problems: Problems, file: str, what: str) -> None:
    """Note that a file that could have been there is not."""
    problems.add(file, 0, "", f"it is missing: {what}")
