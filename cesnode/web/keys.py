"""Every AppKey of the node."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from aiohttp import web

from cesnode.store import Store


@dataclass(frozen=True, slots=True)
class Clock:
    """Tells Unix seconds; a test brings its own."""

    now: Callable[[], int]


STORE = web.AppKey("STORE", Store)
CLOCK = web.AppKey("CLOCK", Clock)
