"""What every answer carries, whoever asked for it."""

from __future__ import annotations

from aiohttp import web


async def add_headers(_request: web.Request, response: web.StreamResponse) -> None:
    """Keep answers out of caches, their type out of guesses, our versions to ourselves."""
    response.headers["Server"] = "cesnode"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers.setdefault("Cache-Control", "no-store")
