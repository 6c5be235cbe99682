"""The machine and the folder: program, disk, clock, who may read, book and backups."""

from __future__ import annotations

import os
import platform
import shutil
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

from cesnode.commands.doctor_findings import (
    Finding,
    attention,
    of_errors,
    well,
    wrong,
)
from cesnode.commands.terminal import Terminal
from cesnode.community.exchange import Exchange
from cesnode.config import Config
from cesnode.services.views import instant
from cesnode.store import Reader, acts, backups, keyring, transfers
from cesnode.store.auditor import audit
from cesnode.store.database import FILE
from cesnode.store.folder import refuse_network_file_system
from cesnode.store.sqlite import NEEDS_WRITE_LOCK, sqlite3

ROOM = 500 << 20
"""So many bytes should be free on the disk of the ledger."""
STALE = 48 * 3_600
"""A backup older than this many seconds is not the newest there should be."""

_LEAST_ROOM = 50 << 20
_PATIENCE = 300
_OTHERS = 0o077


def look(terminal: Terminal, exchange: Exchange, settings: Config) -> Iterator[Finding]:
    yield _program()
    yield _sqlite()
    yield from _place(terminal.folder)
    yield from _secrets(terminal.folder)
    yield _room(terminal.folder)
    yield _clock(terminal)
    yield _ledger(terminal.folder)
    yield _backups(terminal, exchange, settings)


def _program() -> Finding:
    name = "program"
    owners = packages_distributions()
    for package in ("federation", "cli"):
        strangers = set(owners.get(package, ())) - {"cesnode"}
        if strangers:
            says = f"{', '.join(sorted(strangers))} has put another {package} over ours"
            return wrong(name, says, "install cesnode into an environment of its own")
    if not __debug__:
        return wrong(name, "Python leaves its checks out", "start it without -O")
    return well(name, f"Python {platform.python_version()}")


def _sqlite() -> Finding:
    version = sqlite3.sqlite_version
    if NEEDS_WRITE_LOCK:
        says = f"{version} needs a lock of ours for each write, which costs speed"
        return attention("sqlite", says, "pip install pysqlite3, or a newer SQLite")
    return well("sqlite", version)


def _place(folder: Path) -> Iterator[Finding]:
    with of_errors("folder", "move it to a disk of this machine") as told:
        refuse_network_file_system(folder)
    yield from told or [well("folder", f"{folder.resolve()} is on a disk of this machine")]


def _secrets(folder: Path) -> Iterator[Finding]:
    with of_errors("keys", "put keys/ back from a backup") as told:
        keyring.load(folder)
        keyring.load_box(folder)
    yield from told
    owner = (folder / FILE).stat().st_uid
    if owner != os.geteuid() and os.geteuid() != 0:
        yield attention(
            "rights", "the folder is another user's", "run commands as the node's user"
        )
    open_ = [path for path in _private(folder) if path.stat().st_mode & _OTHERS]
    if open_:
        names = ", ".join(str(path.relative_to(folder)) for path in open_)
        tip = f"chmod -R go= {folder}"
        yield wrong("rights", f"others on this machine can read {names}", tip)
    elif not told:
        yield well("rights", "only its user reads the ledger and the keys")


def _private(folder: Path) -> list[Path]:
    if not folder.stat().st_mode & _OTHERS:
        return []  # Nobody else gets in at all.
    keys = folder / keyring.FOLDER
    return [*folder.glob(f"{FILE}*"), *(keys.iterdir() if keys.is_dir() else ())]


def _room(folder: Path) -> Finding:
    free = shutil.disk_usage(folder).free
    says = f"{free >> 20} MB are free on the disk"
    if free < _LEAST_ROOM:
        return wrong("room", says, "make room now; the node stops writing on a full disk")
    if free < ROOM:
        return attention("room", says, f"make room: {ROOM >> 20} MB should be free")
    return well("room", says)


def _clock(terminal: Terminal) -> Finding:
    with terminal.reading() as (reader, _):
        last = _last_written(reader)
    if last > terminal.now + _PATIENCE:
        says = f"it is {instant(terminal.now)} here, and the book goes to {instant(last)}"
        return wrong("clock", says, "timedatectl set-ntp true; look before trading goes on")
    return well("clock", f"it is {instant(terminal.now)}, after all that is in the book")


def _last_written(reader: Reader) -> int:
    head, act = transfers.head(reader), acts.head(reader)
    return max(head.recorded_at if head else 0, act[1] if act else 0)


def _ledger(folder: Path) -> Finding:
    found = audit(folder / FILE, workers=os.cpu_count() or 1)
    if found.ok:
        return well("ledger", f"{found.transfers} transfers add up to zero")
    first = found.findings[0]
    says = f"{found.found} findings; {first.table}, {first.row}: {first.sentence}"
    return wrong("ledger", says, "take no more trades; cesnode ledger check; ask for help")


def _backups(terminal: Terminal, exchange: Exchange, settings: Config) -> Finding:
    home = backups.place_of(terminal.folder, settings.backup)
    whose = (exchange.code, exchange.founded_at)
    last = backups.newest(home, whose, now=terminal.now)
    since = last.made_at if last else exchange.founded_at
    if unread := backups.unread(home):
        tip = f"cesnode backup verify {unread[0].name}; then remove it"
        return attention("backup", f"{unread[0].name} cannot be read", tip)
    if terminal.now - since > STALE:
        says = f"the newest is of {instant(since)}" if last else "there is none"
        return wrong("backup", says, "cesnode backup now, and cesnode backup schedule")
    if not settings.backup.nightly:
        tip = "nightly = true in [backup] of config.toml"
        return attention("backup", "the server makes none by itself", tip)
    says = f"the newest is of {instant(since)}" if last else "the first comes tonight"
    return well("backup", says)
