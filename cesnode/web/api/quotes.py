"""Quotes: POST /quotes, what a trade with another exchange costs before it is agreed."""

from __future__ import annotations

from http import HTTPStatus

import msgspec
from aiohttp import web

from cesnode.services import access
from cesnode.services.clearing.quoting import QuoteView, Wish
from cesnode.web.api.reading import answer, bearer, body
from cesnode.web.keys import QUOTER, STORE


class NewQuote(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whom to pay how much, in the currency of the seller.

    `via` names an exchange to go through, to one there is no agreement with.
    """

    seller: str
    buyer: str
    amount: str
    via: str | None = None


class QuoteAnswer(msgspec.Struct, frozen=True):
    quote: QuoteView


_NEW_QUOTE = msgspec.json.Decoder(NewQuote)


async def ask(request: web.Request) -> web.Response:
    new = await body(request, _NEW_QUOTE)
    actor = await request.app[STORE].read(access.token_actor, bearer(request))
    wish = Wish(new.seller, new.buyer, new.amount, new.via)
    view = await request.app[QUOTER].ask(actor, wish)
    return answer(QuoteAnswer(view), HTTPStatus.CREATED)
