"""Jobs to submit, and what became of them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from cesnode.store import Reader, Store, Writer, members
from cesnode.store.store import reading

PATIENCE = 10
"""Seconds after which a test that hangs is called hung; nothing waits so long."""


def name_area(writer: Writer, name: str) -> int:
    return members.insert_area(writer, name)


def name_and_fail(writer: Writer, name: str, error: BaseException) -> None:
    members.insert_area(writer, name)
    raise error


def area_names(reader: Reader) -> list[str]:
    return [name for (name,) in reader.all("SELECT name FROM areas ORDER BY id")]


def on_disk(folder: Path) -> list[str]:
    """Return the areas as another connection sees them."""
    with reading(folder) as reader:
        return area_names(reader)


async def outcomes(*waiting: asyncio.Future[object] | asyncio.Task[object]) -> list[object]:
    async with asyncio.timeout(PATIENCE):
        return await asyncio.gather(*waiting, return_exceptions=True)


def at_once(
    store: Store, *jobs: tuple[Callable[..., object], *tuple[object, ...]]
) -> list[asyncio.Task[object]]:
    """Submit jobs in one turn of the loop, so that they share a batch."""
    return [
        asyncio.get_running_loop().create_task(store.write(job, *args))
        for job, *args in jobs
    ]
