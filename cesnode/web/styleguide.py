"""Shows every part that pages are made of, in every state, for whoever builds pages."""

from __future__ import annotations

from collections.abc import Mapping

from aiohttp import web

from cesnode.community.exchange import Exchange
from cesnode.store import exchanges
from cesnode.web import content, languages
from cesnode.web.charts import Trade, Value, beam, columns, shares, wheel
from cesnode.web.keys import CLOCK, RENDERER, STORE
from cesnode.web.security import HEADERS

_HEADERS = {**HEADERS, "Cache-Control": "no-store"}
_SAMPLE = (0, 3, 8, 21, 34, 13, 5)
_HEIGHT = 1_000
_NEIGHBOURS = {"VILA": (34, 21), "WAHA": (5, 13), "HILL": (8, 0), "MEAD": (2, 3)}


async def show(request: web.Request) -> web.Response:
    exchange = await request.app[STORE].read(exchanges.load, request.app[CLOCK].now())
    page = await request.app[RENDERER].draw(
        "styleguide/page.html", languages.choose(request), lambda _: sample_values(exchange)
    )
    return content.answer(request, page, _HEADERS)


def sample_values(exchange: Exchange) -> Mapping[str, object]:
    """Return what the style guide shows parts with; the currency is the exchange's."""
    values = [Value(number, str(number), str(number)) for number in _SAMPLE]
    return {
        "exchange": exchange,
        "currency": exchange.currency,
        "sample": _SAMPLE,
        "pictures": {
            "columns": columns(values, line=str, names=len(values)),
            "beam": beam(above=_HEIGHT, below=-_HEIGHT),
            "shares": shares(_SAMPLE[1:5]),
            "wheel": wheel(
                [Trade(name, *sums, "", "") for name, sums in _NEIGHBOURS.items()]
            ),
        },
    }
