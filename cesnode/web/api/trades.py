"""Trades: POST and GET /trades, /trades/{id}, and what may be wished of one."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from uuid import UUID

import msgspec
from aiohttp import web

from cesnode.community.roles import Actor
from cesnode.errors import IdInvalid
from cesnode.ledger.trades import Channel, Trade
from cesnode.services import (
    access,
    dates,
    dealing,
    reading,
    trading,
    views,
)
from cesnode.services.clearing.quoting import node_in
from cesnode.services.membership import naming
from cesnode.services.orders import Order
from cesnode.services.views import TradeView
from cesnode.store import Reader, Writer, exchanges
from cesnode.web.api.reading import answer, bearer, body, whole_number
from cesnode.web.keys import CLOCK, KEY, QUOTER, STORE
from federation.keys import PrivateKey

MOST_TRADES = 500
_PAGE = 50


class NewTrade(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A trade to record.

    Choose a new id (best a UUIDv7) for each, and send the same body again when no
    answer came: it is never recorded twice.  With `ask` the buyer has to agree.  `quote`
    is the price the buyer has seen, and `via` the exchange a payment is to pass.
    """

    id: str
    seller: str
    buyer: str
    amount: str
    description: str
    date: str | None = None
    ask: bool = False
    via: str | None = None
    quote: str | None = None


class Reason(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why, in words that both sides will read; `quote`: what a hub asks to pay back."""

    reason: str
    quote: str | None = None


class Agreement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`quote`: the price of a request that came through another exchange."""

    quote: str | None = None


class TradeAnswer(msgspec.Struct, frozen=True):
    trade: TradeView


_NEW_TRADE = msgspec.json.Decoder(NewTrade)
_AGREEMENT = msgspec.json.Decoder(Agreement)
_REASON = msgspec.json.Decoder(Reason)


async def record(request: web.Request) -> web.Response:
    new = await body(request, _NEW_TRADE)
    order = Order(
        id=_uuid(new.id),
        seller=new.seller,
        buyer=new.buyer,
        amount=new.amount,
        description=new.description,
        event_on=new.date,
        channel=Channel.API,
        asking=new.ask,
        via=new.via,
        quote=new.quote,
    )
    app = request.app
    if node_in(order.buyer) is not None:
        await app[STORE].read(access.token_actor, bearer(request))
        await app[QUOTER].meet(order.buyer)
    view, created = await app[STORE].write(
        _record, app[KEY], bearer(request), order, app[CLOCK].now()
    )
    return answer(TradeAnswer(view), HTTPStatus.CREATED if created else HTTPStatus.OK)


async def list_(request: web.Request) -> web.Response:
    limit = whole_number(request, "limit", default=_PAGE, least=1, most=MOST_TRADES)
    since = request.query.get("since")
    first = "" if since is None else dates.day(since, field="since").isoformat()
    account = request.query.get("account")
    listed = await request.app[STORE].read(
        _list, bearer(request), account, first, limit, request.app[CLOCK].now()
    )
    return answer(listed)


async def show(request: web.Request) -> web.Response:
    view = await request.app[STORE].read(
        _show, bearer(request), request.match_info["id"], request.app[CLOCK].now()
    )
    return answer(TradeAnswer(view))


async def accept(request: web.Request) -> web.Response:
    if not request.body_exists:
        return await _change(request, _signed(request, dealing.accept))
    told = await body(request, _AGREEMENT)
    return await _change(
        request, _signed(request, partial(dealing.accept, quote=told.quote))
    )


async def decline(request: web.Request) -> web.Response:
    if not request.body_exists:
        return await _change(request, _signed(request, dealing.decline))
    why = await body(request, _REASON)
    return await _change(
        request, _signed(request, partial(dealing.decline, reason=why.reason))
    )


async def withdraw(request: web.Request) -> web.Response:
    return await _change(request, _signed(request, dealing.withdraw))


async def object_to(request: web.Request) -> web.Response:
    why = await body(request, _REASON)
    return await _change(request, partial(trading.object_to, reason=why.reason))


async def settle(request: web.Request) -> web.Response:
    return await _change(request, trading.settle)


async def reverse(request: web.Request) -> web.Response:
    why = await body(request, _REASON)
    return await _change(
        request,
        _signed(request, partial(dealing.reverse, reason=why.reason, quote=why.quote)),
    )


def _signed(request: web.Request, wish: Callable[..., Trade]) -> Callable[..., Trade]:
    """Give a wish the node's key, for what another exchange has to be told."""
    key = request.app[KEY]

    def granted(writer: Writer, actor: Actor, name: str, *, now: int) -> Trade:
        return wish(writer, key, actor, name, now=now)

    return granted


async def _change(request: web.Request, wish: Callable[..., Trade]) -> web.Response:
    name = request.match_info["id"]
    view = await request.app[STORE].write(
        _apply, bearer(request), wish, name, request.app[CLOCK].now()
    )
    return answer(TradeAnswer(view))


def _record(
    writer: Writer, key: PrivateKey, token: str, order: Order, now: int
) -> tuple[TradeView, bool]:
    actor = access.token_actor(writer, token)
    recorded = dealing.record(writer, key, actor, order, now=now)
    view = views.trade(writer, exchanges.load(writer, now), recorded.trade)
    return view, recorded.created


def _list(
    reader: Reader, token: str, account: str | None, since: str, limit: int, now: int
) -> list[TradeView]:
    actor = access.token_actor(reader, token)
    exchange = exchanges.load(reader, now)
    wanted = naming.find(reader, exchange, account) if account else None
    found = reading.trade_list(reader, actor, wanted, since=since, limit=limit)
    return [views.trade(reader, exchange, trade) for trade in found]


def _show(reader: Reader, token: str, name: str, now: int) -> TradeView:
    actor = access.token_actor(reader, token)
    trade = reading.trade(reader, actor, name)
    return views.trade(reader, exchanges.load(reader, now), trade)


def _apply(
    writer: Writer, token: str, wish: Callable[..., Trade], name: str, now: int
) -> TradeView:
    actor = access.token_actor(writer, token)
    trade = wish(writer, actor, name, now=now)
    return views.trade(writer, exchanges.load(writer, now), trade)


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise IdInvalid(text=text) from None
