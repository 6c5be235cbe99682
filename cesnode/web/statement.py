"""/statement: an account's entries for a period, on the screen, on paper, as a table."""

from __future__ import annotations

import calendar
import datetime
from collections.abc import Mapping
from urllib.parse import urlencode

from aiohttp import web
from msgspec.structs import replace

from cesnode.community.roles import Actor
from cesnode.ledger.accounts import Account
from cesnode.ledger.transfers import TransferKind
from cesnode.services import account_statement, dates
from cesnode.services.account_statement import Direction, Wanted
from cesnode.services.membership.naming import find
from cesnode.store import Reader
from cesnode.web.asking import Asked, Asking, Sight
from cesnode.web.keys import STORE
from cesnode.web.security import HEADERS

MOST_ON_PAPER = 400
_FIELDS = ("since", "until", "text", "person", "kind", "direction")


def show(reader: Reader, asked: Asked) -> Sight:
    """Show a page of what is asked for; what cannot be is named, and all is shown."""
    account, wanted = _account(reader, asked), _wanted(asked.query)
    actor = asked.visitor.actor
    sheet = None
    with asked.form.checking():
        sheet = account_statement.sheet(reader, actor, account, wanted, now=asked.now)
    if sheet is None:
        wanted = Wanted()
        sheet = account_statement.sheet(reader, actor, account, wanted, now=asked.now)
    return Sight(
        "statement/page.html",
        {
            "sheet": sheet,
            "typed": {name: asked.query.get(name, "") for name in _FIELDS},
            "is_first": wanted.cursor is None,
            "is_own": account.id == asked.visitor.account.id,
            "kinds": list(TransferKind),
            "directions": list(Direction),
            "query": _query(asked.query, cursor=None),
            "next": sheet.cursor and _query(asked.query, cursor=sheet.cursor),
            "months": _months(asked.now),
        },
        until=dates.next_midnight(asked.now),
    )


def letter(reader: Reader, asked: Asked) -> Sight:
    """Show a month in large type, to be put into an envelope."""
    account = _account(reader, asked)
    first = dates.day(asked.query.get("month", "") + "-01", field="month")
    last = first.replace(day=calendar.monthrange(first.year, first.month)[1])
    wanted = Wanted(since=first.isoformat(), until=last.isoformat())
    sheet = account_statement.sheet(
        reader,
        asked.visitor.actor,
        account,
        wanted,
        now=asked.now,
        page=MOST_ON_PAPER,
    )
    return Sight("statement/letter.html", {"sheet": sheet, "month": first})


def years(reader: Reader, asked: Asked) -> Sight:
    account = _account(reader, asked)
    found = account_statement.years(reader, asked.visitor.actor, account)
    return Sight("statement/years.html", {"years": found, "account": account})


async def table(asking: Asking) -> web.StreamResponse:
    """Send the statement as CSV, a piece at a time, however long it is."""
    request = asking.request
    asked, account = await asking.look(_account)
    actor, wanted = asked.visitor.actor, _wanted(asked.query)
    piece, cursor = await _piece(asking, actor, account, wanted)
    response = web.StreamResponse(headers={**HEADERS, "Cache-Control": "no-store"})
    response.content_type, response.charset = "text/csv", "utf-8"
    response.headers["Content-Disposition"] = (
        f'attachment; filename="statement-{account.number}.csv"'
    )
    await response.prepare(request)
    while True:
        await response.write(piece.encode())
        if cursor is None:
            break
        piece, cursor = await _piece(asking, actor, account, replace(wanted, cursor=cursor))
    await response.write_eof()
    return response


async def _piece(
    asking: Asking, actor: Actor, account: Account, wanted: Wanted
) -> tuple[str, int | None]:
    store = asking.request.app[STORE]
    return await store.read(account_statement.table, actor, account, wanted, now=asking.now)


def _account(reader: Reader, asked: Asked) -> Account:
    """Return whose statement is meant: one's own, unless the address names another."""
    number = asked.query.get("account")
    return find(reader, asked.exchange, number) if number else asked.visitor.account


def _wanted(query: Mapping[str, str]) -> Wanted:
    cursor = query.get("cursor", "")
    is_number = cursor.isascii() and cursor.isdigit()
    return Wanted(
        **{name: query.get(name, "") for name in _FIELDS},
        cursor=int(cursor[:18]) if is_number else None,
    )


def _query(query: Mapping[str, str], *, cursor: int | None) -> str:
    """Write what is asked for as the query of an address."""
    kept = {name: query[name] for name in ("account", *_FIELDS) if query.get(name)}
    return urlencode(kept | ({} if cursor is None else {"cursor": cursor}))


def _months(now: int) -> list[str]:
    """Return the last months that are over, as 2026-10."""
    first, found = dates.day_of(now).replace(day=1), []
    for _ in range(3):
        first = (first - datetime.timedelta(days=1)).replace(day=1)
        found.append(f"{first:%Y-%m}")
    return found
