"""Reads a backup through: is every file as it was, and does its ledger add up?"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from cesnode.errors import BackupDamaged, NodeError
from cesnode.store import schema
from cesnode.store.auditor import Audit, audit
from cesnode.store.backups import manifest
from cesnode.store.backups.manifest import Content, Manifest
from cesnode.store.database import FILE


@dataclass(frozen=True, slots=True)
class Problem:
    file: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What was found; without a manifest nothing else could be looked at."""

    manifest: Manifest | None
    problems: tuple[Problem, ...]

    @property
    def ok(self) -> bool:
        return not self.problems


def verify(backup: Path) -> Verdict:
    """Read every file of a backup, and let its ledger pass the audit.  Changes nothing."""
    try:
        told = manifest.read(backup)
    except BackupDamaged as error:
        reason = str(error.values["reason"])
        return Verdict(manifest=None, problems=(Problem(manifest.FILE, reason),))
    problems = [*_files(backup, told), *_ledger(backup, told)]
    return Verdict(manifest=told, problems=tuple(problems))


def require_whole(backup: Path) -> Manifest:
    """Return what a backup says of itself, once that was found to be so.

    Raises:
        BackupDamaged: something of it is not.

    """
    verdict = verify(backup)
    if verdict.manifest is None or not verdict.ok:
        first = verdict.problems[0]
        raise BackupDamaged(path=backup, file=first.file, reason=first.reason)
    return verdict.manifest


def _files(backup: Path, told: Manifest) -> Iterator[Problem]:
    if FILE not in {each.path for each in told.files}:
        yield Problem(manifest.FILE, "it names no ledger")
    for each in told.files:
        reason = _difference(backup / each.path, each)
        if reason is not None:
            yield Problem(each.path, reason)


def _difference(path: Path, told: Content) -> str | None:
    try:
        size = path.stat().st_size
        if size != told.bytes:
            return f"it has {size} bytes, not {told.bytes}"
        if manifest.digest(path) != told.sha256:
            return "its bytes are not those that were copied"
    except FileNotFoundError:
        return "it is missing"
    except OSError as error:
        return f"it cannot be read: {error.strerror}"
    return None


def _ledger(backup: Path, told: Manifest) -> Iterator[Problem]:
    if not (backup / FILE).is_file():
        return
    try:
        with _as_today(backup, told) as file:
            found = audit(file, workers=os.cpu_count() or 1)
    except NodeError as error:
        yield Problem(FILE, str(error))
        return
    yield from _compared(found, told)


def _compared(found: Audit, told: Manifest) -> Iterator[Problem]:
    for finding in found.findings:
        yield Problem(FILE, f"{finding.table}, {finding.row}: {finding.sentence}")
    if found.ok and (found.transfers, found.head) != (told.transfers, told.head):
        yield Problem(
            FILE,
            f"it ends with transfer {found.transfers} ({found.head}), and not with"
            f" {told.transfers} ({told.head})",
        )


@contextmanager
def _as_today(backup: Path, told: Manifest) -> Iterator[Path]:
    """Lend the ledger in today's form: one from an older program is copied for that."""
    if told.schema == schema.VERSION:
        yield backup / FILE
        return
    with TemporaryDirectory(prefix="cesnode-backup-") as place:
        shutil.copy2(backup / FILE, place)
        schema.ensure(Path(place))
        yield Path(place) / FILE
