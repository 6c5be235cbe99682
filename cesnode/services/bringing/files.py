"""Opens what somebody was given: tables and pictures, in a folder or an archive.

An archive is not believed: what it unpacks to is bounded, a name that leads out of it
refuses it, and so do names that occur twice and files that are cut short.
"""

from __future__ import annotations

import hashlib
import os
import zipfile
import zlib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import BinaryIO, cast

from cesnode.errors import FileInvalid
from cesnode.formats.corrections import Corrections

MOST_FILES = 20_000
LARGEST = 2 << 30
"""So many bytes may all tables have together."""
SUSPICIOUS_SIZE = 64 << 20
_SUSPICIOUS_RATIO = 200
_PIECE = 1 << 20
_JUNK = ("__MACOSX", ".")
_TABLE = ".csv"
_NO_TABLE = "there is no table (.csv) in it; save each sheet of a spreadsheet as CSV"
_PICTURES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".gif"})

_DAMAGES = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError)

Opener = Callable[[], BinaryIO]


class Tables:
    """The tables of a folder or an archive, and the pictures beside them.

    All are known by their names in lower case, pictures with the folders they are in.
    """

    def __init__(
        self,
        openers: Mapping[str, Opener],
        pictures: Mapping[str, Opener],
        corrections: Corrections,
    ) -> None:
        self.corrections = corrections
        self._openers = openers
        self._pictures = pictures
        self._by_name: dict[str, list[str]] = {}
        for place in pictures:
            self._by_name.setdefault(PurePosixPath(place).name, []).append(place)

    def as_written(self) -> Tables:
        """Return the same tables as if nothing had been decided about their rows."""
        return Tables(self._openers, self._pictures, Corrections())

    @property
    def names(self) -> Collection[str]:
        return self._openers.keys()

    def open(self, name: str) -> BinaryIO:
        return self._openers[name]()

    def lines(self, name: str) -> int:
        """Return how many lines a table has."""
        with self.open(name) as content:
            return sum(
                piece.count(b"\n") for piece in iter(lambda: content.read(_PIECE), b"")
            )

    def picture(self, name: str, *, most: int) -> bytes | None:
        """Return the first `most` bytes of a picture; None if there is none.

        An address, or a path of the system it comes from, means the one picture here
        that has its last part for a name.

        Raises:
            FileInvalid: the name leads out, or the archive is damaged where it lies.

        """
        tidy = name.replace("\\", "/").lower()
        parts = PurePosixPath(tidy).parts
        if ".." in parts:
            raise FileInvalid(file=name, reason="its name leads out of the folder")
        places = self._by_name.get(parts[-1], []) if parts else []
        place = tidy if tidy in self._pictures else places[0] if len(places) == 1 else ""
        if not place:
            return None
        try:
            with self._pictures[place]() as content:
                return content.read(most)
        except _DAMAGES as error:
            raise FileInvalid(file=name, reason=f"it is damaged ({error})") from None

    def digest(self) -> bytes:
        """Return what tells these files from all others."""
        whole = hashlib.sha256()
        for name in sorted(self._openers):
            with self.open(name) as content:
                part = hashlib.sha256()
                while piece := content.read(_PIECE):
                    part.update(piece)
            whole.update(name.encode() + b"\0" + part.digest())
        return whole.digest()


@contextmanager
def opened(path: Path, corrections: Corrections) -> Iterator[Tables]:
    """Open a folder or an archive for as long as it is read, with what was corrected.

    Raises:
        FileInvalid: it is neither, or it is damaged, or not to be trusted.

    """
    try:
        if path.is_dir():
            yield Tables(_in_folder(path), _pictures_below(path), corrections)
            return
        with _archive(path) as archive:
            entries = _entries(archive, path.name)
            yield Tables(
                _in_archive(archive, entries, path.name),
                _pictures_of(archive, entries),
                corrections,
            )
    except _DAMAGES as error:
        reason = f"it is not a whole archive ({error}); give a folder or a ZIP file"
        raise FileInvalid(file=path.name, reason=reason) from None


def _archive(path: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(path)
    except OSError as error:
        reason = error.strerror or "it cannot be opened"
        raise FileInvalid(file=str(path), reason=reason) from None


def _in_folder(folder: Path) -> dict[str, Opener]:
    found: dict[str, Opener] = {}
    size = 0
    for path in sorted(folder.iterdir()):
        if path.name.startswith(_JUNK) or path.suffix.lower() != _TABLE:
            continue
        if path.is_symlink() or not path.is_file():
            raise FileInvalid(file=path.name, reason="it is not a plain file")
        size += path.stat().st_size
        _add(found, path.name, lambda path=path: path.open("rb"))  # type: ignore[misc]
    if size > LARGEST:
        raise FileInvalid(file=folder.name, reason=f"it holds more than {LARGEST} bytes")
    return _some(found, folder.name)


def _pictures_below(folder: Path) -> dict[str, Opener]:
    """Find pictures in the folder and below it; links are not followed."""
    found: dict[str, Opener] = {}
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(each for each in folders if not each.startswith(_JUNK))
        for name in names:
            path = Path(place, name)
            is_plain = path.is_file() and not path.is_symlink()
            if path.suffix.lower() in _PICTURES and is_plain:
                known = path.relative_to(folder).as_posix().lower()
                found[known] = lambda path=path: path.open("rb")  # type: ignore[misc]
        if len(found) > MOST_FILES:
            reason = f"it holds more than {MOST_FILES} pictures"
            raise FileInvalid(file=folder.name, reason=reason)
    return found


def _entries(archive: zipfile.ZipFile, name: str) -> list[zipfile.ZipInfo]:
    entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    if len(entries) > MOST_FILES:
        raise FileInvalid(file=name, reason=f"it holds more than {MOST_FILES} files")
    if sum(entry.file_size for entry in entries) > LARGEST:
        raise FileInvalid(file=name, reason=f"it unpacks to more than {LARGEST} bytes")
    return [entry for entry in entries if not _place(entry).parts[0].startswith(_JUNK)]


def _in_archive(
    archive: zipfile.ZipFile, entries: Sequence[zipfile.ZipInfo], name: str
) -> dict[str, Opener]:
    found: dict[str, Opener] = {}
    for entry in entries:
        place = _place(entry)
        if place.suffix.lower() != _TABLE:
            continue
        _require_plain(entry)
        _add(found, place.name, lambda entry=entry: _content(archive, entry))  # type: ignore[misc]
    return _some(found, name)


def _pictures_of(
    archive: zipfile.ZipFile, entries: Sequence[zipfile.ZipInfo]
) -> dict[str, Opener]:
    return {
        place.as_posix().lower(): lambda entry=entry: _plain(archive, entry)  # type: ignore[misc]
        for entry in entries
        if (place := _place(entry)).suffix.lower() in _PICTURES
    }


def _place(entry: zipfile.ZipInfo) -> PurePosixPath:
    place = PurePosixPath(entry.filename.replace("\\", "/"))
    if (
        not place.parts
        or place.is_absolute()
        or ".." in place.parts
        or ":" in entry.filename
    ):
        raise FileInvalid(file=entry.filename, reason="its name leads out of the archive")
    return place


def _require_plain(entry: zipfile.ZipInfo) -> None:
    if entry.flag_bits & 1:
        raise FileInvalid(file=entry.filename, reason="it is encrypted")
    if (
        entry.file_size > SUSPICIOUS_SIZE
        and entry.file_size > entry.compress_size * _SUSPICIOUS_RATIO
    ):
        reason = f"{entry.compress_size} bytes of it unpack to {entry.file_size}"
        raise FileInvalid(file=entry.filename, reason=reason)


def _plain(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> BinaryIO:
    _require_plain(entry)
    return _content(archive, entry)


def _content(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> BinaryIO:
    return cast("BinaryIO", archive.open(entry))


def _add(found: dict[str, Opener], name: str, opener: Opener) -> None:
    if name.lower() in found:
        raise FileInvalid(file=name, reason="there are two of it")
    found[name.lower()] = opener


def _some(found: dict[str, Opener], name: str) -> dict[str, Opener]:
    if not found:
        raise FileInvalid(file=name, reason=_NO_TABLE)
    return found
