"""Everything for people, put together: what pages stand on, and their routes."""

from __future__ import annotations

from collections.abc import Callable

from aiohttp import web

from cesnode.resources import resource
from cesnode.store import Store
from cesnode.web import public, static_files, styleguide
from cesnode.web.keys import PUBLISHED, RENDERER
from cesnode.web.publishing import Published
from cesnode.web.rendering import Renderer
from cesnode.web.site import PLAIN, Site


def add_to(
    app: web.Application, store: Store, *, now: Callable[[], int], site: Site = PLAIN
) -> None:
    files = static_files.load(resource("web/static"), brand=site.brand)
    app[RENDERER] = Renderer(files, site)
    app[PUBLISHED] = Published(store, app[RENDERER], now=now)
    app.add_routes([web.get("/static/{name}", _static)])
    app.add_routes(public.routes)
    app.add_routes(styleguide.routes)


async def _static(request: web.Request) -> web.Response:
    return static_files.show(request, request.app[RENDERER].files)
