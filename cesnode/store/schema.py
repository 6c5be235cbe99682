"""Makes a data folder, recognises one, and brings an older file up to date.

A file of a newer program is refused.  Before an older one is changed, a copy of it is
made, read through and kept in backups/.
"""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Callable
from contextlib import closing
from itertools import count
from pathlib import Path
from typing import TypeVar

from cesnode.errors import DataExists, DataForeign, DataMissing, DataNewer, DataUnsuitable
from cesnode.store.database import FILE, Writer, failure, translated
from cesnode.store.folder import held, refuse_network_file_system, sync
from cesnode.store.sqlite import sqlite3

T = TypeVar("T")

VERSION = 23
"""How many migrations this program knows."""
APPLICATION_ID = 0x43455333  # "CES3", in the file's header
BACKUPS = "backups"
_UPGRADE_SECONDS = 120.0
_HEADER = b"SQLite format 3\0"


def create(folder: Path, fill: Callable[[Writer], T]) -> T:
    """Make a new file and fill it; a folder never holds half of one.

    Raises:
        DataExists: the folder has a file already.
        DataUnsuitable: no file can be made there.

    """
    if (folder / FILE).exists():
        raise DataExists(path=folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        refuse_network_file_system(folder)
        draft = folder / f"{FILE}.{secrets.token_hex(4)}.new"
        draft.touch(mode=0o600, exist_ok=False)
    except OSError as error:
        raise DataUnsuitable(path=folder, reason=error.strerror) from error
    try:
        result = _fill(draft, fill)
        os.link(draft, folder / FILE)  # Unlike a rename it never replaces another's file.
    except FileExistsError:
        raise DataExists(path=folder) from None
    finally:
        draft.unlink()
    sync(folder)
    return result


def _fill(draft: Path, fill: Callable[[Writer], T]) -> T:
    connection = sqlite3.connect(draft, isolation_level=None)
    try:
        _migrate(connection)
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA cache_size = -65536")  # A whole history may come.
        connection.execute("BEGIN IMMEDIATE")
        result = fill(Writer(connection))
        connection.execute("COMMIT")
        connection.execute("PRAGMA journal_mode = WAL")
    finally:
        connection.close()
    return result


def ensure(folder: Path, *, now: Callable[[], float] = time.time) -> None:
    """Bring the folder's file up to this program, or say why that cannot be."""
    if _version(folder) == VERSION:
        return
    with held(folder, wait=_UPGRADE_SECONDS):
        version = _version(folder)
        if version != VERSION:  # Else another process was faster.
            _upgrade(folder, f"before-upgrade-{version}-{int(now())}.db")


@translated()
def _upgrade(folder: Path, copy: str) -> None:
    connection = sqlite3.connect(folder / FILE, isolation_level=None, timeout=30)
    try:
        keep = folder / BACKUPS
        keep.mkdir(mode=0o700, exist_ok=True)
        _verified_copy(connection, keep / copy)
        _migrate(connection)
    finally:
        connection.close()


@translated()
def keep_copy(folder: Path, name: str) -> Path:
    """Keep a copy of the file, read through, in backups/; return where it is.

    Where there is one of this name already, the new one is numbered.
    """
    ensure(folder)
    keep = folder / BACKUPS
    keep.mkdir(mode=0o700, exist_ok=True)
    place = keep / f"{name}.db"
    for number in count(2):
        if not place.exists():
            break
        place = keep / f"{name}-{number}.db"
    copy(folder, place)
    return place


@translated()
def copy(folder: Path, target: Path) -> None:
    """Copy the file, as it is at one moment, to where nothing is yet; read it through."""
    with closing(sqlite3.connect(folder / FILE, timeout=_UPGRADE_SECONDS)) as connection:
        _verified_copy(connection, target)


def _version(folder: Path) -> int:
    path = folder / FILE
    if not path.exists():
        raise DataMissing(path=folder)
    with path.open("rb") as file:
        if file.read(len(_HEADER)) != _HEADER:
            raise DataForeign(path=path)
    with translated():
        connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
    try:
        (mark,) = connection.execute("PRAGMA application_id").fetchone()
        (version,) = connection.execute("PRAGMA user_version").fetchone()
    except sqlite3.DatabaseError as error:
        if "not a database" not in str(error):
            raise failure(error) from error
        raise DataForeign(path=path) from error
    finally:
        connection.close()
    if mark != APPLICATION_ID:
        raise DataForeign(path=path)
    if version > VERSION:
        raise DataNewer(path=path, step=version)
    return int(version)


def _migrate(connection: sqlite3.Connection) -> None:
    # Loaded here: sqlite-utils takes a third of a second, and most starts need none of it.
    from sqlite_utils import Database  # noqa: PLC0415

    from cesnode.store.migrations import migrations  # noqa: PLC0415

    migrations.apply(Database(connection))
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {VERSION}")


def _verified_copy(connection: sqlite3.Connection, target: Path) -> None:
    connection.execute("VACUUM INTO ?", (str(target),))
    target.chmod(0o600)
    copy = sqlite3.connect(target)
    try:
        (verdict,) = copy.execute("PRAGMA integrity_check(1)").fetchone()
    finally:
        copy.close()
    if verdict != "ok":
        raise DataUnsuitable(path=target, reason=verdict)
