"""Makes a backup, beside a server that writes, and lets it pass the audit.

It lies under a draft's name until all of it is on the disk: what is interrupted leaves a
draft, which a later one removes, and never half a backup.
"""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import cesnode
from cesnode import config
from cesnode.errors import BackupUnsound, DataUnsuitable, NoRoom
from cesnode.store import exchanges, keyring, media, schema
from cesnode.store.auditor import Audit, audit
from cesnode.store.backups import manifest
from cesnode.store.backups.keeping import Kept
from cesnode.store.backups.manifest import Manifest
from cesnode.store.database import FILE
from cesnode.store.folder import sync
from cesnode.store.store import reading

LETTERS = "templates"
"""Where an operator's own letters lie."""

_STALE_SECONDS = 86_400
_SPARE_BYTES = 50 << 20
"""What is left free beside a backup: the ledger may be on the same disk."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What a backup holds beside the ledger and the settings."""

    keys: bool = True
    media: bool = True


def make(folder: Path, home: Path, choice: Choice, *, now: int) -> Kept:
    """Copy a node as it is at this moment into a new folder of `home`; audit the copy.

    Raises:
        BackupUnsound: it does not pass the audit, and was not kept.
        NoRoom, StoreFull: there is no room for it.
        DataUnsuitable: nothing can be written there, or the keys cannot be read.

    """
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        _require_room(folder, home)
        _sweep(home, now=now)
        draft = home / f".{secrets.token_hex(4)}{manifest.DRAFT}"
        draft.mkdir(mode=0o700)
    except OSError as error:
        raise DataUnsuitable(path=home, reason=error.strerror) from error
    try:
        made = _fill(draft, folder, choice, now=now)
        _sync(draft)
        path = _name(draft, home, made)
    except OSError as error:
        raise DataUnsuitable(path=home, reason=error.strerror) from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return Kept(path, made)


def _fill(draft: Path, folder: Path, choice: Choice, *, now: int) -> Manifest:
    schema.ensure(folder)
    schema.copy(folder, draft / FILE)
    found = _audited(draft / FILE)
    key = keyring.load(folder).keyid
    with reading(draft) as reader:
        exchange = exchanges.load(reader, now)
        shown = media.needed(reader)
    if choice.media:
        _link(folder / media.FOLDER, draft / media.FOLDER, shown)
    if choice.keys:
        shutil.copytree(folder / keyring.FOLDER, draft / keyring.FOLDER)
    _copy_settings(folder, draft)
    made = Manifest(
        program=cesnode.__version__,
        schema=schema.VERSION,
        made_at=now,
        code=exchange.code,
        name=exchange.name,
        origin=exchange.origin,
        founded_at=exchange.founded_at,
        transfers=found.transfers,
        head=found.head,
        acts_head=found.acts_head,
        key=key,
        has_keys=choice.keys,
        has_media=choice.media,
        files=manifest.of_files(draft),
    )
    manifest.write(draft, made)
    return made


def _audited(file: Path) -> Audit:
    found = audit(file, workers=os.cpu_count() or 1)
    if not found.ok:
        first = found.findings[0]
        told = f"{first.table}, {first.row}: {first.sentence}"
        raise BackupUnsound(found=found.found, first=told)
    return found


def _link(source: Path, target: Path, names: frozenset[str]) -> None:
    """Give files that never change a second name, or copy them to another disk."""
    target.mkdir(mode=0o700)
    for name in sorted(names):
        with suppress(FileNotFoundError):  # A page shows without it, and so it may here.
            try:
                os.link(source / name, target / name)
            except FileNotFoundError:
                raise
            except OSError:
                shutil.copy2(source / name, target / name)


def _copy_settings(folder: Path, draft: Path) -> None:
    if (folder / config.FILE).is_file():
        shutil.copy2(folder / config.FILE, draft / config.FILE)
    if (folder / LETTERS).is_dir():
        shutil.copytree(folder / LETTERS, draft / LETTERS)


def _name(draft: Path, home: Path, made: Manifest) -> Path:
    """Give a draft the name it has from now on; nobody else's is ever taken."""
    moment = datetime.fromtimestamp(made.made_at, UTC)
    stem = f"{made.code}-{moment:%Y-%m-%dT%H%M%SZ}"
    path = next(
        path
        for path in (home / f"{stem}{ending}" for ending in _endings())
        if _is_made(path)
    )
    draft.rename(path)  # An empty folder gives way to it.
    sync(home)
    return path


def _endings() -> Iterator[str]:
    yield ""
    yield from (f"-{number}" for number in count(2))


def _is_made(path: Path) -> bool:
    try:
        path.mkdir(mode=0o700)
    except FileExistsError:
        return False
    return True


def _require_room(folder: Path, home: Path) -> None:
    needed = _SPARE_BYTES + sum(
        file.stat().st_size for file in folder.glob(f"{FILE}*") if file.is_file()
    )
    free = shutil.disk_usage(home).free
    if free < needed:
        raise NoRoom(needed=needed >> 20, free=free >> 20, path=home)


def _sweep(home: Path, *, now: int) -> None:
    """Remove drafts that a process left behind which is long gone."""
    for draft in home.glob(f".*{manifest.DRAFT}"):
        if draft.stat().st_mtime < now - _STALE_SECONDS:
            shutil.rmtree(draft, ignore_errors=True)


def _sync(folder: Path) -> None:
    """Bring a folder to the disk, with all that lies below."""
    for path in folder.rglob("*"):
        if path.is_dir():
            sync(path)
        else:
            with path.open("rb") as file:
                os.fsync(file.fileno())
    sync(folder)
