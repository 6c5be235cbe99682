"""Makes a backup when its hour has come, or when the node is back after that hour."""

from __future__ import annotations

import asyncio
import logging
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from cesnode.config import Backup as Settings
from cesnode.errors import NodeError
from cesnode.jobs.voice import Voice
from cesnode.services import checkpointing
from cesnode.store import alarms, backups, exchanges
from cesnode.store.backups import Choice, Kept

ALARM = "backup-failed"
_log = logging.getLogger(__name__)


async def make_due(voice: Voice, settings: Settings) -> None:
    """Sign the ledger's head, copy and audit the node, and let the oldest copies go.

    It fails loudly: people who could mend it see an alarm until one has been made.
    """
    store, now = voice.store, voice.clock()
    exchange = await store.read(exchanges.load, now)
    whose = (exchange.code, exchange.founded_at)
    home = backups.place_of(store.folder, settings)
    last = await asyncio.to_thread(backups.newest, home, whose, now=now)
    if not backups.is_due(last, settings, now=now):
        return
    await store.write(checkpointing.checkpoint, voice.here.key, now=now)
    try:
        made = await _made_apart(store.folder, home, settings, now=now)
    except NodeError as error:
        details = str(error)
        await store.write(alarms.insert, peer=None, kind=ALARM, details=details, now=now)
        raise
    await store.write(alarms.settle_kind, ALARM, now=now)
    removed = await asyncio.to_thread(backups.tidy, home, whose, settings)
    _log.info("the backup %s was made; %s old ones removed", made.path, len(removed))


async def _made_apart(folder: Path, home: Path, settings: Settings, *, now: int) -> Kept:
    """Work in a process of its own: an audit would keep everybody waiting in this one."""
    choice = Choice(keys=settings.keys, media=settings.media)
    work = partial(backups.make, folder, home, choice, now=now)
    pool = ProcessPoolExecutor(1, mp_context=get_context("spawn"))
    try:
        return await asyncio.get_running_loop().run_in_executor(pool, work)
    finally:
        pool.shutdown(wait=False)
