"""/comfort: the size of letters, and light or dark."""

from __future__ import annotations

from aiohttp import web

from cesnode.store import Reader
from cesnode.web import comfort
from cesnode.web.asking import Asked, Asking, Sight
from cesnode.web.site import COMFORT


def show(_reader: Reader, _asked: Asked) -> Sight:
    return Sight("comfort/page.html")


async def keep(asking: Asking) -> web.StreamResponse:
    form = asking.form
    response = asking.go(COMFORT, note="comfort-kept")
    chosen = comfort.choice(form.value(comfort.TEXT), form.value(comfort.THEME))
    comfort.remember(response, chosen)
    return response
