"""What the JSON interface and the command line say of things, in the same words.

Amounts are strings in units ("12.50"), times are RFC 3339 in UTC, dates ISO 8601.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from functools import lru_cache

import msgspec

from cesnode.community.exchange import Exchange
from cesnode.community.roles import Actor
from cesnode.ledger.accounts import Account, AccountKind
from cesnode.ledger.money import render
from cesnode.ledger.statements import Line, Statement
from cesnode.ledger.trades import Channel, Trade
from cesnode.services import authority, beyond
from cesnode.services.beyond import LimitWarning
from cesnode.services.clearing.addressing import known_number
from cesnode.store import (
    Reader,
    accounts,
    distant,
    members,
    peers,
    remote_trades,
    requests,
    trades,
)
from cesnode.store.members import Listed
from cesnode.store.peers import Peer
from federation.objects import Money
from federation.trade import Role


class RemoteView(msgspec.Struct, frozen=True, kw_only=True):
    """The other exchange's part of a trade: who is there, what is paid, what arrives.

    `role` is our part in it: payer, payee or hub.  `state` is the protocol's; `reason`
    says why the other node refused; `via` is the exchange it passes, if it passes one.
    """

    role: str | None
    exchange: str
    node: str
    number: str
    member: str
    state: str
    reason: str | None
    paid: str | None
    paid_currency: str | None
    received: str | None
    received_currency: str | None
    wire_id: str | None
    expires_at: str | None
    via: str | None = None


class TradeView(msgspec.Struct, frozen=True, kw_only=True):
    """A trade as people see it.

    The description is null once it was erased.  `entered_by` is the name of a member,
    null for the operator; `on_behalf_of` is the account somebody else entered it for.
    `warnings` are the limits it has passed in an exchange that only warns.
    """

    id: str
    ref: str
    state: str
    seller: str
    seller_name: str | None
    buyer: str
    buyer_name: str | None
    amount: str
    seller_levy: str
    buyer_levy: str
    description: str | None
    date: str
    channel: str
    entered_by: str | None
    on_behalf_of: str | None
    recorded_at: str
    remote: RemoteView | None
    warnings: list[LimitWarning]


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


@lru_cache(maxsize=1024)
def instant(seconds: int) -> str:
    moment = datetime.datetime.fromtimestamp(seconds, datetime.UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def instant_or_none(seconds: int | None) -> str | None:
    return None if seconds is None else instant(seconds)


def trade(reader: Reader, exchange: Exchange, trade: Trade) -> TradeView:
    parties = trades.parties(reader, trade)
    currency, remote = exchange.currency, None
    seller, buyer = parties.seller, parties.buyer
    if trade.other is not None and trade.channel is Channel.IMPORT:
        # It was made before the two were peers: no order of it is kept.
        if accounts.by_id(reader, trade.seller).kind is AccountKind.CLEARING:
            seller = trade.other
        else:
            buyer = trade.other
    elif trade.other is not None:
        peer = peers.of_clearing(reader, {trade.seller, trade.buyer})
        remote = _remote(reader, trade, peer)
        if remote.role == Role.HUB:  # Both sides are exchanges, and are shown as such.
            pass
        elif trade.seller == peer.clearing:
            seller = remote.number
        else:
            buyer = remote.number
    return TradeView(
        id=str(trade.uuid),
        ref=trade.ref,
        state=trade.state,
        seller=seller,
        seller_name=parties.seller_name,
        buyer=buyer,
        buyer_name=parties.buyer_name,
        amount=render(trade.amount, currency),
        seller_levy=render(trade.seller_levy, currency),
        buyer_levy=render(trade.buyer_levy, currency),
        description=trade.description,
        date=trade.event_on,
        channel=trade.channel,
        entered_by=parties.entered_by,
        on_behalf_of=parties.on_behalf_of,
        recorded_at=instant(trade.created_at),
        remote=remote,
        warnings=beyond.warnings(reader, exchange, trade),
    )


def _remote(reader: Reader, trade: Trade, peer: Peer) -> RemoteView:
    """Say what is known of a trade's other side."""
    remote = remote_trades.of_trade(reader, trade.id)
    bill = requests.of_trade(reader, trade.id)
    order = remote.order.value if remote else None
    node = (trade.other or "").rpartition("@")[2]
    far = distant.by_node(reader, node) if node != peer.node else None
    return RemoteView(
        role=remote.role if remote else None,
        exchange=far.facts.currency if far else peer.code,
        node=node,
        number=known_number(reader, trade.other or ""),
        member=trade.other or "",
        state=remote.state if remote else "billed" if bill else "unsent",
        reason=remote.reason if remote else None,
        paid=amount_text(order.source) if order else None,
        paid_currency=order.source.currency if order else None,
        received=amount_text(order.dest) if order else None,
        received_currency=order.dest.currency if order else None,
        wire_id=remote.wire_id if remote else None,
        expires_at=instant(remote.expires_at) if remote else None,
        via=peer.code if far else None,
    )


def amount_text(money: Money) -> str:
    """Write an amount of any currency in its units."""
    return units_text(money.amount, money.scale)


def units_text(amount: int, scale: int) -> str:
    """Write an amount in units of this many decimals."""
    whole, part = divmod(amount, 10**scale)
    return f"{whole}.{part:0{scale}}" if scale else str(whole)


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
