"""Every route of the JSON interface, with all there is to say of it.

The application is built from this table and so is the OpenAPI document: a route that
is not here does not exist, and one that is cannot go undescribed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Handler

from cesnode.errors import Code
from cesnode.services.account_views import (
    AccountView,
    MemberView,
    MeView,
    StatementView,
)
from cesnode.services.views import TradeView
from cesnode.web.api import accounts, market, quotes, trades
from cesnode.web.api.market import ListingView
from cesnode.web.api.quotes import NewQuote, QuoteAnswer
from cesnode.web.api.trades import Agreement, NewTrade, Reason, TradeAnswer

PREFIX = "/api/v1"


@dataclass(frozen=True, slots=True)
class Query:
    """A parameter in the query; `kind` is a type or format of JSON Schema."""

    name: str
    about: str
    kind: str = "string"


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One operation.  `problems` are those of its own; all share some more."""

    method: str
    path: str
    name: str
    handler: Handler
    summary: str
    body: type | None = None
    body_required: bool = True
    query: tuple[Query, ...] = ()
    answers: Mapping[HTTPStatus, Any] = field(default_factory=dict)
    problems: tuple[Code, ...] = ()

    @property
    def definition(self) -> web.RouteDef:
        return web.route(self.method, PREFIX + self.path, self.handler, name=self.name)


_ACCOUNT = (Code.ACCOUNT_MALFORMED, Code.UNKNOWN_ACCOUNT)
_POSTING = (
    Code.ACCOUNT_CLOSED,
    Code.ACCOUNT_LOCKED,
    Code.LIMIT_EXCEEDED,
    Code.NOT_ALLOWED,
)
_CHANGING = (Code.NOT_ALLOWED, Code.UNKNOWN_TRADE, Code.WRONG_STATE)
_WORDS = (
    Code.DESCRIPTION_INVALID,
    Code.DESCRIPTION_MISSING,
    Code.DESCRIPTION_TOO_LONG,
)
_AMOUNT = (
    Code.AMOUNT_AMBIGUOUS,
    Code.AMOUNT_INVALID,
    Code.AMOUNT_NOT_POSITIVE,
    Code.AMOUNT_TOO_LARGE,
    Code.AMOUNT_TOO_PRECISE,
)
_QUOTED = (
    Code.NO_ROUTE,
    Code.PEER_RESTING,
    Code.QUOTE_EXPIRED,
    Code.QUOTE_NEEDED,
    Code.UNKNOWN_QUOTE,
)
_ABROAD = (
    *_QUOTED,
    Code.PEER_LIMIT,
    Code.RATE_CHANGED,
    Code.UNKNOWN_PEER,
)
_TRADE = {HTTPStatus.OK: TradeAnswer}
_LIMIT = Query("limit", "So many at most; 50 if nothing is said.", "integer")
_SOUGHT = (
    Query("q", "Words of the title, text, category or owner; the beginnings suffice."),
    Query("category", "Only this category and its subcategories.", "integer"),
    Query("page", "So many pages on, of 24 each; the first is 1.", "integer"),
)

ROUTES = (
    Route(
        method="POST",
        path="/trades",
        name="record_trade",
        handler=trades.record,
        summary="Record a trade; the same request again gets the same answer",
        body=NewTrade,
        answers={HTTPStatus.CREATED: TradeAnswer, HTTPStatus.OK: TradeAnswer},
        problems=(
            *_ACCOUNT,
            *_POSTING,
            *_WORDS,
            *_AMOUNT,
            *_ABROAD,
            Code.DATE_INVALID,
            Code.ID_INVALID,
            Code.ID_REUSED,
            Code.SAME_ACCOUNT,
        ),
    ),
    Route(
        method="POST",
        path="/quotes",
        name="ask_for_quote",
        handler=quotes.ask,
        summary="Ask what a trade with another exchange costs; nothing is agreed by that",
        body=NewQuote,
        answers={HTTPStatus.CREATED: QuoteAnswer},
        problems=(
            *_ACCOUNT,
            *_AMOUNT,
            Code.FIELD_INVALID,
            Code.NOT_ALLOWED,
            Code.NO_ROUTE,
            Code.PEER_RESTING,
            Code.PEER_UNREACHABLE,
            Code.QUOTE_REFUSED,
            Code.UNKNOWN_PEER,
        ),
    ),
    Route(
        method="GET",
        path="/trades",
        name="list_trades",
        handler=trades.list_,
        summary="List trades, the latest first, those that wait included",
        query=(
            Query("account", "Only the trades of this account."),
            Query("since", "Only what happened on this day or later.", "date"),
            _LIMIT,
        ),
        answers={HTTPStatus.OK: list[TradeView]},
        problems=(*_ACCOUNT, Code.DATE_INVALID, Code.FIELD_INVALID, Code.NOT_ALLOWED),
    ),
    Route(
        method="GET",
        path="/trades/{id}",
        name="show_trade",
        handler=trades.show,
        summary="Show a trade, by its id or its reference",
        answers=_TRADE,
        problems=(Code.UNKNOWN_TRADE,),
    ),
    Route(
        method="POST",
        path="/trades/{id}/accept",
        name="accept_trade",
        handler=trades.accept,
        summary="Agree to a request, for its buyer",
        body=Agreement,
        body_required=False,
        answers=_TRADE,
        problems=(*_CHANGING, *_POSTING, *_QUOTED, Code.PEER_LIMIT, Code.RATE_CHANGED),
    ),
    Route(
        method="POST",
        path="/trades/{id}/decline",
        name="decline_trade",
        handler=trades.decline,
        summary="Say no to a request, for its buyer",
        body=Reason,
        body_required=False,
        answers=_TRADE,
        problems=(*_CHANGING, *_WORDS),
    ),
    Route(
        method="POST",
        path="/trades/{id}/withdraw",
        name="withdraw_trade",
        handler=trades.withdraw,
        summary="Take a request back, for its seller",
        answers=_TRADE,
        problems=_CHANGING,
    ),
    Route(
        method="POST",
        path="/trades/{id}/object",
        name="object_to_trade",
        handler=trades.object_to,
        summary="Say that a posted trade is not right, for its buyer",
        body=Reason,
        answers=_TRADE,
        problems=(*_CHANGING, *_WORDS, Code.TOO_LATE),
    ),
    Route(
        method="POST",
        path="/trades/{id}/settle",
        name="settle_trade",
        handler=trades.settle,
        summary="Let a trade stand that was objected to",
        answers=_TRADE,
        problems=_CHANGING,
    ),
    Route(
        method="POST",
        path="/trades/{id}/reverse",
        name="reverse_trade",
        handler=trades.reverse,
        summary="Undo a posted trade by a further one, levies included",
        body=Reason,
        answers=_TRADE,
        problems=(*_CHANGING, *_WORDS, *_QUOTED, Code.ACCOUNT_CLOSED),
    ),
    Route(
        method="GET",
        path="/accounts/{number}",
        name="show_account",
        handler=accounts.show,
        summary="Show where an account stands",
        answers={HTTPStatus.OK: AccountView},
        problems=_ACCOUNT,
    ),
    Route(
        method="GET",
        path="/accounts/{number}/statement",
        name="show_statement",
        handler=accounts.statement,
        summary="Show the entries of an account, with the balance before and after",
        query=(
            Query("from", "The first day.", "date"),
            Query("to", "The last day.", "date"),
            _LIMIT,
            Query("cursor", "Go on where the last answer said.", "integer"),
        ),
        answers={HTTPStatus.OK: StatementView},
        problems=(*_ACCOUNT, Code.DATE_INVALID, Code.FIELD_INVALID, Code.NOT_ALLOWED),
    ),
    Route(
        method="GET",
        path="/me",
        name="show_me",
        handler=accounts.me,
        summary="Show whose token this is, and their accounts",
        answers={HTTPStatus.OK: MeView},
    ),
    Route(
        method="GET",
        path="/members",
        name="list_members",
        handler=accounts.members,
        summary="List members, by number",
        query=(
            Query("q", "Part of a name or a number."),
            Query("after", "Go on after this number."),
            _LIMIT,
        ),
        answers={HTTPStatus.OK: list[MemberView]},
        problems=(Code.FIELD_INVALID,),
    ),
    Route(
        method="GET",
        path="/offerings",
        name="list_offerings",
        handler=market.offerings,
        summary="Find offerings, here and in neighbour exchanges",
        query=_SOUGHT,
        answers={HTTPStatus.OK: list[ListingView]},
        problems=(Code.FIELD_INVALID,),
    ),
    Route(
        method="GET",
        path="/wants",
        name="list_wants",
        handler=market.wants,
        summary="Find wants, here and in neighbour exchanges",
        query=_SOUGHT,
        answers={HTTPStatus.OK: list[ListingView]},
        problems=(Code.FIELD_INVALID,),
    ),
)
