"""What runs beside serving: the couriers, and what the clock starts."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC

from apscheduler.schedulers.asyncio import (  # type: ignore[import-untyped]
    AsyncIOScheduler,
)
from apscheduler.triggers.cron import CronTrigger  # type: ignore[import-untyped]
from apscheduler.triggers.interval import (  # type: ignore[import-untyped]
    IntervalTrigger,
)

from cesnode.jobs import housekeeping, reconciliation
from cesnode.jobs.delivery import Couriers
from cesnode.jobs.voice import Voice

_NIGHT = CronTrigger(hour=2, timezone=UTC, jitter=3600)
"""Not all nodes at once: each at its own moment within the hour."""
_NOW_AND_THEN = IntervalTrigger(minutes=5, timezone=UTC)

logging.getLogger("apscheduler").setLevel(logging.WARNING)


@asynccontextmanager
async def working(voice: Voice) -> AsyncIterator[Couriers]:
    """Send and compare for as long as the node serves."""
    couriers = Couriers(voice.store, voice.client, voice.here.key, clock=voice.clock)
    sending = asyncio.create_task(couriers.run())
    scheduler = _scheduled(voice)
    scheduler.start()
    try:
        yield couriers
    finally:
        scheduler.shutdown(wait=False)
        sending.cancel()
        with suppress(asyncio.CancelledError):
            await sending


def _scheduled(voice: Voice) -> AsyncIOScheduler:
    scheduler = AsyncIOScheduler(
        timezone=UTC, job_defaults={"coalesce": True, "misfire_grace_time": None}
    )
    scheduler.add_job(reconciliation.every_night, _NIGHT, args=[voice])
    scheduler.add_job(reconciliation.forget_nonces, _NOW_AND_THEN, args=[voice])
    scheduler.add_job(housekeeping.tend, _NOW_AND_THEN, args=[voice])
    scheduler.add_job(housekeeping.checkpoint, _NIGHT, args=[voice])
    return scheduler
