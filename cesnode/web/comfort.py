"""How somebody likes to look at pages: the size of letters, and light or dark."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from aiohttp import web

from cesnode.web.cookies import keep

TEXT, THEME = "text", "theme"


class TextSize(StrEnum):
    USUAL = "usual"
    LARGE = "large"
    LARGEST = "largest"


class Theme(StrEnum):
    DEVICE = "device"  # as the device has it
    LIGHT = "light"
    DARK = "dark"


@dataclass(frozen=True, slots=True)
class Comfort:
    text: TextSize = TextSize.USUAL
    theme: Theme = Theme.DEVICE

    @property
    def classes(self) -> str:
        """Return the classes of a page's root."""
        return f"text-{self.text} theme-{self.theme}"


PLAIN = Comfort()


def read(request: web.Request) -> Comfort:
    """Return what the cookies say, as far as it is anything we know."""
    return choice(request.cookies.get(TEXT, ""), request.cookies.get(THEME, ""))


def choice(text: str, theme: str) -> Comfort:
    return Comfort(
        TextSize(text) if text in set(TextSize) else TextSize.USUAL,
        Theme(theme) if theme in set(Theme) else Theme.DEVICE,
    )


def remember(response: web.StreamResponse, comfort: Comfort) -> None:
    keep(response, TEXT, comfort.text)
    keep(response, THEME, comfort.theme)
