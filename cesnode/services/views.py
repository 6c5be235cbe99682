"""What the JSON interface and the command line say of trades, in the same words.

Amounts are strings in units ("12.50"), times are RFC 3339 in UTC, dates ISO 8601.
"""

from __future__ import annotations

import datetime
from functools import lru_cache

import msgspec

from cesnode.community.exchange import Exchange
from cesnode.ledger.accounts import AccountKind
from cesnode.ledger.money import Amount, render
from cesnode.ledger.trades import Channel, Trade
from cesnode.services import beyond
from cesnode.services.beyond import LimitWarning
from cesnode.services.clearing import claims
from cesnode.services.clearing.addressing import known_number
from cesnode.store import (
    Reader,
    accounts,
    distant,
    peers,
    remote_trades,
    requests,
    trades,
)
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
        remote = _remote(reader, exchange, trade, peer)
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


def _remote(reader: Reader, exchange: Exchange, trade: Trade, peer: Peer) -> RemoteView:
    """Say what is known of a trade's other side."""
    remote = remote_trades.of_trade(reader, trade.id)
    bill = None if remote else requests.of_trade(reader, trade.id)
    order = remote.order.value if remote else None
    asked = claims.asked(reader, exchange, trade, bill) if bill else None
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
        received=amount_text(order.dest) if order else _written(asked),
        received_currency=order.dest.currency if order else _code(asked),
        wire_id=remote.wire_id if remote else None,
        expires_at=instant(remote.expires_at) if remote else None,
        via=peer.code if far else None,
    )


def _code(amount: Amount | None) -> str | None:
    return None if amount is None else amount.currency.code


def _written(amount: Amount | None) -> str | None:
    return None if amount is None else render(amount.minor, amount.currency)


def amount_text(money: Money) -> str:
    """Write an amount of any currency in its units."""
    return units_text(money.amount, money.scale)


def units_text(amount: int, scale: int) -> str:
    """Write an amount in units of this many decimals."""
    whole, part = divmod(amount, 10**scale)
    return f"{whole}.{part:0{scale}}" if scale else str(whole)
