"""Which files may go along with a newsletter: such as are read, and run nowhere.

None of them tells where a picture in it was taken (see `cleaning`).
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import NamedTuple

from cesnode.community import words
from cesnode.community.news import MOST_BYTES
from cesnode.errors import (
    AttachmentsTooLarge,
    AttachmentUndrawn,
    AttachmentUnsuitable,
    PictureTooLarge,
    PictureUnreadable,
)
from cesnode.services.news import cleaning
from cesnode.services.pictures import stripped

_MEGA = 1_000_000
_OFFICE = "application/vnd.openxmlformats-officedocument."
_OPEN = "application/vnd.oasis.opendocument."
_PACKED = b"PK\x03\x04"
_MACROS = ("vbaproject", "basic/", "scripts/")
_LONGEST_NAME = 80


class Paper(NamedTuple):
    """A file as it goes along: what it is called, what it is, and its bytes."""

    name: str
    media_type: str
    content: bytes


class _Sort(NamedTuple):
    """A media type, how a file of it begins, and how it is cleaned; text is as it is."""

    media_type: str
    signature: bytes
    clean: Callable[[bytes], bytes] | None = None


_SORTS: Mapping[str, _Sort] = MappingProxyType(
    {
        ".pdf": _Sort("application/pdf", b"%PDF-", cleaning.printed),
        ".png": _Sort("image/png", b"\x89PNG\r\n\x1a\n", stripped),
        ".jpg": _Sort("image/jpeg", b"\xff\xd8\xff", stripped),
        ".jpeg": _Sort("image/jpeg", b"\xff\xd8\xff", stripped),
        ".odt": _Sort(f"{_OPEN}text", _PACKED, cleaning.office),
        ".ods": _Sort(f"{_OPEN}spreadsheet", _PACKED, cleaning.office),
        ".docx": _Sort(f"{_OFFICE}wordprocessingml.document", _PACKED, cleaning.office),
        ".xlsx": _Sort(f"{_OFFICE}spreadsheetml.sheet", _PACKED, cleaning.office),
        ".txt": _Sort("text/plain", b""),
        ".csv": _Sort("text/csv", b""),
    }
)
ACCEPTED = tuple(_SORTS)


def suitable(name: str, content: bytes) -> Paper:
    """Return a file as it goes along.  Takes up to some seconds: not on the event loop.

    Raises:
        AttachmentUnsuitable: it is not what its name says, or nothing that may go along.
        AttachmentUndrawn: a picture in it cannot be read, and so not cleaned.
        AttachmentsTooLarge: it alone has more bytes than all may have.

    """
    tidy = _tidy(name)
    sort = _SORTS.get(PurePosixPath(tidy).suffix.lower())
    if len(content) > MOST_BYTES:
        raise too_large(len(content))
    if sort is None or not content.startswith(sort.signature) or not content:
        raise AttachmentUnsuitable(name=tidy)
    harmless = _is_text(content) if not sort.signature else not _has_macros(sort, content)
    if not harmless:
        raise AttachmentUnsuitable(name=tidy)
    return Paper(tidy, sort.media_type, _cleaned(tidy, sort, content))


def _cleaned(name: str, sort: _Sort, content: bytes) -> bytes:
    try:
        clean = sort.clean(content) if sort.clean is not None else content
    except (PictureUnreadable, PictureTooLarge) as error:
        raise AttachmentUndrawn(name=name) from error
    if len(clean) > MOST_BYTES:
        raise too_large(len(clean))
    return clean


def too_large(size: int) -> AttachmentsTooLarge:
    return AttachmentsTooLarge(
        size=f"{size / _MEGA:.1f} MB", most=f"{MOST_BYTES // _MEGA} MB"
    )


def _tidy(name: str) -> str:
    """Return the last part of a name, however the sender's machine writes folders."""
    last = PurePosixPath(name.replace("\\", "/")).name
    if not last.strip() or not words.is_text(last) or not words.is_shown(last):
        raise AttachmentUnsuitable(name="?")
    path = PurePosixPath(last)
    return path.stem.strip()[:_LONGEST_NAME] + path.suffix


def _is_text(content: bytes) -> bool:
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return False
    return "\0" not in text


def _has_macros(sort: _Sort, content: bytes) -> bool:
    """Whether an office file brings programs along, or cannot be looked into."""
    if sort.signature != _PACKED:
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            names = [name.lower() for name in packed.namelist()]
    except zipfile.BadZipFile:
        return True
    return any(mark in name for name in names for mark in _MACROS)
