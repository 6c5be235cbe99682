"""Tells members what its day has come for: announcements, and what a week has brought."""

from __future__ import annotations

from cesnode.jobs.voice import Voice
from cesnode.services.news import announcing, weekly


async def tell(voice: Voice) -> None:
    """Tell what is due; each thing is told once, however often this is asked."""
    store, now = voice.store, voice.clock()
    while await store.write(announcing.tell_due, now=now):
        pass
    await store.write(weekly.tell, now=now)
