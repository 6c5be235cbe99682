"""Serves the communities of the demonstration, all in this process."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from random import SystemRandom

from cesnode.app import Ending, serving
from cesnode.commands.demo_folders import Stage
from cesnode.community.roles import Role
from cesnode.config import Config, Contact
from cesnode.jobs import demonstrating
from cesnode.jobs.voice import Voice


def run(stages: Sequence[Stage], *, ready: Callable[[], None]) -> int:
    """Serve until told to stop; return the exit code."""
    return asyncio.run(_run(stages, ready))


async def _run(stages: Sequence[Stage], ready: Callable[[], None]) -> int:
    ending = Ending()
    ending.listen()
    async with AsyncExitStack() as stack:
        towns = [
            (
                await stack.enter_async_context(
                    serving(stage.folder, _settings(stage), ending=ending, door=stage.door)
                )
            ).voice
            for stage in stages
        ]
        await demonstrating.agree(towns)
        ready()
        await _live_until(towns, ending)
    return ending.code()


def _settings(stage: Stage) -> Config:
    """Return what an operator would have set: whoever cares for people is named to them."""
    character = stage.character
    helper = character.having(Role.COORDINATOR)
    contact = Contact(name=helper.name, email=character.email(helper) or "")
    return Config(server=stage.server, contact=contact)


async def _live_until(towns: Sequence[Voice], ending: Ending) -> None:
    """Let the communities trade until the end; a fault in that ends it too."""
    if len(towns) == 1:
        await ending.wait()
        return
    async with asyncio.TaskGroup() as tasks:
        life = tasks.create_task(demonstrating.live(towns, SystemRandom()))
        await ending.wait()
        life.cancel()
