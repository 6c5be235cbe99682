"""What every request meets and every answer carries, whoever asked."""

from __future__ import annotations

import asyncio

from aiohttp import web
from aiohttp.typedefs import Handler

from cesnode.errors import BodyTooSlow

BODY_SECONDS = 30.0
"""A request has to arrive within so long after its head."""


@web.middleware
async def cut_off_the_slow(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Give a body some time to arrive; what is then done with it has all it needs."""
    if request.content.is_eof():  # It came together with its head, as most do.
        return await handler(request)
    patience, waits = asyncio.timeout(BODY_SECONDS), True

    def arrived() -> None:
        if waits:
            patience.reschedule(None)

    try:
        async with patience:
            request.content.on_eof(arrived)
            return await handler(request)
    except TimeoutError:
        if not patience.expired():
            raise
        raise BodyTooSlow(seconds=int(BODY_SECONDS)) from None
    finally:
        waits = False


async def add_headers(_request: web.Request, response: web.StreamResponse) -> None:
    mark(response)


def mark(response: web.StreamResponse) -> None:
    """Keep answers out of caches, their type out of guesses, our versions to ourselves."""
    response.headers["Server"] = "cesnode"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers.setdefault("Cache-Control", "no-store")
