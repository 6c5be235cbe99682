"""docs/records.md tells of every line of records.jsonl, and of every field in it.

Run as a program it writes that part: python -m tests.unit.formats.test_records_document
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from cesnode.store import Reader, everything
from cesnode.store.store import reading
from tests.support.documents import FOLDER, write, written
from tests.support.exchanges import found, oakvale
from tests.support.record_words import FIELDS, OF_ONE_TABLE, TABLES
from tests.support.records import NotDescribed, described, meaning, schema_of

DOCUMENT = FOLDER / "records.md"


def records() -> str:
    with (
        TemporaryDirectory() as scratch,
        reading(found(Path(scratch) / "data", oakvale())) as reader,
    ):
        return "\n".join(described(reader))


def left_out() -> str:
    rows = (f"| `{table}` | {why} |" for table, why in sorted(everything.STAYS.items()))
    return "\n".join(("| table | why |", "|---|---|", *rows))


PARTS = {"records": records, "left out": left_out}


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[Reader]:
    with reading(found(tmp_path / "data", oakvale())) as opened:
        yield opened


def test_the_document_tells_of_every_record_there_is() -> None:
    text = DOCUMENT.read_text()

    assert written(text, PARTS) == text


def test_nothing_is_described_that_does_not_leave(reader: Reader) -> None:
    leaving = dict(everything.leaving(reader))

    assert set(TABLES) == set(leaving)
    assert {(t, f) for t, f in OF_ONE_TABLE if f not in leaving.get(t, ())} == set()
    assert set(FIELDS) <= {field for fields in leaving.values() for field in fields}


def test_a_field_that_nobody_described_is_not_passed_over(reader: Reader) -> None:
    schema = schema_of(reader, "members")

    with pytest.raises(NotDescribed, match=r"members\.shoe_size"):
        meaning("members", "shoe_size", schema)


if __name__ == "__main__":
    write(DOCUMENT, PARTS)
