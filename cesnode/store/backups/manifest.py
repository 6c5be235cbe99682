"""What a backup says of itself: whose it is, how far it goes, and what lies in it."""

from __future__ import annotations

import hashlib
from pathlib import Path, PurePosixPath

import msgspec

from cesnode.errors import BackupDamaged

FILE = "backup.json"
DRAFT = ".draft"
"""How the name ends of a folder that is no backup yet."""
_BLOCK = 1 << 20


class Content(msgspec.Struct, frozen=True, kw_only=True):
    """A file of a backup; its path counts from the backup's folder."""

    path: str
    bytes: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """`made_at` and `founded_at` are Unix seconds; heads and `key` are in hexadecimal.

    `schema` is the step of the ledger file, `key` the id of the key the node signs with.
    """

    program: str
    schema: int
    made_at: int
    code: str
    name: str
    origin: str
    founded_at: int
    transfers: int
    head: str
    acts_head: str
    key: str
    has_keys: bool
    has_media: bool
    files: tuple[Content, ...]

    @property
    def exchange(self) -> tuple[str, int]:
        """Whose backup this is: codes are not unique, but nobody founds two at once."""
        return self.code, self.founded_at

    @property
    def bytes(self) -> int:
        return sum(each.bytes for each in self.files)


def of_files(folder: Path) -> tuple[Content, ...]:
    """Describe every file below a folder."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return tuple(
        Content(
            path=path.relative_to(folder).as_posix(),
            bytes=path.stat().st_size,
            sha256=digest(path),
        )
        for path in paths
    )


def digest(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, in hexadecimal."""
    running = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            running.update(block)
    return running.hexdigest()


def read(backup: Path) -> Manifest:
    """Return what a backup says of itself.

    Raises:
        BackupDamaged: it cannot be read, or names files that are not its own.

    """
    try:
        found = msgspec.json.decode((backup / FILE).read_bytes(), type=Manifest)
    except (OSError, msgspec.DecodeError) as error:
        raise BackupDamaged(path=backup, file=FILE, reason=error) from error
    for each in found.files:
        place = PurePosixPath(each.path)
        if place.is_absolute() or ".." in place.parts:
            reason = f"it names {each.path}, which is no file of a backup"
            raise BackupDamaged(path=backup, file=FILE, reason=reason)
    return found


def write(backup: Path, manifest: Manifest) -> None:
    text = msgspec.json.format(msgspec.json.encode(manifest), indent=2)
    (backup / FILE).write_bytes(text + b"\n")
