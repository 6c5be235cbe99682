"""Draws the pictures of the demonstration's market: patterns, as on cloth or tiles."""

from __future__ import annotations

import io
from random import Random

from PIL import Image, ImageDraw

from cesnode.services.pictures import SMALL, Prepared

_PALETTES = (
    ("#f3ead7", "#1d6350", "#d9a441"),
    ("#fbeee6", "#a8442a", "#345b7c"),
    ("#eef3ea", "#4b7f52", "#c9573c"),
    ("#f4eef8", "#6b4c8a", "#e0b04c"),
    ("#e9f1f5", "#27607a", "#d98f5c"),
)
_TILE = 60


def draw(random: Random) -> Prepared:
    """Draw a pattern that needs no shrinking: both sizes are the same file."""
    ground, ink, accent = random.choice(_PALETTES)
    picture = Image.new("RGB", SMALL, ground)
    pen, shape = ImageDraw.Draw(picture), random.randrange(3)
    for row, top in enumerate(range(0, SMALL[1], _TILE)):
        for column, left in enumerate(range(0, SMALL[0], _TILE)):
            colour = accent if (row * 3 + column * 5 + shape) % 7 == 0 else ink
            _tile(pen, shape, left, top, colour)
    file = io.BytesIO()
    picture.save(file, "WEBP", quality=70, method=2)
    content = file.getvalue()
    return Prepared(content, content, *SMALL)


def _tile(pen: ImageDraw.ImageDraw, shape: int, left: int, top: int, colour: str) -> None:
    right, bottom, half = left + _TILE, top + _TILE, _TILE // 2
    if shape == 0:
        pen.ellipse((left + 10, top + 10, right - 10, bottom - 10), fill=colour)
    elif shape == 1:
        middle = (left + half, top + half)
        pen.polygon(((left, bottom), middle, (right, bottom)), fill=colour)
    else:
        corners = ((left + half, top + 8), (right - 8, top + half))
        pen.polygon(
            (*corners, (left + half, bottom - 8), (left + 8, top + half)), fill=colour
        )
