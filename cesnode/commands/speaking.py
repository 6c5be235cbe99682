"""Commands that talk to other nodes themselves, beside the server or without it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from cesnode.commands.terminal import Terminal
from cesnode.jobs.voice import Voice, speaking
from cesnode.store import Store

T = TypeVar("T")


def speak(terminal: Terminal, run: Callable[[Voice], Awaitable[T]]) -> T:
    """Run something that needs the node's way out."""

    async def main() -> T:
        store = Store(terminal.folder)
        try:
            async with speaking(terminal.folder, store) as voice:
                return await run(voice)
        finally:
            await store.close()

    return asyncio.run(main())
