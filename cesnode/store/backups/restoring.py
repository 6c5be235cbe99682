"""Puts a backup back, as the node of a folder that is empty."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from cesnode.errors import DataExists, DataUnsuitable, KeysForeign, KeysMissing
from cesnode.store import keyring, schema
from cesnode.store.backups.keeping import Kept
from cesnode.store.backups.manifest import Manifest
from cesnode.store.backups.verifying import require_whole
from cesnode.store.database import FILE
from cesnode.store.folder import refuse_network_file_system, sync

T = TypeVar("T")

_DRAFT = "restoring"
_MADE_BY_DISKS = "lost+found"


def restore(
    backup: Path, folder: Path, *, keys: Path | None, prepare: Callable[[Path], T]
) -> tuple[Kept, T]:
    """Copy a backup that is whole; `prepare` is called with the copy before it counts.

    `keys` is the folder its keys are kept in, if they are not in the backup.

    Raises:
        BackupDamaged, KeysMissing, KeysForeign
        DataExists: there is an exchange in the folder.
        DataUnsuitable: there is something else in it, or it cannot be written.

    """
    _require_empty(folder)
    told = require_whole(backup)
    if keys is None and not told.has_keys:
        raise KeysMissing(path=backup)
    draft = folder / _DRAFT
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        refuse_network_file_system(folder)
        draft.mkdir(mode=0o700)
        _copy(backup, told, draft, keys)
        schema.ensure(draft)
        result = prepare(draft)
        _move(draft, folder)
    except OSError as error:
        raise DataUnsuitable(path=folder, reason=error.strerror) from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return Kept(backup, told), result


def _require_empty(folder: Path) -> None:
    if (folder / FILE).exists():
        raise DataExists(path=folder)
    if folder.is_dir():
        for found in folder.iterdir():
            if found.name != _MADE_BY_DISKS:
                reason = f"{found.name} is in it; a backup is put into an empty folder"
                raise DataUnsuitable(path=folder, reason=reason)


def _copy(backup: Path, told: Manifest, draft: Path, keys: Path | None) -> None:
    for each in told.files:
        target = draft / each.path
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        shutil.copy2(backup / each.path, target)
    if keys is not None:
        shutil.copytree(keys, draft / keyring.FOLDER, dirs_exist_ok=True)
        if keyring.load(draft).keyid != told.key:
            raise KeysForeign(path=keys)
    for path in draft.rglob("*"):
        path.chmod(0o700 if path.is_dir() else 0o600)


def _move(draft: Path, folder: Path) -> None:
    """Put everything in its place; the ledger comes last, and makes it a node."""
    for path in sorted(draft.iterdir(), key=lambda path: path.name == FILE):
        if path.name == FILE:
            sync(folder)
        path.rename(folder / path.name)
    sync(folder)
