"""Whatever is sent as a picture becomes two small ones, or is refused."""

from __future__ import annotations

import io
import struct
import zlib
from contextlib import suppress
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from cesnode.errors import Code, NodeError, PictureTooLarge, PictureUnreadable
from cesnode.services.pictures import LARGE, SMALL, prepare
from tests.support.exchanges import refused


def encoded(picture: Image.Image, kind: str = "JPEG", **options: object) -> bytes:
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_both_sizes_are_webp(kind: str) -> None:
    prepared = prepare(encoded(Image.new("RGB", (2000, 1000), "green"), kind))

    small, large = opened(prepared.small), opened(prepared.large)
    assert (small.format, large.format) == ("WEBP", "WEBP")
    assert small.size == SMALL
    assert large.size == (prepared.width, prepared.height) == (LARGE[0], LARGE[0] // 2)


def test_even_noise_fits_a_card_of_the_market_page() -> None:
    noise = Image.effect_noise((1600, 1200), 90).convert("RGB")

    assert len(prepare(encoded(noise)).small) <= 25_000


def test_place_and_camera_are_gone() -> None:
    exif = Image.Exif()
    exif[0x010F] = "CameraMaker"
    exif.get_ifd(0x8825)[1] = "N"
    taken = encoded(Image.new("RGB", (64, 64), "red"), exif=exif)
    assert b"CameraMaker" in taken

    prepared = prepare(taken)

    for content in (prepared.small, prepared.large):
        assert b"EXIF" not in content
        assert b"CameraMaker" not in content
        assert not opened(content).getexif()


def test_a_picture_taken_upright_stays_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6

    prepared = prepare(encoded(Image.new("RGB", (400, 200)), exif=exif))

    assert (prepared.width, prepared.height) == (200, 400)


def test_what_shines_through_becomes_white() -> None:
    prepared = prepare(encoded(Image.new("RGBA", (50, 50), (0, 0, 0, 0)), "PNG"))

    assert opened(prepared.large).convert("RGB").getpixel((25, 25)) == (255, 255, 255)


def chunk(kind: bytes, content: bytes) -> bytes:
    check = zlib.crc32(kind + content)
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", check)


def png_bomb(side: int) -> bytes:
    """Make a small file that says it is a huge picture."""
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    body = zlib.compress(bytes(1_000_000))
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", body)
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("side", [9_000, 40_000, 2**31 - 1])
def test_a_bomb_is_not_unpacked(side: int) -> None:
    with pytest.raises(NodeError) as caught:
        prepare(png_bomb(side))

    assert caught.value.code in {Code.PICTURE_TOO_LARGE, Code.PICTURE_UNREADABLE}
    assert caught.value.field == "picture"


def test_a_file_of_too_many_bytes_is_not_looked_at() -> None:
    with refused(Code.PICTURE_TOO_LARGE, field="picture"):
        prepare(bytes(13 * 1024 * 1024))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not a picture",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"%PDF-1.7",
        b"GIF89a" + bytes(20),
        encoded(Image.new("RGB", (64, 64)), "TIFF"),
        encoded(Image.new("RGB", (64, 64)), "PNG")[:60],
    ],
)
def test_what_is_no_picture_of_ours_is_refused(content: bytes) -> None:
    with refused(Code.PICTURE_UNREADABLE, field="picture"):
        prepare(content)


def test_a_second_file_behind_the_picture_does_not_come_along() -> None:
    both = encoded(Image.new("RGB", (64, 64), "red")) + b"PK\x03\x04<script>evil</script>"

    prepared = prepare(both)

    assert b"script" not in prepared.small + prepared.large


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 600), st.binary(min_size=1, max_size=8))
def test_a_broken_picture_is_read_or_refused_and_nothing_else(
    place: int, change: bytes
) -> None:
    whole = bytearray(encoded(Image.new("RGB", (32, 32), "blue")))
    whole[place : place + len(change)] = change

    with suppress(PictureUnreadable, PictureTooLarge):
        assert opened(prepare(bytes(whole)).small).size == SMALL


@pytest.mark.parametrize("grains", [(1000, 750), (500, 380), (250, 190), (60, 45)])
def test_twelve_cards_fit_a_page_whatever_is_on_them(grains: tuple[int, int]) -> None:
    width, height = grains
    noise = Random(width).randbytes(width * height * 3)  # noqa: S311 - of grains
    sand = Image.frombytes("RGB", grains, noise).resize((1600, 1200))

    made = prepare(encoded(sand, quality=95))

    assert len(made.small) <= 18_000
    assert len(made.large) <= 250_000
