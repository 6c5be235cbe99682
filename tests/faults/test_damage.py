"""A file that lost what guards it, or was damaged, is never taken for a sound one."""

from __future__ import annotations

from pathlib import Path

import pytest

from cesnode.store.auditor import audit, shape
from cesnode.store.database import FILE
from tests.faults.forging import copied, forged, forging, named, opened
from tests.faults.shape import shipped

_MORE_TRIGGER = "CREATE TRIGGER more AFTER INSERT ON trades BEGIN SELECT 1; END"
_MORE_COLUMNS = "ALTER TABLE entries ADD COLUMN fee INTEGER"


@pytest.mark.parametrize("name", sorted(shape.SHAPE))
def test_a_missing_table_trigger_or_index_is_named(
    history: Path, target: Path, name: str
) -> None:
    kind, _, object_name = name.partition(" ")
    folder = copied(history, target)
    with opened(folder) as connection:
        connection.execute(f"DROP {kind} {object_name}")

    assert f"schema_missing sqlite_schema ({name})" in named(audit(folder / FILE))


@pytest.mark.parametrize(
    ("sql", "finding"),
    [
        ("CREATE TABLE more (id INTEGER)", "schema_unknown sqlite_schema (table more)"),
        ("CREATE VIEW more AS SELECT 1", "schema_unknown sqlite_schema (view more)"),
        (_MORE_TRIGGER, "schema_unknown sqlite_schema (trigger more)"),
        (_MORE_COLUMNS, "schema_changed sqlite_schema (table entries)"),
        ("PRAGMA user_version = 3", "schema_version sqlite_schema (user_version)"),
    ],
)
def test_what_was_not_shipped_is_named(
    history: Path, target: Path, sql: str, finding: str
) -> None:
    folder = copied(history, target)
    with opened(folder) as connection:
        connection.execute(sql)

    assert finding in named(audit(folder / FILE))


def test_a_trigger_that_does_nothing_any_more_is_named(history: Path, target: Path) -> None:
    folder = copied(history, target)
    with opened(folder) as connection:
        connection.execute("DROP TRIGGER entries_are_final")
        connection.execute(
            "CREATE TRIGGER entries_are_final BEFORE UPDATE ON entries BEGIN SELECT 1; END"
        )

    finding = "schema_changed sqlite_schema (trigger entries_are_final)"
    assert finding in named(audit(folder / FILE))


def test_a_column_that_takes_anything_again_is_named(history: Path, target: Path) -> None:
    folder = copied(history, target)
    with opened(folder) as connection:
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute(
            "UPDATE sqlite_schema SET sql = replace(sql, 'amount INTEGER', 'amount ANY')"
            " WHERE name = 'entries'"
        )
    with forging(folder) as connection:
        connection.execute("UPDATE entries SET amount = 'ten' WHERE account_id = 3")

    finding = "schema_changed sqlite_schema (table entries)"
    assert finding in named(audit(folder / FILE))


def test_the_auditor_knows_the_schema_as_it_is_shipped(tmp_path: Path) -> None:
    assert shipped(tmp_path) == shape.SHAPE, "run: python -m tests.faults.shape"


def test_letters_that_are_none_are_named_by_their_row(history: Path, target: Path) -> None:
    change = "UPDATE trades SET channel = CAST(x'ff6170' AS TEXT) WHERE id = 1"

    assert "chain_broken transfers (transfer 1)" in named(forged(history, target, change))


def test_a_page_that_was_wiped_out_is_found_whichever_it_is(
    history: Path, tmp_path: Path
) -> None:
    with opened(history) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    whole = (history / FILE).read_bytes()
    damaged = tmp_path / FILE

    for start in range(size, len(whole), size):
        damaged.write_bytes(whole[:start] + bytes(size) + whole[start + size :])

        assert not audit(damaged).ok, f"page {start // size + 1}"


def test_a_file_that_is_none_is_named(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"SQLite format 3\0" + bytes(4096))

    assert {one.code for one in audit(tmp_path / FILE).findings} == {"file_damaged"}
    with pytest.raises(FileNotFoundError):
        audit(tmp_path / "nothing.db")
