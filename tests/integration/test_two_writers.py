"""The server and another process write the same file: each waits, neither loses."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from cesnode.community.roles import OPERATOR
from cesnode.errors import (
    LimitExceeded,
    StoreUnavailable,
)
from cesnode.services import trading
from cesnode.services.membership import adding
from cesnode.services.membership.adding import Newcomer
from cesnode.store import Store, database
from cesnode.store import writing as group_commit
from cesnode.store.store import reading, writing
from tests.support.exchanges import NOW, balances, join, order, total
from tests.support.writers import (
    PATIENCE,
    area_names,
    at_once,
    name_area,
    on_disk,
    outcomes,
)

_HOLDER = """
import sys
from pathlib import Path
from cesnode.store import database
connection = database.open_writer(Path(sys.argv[1]))
with database.writing(connection, Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.readline()
connection.close()
"""


@contextmanager
def locked_by_another_process(folder: Path) -> Iterator[Callable[[], None]]:
    """Hold the write lock elsewhere; what is yielded lets it go."""
    holder = subprocess.Popen(  # noqa: S603 - our own script
        [sys.executable, "-c", _HOLDER, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"

    def release() -> None:
        holder.communicate("\n")

    try:
        yield release
    finally:
        if holder.poll() is None:
            release()
        assert holder.returncode == 0


async def test_the_loop_goes_on_while_another_process_writes(
    founded: Path, store: Store
) -> None:
    with locked_by_another_process(founded) as release:
        waiting = asyncio.create_task(store.write(name_area, "North"))
        for _ in range(5):
            assert await store.read(area_names) == []
        assert not waiting.done()
        release()

        async with asyncio.timeout(PATIENCE):
            assert await waiting

    assert on_disk(founded) == ["North"]


async def test_a_lock_held_too_long_is_said_and_service_resumes(
    founded: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(group_commit, "LOCK_SECONDS", 0.05)

    with locked_by_another_process(founded):
        told = await outcomes(*at_once(store, (name_area, "a"), (name_area, "b")))

    assert [type(one) for one in told] == [StoreUnavailable, StoreUnavailable]
    assert on_disk(founded) == []
    assert await store.write(name_area, "c")
    assert on_disk(founded) == ["c"]


def test_a_command_waits_its_turn_and_says_when_it_gave_up(
    founded: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = database.open_writer
    monkeypatch.setattr(database, "open_writer", lambda folder: real(folder, wait=0.05))

    with (
        locked_by_another_process(founded),
        pytest.raises(StoreUnavailable),
        writing(founded),
    ):
        pass
    with writing(founded) as writer:
        name_area(writer, "North")
    assert on_disk(founded) == ["North"]


async def test_a_command_and_the_server_write_the_same_file(
    founded: Path, store: Store
) -> None:
    await store.write(name_area, "server")
    with writing(founded) as writer:
        name_area(writer, "command")

    assert await store.read(area_names) == ["server", "command"]
    assert await store.write(area_names) == ["server", "command"]


async def test_a_server_trades_on_at_the_head_another_process_left(
    founded: Path, store: Store
) -> None:
    with writing(founded) as writer:
        ann, bob = join(writer, "Ann"), join(writer, "Bob")
    await store.write(trading.record, OPERATOR, order(ann, bob, "1"), now=NOW)
    with writing(founded) as writer:
        trading.record(writer, OPERATOR, order(ann, bob, "2"), now=NOW)
    await store.write(trading.record, OPERATOR, order(ann, bob, "4"), now=NOW)

    with reading(founded) as reader:
        assert balances(reader, ann, bob) == (700, -700)
        assert reader.all("SELECT seq FROM transfers") == [(1,), (2,), (3,)]


async def test_where_sqlite_needs_it_writers_take_a_lock_of_their_own(
    founded: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (database, group_commit):
        monkeypatch.setattr(module, "NEEDS_WRITE_LOCK", True)
    store = Store(founded)
    inside = asyncio.Event()

    with database.locked(founded):
        waiting = asyncio.create_task(store.write(name_area, "North"))
        waiting.add_done_callback(lambda _: inside.set())
        assert await store.read(area_names) == []
        assert not inside.is_set()

    async with asyncio.timeout(PATIENCE):
        assert await waiting
        await store.close()
    assert on_disk(founded) == ["North"]


async def test_a_lock_of_their_own_is_not_waited_for_for_ever(
    founded: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (database, group_commit):
        monkeypatch.setattr(module, "NEEDS_WRITE_LOCK", True)
    monkeypatch.setattr(group_commit, "LOCK_SECONDS", 0.05)
    store = Store(founded)

    with database.locked(founded):
        told = await outcomes(*at_once(store, (name_area, "a")))
        with pytest.raises(StoreUnavailable), database.locked(founded, wait=0.05):
            pass

    assert [type(one) for one in told] == [StoreUnavailable]
    assert await store.write(name_area, "b")
    async with asyncio.timeout(PATIENCE):
        await store.close()
    assert on_disk(founded) == ["b"]


async def test_two_processes_at_the_edge_of_a_floor_never_cross_it(
    founded: Path, store: Store
) -> None:
    """Floor -100.00; each process buys for 3.00 forty times: 33 of 80 can be posted."""
    with writing(founded) as writer:
        ann, bob = (
            adding.add(writer, OPERATOR, Newcomer(name=name), now=NOW).number
            for name in ("Ann", "Bob")
        )
    script = f"""
import sys
from pathlib import Path
from cesnode.community.roles import OPERATOR
from cesnode.errors import LimitExceeded
from cesnode.services import trading
from cesnode.store.store import writing
from tests.support.exchanges import order
for _ in range(40):
    try:
        with writing(Path({str(founded)!r})) as writer:
            wanted = order({ann!r}, {bob!r}, "3")
            trading.record(writer, OPERATOR, wanted, now={NOW})
    except LimitExceeded:
        pass
"""
    other = await asyncio.create_subprocess_exec(
        sys.executable, "-c", script, cwd=Path(__file__).parents[2]
    )
    for _ in range(40):
        with suppress(LimitExceeded):
            await store.write(trading.record, OPERATOR, order(ann, bob, "3"), now=NOW)
    assert await other.wait() == 0

    with reading(founded) as reader:
        (posted,) = reader.one("SELECT count(*) FROM transfers")
        (lowest,) = reader.one("SELECT min(balance_after) FROM entries")
        assert (posted, lowest, total(reader)) == (33, -9900, 0)
