"""The node's keys: seeds of 32 bytes in keys/, readable by its user alone.

One signs, one opens what is sealed for us, one locks what people's second steps are
made from, so that the file alone does not give that away.  A key is never written over:
whoever holds what it signed could not verify it again.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from nacl.secret import SecretBox

from cesnode.errors import DataUnsuitable
from cesnode.store.folder import sync
from federation.keys import KEY_SIZE, PrivateKey
from federation.seal import BoxKey

FOLDER = "keys"
_SIGNING = "node.seed"
_SEALING = "box.seed"
_FOLLOWING = "next.seed"
_GUARDING = "vault.seed"
_FOLLOWED = f"{'?' * 43}.seed"
"""Those that were followed are kept under their own names."""


def ensure(folder: Path) -> PrivateKey:
    """Return the node's key; make both keys where there are none."""
    _ensure(folder, _SEALING)
    _ensure(folder, _SIGNING)
    return load(folder)


def prepare(folder: Path) -> PrivateKey:
    """Return the key that is to follow the node's; make it if there is none yet."""
    return PrivateKey(_ensure(folder, _FOLLOWING))


def follow(folder: Path) -> None:
    """Let the prepared key be the node's; the one before it is kept under its own name.

    Raises:
        DataUnsuitable: there is none, or it cannot be written.

    """
    keys = folder / FOLDER
    old = load(folder)
    try:
        kept = keys / f"{old.keyid}.seed"
        if not kept.exists():
            kept.hardlink_to(keys / _SIGNING)
        (keys / _FOLLOWING).replace(keys / _SIGNING)
        sync(keys)
    except OSError as error:
        raise DataUnsuitable(path=keys, reason=error.strerror) from error


def load_box(folder: Path) -> BoxKey:
    """Return the key that opens what is sealed for us.

    Raises:
        DataUnsuitable: it is missing or damaged.

    """
    return BoxKey(_read(folder / FOLDER / _SEALING))


def ensure_vault(folder: Path) -> SecretBox:
    """Return what secrets of people are locked into the file with; make it if need be."""
    return SecretBox(_ensure(folder, _GUARDING))


def load(folder: Path) -> PrivateKey:
    """Return the node's key, and with it those that it follows.

    Raises:
        DataUnsuitable: it is missing or damaged.

    """
    keys = folder / FOLDER
    before = tuple(PrivateKey(_read(path)) for path in sorted(keys.glob(_FOLLOWED)))
    return PrivateKey(_read(keys / _SIGNING), before)


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
    sync(keys)
