"""What the JSON interface and the command line say of accounts, in the same words.

Amounts are strings in units ("12.50"), times are RFC 3339 in UTC, dates ISO 8601.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from cesnode.community.exchange import Exchange
from cesnode.community.roles import Actor
from cesnode.ledger.accounts import Account
from cesnode.ledger.money import render
from cesnode.ledger.statements import Line, Statement
from cesnode.services import authority
from cesnode.services.views import instant, instant_or_none
from cesnode.store import Reader, accounts, members
from cesnode.store.members import Listed


class AccountView(msgspec.Struct, frozen=True, kw_only=True):
    """Where an account stands.  A floor or ceiling of null is no limit."""

    number: str
    name: str
    kind: str
    state: str
    lock_reason: str | None
    area: str | None
    balance: str
    available: str
    floor: str | None
    ceiling: str | None
    sales: str
    purchases: str
    turnover: str
    sold: int
    bought: int
    ratio: float | None
    opened_at: str
    last_trade_at: str | None
    currency: str
    scale: int


class LineView(msgspec.Struct, frozen=True, kw_only=True):
    seq: int
    recorded_at: str
    date: str | None
    kind: str
    amount: str
    levy: str
    balance: str
    ref: str | None
    other: str | None
    other_name: str | None
    description: str | None


class StatementView(msgspec.Struct, frozen=True, kw_only=True):
    """A page of entries; `cursor` fetches the next one, null on the last."""

    number: str
    opening: str
    closing: str
    entries: list[LineView]
    cursor: int | None


class MemberView(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the directory; amounts are null where trading records are not shown."""

    number: str
    name: str
    kind: str
    state: str
    area: str | None
    balance: str | None
    sales: str | None
    purchases: str | None
    last_trade_at: str | None


class MeView(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    email: str | None
    roles: list[str]
    scope: str
    accounts: list[AccountView]


def account(reader: Reader, exchange: Exchange, account: Account) -> AccountView:
    currency = exchange.currency
    limits = exchange.rules.growth.widen(account.limits, sales=account.sales)
    sold, bought, last, opened = accounts.activity(reader, account.id)
    ratio = account.sales / account.purchases if account.purchases else None
    return AccountView(
        number=account.number,
        name=account.name,
        kind=account.kind,
        state=account.state,
        lock_reason=account.lock_reason,
        area=members.area_name(reader, account.area),
        balance=render(account.position.balance, currency),
        available=render(account.position.available, currency),
        floor=None if limits.floor is None else render(limits.floor, currency),
        ceiling=None if limits.ceiling is None else render(limits.ceiling, currency),
        sales=render(account.sales, currency),
        purchases=render(account.purchases, currency),
        turnover=render(account.sales + account.purchases, currency),
        sold=sold,
        bought=bought,
        ratio=None if ratio is None else round(ratio, 2),
        opened_at=instant(opened),
        last_trade_at=instant_or_none(last),
        currency=currency.plural,
        scale=currency.scale,
    )


def statement(exchange: Exchange, account: Account, statement: Statement) -> StatementView:
    return StatementView(
        number=account.number,
        opening=render(statement.opening, exchange.currency),
        closing=render(statement.closing, exchange.currency),
        entries=[_line(exchange, line) for line in statement.lines],
        cursor=statement.cursor,
    )


def directory(
    exchange: Exchange, actor: Actor, listed: Iterable[Listed]
) -> list[MemberView]:
    is_shown = authority.may_see_records(exchange, actor)

    def written(amount: int) -> str | None:
        return render(amount, exchange.currency) if is_shown else None

    return [
        MemberView(
            number=member.number,
            name=member.name,
            kind=member.kind,
            state=member.state,
            area=member.area,
            balance=written(member.balance),
            sales=written(member.sales),
            purchases=written(member.purchases),
            last_trade_at=instant_or_none(member.last_trade_at if is_shown else None),
        )
        for member in listed
    ]


def me(reader: Reader, exchange: Exchange, actor: Actor, member_id: int) -> MeView:
    member = members.by_id(reader, member_id)
    held = [accounts.by_id(reader, number) for number in sorted(actor.accounts)]
    return MeView(
        name=member.name,
        email=member.email,
        roles=sorted({grant.role.value for grant in actor.grants}) or ["member"],
        scope=actor.scope,
        accounts=[account(reader, exchange, one) for one in held],
    )


def _line(exchange: Exchange, line: Line) -> LineView:
    currency = exchange.currency
    return LineView(
        seq=line.seq,
        recorded_at=instant(line.recorded_at),
        date=line.event_on,
        kind=line.kind,
        amount=render(line.amount, currency),
        levy=render(line.levy, currency),
        balance=render(line.balance, currency),
        ref=line.ref,
        other=line.other_number,
        other_name=line.other_name,
        description=line.description,
    )
