"""What the market needs done once a night."""

from __future__ import annotations

import asyncio
import logging

from cesnode.jobs.voice import Voice
from cesnode.services.market import telling
from cesnode.store import media

_log = logging.getLogger(__name__)


async def tend(voice: Voice) -> None:
    """Tell owners what ends and members what is new, and remove what nobody needs."""
    store, now = voice.store, voice.clock()
    while await store.write(telling.warn_owners, now=now):
        pass
    while await store.write(telling.tell_searches, now=now):
        pass
    await store.write(telling.forget_tokens, now=now)
    needed = await store.read(media.needed)
    swept = await asyncio.to_thread(media.sweep, store.folder, needed, now=now)
    if swept:
        _log.info("%s files that nobody needs any more were removed", swept)
