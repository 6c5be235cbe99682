"""The pages that are open to anybody: the front page, and the exchange in numbers."""

from __future__ import annotations

from aiohttp import web

from cesnode.web import content, languages
from cesnode.web.keys import PUBLISHED
from cesnode.web.security import HEADERS
from cesnode.web.site import FRONT, NUMBERS

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
    language = languages.choose(request)
    page = await request.app[PUBLISHED].page(template, language)
    response = content.answer(request, page, _HEADERS)
    languages.remember(request, response)
    return response


routes = [
    web.get(FRONT, front, name="front"),
    web.get(NUMBERS, numbers, name="numbers"),
]
