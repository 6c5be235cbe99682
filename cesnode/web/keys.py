"""Every AppKey of the node."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from aiohttp import web

from cesnode.store import Store
from cesnode.web.publishing import Published
from cesnode.web.rendering import Renderer
from federation.keys import PrivateKey


@dataclass(frozen=True, slots=True)
class Clock:
    """Tells Unix seconds; a test brings its own."""

    now: Callable[[], int]


KEY = web.AppKey("KEY", PrivateKey)
STORE = web.AppKey("STORE", Store)
CLOCK = web.AppKey("CLOCK", Clock)
RENDERER = web.AppKey("RENDERER", Renderer)
PUBLISHED = web.AppKey("PUBLISHED", Published)
