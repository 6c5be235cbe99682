"""Which backups there are, when the next is due, and which are old enough to go."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cesnode.config import Backup as Settings
from cesnode.errors import BackupDamaged, NoBackups, UnknownBackup
from cesnode.store.backups import manifest
from cesnode.store.backups.manifest import Manifest

DAY = 86_400
_HOUR = 3_600


@dataclass(frozen=True, slots=True)
class Kept:
    """A backup where it lies, and what it says of itself."""

    path: Path
    manifest: Manifest

    @property
    def made_at(self) -> int:
        return self.manifest.made_at


def place_of(folder: Path, settings: Settings) -> Path:
    """Return where the backups of a data folder are kept."""
    return folder / settings.folder


def every(home: Path) -> list[Kept]:
    """Return the backups that say what they are, newest first."""
    found = [Kept(path, told) for path, told in _found(home) if told is not None]
    return sorted(found, key=lambda one: (one.made_at, one.path.name), reverse=True)


def unread(home: Path) -> list[Path]:
    """Return what calls itself a backup and does not say of what."""
    return sorted(path for path, told in _found(home) if told is None)


def newest(home: Path, exchange: tuple[str, int], *, now: int) -> Kept | None:
    """Return the newest one of an exchange.

    One that was made while a clock was ahead does not count: none would be due for years.
    """
    for one in every(home):
        if one.manifest.exchange == exchange and one.made_at <= now:
            return one
    return None


def resolve(home: Path, name: str | None, *, now: int) -> Path:
    """Return which backup is meant: by name, by path, or the newest.

    One that was made while a clock was ahead comes after all others.

    Raises:
        UnknownBackup, NoBackups

    """
    if name is None:
        if not (found := every(home)):
            raise NoBackups(home=home)
        return max(found, key=lambda one: (one.made_at <= now, one.made_at)).path
    for path in (home / name, Path(name)):
        if (path / manifest.FILE).is_file():
            return path
    raise UnknownBackup(name=name, home=home)


def is_due(last: Kept | None, settings: Settings, *, now: int) -> bool:
    """Whether the last backup was made before the hour that has come since."""
    today = now - now % DAY + settings.hour * _HOUR
    due = today if today <= now else today - DAY
    return last is None or last.made_at < due


def next_due(last: Kept | None, settings: Settings, *, now: int) -> int:
    """Return when the next one is made (Unix seconds): at once where it is due."""
    if is_due(last, settings, now=now):
        return now
    today = now - now % DAY + settings.hour * _HOUR
    return today if today > now else today + DAY


def tidy(home: Path, exchange: tuple[str, int], settings: Settings) -> list[str]:
    """Remove backups of an exchange that are too old to be kept; return their names.

    Those of another exchange, and what cannot be read, stay where they are.
    """
    mine = [one for one in every(home) if one.manifest.exchange == exchange]
    old = spare((one.made_at for one in mine), settings)
    removed = [one for one in mine if one.made_at in old]
    for one in removed:
        shutil.rmtree(one.path)
    return [one.path.name for one in removed]


def spare(moments: Iterable[int], settings: Settings) -> set[int]:
    """Return which of these need not be kept; the newest always is."""
    left = sorted(set(moments), reverse=True)
    kept: set[int] = set()
    for period, most in (
        (_day, settings.days),
        (_week, settings.weeks),
        (_month, settings.months),
    ):
        kept |= _newest_of_each(left, period, most)
    return set(left) - kept


def _newest_of_each(
    moments: list[int], period: Callable[[datetime], object], most: int
) -> set[int]:
    first: dict[object, int] = {}
    for moment in moments:
        first.setdefault(period(datetime.fromtimestamp(moment, UTC)), moment)
    return set(list(first.values())[:most])


def _day(moment: datetime) -> object:
    return moment.date()


def _week(moment: datetime) -> object:
    return moment.isocalendar()[:2]


def _month(moment: datetime) -> object:
    return moment.year, moment.month


def _found(home: Path) -> Iterator[tuple[Path, Manifest | None]]:
    if not home.is_dir():
        return
    for path in home.iterdir():
        if (path / manifest.FILE).is_file() and not path.name.endswith(manifest.DRAFT):
            try:
                yield path, manifest.read(path)
            except BackupDamaged:
                yield path, None
