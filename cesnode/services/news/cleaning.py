"""Takes out of a file what a camera wrote into its pictures: where, when and with what.

1. A picture is drawn anew from its pixels, alone or inside an office file.
2. In a PDF the notes of a camera are written over, so that nothing in it moves.
3. A picture of a kind that cannot be drawn anew does not go along.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib

from cesnode.errors import PictureUnreadable
from cesnode.services.pictures import stripped

MOST_UNPACKED = 100_000_000
"""Bytes of an office file once it is unpacked."""

_DRAWN = re.compile(rb"\xff\xd8\xff|\x89PNG\r\n\x1a\n|GIF8|RIFF.{4}WEBP", re.DOTALL)
_UNDRAWN = re.compile(rb"II\*\0|MM\0\*|.{4}ftyp", re.DOTALL)
"""TIFF, and what telephones make of pictures and films."""
_NOTES = re.compile(rb"\xff\xe1(..)(?:Exif\0\0|http://ns\.adobe\.com/xap/)", re.DOTALL)
_HEAD = 4
"""Bytes before the content of a segment: its mark, and how long it is."""
_BROKEN = (zipfile.BadZipFile, zlib.error, RuntimeError, ValueError, EOFError, OSError)
"""What unpacking raises of a file that is broken, locked or packed in an unknown way."""


def printed(content: bytes) -> bytes:
    """Return a PDF of the same length whose pictures do not say where they were taken."""
    clean = bytearray(content)
    for found in _NOTES.finditer(content):
        size = int.from_bytes(found[1], "big")
        begin, end = found.start() + _HEAD, found.start() + size + 2
        if end <= len(content):
            clean[begin:end] = bytes(end - begin)
    return bytes(clean)


def office(content: bytes) -> bytes:
    """Return an office file with each of its pictures drawn anew.

    Raises:
        PictureUnreadable, PictureTooLarge: a picture in it is broken, or of a kind that
            cannot be drawn, or the file cannot be unpacked.

    """
    clean = io.BytesIO()
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            _require_plain(packed)
            with zipfile.ZipFile(clean, "w") as drawn:
                for part in packed.infolist():
                    drawn.writestr(part, _part(packed.read(part)), part.compress_type)
    except _BROKEN as error:
        raise PictureUnreadable from error
    return clean.getvalue()


def _require_plain(packed: zipfile.ZipFile) -> None:
    """Refuse what unpacks to more than anybody writes, or has two parts of one name."""
    parts, names = packed.infolist(), packed.namelist()
    is_large = sum(part.file_size for part in parts) > MOST_UNPACKED
    if is_large or len(set(names)) < len(names):
        raise PictureUnreadable


def _part(content: bytes) -> bytes:
    if _UNDRAWN.match(content):
        raise PictureUnreadable
    return stripped(content) if _DRAWN.match(content) else content
