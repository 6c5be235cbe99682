"""Enters what members scheduled, when its day has come."""

from __future__ import annotations

import logging

from cesnode.community.roles import OPERATOR
from cesnode.errors import NodeError
from cesnode.jobs import beyond
from cesnode.jobs.voice import Voice
from cesnode.services import turns
from cesnode.services.turns import Entered

_log = logging.getLogger(__name__)


async def enter_due(voice: Voice) -> None:
    """Enter every turn that is due; what cannot be entered is left for another day."""
    now = voice.clock()
    for number in await voice.store.read(turns.due, now=now):
        entered = await _enter(voice, number, now)
        if entered.problem is not None:
            _log.info("schedule %s waits: %s", number, entered.problem.code)


async def _enter(voice: Voice, number: int, now: int) -> Entered:
    """Enter what is due of a schedule, at a price of the day where it needs one."""
    store, found = voice.store, None
    try:
        wish = await store.read(turns.question, number, now=now)
        if wish is not None:
            found = (await beyond.quote(voice, OPERATOR, wish)).id
    except NodeError as problem:
        return await store.write(turns.put_off, number, problem, now=now)
    return await store.write(turns.enter, voice.here.key, number, quote=found, now=now)
