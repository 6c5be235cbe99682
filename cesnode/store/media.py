"""Files beside the database: pictures, each named by the digest of its bytes.

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

FOLDER = "media"
_NAME = re.compile(r"[0-9a-f]{32}\.webp")
_DIGEST_LETTERS = 32
_SPARE_SECONDS = 86_400


def save(folder: Path, content: bytes) -> str:
    """Write a WebP picture unless it is there; return the name of its file."""
    name = hashlib.sha256(content).hexdigest()[:_DIGEST_LETTERS] + ".webp"
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
    found = folder / FOLDER / name
    return found if _NAME.fullmatch(name) and found.is_file() else None


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
