"""Where an exchange was once: whoever comes is sent on to where it is now."""

from __future__ import annotations

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

_OWN = ("/fed/", "/.well-known/cxn-federation", "/-/")
"""What this node goes on to answer by itself: to other nodes, and to its operator."""
_LOOKING = frozenset({"GET", "HEAD"})


def signpost(origin: str | None) -> Middleware:
    """Return what sends visitors on to an origin; without one, what lets them in."""

    @web.middleware
    async def send_on(request: web.Request, handler: Handler) -> web.StreamResponse:
        if origin is None or request.method not in _LOOKING:
            return await handler(request)
        if request.path.startswith(_OWN):
            return await handler(request)
        raise web.HTTPTemporaryRedirect(origin + request.raw_path)

    return send_on
