"""GET /offerings and /wants."""

from __future__ import annotations

import msgspec
from aiohttp import web

from cesnode.community import words
from cesnode.community.market import Kind
from cesnode.ledger.money import Amount, render
from cesnode.services import access
from cesnode.services.market import finding
from cesnode.services.market.finding import Wanted
from cesnode.services.market.seeing import Seen
from cesnode.store import Reader
from cesnode.web.api.reading import answer, bearer, whole_number
from cesnode.web.keys import CLOCK, STORE

MOST_PAGES = 400
_LAST = 2**53


class PriceView(msgspec.Struct, frozen=True):
    amount: str
    currency: str


class ListingView(msgspec.Struct, frozen=True, kw_only=True):
    """An offering or a want.

    `way` says what is given for it: an amount, words, nothing, something else, or what
    is yet to be agreed.  `price_here` is the price in this exchange's currency, where
    `neighbour` is another exchange.
    """

    id: int
    kind: str
    title: str
    text: str
    keywords: tuple[str, ...]
    category: str | None
    way: str
    price: PriceView | None
    price_here: PriceView | None
    unit: str
    terms: str
    money: str
    owner: str
    owner_name: str
    neighbour: str | None
    area: str | None
    expires_on: str | None
    shown_on: str | None


async def offerings(request: web.Request) -> web.Response:
    return await _list(request, Kind.OFFERING)


async def wants(request: web.Request) -> web.Response:
    return await _list(request, Kind.WANT)


async def _list(request: web.Request, kind: Kind) -> web.Response:
    sought = request.query.get("q", "")
    wanted = Wanted(
        kind=kind,
        words=sought if words.is_text(sought) else "",
        category=whole_number(request, "category", default=0, most=_LAST) or None,
        page=whole_number(request, "page", default=1, least=1, most=MOST_PAGES),
    )
    return answer(
        await request.app[STORE].read(
            _found, bearer(request), wanted, request.app[CLOCK].now()
        )
    )


def _found(reader: Reader, token: str, wanted: Wanted, now: int) -> list[ListingView]:
    actor = access.token_actor(reader, token)
    found = finding.browse(reader, actor, wanted, now=now)
    return [_view(each) for each in found.listings]


def _view(seen: Seen) -> ListingView:
    return ListingView(
        id=seen.id,
        kind=seen.kind,
        title=seen.title,
        text=seen.text,
        keywords=seen.keywords,
        category=seen.category_name,
        way=seen.way,
        price=_price(seen.price),
        price_here=_price(seen.price_here),
        unit=seen.unit,
        terms=seen.terms,
        money=seen.money,
        owner=seen.owner,
        owner_name=seen.owner_name,
        neighbour=seen.neighbour,
        area=seen.area,
        expires_on=seen.expires_on,
        shown_on=seen.shown_on,
    )


def _price(amount: Amount | None) -> PriceView | None:
    if amount is None:
        return None
    return PriceView(render(amount.minor, amount.currency), amount.currency.code)
