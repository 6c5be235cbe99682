"""Tells whether a form was sent from one of our own pages (OWASP: fetch metadata).

Every browser since 2020 says so itself.  An older one says from which origin the form
came; who says neither is no browser, and has nothing to send here.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from aiohttp import web

from cesnode.errors import FormElsewhere

_OURS = frozenset({"same-origin", "none"})


def require(request: web.Request) -> None:
    """Refuse what another site had sent.

    Raises:
        FormElsewhere: the browser says that it comes from elsewhere, or nothing at all.

    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is None:
        origin = urlsplit(request.headers.get("Origin", ""))
        if origin.scheme not in {"http", "https"} or origin.netloc != request.host:
            raise FormElsewhere
    elif site not in _OURS:
        raise FormElsewhere
