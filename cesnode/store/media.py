"""Files beside the database: pictures and papers, each named by the digest of its bytes.

Pictures anybody may fetch who knows the name; papers go only where a service lets them.

A file is on disk before a row names it.  One that no row names is removed when it has
lain there for a day: until then somebody may be about to name it.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from collections.abc import Set as AbstractSet
from pathlib import Path

from cesnode.store import groups, newsletters, pictures, profiles
from cesnode.store.database import Reader

FOLDER = "media"
_PICTURE = re.compile(r"[0-9a-f]{32}\.webp")
_PAPER = re.compile(r"[0-9a-f]{32}\.paper")
_DIGEST_LETTERS = 32
_SPARE_SECONDS = 86_400


def save(folder: Path, content: bytes) -> str:
    """Write a WebP picture unless it is there; return the name of its file."""
    return _save(folder, content, ".webp")


def save_paper(folder: Path, content: bytes) -> str:
    """Write a file of any kind unless it is there; return the name it has here."""
    return _save(folder, content, ".paper")


def _save(folder: Path, content: bytes, ending: str) -> str:
    name = hashlib.sha256(content).hexdigest()[:_DIGEST_LETTERS] + ending
    home = folder / FOLDER
    home.mkdir(mode=0o700, exist_ok=True)
    if (home / name).exists():
        os.utime(home / name)
        return name
    draft = home / f"{secrets.token_hex(8)}.new"
    try:
        with draft.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.rename(home / name)
    finally:
        draft.unlink(missing_ok=True)
    return name


def path(folder: Path, name: str) -> Path | None:
    """Return where a picture lies; None if there is none, or it is no picture's name."""
    return _path(folder, name, _PICTURE)


def paper(folder: Path, name: str) -> Path | None:
    """Return where a paper lies; None if there is none, or it is no paper's name."""
    return _path(folder, name, _PAPER)


def _path(folder: Path, name: str, kind: re.Pattern[str]) -> Path | None:
    found = folder / FOLDER / name
    return found if kind.fullmatch(name) and found.is_file() else None


def needed(reader: Reader) -> frozenset[str]:
    """Return the name of every file that some row names."""
    return frozenset().union(
        pictures.names(reader),
        profiles.photos(reader),
        groups.pictures(reader),
        newsletters.files(reader),
    )


def sweep(folder: Path, needed: AbstractSet[str], *, now: float) -> int:
    """Remove what nobody needs; return how many files that were."""
    home = folder / FOLDER
    if not home.is_dir():
        return 0
    spare = [
        file
        for file in home.iterdir()
        if file.name not in needed and file.stat().st_mtime < now - _SPARE_SECONDS
    ]
    for file in spare:
        file.unlink(missing_ok=True)
    return len(spare)
