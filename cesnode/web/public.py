"""The pages that are open to anybody: the front page, and the exchange in numbers."""

from __future__ import annotations

from aiohttp import web

from cesnode.web import comfort, content, cookies, languages
from cesnode.web.keys import PUBLISHED
from cesnode.web.publishing import Look
from cesnode.web.security import HEADERS

_HEADERS = {
    **HEADERS,
    "Cache-Control": "private, no-cache",  # kept, and asked for again with its tag
    "Vary": "Accept-Encoding, Accept-Language, Cookie",
}


async def front(request: web.Request) -> web.Response:
    return await _answer(request, "public/front.html")


async def numbers(request: web.Request) -> web.Response:
    return await _answer(request, "public/numbers.html")


async def _answer(request: web.Request, template: str) -> web.Response:
    look = Look(
        languages.choose(request), comfort.read(request), cookies.shows_session(request)
    )
    page = await request.app[PUBLISHED].page(template, look)
    response = content.answer(request, page, _HEADERS)
    languages.remember(request, response)
    return response
