"""What our rules say to an order from elsewhere: who would be paid, and what is against it.

Nothing is changed here; deciding.py does, in the same transaction.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from cesnode.community.exchange import Exchange
from cesnode.errors import LimitExceeded, PeerLimit
from cesnode.ledger.accounts import Account, AccountState
from cesnode.ledger.trades import Channel, Trade, TradeState
from cesnode.services.clearing import books
from cesnode.services.clearing.addressing import own_number
from cesnode.services.clearing.here import Desk, moment, own_unit, peer_unit
from cesnode.services.clearing.ordering import require_volume
from cesnode.services.identifiers import uuid7
from cesnode.services.posting import check_limits
from cesnode.store import Reader, accounts, remote_trades, requests, trades
from cesnode.store.requests import Direction, Request
from federation import hops, rates
from federation.errors import FederationError, Problem
from federation.objects import Mode, TradeOrder
from federation.peering import State as PeerState
from federation.trade import Role, State


@dataclass(frozen=True, slots=True)
class Payee:
    """Who would be paid, and whether they want to be asked first."""

    account: Account
    asks: bool


def payee_of(reader: Reader, exchange: Exchange, order: TradeOrder) -> Payee | None:
    """Find who is to be paid; unknown, closed and not for trade all look alike."""
    number = own_number(exchange, order.payee)
    account = accounts.find(reader, number) if number else None
    if account is None or not account.kind.is_personal:
        return None
    if account.state is AccountState.CLOSED:
        return None
    asks, _ = accounts.standing_rules(reader, account.id)
    return Payee(account, asks)


def objection(
    reader: Reader, desk: Desk, order: TradeOrder, payee: Payee | None
) -> Problem | None:
    """Say why this order cannot be accepted, if it cannot."""
    if desk.peer.state not in {PeerState.ACTIVE, PeerState.CLOSING}:
        return Problem.PEER_PAUSED
    if payee is None:
        return Problem.PAYEE_UNAVAILABLE
    clearing = accounts.by_id(reader, desk.peer.clearing)
    if desk.peer.state is PeerState.CLOSING and (
        clearing.position.available < order.dest.amount
    ):  # What ends may only come nearer to nothing.
        return Problem.PEER_PAUSED
    if not _fits_what_it_names(reader, desk, order, payee.account):
        return Problem.TRADE_CONFLICT
    try:
        hops.check_time(order.expires_at, moment(desk.now))
        source, dest = peer_unit(desk.peer), own_unit(desk.exchange)
        asked = (order.source, order.dest)
        if order.refund_of is None:
            rates.check_rate(Mode.FIXED_RECEIVE, asked, source, dest)
        require_volume(reader, desk.exchange, desk.peer, order.dest.amount, now=desk.now)
        bill = bill_of(reader, order, payee.account)
        if bill is None:
            trade = draft(reader, desk, order, payee.account)
        else:
            trade = trades.by_id(reader, bill.trade)
        entries = books.movement(trade).entries
        check_limits(desk.exchange, entries, (payee.account, clearing))
    except FederationError as error:
        return error.problem
    except (LimitExceeded, PeerLimit):
        return Problem.LIMIT_EXCEEDED
    return None


def _fits_what_it_names(
    reader: Reader, desk: Desk, order: TradeOrder, payee: Account
) -> bool:
    """Whether an order that names a trade or a bill of ours pays just that, and once."""
    if order.refund_of is not None:
        return _pays_back(reader, desk, order)
    named = order.request_id is not None and requests.by_id(reader, order.request_id)
    return not named or bill_of(reader, order, payee) is not None


def _pays_back(reader: Reader, desk: Desk, order: TradeOrder) -> bool:
    """Whether the order pays a trade of ours back, to the unit and for the first time."""
    known = remote_trades.by_wire_id(reader, order.refund_of) if order.refund_of else None
    if known is None or known.state is not State.POSTED or known.peer != desk.peer.id:
        return False
    if remote_trades.refund(reader, known.wire_id, Role.PAYEE) is not None:
        return False
    paid = known.order.value
    return (paid.source, paid.dest, paid.payer, paid.payee) == (
        order.dest,
        order.source,
        order.payee,
        order.payer,
    )


def bill_of(reader: Reader, order: TradeOrder, payee: Account) -> Request | None:
    """Return the bill of ours that the order pays, exactly and for the first time."""
    bill = requests.by_id(reader, order.request_id) if order.request_id else None
    if bill is None or bill.direction is not Direction.SENT or bill.wire_id is not None:
        return None
    trade = trades.by_id(reader, bill.trade)
    asked = (trade.state, trade.seller, trade.amount, trade.other)
    paid = (TradeState.REQUESTED, payee.id, order.dest.amount, order.payer)
    return bill if asked == paid else None


def draft(reader: Reader, desk: Desk, order: TradeOrder, payee: Account) -> Trade:
    """Return our member's side of an order as it would be stored, but for its words."""
    wire_id = UUID(order.trade_id)
    taken = trades.by_uuid(reader, wire_id) is not None
    levy = desk.exchange.rules.levy.seller.on(order.dest.amount)
    return Trade(
        id=trades.next_id(reader),
        uuid=uuid7() if taken else wire_id,
        state=TradeState.PENDING,
        seller=payee.id,
        buyer=desk.peer.clearing,
        other=order.payer,
        amount=order.dest.amount,
        seller_levy=levy,
        buyer_levy=0,
        description=None,
        event_on=moment(desk.now).date().isoformat(),
        channel=Channel.FEDERATION,
        entered_by=None,
        on_behalf_of=None,
        created_at=desk.now,
    )
