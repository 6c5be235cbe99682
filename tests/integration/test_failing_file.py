"""A file that is full or fails: everybody it concerns is told, and service resumes."""

from __future__ import annotations

from pathlib import Path

import pytest

from cesnode.errors import (
    StoreFull,
)
from cesnode.store import Store, Writer, members
from cesnode.store.sqlite import sqlite3
from cesnode.store.store import writing
from tests.support.writers import (
    at_once,
    name_area,
    on_disk,
    outcomes,
)


def fill_the_disk(writer: Writer) -> None:
    (pages,) = writer.one("PRAGMA page_count")
    writer.one(f"PRAGMA max_page_count = {pages}")
    try:
        for n in range(10_000):
            members.insert_area(writer, f"{n} " + "x" * 1000)
    finally:
        writer.one("PRAGMA max_page_count = 1000000000")


async def test_a_full_disk_is_said_to_all_it_concerns_and_service_resumes(
    founded: Path, store: Store
) -> None:
    """SQLite undoes the whole transaction, and with it what others had in it."""
    told = await outcomes(
        *at_once(store, (name_area, "a"), (fill_the_disk,), (name_area, "b"))
    )

    assert [type(one) for one in told] == [StoreFull, StoreFull, StoreFull]
    assert on_disk(founded) == []
    assert await store.write(name_area, "c")
    assert on_disk(founded) == ["c"]


def test_a_full_disk_is_said_to_a_command_too(founded: Path) -> None:
    with pytest.raises(StoreFull), writing(founded) as writer:
        fill_the_disk(writer)

    assert on_disk(founded) == []


def break_the_file(writer: Writer) -> None:
    """Make SQLite undo the whole transaction, as it does when the disk fails."""
    members.insert_area(writer, "twice")
    writer.run("INSERT OR ROLLBACK INTO areas (name) VALUES ('twice')")


async def test_a_file_that_fails_undoes_the_whole_batch(
    founded: Path, store: Store
) -> None:
    told = await outcomes(
        *at_once(store, (name_area, "a"), (break_the_file,), (name_area, "b"))
    )

    assert all(isinstance(one, Exception) for one in told)
    assert on_disk(founded) == []
    assert await store.write(name_area, "c")
    assert on_disk(founded) == ["c"]


def test_a_command_whose_transaction_the_file_undid_says_what_happened(
    founded: Path,
) -> None:
    with pytest.raises(sqlite3.IntegrityError), writing(founded) as writer:
        break_the_file(writer)

    assert on_disk(founded) == []
