"""The few cookies we set.  None is needed by anybody but us, and none is for a script."""

from __future__ import annotations

from aiohttp import web

from cesnode.community.exchange import Exchange
from cesnode.services.sessions import LONGEST

YEAR = 365 * 24 * 3_600
_GUARDED, _PLAIN = "__Host-s", "s"


def keep(
    response: web.StreamResponse, name: str, value: str, *, seconds: int = YEAR
) -> None:
    """Keep a choice that is no secret."""
    response.set_cookie(name, value, max_age=seconds, httponly=True, samesite="Lax")


def session(request: web.Request, exchange: Exchange) -> str:
    """Return the secret of the session that a browser shows; empty if it shows none."""
    return request.cookies.get(_name(exchange), "")


def shows_session(request: web.Request) -> bool:
    """Whether somebody seems to be signed in, for where it does not matter if not."""
    return _GUARDED in request.cookies or _PLAIN in request.cookies


def keep_session(response: web.StreamResponse, exchange: Exchange, secret: str) -> None:
    """Keep a session where no other address, no script and no other site can use it."""
    response.set_cookie(
        _name(exchange),
        secret,
        max_age=LONGEST,
        secure=_is_guarded(exchange),
        httponly=True,
        samesite="Lax",
    )


def forget_session(response: web.StreamResponse, exchange: Exchange) -> None:
    response.del_cookie(
        _name(exchange), secure=_is_guarded(exchange), httponly=True, samesite="Lax"
    )


def _is_guarded(exchange: Exchange) -> bool:
    """Browsers keep a guarded cookie only where the way to us is encrypted."""
    return exchange.origin.startswith("https:")


def _name(exchange: Exchange) -> str:
    return _GUARDED if _is_guarded(exchange) else _PLAIN
