"""Writes everything of an exchange into a new folder, in full or not at all."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable, Iterable, Sequence
from enum import StrEnum
from pathlib import Path

import msgspec

from cesnode.community.roles import Actor, Permission
from cesnode.errors import N_, FieldInvalid
from cesnode.formats import bundle_writing, ces_writing, sheets_writing
from cesnode.formats.flows import Rows, Tables
from cesnode.formats.foreign import Format
from cesnode.services import exporting
from cesnode.services.leaving.telling import PICTURES, Told
from cesnode.store import Reader, media


class Leaving(StrEnum):
    CSV = "csv"  # our own tables, to the last digit
    CES = "ces"
    BUNDLE = "bundle"
    JSONL = "jsonl"
    BEANCOUNT = "beancount"


class WrittenFile(msgspec.Struct, frozen=True):
    name: str
    rows: int


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """What was written, and what the format could not say."""

    format: str
    directory: str
    files: tuple[WrittenFile, ...]
    notes: tuple[str, ...]


_TABLES: dict[Leaving, tuple[Callable[[Format], Tables], str]] = {
    Leaving.CSV: (sheets_writing.tables, "utf-8"),
    Leaving.CES: (ces_writing.tables, ces_writing.ENCODING),
    Leaving.BUNDLE: (bundle_writing.tables, "utf-8"),
}
_NOTES = {
    Leaving.CSV: (
        "Acts, checkpoints, standing orders, news and groups are not in these tables.",
        "They are in jsonl, and so is what waits between exchanges.",
    ),
    Leaving.CES: (
        "The value of an hour, and what is between members and no trade, CES cannot say.",
        "What waits for an answer and what people tell of themselves is not written.",
    ),
    Leaving.BUNDLE: (
        "Levies, reversals and other exchanges are transfers of their own in a bundle.",
        "What waits for an answer and what people tell of themselves is not written.",
    ),
}


def leave(
    reader: Reader,
    actor: Actor,
    folder: Path,
    form: Leaving,
    directory: Path,
    *,
    now: int,
) -> Written:
    """Write the files of a format; pictures are taken from the node's `folder`.

    Raises:
        NotAllowed: the actor may not read all there is.
        FieldInvalid: the directory has something in it, or cannot be written.

    """
    actor.require(Permission.SET_RULES)
    draft = directory.with_name(f"{directory.name}.new")
    try:
        if directory.exists() and any(directory.iterdir()):
            raise FieldInvalid("directory", N_("{path} is not empty"), path=directory)
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(parents=True, mode=0o700)
        files, notes = _write(reader, folder, form, draft, now=now)
        if directory.exists():
            directory.rmdir()
        draft.rename(directory)
    except OSError as error:
        reason = f"{directory} cannot be written: {error.strerror}"
        raise FieldInvalid("directory", reason) from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return Written(
        format=form,
        directory=str(directory),
        files=tuple(files),
        notes=(*_NOTES.get(form, ()), *notes),
    )


def _write(
    reader: Reader, folder: Path, form: Leaving, draft: Path, *, now: int
) -> tuple[list[WrittenFile], list[str]]:
    """Write all files into a draft; return which, and what could not be written."""
    if form not in _TABLES:
        ledger = exporting.export_ledger(reader, exporting.Format(form))
        files = [_write_lines(draft / f"ledger.{form}", ledger)]
        if form is Leaving.JSONL:
            rest = exporting.export_records(reader)
            files.append(_write_lines(draft / "records.jsonl", rest))
        return files, []
    told = Told(reader, now=now)
    tables, encoding = _TABLES[form]
    files = [
        WrittenFile(name, _write_table(draft / name, encoding, header, lines))
        for name, (header, lines) in tables(told).items()
    ]
    copied, missing = _copy_pictures(told, folder, draft)
    if copied:
        files.append(WrittenFile(PICTURES, copied))
    return files, [f"The file of a picture is not there: {name}." for name in missing]


def _write_lines(path: Path, pieces: Iterable[str]) -> WrittenFile:
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = sum(file.write(piece) and 1 for piece in pieces)
    return WrittenFile(path.name, rows)


def _write_table(path: Path, encoding: str, header: Sequence[str], lines: Rows) -> int:
    rows = 0
    with path.open("w", encoding=encoding, errors="xmlcharrefreplace", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        for rows, line in enumerate(lines, 1):  # noqa: B007 - how many there were
            writer.writerow(line)
    return rows


def _copy_pictures(told: Told, folder: Path, draft: Path) -> tuple[int, list[str]]:
    """Lay the pictures beside the tables; return how many, and which are lost."""
    copied, missing = 0, []
    for name, stored in told.pictures():
        found = media.path(folder, stored)
        if found is None:
            missing.append(name)
            continue
        (draft / PICTURES).mkdir(mode=0o700, exist_ok=True)
        shutil.copyfile(found, draft / name)
        copied += 1
    return copied, missing
