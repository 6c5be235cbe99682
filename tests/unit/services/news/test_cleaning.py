"""No file that goes along with a newsletter tells where a picture in it was taken."""

from __future__ import annotations

import io
import zipfile
import zlib

import pytest
from PIL import Image, PngImagePlugin

from cesnode.errors import Code
from cesnode.services.news import enclosing
from tests.support.exchanges import refused

PLACE = b"41 deg 24' N"
GPS, ORIENTATION = 0x8825, 0x0112
SIDEWAYS = 6
SIZE = (64, 32)


def taken(kind: str, **more: object) -> bytes:
    """Return a picture as a telephone takes it: on its side, with the place in it."""
    exif = Image.Exif()
    exif[ORIENTATION] = SIDEWAYS
    exif[0x010E] = PLACE.decode()
    exif.get_ifd(GPS)[1] = "N"
    file = io.BytesIO()
    Image.new("RGB", SIZE, "red").save(file, kind, exif=exif, **more)
    return file.getvalue()


def packed(*parts: tuple[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, content in parts:
            opened.writestr(name, content)
    return file.getvalue()


def sent(name: str, content: bytes) -> bytes:
    return enclosing.suitable(name, content).content


@pytest.mark.parametrize(("name", "kind"), [("a.jpg", "JPEG"), ("a.png", "PNG")])
def test_a_picture_is_its_pixels_turned_upright_and_nothing_else(
    name: str, kind: str
) -> None:
    before = taken(kind)
    assert PLACE in before

    after = sent(name, before + b"PK a second file")

    picture = Image.open(io.BytesIO(after))
    assert (picture.format, picture.size) == (kind, SIZE[::-1])
    assert not picture.getexif()
    assert PLACE not in after
    assert b"second file" not in after


def test_what_a_picture_says_of_itself_in_words_is_gone() -> None:
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Location", PLACE.decode())

    assert PLACE not in sent("a.png", taken("PNG", pnginfo=notes))


def test_what_shines_through_still_does() -> None:
    file = io.BytesIO()
    Image.new("RGBA", SIZE, (0, 128, 0, 40)).save(file, "PNG")

    after = Image.open(io.BytesIO(sent("logo.png", file.getvalue())))

    assert after.convert("RGBA").getpixel((0, 0)) == (0, 128, 0, 40)


@pytest.mark.parametrize("name", ["a.docx", "a.xlsx", "a.odt", "a.ods"])
def test_pictures_inside_an_office_file_are_drawn_anew(name: str) -> None:
    before = packed(
        ("mimetype", b"first"),
        ("word/document.xml", b"<w:t>Hello</w:t>"),
        ("media/image1.jpeg", taken("JPEG")),
        ("media/no-ending", taken("PNG")),
    )

    with zipfile.ZipFile(io.BytesIO(sent(name, before))) as after:
        parts = {part: after.read(part) for part in after.namelist()}

    assert list(parts) == [
        "mimetype", "word/document.xml", "media/image1.jpeg", "media/no-ending",
    ]  # fmt: skip
    assert parts["word/document.xml"] == b"<w:t>Hello</w:t>"
    assert not any(PLACE in content for content in parts.values())
    assert Image.open(io.BytesIO(parts["media/image1.jpeg"])).size == SIZE[::-1]


def test_in_a_pdf_the_notes_are_written_over_and_nothing_moves() -> None:
    picture = taken("JPEG", xmp=b"<x:xmpmeta>41 deg 24' N</x:xmpmeta>")
    head, tail = b"%PDF-1.7\n1 0 obj\nstream\n", b"\nendstream\nxref 99"

    after = sent("a.pdf", head + picture + tail)

    inside = after[len(head) : -len(tail)]
    assert (after.startswith(head), after.endswith(tail)) == (True, True)
    assert len(inside) == len(picture)
    assert PLACE not in after
    assert Image.open(io.BytesIO(inside)).convert("RGB").getpixel((0, 0)) == (254, 0, 0)


def test_notes_that_end_beyond_the_file_are_none() -> None:
    cut = b"%PDF-1.7 \xff\xe1\xff\xffExif\0\0" + PLACE

    assert sent("a.pdf", cut) == cut


@pytest.mark.parametrize(
    "part",
    [
        b"II*\0 a TIFF",
        b"MM\0* another",
        b"\0\0\0\x18ftypheic of a telephone",
        b"\xff\xd8\xff broken",
    ],
)
def test_a_picture_that_cannot_be_drawn_anew_does_not_go_along(part: bytes) -> None:
    with refused(Code.FILE_INVALID, field="file"):
        sent("a.docx", packed(("word/media/image1", part)))


def test_an_office_file_that_swells_is_not_unpacked() -> None:
    with refused(Code.FILE_INVALID, field="file"):
        sent("a.odt", packed(("content.xml", bytes(100_000_001))))


def test_a_picture_that_swells_is_not_unpacked() -> None:
    row = zlib.compress(b"\0" * 1_000)
    size = (60_000).to_bytes(4, "big") * 2
    head = b"IHDR" + size + b"\x08\x02\0\0\0"
    bomb = b"\x89PNG\r\n\x1a\n" + b"".join(
        len(chunk[4:]).to_bytes(4, "big") + chunk + zlib.crc32(chunk).to_bytes(4, "big")
        for chunk in (head, b"IDAT" + row, b"IEND")
    )

    with refused(Code.FILE_INVALID, field="file"):
        sent("a.png", bomb)
