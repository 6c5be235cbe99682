"""Makes an exchange's one colour readable everywhere it is used, by day and by night.

The colour that was chosen keeps its hue; its lightness moves until every pair that
meets on a page reaches the contrast that WCAG 2.2 asks for (4.5 for text).
"""

from __future__ import annotations

import colorsys
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

TEXT = 4.5
"""The least contrast of text."""

_SOFT = 0.13
_SOFT_BY_NIGHT = 0.15
_HOVER = 0.07
_STEPS = 200
_HEX = re.compile(r"#[0-9a-fA-F]{6}")


@dataclass(frozen=True, slots=True)
class Colour:
    """Red, green and blue, each from 0 to 1."""

    red: float
    green: float
    blue: float

    @classmethod
    def read(cls, text: str) -> Colour:
        if not _HEX.fullmatch(text):
            raise ValueError(f"“{text}” is not a colour like #1d6350")
        red, green, blue = (int(text[place : place + 2], 16) / 255 for place in (1, 3, 5))
        return cls(red, green, blue)

    @property
    def hex(self) -> str:
        parts = (self.red, self.green, self.blue)
        return "#" + "".join(f"{round(part * 255):02x}" for part in parts)

    @property
    def luminance(self) -> float:
        red, green, blue = map(_linear, (self.red, self.green, self.blue))
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    def contrast(self, other: Colour) -> float:
        dark, light = sorted((self.luminance, other.luminance))
        return (light + 0.05) / (dark + 0.05)

    def lightened(self, by: float) -> Colour:
        hue, lightness, saturation = colorsys.rgb_to_hls(self.red, self.green, self.blue)
        lightness = min(max(lightness + by, 0.0), 1.0)
        return Colour(*colorsys.hls_to_rgb(hue, lightness, saturation)).rounded()

    def over(self, ground: Colour, share: float) -> Colour:
        """Return this colour laid thinly on another."""
        return Colour(
            self.red * share + ground.red * (1 - share),
            self.green * share + ground.green * (1 - share),
            self.blue * share + ground.blue * (1 - share),
        ).rounded()

    def rounded(self) -> Colour:
        """Return what a stylesheet can say of it: that is what has to be measured."""
        return Colour.read(self.hex)


@dataclass(frozen=True, slots=True)
class Theme:
    """The grounds that the brand's colour stands on, and which way is away from them."""

    grounds: Sequence[Colour]
    on_brand: Colour
    soft: float
    away: int


BY_DAY = Theme(
    grounds=tuple(map(Colour.read, ("#ffffff", "#faf7f2", "#f2ece1"))),
    on_brand=Colour.read("#ffffff"),
    soft=_SOFT,
    away=-1,
)
BY_NIGHT = Theme(
    grounds=tuple(map(Colour.read, ("#221f1b", "#181613", "#2c2823"))),
    on_brand=Colour.read("#14120f"),
    soft=_SOFT_BY_NIGHT,
    away=1,
)


_DARK = re.compile(
    r"@media \(prefers-color-scheme:\s*dark\)\s*\{\s*:root\s*\{(.*?)\}\s*\}", re.DOTALL
)


def palette(chosen: Colour, theme: Theme) -> Mapping[str, str]:
    """Return the stylesheet's tokens for a chosen colour."""
    soft = chosen.over(theme.grounds[0], theme.soft)
    brand = _away_from((*theme.grounds, soft, theme.on_brand), chosen, theme.away)
    return {
        "brand": brand.hex,
        "brand-strong": brand.lightened(theme.away * _HOVER).hex,
        "brand-soft": soft.hex,
        "on-brand": theme.on_brand.hex,
    }


def stylesheet(chosen: Colour) -> str:
    """Write the tokens for both themes."""
    day, night = (_declare(palette(chosen, theme)) for theme in (BY_DAY, BY_NIGHT))
    return f":root{{{day}}}\n@media (prefers-color-scheme:dark){{:root{{{night}}}}}\n"


def by_choice(css: str) -> str:
    """Let what a stylesheet says of dark devices hold for whom a page is to be dark.

    `theme-light` and `theme-dark` are classes of the root; without them the device rules.
    """
    dark = r"@media (prefers-color-scheme:dark){:root:where(:not(.theme-light)){\1}}"
    return _DARK.sub(dark + r"\n.theme-dark{\1}", css)


def _away_from(grounds: Sequence[Colour], colour: Colour, away: int) -> Colour:
    """Darken or lighten a colour as little as is needed to be read on all of these."""
    steps = (colour.lightened(away * step / _STEPS) for step in range(_STEPS + 1))
    return next(
        moved
        for moved in steps
        if all(moved.contrast(ground) >= TEXT for ground in grounds)
    )


def _declare(tokens: Mapping[str, str]) -> str:
    return "".join(f"--{name}:{value};" for name, value in tokens.items())


def _linear(part: float) -> float:
    """Undo the curve of sRGB, by the figures of WCAG's definition."""
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4  # noqa: PLR2004
