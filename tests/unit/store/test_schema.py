"""A data folder is made whole or not at all, and recognised for what it is."""

from __future__ import annotations

import shutil
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from sqlite_utils import Database

from cesnode.errors import Code, NodeError
from cesnode.ledger.accounts import number
from cesnode.services import founding
from cesnode.store import Writer, schema
from cesnode.store.database import FILE
from cesnode.store.folder import held
from cesnode.store.migrations import migrations
from cesnode.store.sqlite import sqlite3
from cesnode.store.store import reading, writing
from tests.support.exchanges import FOUNDED, dump, found, oakvale, refused

ROOT = Path(__file__).parents[3]
PATIENCE = 60
"""Seconds after which a process counts as hanging; nothing waits so long."""


def fill(writer: Writer) -> str:
    return founding.found(writer, oakvale(), now=FOUNDED)


def pragma(folder: Path, name: str) -> object:
    with reading(folder) as reader:
        return reader.one(f"PRAGMA {name}")[0]


def edit(folder: Path, sql: str) -> None:
    connection = sqlite3.connect(folder / FILE, isolation_level=None)
    connection.execute(sql)
    connection.close()


def older(folder: Path, *, before: str, version: int) -> Path:
    """Make a file as an older program left it: some steps of the schema missing."""
    folder.mkdir()
    connection = sqlite3.connect(folder / FILE, isolation_level=None)
    migrations.apply(Database(connection), stop_before=before)
    connection.execute(f"PRAGMA application_id = {schema.APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {version}")
    connection.execute("INSERT INTO areas (name) VALUES ('North')")
    connection.close()
    return folder


def tables(folder: Path) -> set[str]:
    connection = sqlite3.connect(folder / FILE)
    rows = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
    names = {name for (name,) in rows}
    connection.close()
    return names


def test_a_new_folder_holds_a_whole_exchange(tmp_path: Path) -> None:
    treasury = schema.create(tmp_path / "a" / "b", fill)

    assert treasury == number("OAKV", 0)
    assert pragma(tmp_path / "a" / "b", "integrity_check") == "ok"
    assert pragma(tmp_path / "a" / "b", "user_version") == schema.VERSION


def test_every_step_of_the_schema_is_counted(founded: Path) -> None:
    with reading(founded) as reader:
        (steps,) = reader.one("SELECT count(*) FROM _sqlite_migrations")

    assert steps == schema.VERSION


def test_the_file_is_its_owner_s_alone(founded: Path) -> None:
    assert stat.S_IMODE((founded / FILE).stat().st_mode) == 0o600


def test_every_table_is_strict(founded: Path) -> None:
    with reading(founded) as reader:
        lax = reader.all(
            "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table'"
            " AND NOT strict AND name NOT LIKE 'sqlite_%'"
            " AND name <> '_sqlite_migrations'"
        )

    assert lax == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("foreign_keys", 1),
        ("synchronous", 2),
        ("journal_mode", "wal"),
        ("trusted_schema", 0),
        ("recursive_triggers", 1),
    ],
)
def test_a_writer_takes_no_risks(founded: Path, name: str, value: object) -> None:
    with writing(founded) as writer:
        assert writer.one(f"PRAGMA {name}") == (value,)


def test_a_reader_cannot_write(founded: Path) -> None:
    with refused(Code.STORE_READ_ONLY), reading(founded) as reader:
        reader.first("INSERT INTO areas (name) VALUES ('North')")


def test_an_exchange_is_not_founded_twice(founded: Path) -> None:
    with reading(founded) as reader:
        before = dump(reader)

    with refused(Code.DATA_EXISTS):
        schema.create(founded, fill)
    with reading(founded) as reader:
        assert dump(reader) == before


def test_of_two_foundings_at_once_the_first_to_finish_stays(tmp_path: Path) -> None:
    other = found(tmp_path / "other") / FILE
    folder = tmp_path / "same"

    def overtaken(writer: Writer) -> str:
        shutil.copy(other, folder / FILE)
        return fill(writer)

    with refused(Code.DATA_EXISTS):
        schema.create(folder, overtaken)
    assert (folder / FILE).read_bytes() == other.read_bytes()


@pytest.mark.parametrize("place", ["file", "file/below"])
def test_where_no_folder_can_be_made_is_said(tmp_path: Path, place: str) -> None:
    (tmp_path / "file").touch()

    with refused(Code.DATA_UNSUITABLE):
        schema.create(tmp_path / place, fill)


def test_a_founding_that_fails_leaves_no_exchange(tmp_path: Path) -> None:
    def fail(writer: Writer) -> None:
        fill(writer)
        raise RuntimeError("half way")

    with pytest.raises(RuntimeError):
        schema.create(tmp_path, fail)

    with refused(Code.DATA_MISSING):
        schema.ensure(tmp_path)
    assert found(tmp_path) == tmp_path


def test_a_founding_cut_off_leaves_no_exchange(tmp_path: Path) -> None:
    script = f"""
import os, signal
from pathlib import Path
from cesnode.store import schema
from tests.unit.store.test_schema import fill
def die(writer):
    fill(writer)
    os.kill(os.getpid(), signal.SIGKILL)
schema.create(Path({str(tmp_path)!r}), die)
"""
    ended = subprocess.run(  # noqa: S603 - our own script
        [sys.executable, "-c", script], check=False, cwd=ROOT
    )

    assert ended.returncode == -signal.SIGKILL
    assert not (tmp_path / FILE).exists()
    with refused(Code.DATA_MISSING):
        schema.ensure(tmp_path)
    assert found(tmp_path) == tmp_path


def test_an_empty_folder_has_no_exchange(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "nowhere"):
        with refused(Code.DATA_MISSING), reading(folder):
            pass


@pytest.mark.parametrize(
    "content",
    [b"", b"hello", b"SQLite format 3", b"SQLite format 3\0" + b"junk" * 2000],
    ids=["empty", "text", "short", "junk"],
)
def test_a_file_of_something_else_is_left_alone(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE).write_bytes(content)

    for opening in (reading, writing):
        with refused(Code.DATA_FOREIGN), opening(tmp_path):
            pass
    assert (tmp_path / FILE).read_bytes() == content


def test_another_program_s_database_is_left_alone(tmp_path: Path) -> None:
    edit(tmp_path, "CREATE TABLE theirs (x)")

    with refused(Code.DATA_FOREIGN), writing(tmp_path):
        pass
    assert tables(tmp_path) == {"theirs"}


def test_a_newer_program_s_file_is_left_alone(founded: Path) -> None:
    edit(founded, f"PRAGMA user_version = {schema.VERSION + 1}")

    with pytest.raises(NodeError) as caught, writing(founded):
        pass
    assert caught.value.code is Code.DATA_NEWER
    assert str(schema.VERSION + 1) in str(caught.value)


def test_an_older_file_is_brought_up_to_date_after_a_verified_copy(tmp_path: Path) -> None:
    folder = older(tmp_path / "old", before="004_acts", version=3)

    schema.ensure(folder, now=lambda: 1_800_000_000.5)

    assert pragma(folder, "user_version") == schema.VERSION
    assert "acts" in tables(folder)
    (copy,) = (folder / schema.BACKUPS).iterdir()
    assert copy.name == "before-upgrade-3-1800000000.db"
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    kept = sqlite3.connect(copy)
    assert kept.execute("SELECT name FROM areas").fetchall() == [("North",)]
    assert kept.execute("PRAGMA user_version").fetchone() == (3,)
    kept.close()


def test_of_two_processes_that_start_at_once_one_brings_it_up_to_date(
    tmp_path: Path,
) -> None:
    folder = older(tmp_path / "old", before="004_acts", version=3)
    script = f"""
from pathlib import Path
from cesnode.store import schema
print("begun", flush=True)
schema.ensure(Path({str(folder)!r}))
"""

    with held(folder, wait=0):
        both = [
            subprocess.Popen(  # noqa: S603 - our own script
                [sys.executable, "-c", script], stdout=subprocess.PIPE, cwd=ROOT
            )
            for _ in range(2)
        ]
        for process in both:
            assert process.stdout is not None
            assert process.stdout.readline() == b"begun\n"
    codes = []
    for process in both:
        process.communicate(timeout=PATIENCE)
        codes.append(process.returncode)

    assert codes == [0, 0]
    assert pragma(folder, "user_version") == schema.VERSION
    assert len(list((folder / schema.BACKUPS).iterdir())) == 1


def test_an_upgrade_that_another_process_does_is_not_waited_for_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = older(tmp_path / "old", before="004_acts", version=3)
    monkeypatch.setattr(schema, "_UPGRADE_SECONDS", 0.05)

    with held(folder, wait=0), refused(Code.STORE_UNAVAILABLE):
        schema.ensure(folder)

    assert "acts" not in tables(folder)


def test_a_current_file_is_not_copied(founded: Path) -> None:
    schema.ensure(founded)

    assert not (founded / schema.BACKUPS).exists()


def test_an_upgrade_that_fails_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    folder = older(tmp_path / "old", before="004_acts", version=3)
    edit(folder, "CREATE TABLE checkpoints (in_the_way)")
    before = tables(folder)

    with pytest.raises(sqlite3.OperationalError, match="already exists"):
        schema.ensure(folder)

    assert tables(folder) == before
    connection = sqlite3.connect(folder / FILE)
    assert connection.execute("PRAGMA user_version").fetchone() == (3,)
    connection.close()
