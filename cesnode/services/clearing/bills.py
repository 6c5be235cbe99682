"""Bills: a seller here asks a buyer elsewhere to pay, and the other way round.

A bill moves nothing.  The buyer, or the buyer's standing rule, turns it into an order,
which the seller's node then knows and accepts.
"""

from __future__ import annotations

import logging
import secrets

from msgspec.structs import replace

from cesnode.community import notices, words
from cesnode.community.exchange import Exchange
from cesnode.community.roles import Actor, Permission, Scope
from cesnode.errors import (
    AccountClosed,
    NodeError,
    NotAllowed,
    RateChanged,
    WrongState,
)
from cesnode.ledger import chain
from cesnode.ledger.accounts import Account, AccountState
from cesnode.ledger.money import Amount, parse
from cesnode.ledger.trades import Channel, Trade, TradeState, Wish
from cesnode.services import noticing
from cesnode.services.authority import stands_in
from cesnode.services.clearing.addressing import Faraway, own_address, own_number
from cesnode.services.clearing.drafting import LASTS, Purchase
from cesnode.services.clearing.here import Desk, Here, moment, own_unit, seconds
from cesnode.services.clearing.limits import require_volume
from cesnode.services.clearing.ordering import (
    place,
    price,
    require_begin,
    require_may_buy,
)
from cesnode.services.clearing.wording import require_legible
from cesnode.services.identifiers import uuid7
from cesnode.services.orders import Order, event_date, require_same
from cesnode.store import Reader, Writer, accounts, outbox, peers, requests, trades
from cesnode.store.requests import Direction, Request
from federation.bodies import Declined, TradeRequest
from federation.errors import FederationError, Problem
from federation.signing import Reply
from federation.wire import write

BILL_DAYS = 30
MOST_UNANSWERED = 20
"""Bills of one peer that one member may have to answer at a time."""
HEARD = b'{"state":"HEARD"}'
_log = logging.getLogger(__name__)


def send(
    writer: Writer,
    exchange: Exchange,
    actor: Actor,
    seller: Account,
    buyer: Faraway,
    order: Order,
    *,
    now: int,
) -> Trade:
    """Ask a buyer elsewhere; the amount is in our currency, the seller's."""
    actor.require_scope(Scope.TILL if actor.owns(seller.id) else Scope.TRADE)
    if not (actor.owns(seller.id) or stands_in(actor, seller)):
        raise NotAllowed(permission=Permission.TRADE_FOR_OTHERS.value)
    amount = parse(order.amount, exchange.currency, dotted=True)
    trade = Trade(
        id=trades.next_id(writer),
        uuid=order.id,
        state=TradeState.REQUESTED,
        seller=seller.id,
        buyer=buyer.peer.clearing,
        other=buyer.address,
        amount=amount,
        seller_levy=exchange.rules.levy.seller.on(amount),
        buyer_levy=0,
        description=words.description(order.description),
        event_on=event_date(order.event_on, now),
        channel=order.channel,
        entered_by=actor.member,
        on_behalf_of=None if actor.owns(seller.id) else seller.id,
        created_at=now,
    )
    if not trades.insert(writer, trade, salt=secrets.token_bytes(chain.SALT_BYTES)):
        known = trades.known(writer, trade.uuid)
        require_same(known, trade, dated=order.event_on is not None)
        return known
    if seller.state is AccountState.CLOSED:
        raise AccountClosed(number=seller.number, field="seller")
    require_begin(buyer.peer)
    require_volume(writer, exchange, buyer.peer, -amount, now=now)
    _put_out(writer, exchange, seller, buyer, trade, now=now)
    return trade


def receive(writer: Writer, desk: Desk, body: TradeRequest) -> Reply:
    """A seller elsewhere asks a member of ours; the same bill again changes nothing."""
    _check(desk, body)
    known = requests.by_id(writer, body.request_id)
    if known is not None:
        _require_same(writer, desk, known, body)
        return Reply(202, HEARD)
    buyer = _buyer(writer, desk, body)
    if requests.unanswered(writer, desk.peer.id, buyer.id) >= MOST_UNANSWERED:
        detail = "This member has many of your bills to answer before they take more."
        raise FederationError(Problem.RATE_LIMITED, detail)
    cost = price(desk.exchange, desk.peer, body.dest.amount)
    trade = Trade(
        id=trades.next_id(writer),
        uuid=uuid7(),
        state=TradeState.REQUESTED,
        seller=desk.peer.clearing,
        buyer=buyer.id,
        other=body.payee,
        amount=cost.source.amount,
        seller_levy=0,
        buyer_levy=cost.levy,
        description=require_legible(body.description),
        event_on=moment(desk.now).date().isoformat(),
        channel=Channel.FEDERATION,
        entered_by=None,
        on_behalf_of=None,
        created_at=desk.now,
    )
    trades.insert(writer, trade, salt=secrets.token_bytes(chain.SALT_BYTES))
    request = Request(
        request_id=body.request_id,
        peer=desk.peer.id,
        trade=trade.id,
        direction=Direction.RECEIVED,
        amount=body.dest.amount,
        expires_at=seconds(body.expires_at),
        wire_id=None,
        created_at=desk.now,
    )
    requests.insert(writer, request)
    told = _pay_by_rule(writer, desk, trade, request, buyer)
    noticing.of_trade(writer, trade, told, but=None, now=desk.now)
    return Reply(202, HEARD)


def pay(writer: Writer, here: Here, exchange: Exchange, trade: Trade, *, now: int) -> Trade:
    """The buyer agrees to a bill: an order is made that names it.

    Raises:
        RateChanged: it costs something else now; a new bill has to be asked for.
        WrongState: it is not for us to pay, or its time is over.

    """
    request = requests.of_known_trade(writer, trade.id)
    if request.direction is not Direction.RECEIVED:
        raise WrongState(ref=trade.ref, state=trade.state, wish=Wish.ACCEPT)
    if request.expires_at <= now:
        raise WrongState(ref=trade.ref, state="expired", wish=Wish.ACCEPT)
    peer = peers.by_id(writer, request.peer)
    require_begin(peer)
    cost = price(exchange, peer, request.amount)
    if cost.source.amount != trade.amount:
        raise RateChanged(
            amount=Amount(cost.source.amount, exchange.currency),
            before=Amount(trade.amount, exchange.currency),
        )
    buyer = accounts.by_id(writer, trade.buyer)
    require_may_buy(buyer)
    held = replace(trade, state=TradeState.HELD)
    purchase = Purchase(
        buyer=buyer,
        seller=Faraway(peer, trade.other or ""),
        price=cost,
        request_id=request.request_id,
    )
    require_volume(writer, exchange, peer, trade.amount, now=now)
    trades.move_on(writer, trade, TradeState.HELD)
    wire_id = place(writer, here, exchange, held, purchase, now=now)
    requests.pay(writer, request.request_id, wire_id=wire_id)
    return held


def decline(writer: Writer, trade: Trade, *, reason: str, now: int) -> None:
    """Tell the seller's node that its bill will not be paid."""
    request = requests.of_trade(writer, trade.id)
    if request is None or request.direction is not Direction.RECEIVED:
        return
    outbox.add(
        writer,
        peer=request.peer,
        kind="request_decline",
        wire_id=request.request_id,
        parameters={"request_id": request.request_id},
        body=write(Declined(why=reason)),
        now=now,
    )


def declined(writer: Writer, desk: Desk, request_id: str) -> Reply:
    """The buyer's node says that our bill will not be paid; we may have forgotten it."""
    request = requests.by_id(writer, request_id)
    if request is None:
        return Reply(202, HEARD)
    if request.peer != desk.peer.id:
        raise FederationError(Problem.NOT_FOUND, "There is no such bill.")
    trade = trades.by_id(writer, request.trade)
    if request.direction is Direction.SENT and trade.state is TradeState.REQUESTED:
        trades.move_on(writer, trade, TradeState.DECLINED)
        noticing.of_trade(writer, trade, notices.DECLINED, but=None, now=desk.now)
    return Reply(202, HEARD)


def _put_out(
    writer: Writer,
    exchange: Exchange,
    seller: Account,
    buyer: Faraway,
    trade: Trade,
    *,
    now: int,
) -> None:
    request_id = str(uuid7())
    expires_at = moment(now) + LASTS * BILL_DAYS
    requests.insert(
        writer,
        Request(
            request_id=request_id,
            peer=buyer.peer.id,
            trade=trade.id,
            direction=Direction.SENT,
            amount=trade.amount,
            expires_at=seconds(expires_at),
            wire_id=None,
            created_at=now,
        ),
    )
    bill = TradeRequest(
        request_id=request_id,
        payer=buyer.address,
        payee=own_address(exchange, seller.number),
        dest=own_unit(exchange).money(trade.amount),
        description=trade.description or "",
        expires_at=expires_at,
    )
    outbox.add(
        writer,
        peer=buyer.peer.id,
        kind="trade_request",
        wire_id=request_id,
        parameters={},
        body=write(bill),
        now=now,
    )


def _require_same(reader: Reader, desk: Desk, known: Request, body: TradeRequest) -> None:
    """Refuse an id that comes again with another bill."""
    trade = trades.by_id(reader, known.trade)
    before = (known.peer, known.direction, known.amount, trade.other)
    if before != (desk.peer.id, Direction.RECEIVED, body.dest.amount, body.payee):
        detail = "This id was used for another bill."
        raise FederationError(Problem.TRADE_CONFLICT, detail)


def _check(desk: Desk, body: TradeRequest) -> None:
    if not desk.peer.allow_requests:
        detail = "This exchange does not take bills from yours."
        raise FederationError(Problem.PAYEE_UNAVAILABLE, detail)
    if body.payee.rpartition("@")[2] != desk.peer.node:
        detail = "A bill is for a member of the exchange that sends it."
        raise FederationError(Problem.NOT_ROUTABLE, detail)
    wanted = (desk.peer.currency, desk.peer.scale)
    if (body.dest.currency, body.dest.scale) != wanted:
        detail = f"A bill from {desk.peer.node} is in {desk.peer.currency}."
        raise FederationError(Problem.AMOUNT_INVALID, detail)
    if body.expires_at <= moment(desk.now):
        raise FederationError(Problem.EXPIRED, "The time of this bill is over.")


def _buyer(reader: Reader, desk: Desk, body: TradeRequest) -> Account:
    number = own_number(desk.exchange, body.payer)
    account = accounts.find(reader, number) if number else None
    closed = account is None or account.state is AccountState.CLOSED
    if account is None or closed or not account.kind.is_personal:
        detail = "There is nobody here who can take this bill."
        raise FederationError(Problem.PAYEE_UNAVAILABLE, detail)
    return account


def _pay_by_rule(
    writer: Writer, desk: Desk, trade: Trade, request: Request, buyer: Account
) -> notices.Sides:
    """Pay a bill the buyer's standing rule covers; one that cannot be paid waits."""
    _, most = accounts.standing_rules(writer, buyer.id)
    if most is None or trade.amount > most:
        return notices.ASKED
    try:
        with writer.part():
            pay(writer, desk.here, desk.exchange, trade, now=desk.now)
    except NodeError as error:
        _log.info("bill %s waits for its buyer: %s", request.request_id, error)
        return notices.ASKED
    return notices.HELD
