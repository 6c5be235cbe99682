"""Everything for people, put together: what pages stand on, and their routes."""

from __future__ import annotations

from collections.abc import Callable

from aiohttp import web

from cesnode.resources import resource
from cesnode.store import Store, exchanges
from cesnode.store.store import reading
from cesnode.web import static_files
from cesnode.web.card_sheets import CardSheets
from cesnode.web.errands import Errands
from cesnode.web.feeds import robots
from cesnode.web.hashing import Hashing
from cesnode.web.keys import (
    CARD_SHEETS,
    ERRANDS,
    HASHING,
    PUBLISHED,
    RENDERER,
    SITE,
    UNCHANGED,
)
from cesnode.web.publishing import Published
from cesnode.web.rendering import Renderer
from cesnode.web.site import PLAIN, Site
from cesnode.web.table import MENU, PAGES
from cesnode.web.unchanged import Unchanged


def add_to(
    app: web.Application, store: Store, *, now: Callable[[], int], site: Site = PLAIN
) -> None:
    files = static_files.load(resource("web/static"), brand=site.brand)
    with reading(store.folder) as reader:
        measure = exchanges.load(reader, now()).currency.measure
    app[RENDERER] = Renderer(files, site, menu=MENU, vocabulary=site.speaks(measure))
    app[SITE] = site
    app[UNCHANGED] = Unchanged(store)
    app[HASHING] = Hashing()
    app[ERRANDS] = Errands()
    app[CARD_SHEETS] = CardSheets(store, app[HASHING])
    app.on_cleanup.append(_finish_errands)
    app[PUBLISHED] = Published(store, app[RENDERER], zone=site.zone, now=now)
    app.on_response_prepare.append(robots.mark)
    app.add_routes([web.get("/static/{name}", _static)])
    for page in PAGES:
        app.add_routes(page.definitions())


async def _finish_errands(app: web.Application) -> None:
    await app[CARD_SHEETS].close()
    await app[ERRANDS].close()


async def _static(request: web.Request) -> web.Response:
    return static_files.show(request, request.app[RENDERER].files)
