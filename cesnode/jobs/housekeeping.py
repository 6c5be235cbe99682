"""What has to be done at home because time passed.

Nothing here decides about money by the clock alone: a request lapses or is agreed by
silence as the house rules say, and an order that waited too long is aborted by the
payee's node, which alone may.
"""

from __future__ import annotations

import asyncio
import logging

from cesnode.jobs.voice import Voice
from cesnode.services import checkpointing, dealing, sessions, trading
from cesnode.services.clearing import watching
from cesnode.services.clearing.quoting import REMEMBERED
from cesnode.services.messages import relaying
from cesnode.services.peering import alarming
from cesnode.store import media, quotes, readings, relayed_messages

_log = logging.getLogger(__name__)


async def tend(voice: Voice) -> None:
    """Let old requests take effect or lapse, and call people to what needs them."""
    now = voice.clock()
    agreed, lapsed = await voice.store.write(trading.tend, now=now)
    aborted = await voice.store.write(dealing.lapse, voice.here.key, now=now)
    stuck = await voice.store.write(watching.watch, now=now)
    await voice.store.write(alarming.warn, now=now)
    await voice.store.write(sessions.tidy, now=now)
    await voice.store.write(quotes.forget, before=now - REMEMBERED)
    await voice.store.write(relayed_messages.forget, before=now - relaying.REMEMBERED)
    if agreed or lapsed or aborted or stuck:
        _log.info(
            "%s requests agreed by silence, %s lapsed, %s orders aborted, %s stuck",
            agreed,
            lapsed,
            aborted,
            stuck,
        )


async def checkpoint(voice: Voice) -> None:
    """Sign the ledger's head, so that its past can be held against it."""
    await voice.store.write(checkpointing.checkpoint, voice.here.key, now=voice.clock())


async def sweep(voice: Voice) -> None:
    """Remove the files of pictures and papers that nobody needs, and old readings."""
    needed = await voice.store.read(media.needed)
    removed = await asyncio.to_thread(
        media.sweep, voice.store.folder, needed, now=voice.clock()
    )
    if removed:
        _log.info("%s files that nobody needs were removed", removed)
    if await asyncio.to_thread(readings.sweep, voice.store.folder, now=voice.clock()):
        _log.info("what was read of files a week ago, and never brought, was removed")
