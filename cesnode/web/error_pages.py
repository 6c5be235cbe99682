"""Tells people what went wrong, in their language, and what to do next.

Programs are told the same by `problems`; which of the two it is, the address says.
"""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from aiohttp import web
from aiohttp.typedefs import Handler

from cesnode.community.exchange import Exchange
from cesnode.errors import N_, NodeError
from cesnode.store import exchanges
from cesnode.web import comfort, content, languages, problems
from cesnode.web.keys import CLOCK, RENDERER, STORE
from cesnode.web.rendering import Voice
from cesnode.web.security import HEADERS

_FOR_PROGRAMS = ("/api/", "/fed/", "/.well-known/", "/-/")
_UNKEPT = {**HEADERS, "Cache-Control": "no-store"}

Advice = tuple[str, str]
"""A title, and what to do next."""

_OTHERWISE: Advice = (
    N_("This could not be read"),
    N_("Please go back, change what is named here, and send it again."),
)
_LATER: Advice = (
    N_("Not just now"),
    N_("Please wait a minute and load this page again."),
)
_ADVICE: Mapping[HTTPStatus, Advice] = {
    HTTPStatus.NOT_FOUND: (
        N_("This page is not here"),
        N_("Please look whether the address has a slip, or begin at the front page."),
    ),
    HTTPStatus.FORBIDDEN: (
        N_("This is not open to you"),
        N_("If you think it should be, please tell the people who keep this exchange."),
    ),
    HTTPStatus.CONFLICT: (
        N_("This cannot be done now"),
        N_("Please go back and look again: something may have changed meanwhile."),
    ),
    HTTPStatus.INTERNAL_SERVER_ERROR: (
        N_("Something broke here"),
        N_(
            "Please try again in a minute. If it happens again, tell the people who keep "
            "this exchange and give them the code above."
        ),
    ),
    HTTPStatus.SERVICE_UNAVAILABLE: _LATER,
    HTTPStatus.INSUFFICIENT_STORAGE: _LATER,
    HTTPStatus.BAD_GATEWAY: _LATER,
    HTTPStatus.GATEWAY_TIMEOUT: _LATER,
}


@web.middleware
async def show_error_pages(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except Exception as error:
        if request.path.startswith(_FOR_PROGRAMS):
            raise
        failure = problems.explain(request, error)
        return await _page(request, failure, problems.headers(failure, error))


async def _page(
    request: web.Request, failure: NodeError, headers: Mapping[str, str]
) -> web.Response:
    status = problems.STATUS[failure.code]
    exchange = await _exchange(request)
    title, advice = _ADVICE.get(status, _OTHERWISE)

    def view(voice: Voice) -> Mapping[str, object]:
        return {
            "exchange": exchange,
            "title": title,
            "sentence": voice.say(failure),
            "advice": advice,
            "code": failure.code,
            "comfort": comfort.read(request),
        }

    page = await request.app[RENDERER].draw(
        "error_pages/page.html", languages.choose(request), view
    )
    return content.answer(request, page, {**_UNKEPT, **headers}, status)


async def _exchange(request: web.Request) -> Exchange | None:
    """Return the exchange, whose name stands on every page, if the file still says it."""
    try:
        return await request.app[STORE].read(exchanges.load, request.app[CLOCK].now())
    except Exception:  # noqa: BLE001 - whatever is broken, the page has to come
        return None
