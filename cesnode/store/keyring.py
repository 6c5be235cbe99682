"""The node's keys: seeds of 32 bytes in keys/, readable by its user alone.

One signs, the other opens what is sealed for us.  A key is never written over: whoever
holds what it signed could not verify it again.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from cesnode.errors import DataUnsuitable
from federation.keys import KEY_SIZE, PrivateKey
from federation.seal import BoxKey

FOLDER = "keys"
_SIGNING = "node.seed"
_SEALING = "box.seed"


def ensure(folder: Path) -> PrivateKey:
    """Return the node's key; make both keys where there are none."""
    _ensure(folder, _SEALING)
    return PrivateKey(_ensure(folder, _SIGNING))


def load_box(folder: Path) -> BoxKey:
    """Return the key that opens what is sealed for us.

    Raises:
        DataUnsuitable: it is missing or damaged.

    """
    return BoxKey(_read(folder / FOLDER / _SEALING))


def load(folder: Path) -> PrivateKey:
    """Return the node's key.

    Raises:
        DataUnsuitable: it is missing or damaged.

    """
    return PrivateKey(_read(folder / FOLDER / _SIGNING))


def _ensure(folder: Path, name: str) -> bytes:
    keys = folder / FOLDER
    if not (keys / name).exists():
        try:
            keys.mkdir(mode=0o700, exist_ok=True)
            _write(keys, name, secrets.token_bytes(KEY_SIZE))
        except OSError as error:
            raise DataUnsuitable(path=keys, reason=error.strerror) from error
    return _read(keys / name)


def _read(path: Path) -> bytes:
    try:
        seed = path.read_bytes()
    except OSError as error:
        raise DataUnsuitable(path=path, reason=error.strerror) from error
    if len(seed) != KEY_SIZE:
        raise DataUnsuitable(path=path, reason=f"a key has {KEY_SIZE} bytes")
    return seed


def _write(keys: Path, name: str, seed: bytes) -> None:
    """Put the seed on the disk, whole or not at all."""
    draft = keys / f"{name}.new"
    draft.unlink(missing_ok=True)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
    with os.fdopen(os.open(draft, flags, 0o600), "wb") as file:
        file.write(seed)
        file.flush()
        os.fsync(file.fileno())
    draft.rename(keys / name)
    descriptor = os.open(keys, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
