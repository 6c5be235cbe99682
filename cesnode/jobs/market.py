"""What the market needs done once a night."""

from __future__ import annotations

from cesnode.jobs.voice import Voice
from cesnode.services.market import advising, telling


async def tend(voice: Voice) -> None:
    """Tell owners what ends, members what is new, and who stays near a limit what to do."""
    store, now = voice.store, voice.clock()
    while await store.write(telling.warn_owners, now=now):
        pass
    while await store.write(telling.tell_searches, now=now):
        pass
    await store.write(telling.forget_tokens, now=now)
    await store.write(advising.watch, now=now)
    await store.write(advising.tell, now=now)
