"""Enters what members scheduled, when its day has come."""

from __future__ import annotations

import logging

from cesnode.jobs.voice import Voice
from cesnode.services import turns

_log = logging.getLogger(__name__)


async def enter_due(voice: Voice) -> None:
    """Enter every turn that is due; what cannot be entered is left for another day."""
    now = voice.clock()
    for number in await voice.store.read(turns.due, now=now):
        entered = await voice.store.write(turns.enter, voice.here.key, number, now=now)
        if entered.problem is not None:
            _log.info("schedule %s waits: %s", number, entered.problem.code)
