"""Bills of ours: a seller here asks a buyer elsewhere to pay, and hears what came of it.

A bill moves nothing.  The buyer, or the buyer's standing rule, turns it into an order,
which the seller's node then knows and accepts.  One that has to pass a hub is sealed for
the buyer's node, and signed, so that the hub can read and change nothing of it.
"""

from __future__ import annotations

import secrets

from cesnode.community import notices, words
from cesnode.community.exchange import Exchange
from cesnode.community.roles import Actor, Permission, Scope
from cesnode.errors import AccountClosed, NotAllowed
from cesnode.ledger import chain
from cesnode.ledger.accounts import Account, AccountState
from cesnode.ledger.money import parse
from cesnode.ledger.trades import Trade, TradeState
from cesnode.services import noticing
from cesnode.services.authority import stands_in
from cesnode.services.clearing import answers, passing_bills
from cesnode.services.clearing.addressing import Faraway, own_address
from cesnode.services.clearing.drafting import LASTS
from cesnode.services.clearing.here import Desk, Here, moment, own_unit, seconds
from cesnode.services.clearing.limits import require_volume
from cesnode.services.clearing.ordering import require_begin
from cesnode.services.identifiers import uuid7
from cesnode.services.orders import Order, event_date, require_same
from cesnode.store import Writer, outbox, requests, trades
from cesnode.store.distant import Distant
from cesnode.store.requests import Direction, Request
from federation.bodies import TradeRequest
from federation.errors import FederationError, Problem
from federation.keys import KEY_SIZE, unbase64url
from federation.requests import RelayedBill, RelayedRequest
from federation.seal import Words, description_hash, seal
from federation.signed import sign
from federation.signing import Reply
from federation.wire import VERSION, write

BILL_DAYS = 30
LETTER = "trade_request"


def send(
    writer: Writer,
    here: Here,
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
    _put_out(writer, here, exchange, seller, buyer, trade, now=now)
    return trade


def declined(writer: Writer, desk: Desk, request_id: str, *, why: str) -> Reply:
    """The buyer's side says that a bill will not be paid; we may have forgotten it."""
    request = requests.by_id(writer, request_id)
    if request is None:
        return passing_bills.declined(writer, desk, request_id, why=why)
    if request.peer != desk.peer.id:
        raise FederationError(Problem.NOT_FOUND, "There is no such bill.")
    trade = trades.by_id(writer, request.trade)
    if request.direction is Direction.SENT and trade.state is TradeState.REQUESTED:
        trades.move_on(writer, trade, TradeState.DECLINED)
        noticing.of_trade(writer, trade, notices.DECLINED, but=None, now=desk.now)
    return answers.heard()


def _put_out(
    writer: Writer,
    here: Here,
    exchange: Exchange,
    seller: Account,
    buyer: Faraway,
    trade: Trade,
    *,
    now: int,
) -> None:
    request_id = uuid7()
    request = Request(
        request_id=str(request_id),
        peer=buyer.peer.id,
        trade=trade.id,
        direction=Direction.SENT,
        amount=trade.amount,
        expires_at=seconds(moment(now) + LASTS * BILL_DAYS),
        wire_id=None,
        created_at=now,
    )
    requests.insert(writer, request)
    told = Words(
        payer=buyer.address,
        payee=own_address(exchange, seller.number),
        description=trade.description or "",
    )
    if buyer.beyond is None:
        bill = _plain(exchange, request, told)
    else:
        bill = _sealed(here, exchange, request, told, buyer, buyer.beyond)
    outbox.add(
        writer,
        peer=buyer.peer.id,
        kind=LETTER,
        wire_id=request.request_id,
        parameters={},
        body=bill,
        now=now,
    )


def _plain(exchange: Exchange, request: Request, told: Words) -> bytes:
    bill = TradeRequest(
        request_id=request.request_id,
        payer=told.payer,
        payee=told.payee,
        dest=own_unit(exchange).money(request.amount),
        description=told.description,
        expires_at=moment(request.expires_at),
    )
    return write(bill)


def _sealed(
    here: Here,
    exchange: Exchange,
    request: Request,
    told: Words,
    buyer: Faraway,
    beyond: Distant,
) -> bytes:
    """Write a bill of which a hub sees how much, and from which node to which."""
    sealed = seal(told, unbase64url(beyond.facts.box_key, KEY_SIZE))
    signed = sign(
        here.key,
        RelayedRequest(
            v=VERSION,
            request_id=request.request_id,
            payee_node=here.node,
            payer_node=buyer.node,
            dest=own_unit(exchange).money(request.amount),
            description_hash=description_hash(sealed=sealed),
            created_at=moment(request.created_at),
            expires_at=moment(request.expires_at),
            path=(here.node, buyer.peer.node, buyer.node),
        ),
    )
    return write(
        RelayedBill(request=signed.raw, request_sig=signed.signature, sealed=sealed)
    )
