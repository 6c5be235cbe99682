"""Where what was read of somebody's files is kept, until it is booked or forgotten.

It lies in the data folder, or beside it while there is none, and only its owner can read
it: what members traded is in it.  Each reading has a folder of its own, named by a key
that no other files have; one that nobody holds goes as soon as another begins.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from cesnode.errors import NodeError, StoreUnavailable
from cesnode.store.folder import held

LONGEST_SECONDS = 7 * 86_400
"""So long it is kept for somebody who does not come back."""
_PLACE = "reading"
_WAIT_SECONDS = 10.0


def place_of(folder: Path) -> Path:
    """Return where the readings for a data folder are."""
    inside, beside = _places(folder)
    return inside if folder.is_dir() else beside


@contextmanager
def held_for(folder: Path, key: str) -> Iterator[Path | None]:
    """Hold the reading of some files, empty or as far as it came; no one else can.

    None if somebody else reads the same files, or nothing can be kept there.
    """
    with ExitStack() as stack:
        try:
            own = _take(stack, place_of(folder), key)
        except (NodeError, OSError):
            own = None
        yield own


def _take(stack: ExitStack, place: Path, key: str) -> Path:
    place.mkdir(mode=0o700, exist_ok=True)
    with held(place, wait=_WAIT_SECONDS):
        _remove_all_but(place, key)
        own = place / key
        if own.is_dir() and own.stat().st_mtime < time.time() - LONGEST_SECONDS:
            shutil.rmtree(own)
        own.mkdir(mode=0o700, exist_ok=True)
        stack.enter_context(held(own, wait=0))
    return own


def forget(folder: Path) -> None:
    """Remove every reading for a data folder that nobody is at."""
    for place in _places(folder):
        if place.is_dir():
            _empty(place)


def drop(own: Path) -> None:
    """Remove a reading that is held: it was booked, or is not worth keeping."""
    shutil.rmtree(own)
    _remove_if_empty(own.parent)


def sweep(folder: Path, *, now: int) -> bool:
    """Remove the readings that nobody came back for; say whether there were any."""
    places = [place for place in _places(folder) if place.is_dir()]
    old = [place for place in places if place.stat().st_mtime <= now - LONGEST_SECONDS]
    for place in old:
        _empty(place)
    return bool(old)


def _places(folder: Path) -> tuple[Path, Path]:
    return folder / _PLACE, folder.with_name(f"{folder.name}.{_PLACE}")


def _empty(place: Path) -> None:
    with held(place, wait=_WAIT_SECONDS):
        _remove_all_but(place, key="")
    _remove_if_empty(place)


def _remove_all_but(place: Path, key: str) -> None:
    for other in place.iterdir():
        if other.is_dir() and other.name != key:
            with suppress(StoreUnavailable), held(other, wait=0):
                shutil.rmtree(other)


def _remove_if_empty(place: Path) -> None:
    """Remove the folder too, unless somebody else reads for it just now."""
    with suppress(OSError), held(place, wait=_WAIT_SECONDS):
        if not any(each.is_dir() for each in place.iterdir()):
            shutil.rmtree(place)
