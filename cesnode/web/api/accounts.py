"""GET /accounts/{number}, its statement, /me and /members."""

from __future__ import annotations

from aiohttp import web

from cesnode.community.roles import Scope
from cesnode.errors import TokenInvalid
from cesnode.services import access, account_views, authority, reading
from cesnode.services.account_views import (
    AccountView,
    MemberView,
    MeView,
    StatementView,
)
from cesnode.services.membership import naming
from cesnode.store import Reader, exchanges
from cesnode.store.statements import Period
from cesnode.web.api.reading import (
    answer,
    bearer,
    end_of_day,
    start_of_day,
    whole_number,
)
from cesnode.web.keys import CLOCK, STORE

MOST_LINES = 500
_PAGE = 50
_LAST = 2**53


async def show(request: web.Request) -> web.Response:
    number = request.match_info["number"]
    view = await request.app[STORE].read(
        _show, bearer(request), number, request.app[CLOCK].now()
    )
    return answer(view)


async def statement(request: web.Request) -> web.Response:
    period = Period(
        since=start_of_day(request, "from", default=Period().since),
        until=end_of_day(request, "to", default=Period().until),
        cursor=whole_number(request, "cursor", default=0, most=_LAST),
        limit=whole_number(request, "limit", default=_PAGE, least=1, most=MOST_LINES),
    )
    number = request.match_info["number"]
    view = await request.app[STORE].read(
        _statement, bearer(request), number, period, request.app[CLOCK].now()
    )
    return answer(view)


async def me(request: web.Request) -> web.Response:
    return answer(
        await request.app[STORE].read(_me, bearer(request), request.app[CLOCK].now())
    )


async def members(request: web.Request) -> web.Response:
    limit = whole_number(request, "limit", default=_PAGE, least=1, most=MOST_LINES)
    after = request.query.get("after", "")
    wanted = request.query.get("q", "")
    return answer(
        await request.app[STORE].read(
            _members, bearer(request), wanted, after, limit, request.app[CLOCK].now()
        )
    )


def _show(reader: Reader, token: str, number: str, now: int) -> AccountView:
    actor = access.token_actor(reader, token)
    actor.require_scope(Scope.READ)
    exchange = exchanges.load(reader, now)
    account = naming.find(reader, exchange, number)
    authority.require_record(exchange, actor, account)
    return account_views.account(reader, exchange, account)


def _statement(
    reader: Reader, token: str, number: str, period: Period, now: int
) -> StatementView:
    actor = access.token_actor(reader, token)
    exchange = exchanges.load(reader, now)
    account = naming.find(reader, exchange, number)
    page = reading.statement(reader, actor, account, period)
    return account_views.statement(exchange, account, page)


def _me(reader: Reader, token: str, now: int) -> MeView:
    actor = access.token_actor(reader, token)
    actor.require_scope(Scope.READ)
    if actor.member is None:
        raise TokenInvalid
    return account_views.me(reader, exchanges.load(reader, now), actor, actor.member)


def _members(
    reader: Reader, token: str, wanted: str, after: str, limit: int, now: int
) -> list[MemberView]:
    actor = access.token_actor(reader, token)
    listed = reading.directory(reader, actor, like=wanted, limit=limit, after=after)
    return account_views.directory(exchanges.load(reader, now), actor, listed)
