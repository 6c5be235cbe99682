"""What our rules say to an order from elsewhere: who would be paid, and what is against it.

Nothing is changed here; deciding.py does, in the same transaction.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from cesnode.community.exchange import Exchange
from cesnode.errors import LimitExceeded, PeerLimit
from cesnode.ledger.accounts import (
    Account,
    AccountKind,
    AccountState,
    SystemAccount,
    system_number,
)
from cesnode.ledger.trades import Channel, Trade, TradeState
from cesnode.services.clearing import books
from cesnode.services.clearing.addressing import own_number
from cesnode.services.clearing.here import Desk, moment, own_unit, peer_unit
from cesnode.services.clearing.limits import require_volume
from cesnode.services.clearing.opening import Opened, Told
from cesnode.services.posting import check_limits
from cesnode.store import (
    Reader,
    accounts,
    forced_voids,
    quotes,
    remote_trades,
    requests,
    trades,
)
from cesnode.store.quotes import Quoted
from cesnode.store.requests import Direction, Request
from federation import hops, rates
from federation.bodies import Hop
from federation.errors import FederationError, Problem
from federation.hops import is_beyond
from federation.objects import Mode, TradeOrder
from federation.peering import State as PeerState
from federation.trade import Role, State


@dataclass(frozen=True, slots=True)
class Payee:
    """Who would be paid, and whether they want to be asked first."""

    account: Account
    asks: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """What an order asks of our side: whom it pays, and the trade it would be.

    It pays a `bill` of ours where it names one; else the trade is not stored yet.
    """

    payee: Payee
    trade: Trade
    bill: Request | None


def asked_of(reader: Reader, desk: Desk, order: TradeOrder, told: Told) -> Asked | None:
    """Return what is asked; None where nobody here is meant."""
    payee = payee_of(reader, desk.exchange, order, told.payee)
    if payee is None:
        return None
    bill = bill_of(reader, order, told.payer, payee.account)
    if bill is not None:
        return Asked(payee, trades.by_id(reader, bill.trade), bill)
    return Asked(payee, draft(reader, desk, order, told, payee.account), None)


def payee_of(
    reader: Reader, exchange: Exchange, order: TradeOrder, address: str
) -> Payee | None:
    """Find who is to be paid; unknown, closed and not for trade all look alike.

    What comes back of a trade that stands in suspense goes there.
    """
    if (suspense := _suspense(reader, exchange, order)) is not None:
        return Payee(suspense, asks=False)
    return payee_at(reader, exchange, address)


def payee_at(reader: Reader, exchange: Exchange, address: str) -> Payee | None:
    """Find whom an address means, if they can be paid."""
    number = own_number(exchange, address)
    account = accounts.find(reader, number) if number else None
    if account is None or not account.kind.is_personal:
        return None
    if account.state is AccountState.CLOSED:
        return None
    asks, _ = accounts.standing_rules(reader, account.id)
    return Payee(account, asks)


def _suspense(reader: Reader, exchange: Exchange, order: TradeOrder) -> Account | None:
    """Return the suspense account if the order pays back what was booked there."""
    if order.refund_of is None or not forced_voids.suspended(reader, order.refund_of):
        return None
    return accounts.find(reader, system_number(exchange.code, SystemAccount.SUSPENSE))


def objection(
    reader: Reader,
    desk: Desk,
    opened: Opened,
    hop: Hop,
    asked: tuple[Told, Asked] | None,
    clearing: Account,
) -> Problem | None:
    """Say why this order cannot be accepted, if it cannot."""
    order = opened.order.value
    problem = _barrier(desk, opened, hop, clearing)
    if problem is not None or asked is None:
        return problem or Problem.PAYEE_UNAVAILABLE
    told, ours = asked
    if not _fits_what_it_names(reader, desk, order, told, ours):
        return Problem.TRADE_CONFLICT
    try:
        hops.check_time(min(order.expires_at, hop.expires_at), moment(desk.now))
        if order.refund_of is None or hop.leaving is not None:
            _check_price(reader, desk, order, hop)
        require_volume(
            reader,
            desk.exchange,
            desk.peer,
            -order.dest.amount,
            now=desk.now,
            clearing=clearing,
        )
        entries = books.movement(ours.trade).entries
        check_limits(desk.exchange, entries, (ours.payee.account, clearing))
    except FederationError as error:
        return error.problem
    except (LimitExceeded, PeerLimit):
        return Problem.LIMIT_EXCEEDED
    return None


def _barrier(desk: Desk, opened: Opened, hop: Hop, clearing: Account) -> Problem | None:
    """Say whether anything may come from this peer just now, and on this way."""
    if desk.peer.state not in {PeerState.ACTIVE, PeerState.CLOSING}:
        return Problem.PEER_PAUSED
    dest = opened.order.value.dest.amount
    if desk.peer.state is PeerState.CLOSING and clearing.position.available < dest:
        return Problem.PEER_PAUSED  # What ends may only come nearer to nothing.
    if hop.leaving is not None and not (opened.proven and desk.peer.allow_as_hub):
        return Problem.NOT_ROUTABLE
    return None


def _check_price(reader: Reader, desk: Desk, order: TradeOrder, hop: Hop) -> None:
    """Refuse another price than that of the terms, unless we have quoted it."""
    if quoted(reader, desk, order) is None:
        asked = (hop.leaving or order.source, order.dest)
        unit = peer_unit(desk.peer)
        rates.check_rate(Mode.FIXED_RECEIVE, asked, unit, own_unit(desk.exchange))


def quoted(reader: Reader, desk: Desk, order: TradeOrder) -> Quoted | None:
    """Return the quote of ours that an order names, if it holds and is kept to."""
    if order.quote_id is None:
        return None
    kept = quotes.find(reader, quotes.Direction.GIVEN, order.quote_id)
    if kept is None or kept.peer != desk.peer.id or kept.expires_at <= desk.now:
        return None
    price = (kept.quote.value.source, kept.quote.value.dest)
    return kept.quote if price == (order.source, order.dest) else None


def _fits_what_it_names(
    reader: Reader, desk: Desk, order: TradeOrder, told: Told, asked: Asked
) -> bool:
    """Whether an order that names a trade or a bill of ours pays just that, and once."""
    if order.refund_of is not None:
        return _pays_back(reader, desk, order, told)
    named = order.request_id is not None and requests.by_id(reader, order.request_id)
    return not named or asked.bill is not None


def _pays_back(reader: Reader, desk: Desk, order: TradeOrder, told: Told) -> bool:
    """Whether the order pays a trade of ours back, to the unit and for the first time.

    What passed a hub comes back at that hub's price of the day: the payer gets all that
    was paid, and what it costs the payee is between them and the hub.
    """
    known = remote_trades.by_wire_id(reader, order.refund_of) if order.refund_of else None
    if known is None or known.state is not State.POSTED or known.peer != desk.peer.id:
        return False
    if known.role is not Role.PAYER or known.trade is None:
        return False
    if remote_trades.refund(reader, known.wire_id, Role.PAYEE) is not None:
        return False
    paid, trade = known.order.value, trades.by_id(reader, known.trade)
    if is_beyond(paid):
        own = own_number(desk.exchange, told.payee)
        sides = (accounts.by_id(reader, trade.buyer).number, trade.other)
        return (own, told.payer, order.dest) == (*sides, paid.source)
    return (paid.source, paid.dest, paid.payer, paid.payee) == (
        order.dest,
        order.source,
        order.payee,
        order.payer,
    )


def bill_of(
    reader: Reader, order: TradeOrder, payer: str, payee: Account
) -> Request | None:
    """Return the bill of ours that the order pays, exactly and for the first time."""
    bill = requests.by_id(reader, order.request_id) if order.request_id else None
    if bill is None or bill.direction is not Direction.SENT or bill.wire_id is not None:
        return None
    trade = trades.by_id(reader, bill.trade)
    asked = (trade.state, trade.seller, trade.amount, trade.other)
    paid = (TradeState.REQUESTED, payee.id, order.dest.amount, payer)
    return bill if asked == paid else None


def draft(
    reader: Reader, desk: Desk, order: TradeOrder, told: Told, payee: Account
) -> Trade:
    """Return our member's side of an order as it would be stored."""
    is_suspense = payee.kind is AccountKind.SYSTEM
    levy = 0 if is_suspense else desk.exchange.rules.levy.seller.on(order.dest.amount)
    return Trade(
        id=trades.next_id(reader),
        uuid=UUID(order.trade_id),
        state=TradeState.PENDING,
        seller=payee.id,
        buyer=desk.peer.clearing,
        other=told.payer,
        amount=order.dest.amount,
        seller_levy=levy,
        buyer_levy=0,
        description=told.description,
        event_on=moment(desk.now).date().isoformat(),
        channel=Channel.FEDERATION,
        entered_by=None,
        on_behalf_of=None,
        created_at=desk.now,
    )
