"""/robots.txt, and what search engines are told of each page.

An exchange lets them in or not (`[public] search_engines`).  Where it does, they may keep
the front page, the figures, and what members put up for everybody: never a page of a
search, a person or a form.
"""

from __future__ import annotations

from aiohttp import web

from cesnode.web import content
from cesnode.web.feeds.open import HEADERS
from cesnode.web.keys import SITE
from cesnode.web.site import FRONT, MARKET, MEDIA, NUMBERS, Site

_OPEN, _OF_MARKET = frozenset({"front", "numbers"}), frozenset({"market", "listing"})


async def show(request: web.Request) -> web.Response:
    told = content.prepare(_rules(request.app[SITE]), "text/plain")
    return content.answer(request, told, HEADERS)


async def mark(request: web.Request, response: web.StreamResponse) -> None:
    """Say of a page that it is not for search engines, unless it is."""
    if not _is_open(request):
        response.headers["X-Robots-Tag"] = "noindex"


def _is_open(request: web.Request) -> bool:
    public, name = request.app[SITE].public, request.match_info.route.name
    if not public.search_engines or request.query_string:
        return False
    return name in _OPEN or (public.market and name in _OF_MARKET)


def _rules(site: Site) -> str:
    lines = ["User-agent: *"]
    if site.public.search_engines:
        lines += [f"Allow: {FRONT}$", f"Allow: {NUMBERS}$", "Allow: /static/"]
        if site.public.market:
            lines += [f"Allow: {MARKET}$", f"Allow: {MARKET}/", f"Allow: {MEDIA}/"]
    return "\n".join([*lines, "Disallow: /", ""])
