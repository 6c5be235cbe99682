"""What has to be done at home because time passed.

Nothing here decides about money by the clock alone: a request lapses or is agreed by
silence as the house rules say, and an order that waited too long is aborted by the
payee's node, which alone may.
"""

from __future__ import annotations

import logging

from cesnode.jobs.voice import Voice
from cesnode.services import checkpointing, dealing, trading
from cesnode.services.clearing import watching

_log = logging.getLogger(__name__)


async def tend(voice: Voice) -> None:
    """Let old requests take effect or lapse, and call people to what is stuck."""
    now = voice.clock()
    agreed, lapsed = await voice.store.write(trading.tend, now=now)
    aborted = await voice.store.write(dealing.lapse, voice.here.key, now=now)
    stuck = await voice.store.write(watching.watch, now=now)
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
