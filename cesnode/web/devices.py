"""Reads what kind of device somebody uses from what its browser calls itself.

Only as much as a person needs to recognise their own: names of browsers and systems
are names, and are not translated.
"""

from __future__ import annotations

from dataclasses import dataclass

# The order matters: most browsers also claim to be those named after them.
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


@dataclass(frozen=True, slots=True)
class Device:
    """Empty is what could not be recognised."""

    browser: str
    system: str


def recognise(agent: str) -> Device:
    return Device(_first(agent, _BROWSERS), _first(agent, _SYSTEMS))


def _first(agent: str, known: tuple[tuple[str, str], ...]) -> str:
    return next((name for mark, name in known if mark in agent), "")
