"""Many jobs, one commit: each answered once it is on disk, each undone alone."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

import pytest

from cesnode.community.roles import OPERATOR
from cesnode.errors import (
    Busy,
    LimitExceeded,
    NodeError,
    UnknownAccount,
)
from cesnode.services import trading
from cesnode.services.membership import changing
from cesnode.services.membership.changing import Changes
from cesnode.store import Reader, Store, Writer, exchanges, members, transfers
from cesnode.store import writing as group_commit
from cesnode.store.database import FILE
from cesnode.store.sqlite import sqlite3
from cesnode.store.store import reading, writing
from tests.support.exchanges import NOW, balances, join, order
from tests.support.writers import (
    PATIENCE,
    area_names,
    at_once,
    name_and_fail,
    name_area,
    on_disk,
    outcomes,
)


def commits(folder: Path) -> int:
    """Count the commits in the write-ahead log: frames that carry a database size."""
    log = (folder / f"{FILE}-wal").read_bytes()
    page = int.from_bytes(log[8:12])
    salt = log[16:24]
    frames = (log[at : at + 24] for at in range(32, len(log), 24 + page))
    return sum(frame[8:16] == salt and any(frame[4:8]) for frame in frames)


async def test_what_was_answered_is_on_disk(founded: Path, store: Store) -> None:
    await store.write(name_area, "North")

    assert on_disk(founded) == ["North"]


async def test_many_jobs_share_one_commit(founded: Path, store: Store) -> None:
    await store.write(name_area, "first")
    before = commits(founded)

    await outcomes(*at_once(store, *((name_area, f"area {n}") for n in range(100))))

    assert len(on_disk(founded)) == 101
    assert commits(founded) - before == 1


async def test_a_batch_has_its_measure(founded: Path, store: Store) -> None:
    await store.write(name_area, "first")
    before = commits(founded)
    count = group_commit.BATCH + 1

    await outcomes(*at_once(store, *((name_area, f"area {n}") for n in range(count))))

    assert commits(founded) - before == 2


async def test_jobs_are_done_in_their_order(founded: Path, store: Store) -> None:
    names = [f"area {n}" for n in range(group_commit.BATCH * 2)]

    await outcomes(*at_once(store, *((name_area, name) for name in names)))

    assert on_disk(founded) == names


async def test_a_job_sees_what_the_one_before_it_did(store: Store) -> None:
    first, second = at_once(store, (name_area, "North"), (area_names,))

    await outcomes(first, second)

    assert second.result() == ["North"]


async def test_a_reader_keeps_its_snapshot(store: Store) -> None:
    begun, written = threading.Event(), threading.Event()

    def twice(reader: Reader) -> tuple[list[str], list[str]]:
        before = area_names(reader)
        begun.set()
        assert written.wait(PATIENCE)
        return before, area_names(reader)

    slow = asyncio.create_task(store.read(twice))
    await asyncio.to_thread(begun.wait, PATIENCE)
    await store.write(name_area, "North")
    written.set()

    assert await slow == ([], [])
    assert await store.read(area_names) == ["North"]


async def test_a_reader_that_fails_gives_its_connection_back(store: Store) -> None:
    def fail(_: Reader) -> None:
        raise UnknownAccount(number="x")

    for _ in range(5):
        with pytest.raises(UnknownAccount):
            await store.read(fail)

    assert await store.read(area_names) == []


async def test_closing_finishes_what_waits(founded: Path) -> None:
    store = Store(founded)
    waiting = at_once(store, *((name_area, f"area {n}") for n in range(300)))
    await asyncio.sleep(0)

    async with asyncio.timeout(PATIENCE):
        await store.close()

    assert all(isinstance(told, int) for told in await outcomes(*waiting))
    assert len(on_disk(founded)) == 300


async def test_a_job_after_the_closing_is_refused(founded: Path) -> None:
    store = Store(founded)
    await store.close()

    with pytest.raises((NodeError, RuntimeError)):
        async with asyncio.timeout(1):
            await store.write(name_area, "late")


@pytest.mark.parametrize(
    "error",
    [UnknownAccount(number="x"), RuntimeError("a mistake"), KeyError("k"), StopIteration()],
    ids=lambda error: type(error).__name__,
)
async def test_a_job_that_fails_undoes_itself_alone(
    founded: Path, store: Store, error: Exception
) -> None:
    told = await outcomes(
        *at_once(
            store,
            (name_area, "before"),
            (name_and_fail, "never", error),
            (name_area, "after"),
        )
    )

    assert isinstance(told[1], Exception)
    assert on_disk(founded) == ["before", "after"]
    assert await store.write(area_names) == ["before", "after"]


async def test_a_job_that_breaks_a_rule_of_the_file_undoes_itself_alone(
    founded: Path, store: Store
) -> None:
    told = await outcomes(
        *at_once(store, (name_area, "North"), (name_area, "North"), (name_area, "South"))
    )

    assert isinstance(told[1], sqlite3.IntegrityError)
    assert on_disk(founded) == ["North", "South"]


async def test_a_refusal_is_answered_after_the_commit(founded: Path, store: Store) -> None:
    seen: list[list[str]] = []
    refused, _ = at_once(
        store,
        (name_and_fail, "never", UnknownAccount(number="x")),
        (name_area, "North"),
    )
    refused.add_done_callback(lambda _: seen.append(on_disk(founded)))

    await outcomes(refused, _)
    await asyncio.sleep(0)

    assert seen == [["North"]]


async def test_what_one_job_remembers_is_forgotten_when_it_is_undone(
    founded: Path, store: Store
) -> None:
    with writing(founded) as writer:
        ann, bob = join(writer, "Ann"), join(writer, "Bob")

    def trade(writer: Writer, amount: str, *, fail: bool = False) -> None:
        trading.record(writer, OPERATOR, order(ann, bob, amount), now=NOW)
        if fail:
            raise RuntimeError

    def spoil(writer: Writer) -> None:
        trade(writer, "2", fail=True)

    def loosen(writer: Writer) -> None:
        exchange = exchanges.load(writer, NOW)
        exchanges.update_names(writer, exchange)
        members.insert_area(writer, "loose")
        raise RuntimeError

    told = await outcomes(
        *at_once(
            store,
            (trade, "1"),
            (spoil,),
            (trade, "4"),
            (loosen,),
            (trade, "200"),
            (trade, "8"),
        )
    )

    assert [type(one) for one in told] == [
        type(None), RuntimeError, type(None), RuntimeError, LimitExceeded, type(None),
    ]  # fmt: skip
    with reading(founded) as reader:
        assert balances(reader, ann, bob) == (1300, -1300)
        head = transfers.head(reader)
        assert head is not None
        assert head.seq == 3
        seqs = reader.all("SELECT id FROM trades ORDER BY id")
        assert seqs == [(1,), (2,), (3,)]


async def test_a_batch_works_with_the_names_of_its_own_jobs(
    founded: Path, store: Store
) -> None:
    with writing(founded) as writer:
        ann, bob = join(writer, "Ann"), join(writer, "Bob")

    def trade(writer: Writer) -> None:
        trading.record(writer, OPERATOR, order(ann, bob, "1"), now=NOW)

    def rename(writer: Writer) -> str:
        changes = Changes(name="Anna")
        return changing.change(writer, OPERATOR, ann.number, changes, now=NOW).name

    told = await outcomes(*at_once(store, (trade,), (rename,), (trade,)))

    assert told == [None, "Anna", None]


async def test_too_many_waiting_jobs_are_told_to_come_back(
    founded: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(group_commit, "LONGEST_QUEUE", 3)

    told = await outcomes(*at_once(store, *((name_area, f"area {n}") for n in range(5))))

    assert [type(one) for one in told] == [int, int, int, Busy, Busy]
    assert await store.write(name_area, "later")
    assert len(on_disk(founded)) == 4


async def test_a_caller_who_goes_away_takes_nothing_with_them(
    founded: Path, store: Store
) -> None:
    gone, stays = at_once(store, (name_area, "gone"), (name_area, "stays"))
    await asyncio.sleep(0)
    gone.cancel()

    told = await outcomes(gone, stays)

    assert isinstance(told[0], asyncio.CancelledError)
    assert "stays" in on_disk(founded)
    assert await store.write(name_area, "next")
