"""Passwords are hashed beside the loop, two at a time: each takes memory and a core."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from cesnode.errors import Busy

P = ParamSpec("P")
T = TypeVar("T")

AT_ONCE, MOST_WAITING = 2, 20


class Hashing:
    """Belongs to one event loop."""

    def __init__(self) -> None:
        self._free = asyncio.Semaphore(AT_ONCE)
        self._waiting = 0

    async def run(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run what hashes in a thread.

        Raises:
            Busy: too many wait for it already.

        """
        if self._waiting >= MOST_WAITING:
            raise Busy
        self._waiting += 1
        try:
            async with self._free:
                return await asyncio.to_thread(work, *args, **kwargs)
        finally:
            self._waiting -= 1
