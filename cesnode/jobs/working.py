"""What runs beside serving: the couriers, and what the clock starts."""

from __future__ import annotations

import asyncio
import functools
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC
from typing import ParamSpec

from apscheduler.schedulers.asyncio import (  # type: ignore[import-untyped]
    AsyncIOScheduler,
)
from apscheduler.triggers.cron import CronTrigger  # type: ignore[import-untyped]
from apscheduler.triggers.interval import (  # type: ignore[import-untyped]
    IntervalTrigger,
)

from cesnode.config import Backup
from cesnode.errors import NodeError
from cesnode.jobs import (
    backups,
    beyond,
    circles,
    following,
    housekeeping,
    market,
    news,
    offers,
    reconciliation,
    scheduling,
)
from cesnode.jobs.delivery import Couriers
from cesnode.jobs.mailing import Postman
from cesnode.jobs.voice import Voice
from cesnode.store import moves

P = ParamSpec("P")

_NIGHT = CronTrigger(hour=2, timezone=UTC, jitter=3600)
"""Not all nodes at once: each at its own moment within the hour."""
_OFTEN = IntervalTrigger(seconds=5, timezone=UTC)
_EVERY_MINUTE = IntervalTrigger(minutes=1, timezone=UTC)
_NOW_AND_THEN = IntervalTrigger(minutes=5, timezone=UTC)
_FOUR_TIMES_AN_HOUR = IntervalTrigger(minutes=15, timezone=UTC, jitter=120)

_log = logging.getLogger(__name__)


def _is_failure(record: logging.LogRecord) -> bool:
    """Whether a job failed; one broken off because the node ends did not."""
    return not (record.exc_info and record.exc_info[0] is asyncio.CancelledError)


logging.getLogger("apscheduler").setLevel(logging.WARNING)
logging.getLogger("apscheduler.executors.default").addFilter(_is_failure)


@asynccontextmanager
async def working(
    voice: Voice, postman: Postman, backup: Backup
) -> AsyncIterator[Couriers]:
    """Send and compare for as long as the node serves, if it has not left from here."""
    couriers = Couriers(voice)
    if await voice.store.read(moves.gone_to) is not None:
        yield couriers
        return
    sending = asyncio.create_task(couriers.run())
    await postman.begin()
    scheduler = _scheduled(voice, postman, backup)
    scheduler.start()
    try:
        yield couriers
    finally:
        scheduler.shutdown(wait=False)
        sending.cancel()
        with suppress(asyncio.CancelledError):
            await sending


def _attempted(job: Callable[P, Awaitable[None]]) -> Callable[P, Awaitable[None]]:
    """Do a job whose refusal is no bug: it is logged, and its turn comes again."""

    @functools.wraps(job)
    async def attempted(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            await job(*args, **kwargs)
        except NodeError as error:
            _log.warning("%s was not done: %s", job.__name__, error)

    return attempted


def _scheduled(voice: Voice, postman: Postman, backup: Backup) -> AsyncIOScheduler:
    scheduler = AsyncIOScheduler(
        timezone=UTC, job_defaults={"coalesce": True, "misfire_grace_time": None}
    )
    scheduler.add_job(_attempted(reconciliation.every_night), _NIGHT, args=[voice])
    scheduler.add_job(_attempted(reconciliation.forget_nonces), _NOW_AND_THEN, args=[voice])
    scheduler.add_job(_attempted(reconciliation.at_first), args=[voice])
    scheduler.add_job(_attempted(reconciliation.after_silence), _EVERY_MINUTE, args=[voice])
    scheduler.add_job(_attempted(following.look_for_all), _EVERY_MINUTE, args=[voice])
    scheduler.add_job(_attempted(housekeeping.tend), _NOW_AND_THEN, args=[voice])
    scheduler.add_job(_attempted(circles.tend), _NOW_AND_THEN, args=[voice])
    scheduler.add_job(_attempted(circles.every_night), _NIGHT, args=[voice])
    scheduler.add_job(_attempted(scheduling.enter_due), _NOW_AND_THEN, args=[voice])
    scheduler.add_job(_attempted(beyond.pay_by_rule), _OFTEN, args=[voice])
    scheduler.add_job(_attempted(housekeeping.checkpoint), _NIGHT, args=[voice])
    scheduler.add_job(_attempted(housekeeping.sweep), _NIGHT, args=[voice])
    scheduler.add_job(_attempted(market.tend), _NIGHT, args=[voice])
    scheduler.add_job(_attempted(news.tell), _NOW_AND_THEN, args=[voice])
    scheduler.add_job(_attempted(offers.gather), _FOUR_TIMES_AN_HOUR, args=[voice])
    scheduler.add_job(_attempted(offers.hear_groups), _FOUR_TIMES_AN_HOUR, args=[voice])
    scheduler.add_job(_attempted(offers.gather_first), _EVERY_MINUTE, args=[voice])
    scheduler.add_job(_attempted(postman.forget_old), _NIGHT)
    if backup.nightly:
        look = _attempted(backups.make_due)
        scheduler.add_job(look, _FOUR_TIMES_AN_HOUR, args=[voice, backup])
    if postman.is_on:
        # Two, so that one can find the other still at work, and leave it to it.
        scheduler.add_job(_attempted(postman.look), _OFTEN, max_instances=2)
    return scheduler
