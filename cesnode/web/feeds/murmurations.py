"""/murmurations.json: the exchange, for maps and directories that it wants to be on."""

from __future__ import annotations

from aiohttp import web

from cesnode.community.exchange import Exchange
from cesnode.formats.murmurations import Profile, write
from cesnode.services import murmurations
from cesnode.web import content
from cesnode.web.asking import Asking
from cesnode.web.feeds.open import HEADERS
from cesnode.web.keys import SITE
from cesnode.web.site import ATOM, Site


async def send(asking: Asking) -> web.StreamResponse:
    site = asking.request.app[SITE]
    if not site.murmurations.shows:
        raise web.HTTPNotFound
    asked, _ = await asking.look(lambda _reader, _asked: None)
    told = write(profile(asked.exchange, site, now=asking.now))
    return content.answer(
        asking.request, content.prepare(told, "application/json"), HEADERS
    )


def profile(exchange: Exchange, site: Site, *, now: int) -> Profile:
    """Return what is told, with the ways to reach the exchange that every page names."""
    return murmurations.profile(
        exchange,
        site.murmurations,
        email=site.email,
        phone=site.phone,
        feed=exchange.origin + ATOM if site.public.market else "",
        now=now,
    )
