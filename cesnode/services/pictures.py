"""Makes pictures of whatever somebody sends; what was sent is neither kept nor passed on.

1. Only the pixels survive: no place, camera, comment, animation or hidden second file.
2. How large a picture would become is known before any of it is unpacked.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import product

from PIL import Image, ImageOps, UnidentifiedImageError

from cesnode.errors import PictureTooLarge, PictureUnreadable

MOST_BYTES = 12 * 1024 * 1024
MOST_PIXELS = 50_000_000
SMALL, LARGE = (480, 360), (1280, 1280)
FACE = (192, 192)
_SMALL_BYTES, _LARGE_BYTES = 18_000, 250_000
"""With twelve small ones a page of the market stays below 250 kB."""
_JPEG = "JPEG"
_FORMATS = (_JPEG, "PNG", "WEBP", "GIF")
_QUALITIES = (78, 65, 50, 35, 20, 5)
_FINE = 90
_GRAINS = (1, 2, 4, 8)
_MEGA = 1_000_000


@dataclass(frozen=True, slots=True)
class Prepared:
    """Two WebP files; width and height in pixels are those of the large one."""

    small: bytes
    large: bytes
    width: int
    height: int


def prepare(content: bytes, *, small: tuple[int, int] = SMALL) -> Prepared:
    """Make both sizes.  Takes up to a second, so never on the event loop.

    `small` is the width and height of the small one, which is cut to fit.

    Raises:
        PictureUnreadable: it is no JPEG, PNG, WebP or GIF, or a broken one.
        PictureTooLarge: too many bytes, or too many pixels.

    """
    if len(content) > MOST_BYTES:
        raise PictureTooLarge(
            size=f"{len(content) / _MEGA:.0f} MB", most=f"{MOST_BYTES // _MEGA} MB"
        )
    picture = _opened(content)
    large = picture.copy()
    large.thumbnail(LARGE, Image.Resampling.LANCZOS)
    cut = ImageOps.fit(large, small, Image.Resampling.LANCZOS)
    return Prepared(_packed(cut, _SMALL_BYTES), _packed(large, _LARGE_BYTES), *large.size)


def stripped(content: bytes) -> bytes:
    """Return a picture of the same kind and size that is its pixels and nothing else.

    Raises:
        PictureUnreadable, PictureTooLarge: as for prepare().

    """
    with _unpacking(content) as picture:
        turned, kind = ImageOps.exif_transpose(picture), picture.format
        keeps_shine = kind != _JPEG and turned.has_transparency_data
        plain = turned.convert("RGBA") if keeps_shine else _plain(turned)
    plain.info.clear()
    file = io.BytesIO()
    plain.save(file, kind, quality=_FINE)
    return file.getvalue()


def _opened(content: bytes) -> Image.Image:
    with _unpacking(content) as picture:
        picture.draft("RGB", LARGE)  # A JPEG can be unpacked small.
        return _plain(ImageOps.exif_transpose(picture))


@contextmanager
def _unpacking(content: bytes) -> Iterator[Image.Image]:
    """Open a picture that is small enough; what fails while it is unpacked is its fault."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # What Pillow finds odd, we do not touch.
        try:
            with Image.open(io.BytesIO(content), formats=_FORMATS) as picture:
                _require_few_pixels(*picture.size)
                yield picture
        except (
            UnidentifiedImageError,
            Image.DecompressionBombError,
            OSError,
            SyntaxError,
            ValueError,
            EOFError,
            Warning,
        ) as error:
            raise PictureUnreadable from error


def _require_few_pixels(width: int, height: int) -> None:
    if width * height > MOST_PIXELS:
        most = f"{MOST_PIXELS // _MEGA} million pixels"
        raise PictureTooLarge(size=f"{width} × {height}", most=most)


def _plain(picture: Image.Image) -> Image.Image:
    """Return the pixels alone, on white where they let something shine through."""
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    ground = Image.new("RGB", picture.size, "white")
    above = picture.convert("RGBA")
    ground.paste(above, mask=above.getchannel("A"))
    return ground


def _packed(picture: Image.Image, most: int) -> bytes:
    """Return a WebP file, as good as its size allows."""
    packed = b""
    for grain, quality in product(_GRAINS, _QUALITIES):
        file = io.BytesIO()
        _softened(picture, grain).save(file, "WEBP", quality=quality, method=4)
        packed = file.getvalue()
        if len(packed) <= most:
            break
    return packed


def _softened(picture: Image.Image, grain: int) -> Image.Image:
    """Return a picture without what is smaller than so many pixels: sand, or noise."""
    if grain == 1:
        return picture
    width, height = picture.size
    return picture.resize((width // grain + 1, height // grain + 1)).resize(picture.size)
