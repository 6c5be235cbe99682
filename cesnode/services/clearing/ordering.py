"""The buyer's side: a signed order is made, its value held, and the order put out to send.

The amount is fixed in the seller's currency; what our member pays is reckoned from the
rates both exchanges agreed, and stands in the order beside it.
"""

from __future__ import annotations

import secrets

from cesnode.community import words
from cesnode.community.exchange import Exchange
from cesnode.community.roles import Actor, Permission, Scope
from cesnode.errors import AccountClosed, AccountLocked, NotAllowed, PeerResting
from cesnode.ledger import chain
from cesnode.ledger.accounts import Account, AccountState
from cesnode.ledger.money import Currency, parse
from cesnode.ledger.trades import Trade, TradeState
from cesnode.services.authority import stands_in
from cesnode.services.clearing import books
from cesnode.services.clearing.addressing import Faraway
from cesnode.services.clearing.drafting import (
    Price,
    Purchase,
    draft,
    hop_of,
    wire_id_of,
    words_of,
)
from cesnode.services.clearing.here import Here, own_unit, peer_unit, seconds
from cesnode.services.clearing.limits import require_volume
from cesnode.services.orders import Order, event_date, require_same
from cesnode.store import Reader, Writer, accounts, outbox, remote_trades, trades
from cesnode.store.peers import Peer
from cesnode.store.remote_trades import RemoteTrade
from federation import rates
from federation.bodies import Prepare
from federation.errors import FederationError
from federation.objects import Mode
from federation.peering import Need, check
from federation.rates import Unit
from federation.trade import Event, Role, State, advance
from federation.wire import write


def price(exchange: Exchange, peer: Peer, dest: int) -> Price:
    """Reckon what our member pays for `dest` smallest parts of the peer's currency."""
    return expected(exchange, Faraway(peer, ""), dest)


def expected(exchange: Exchange, seller: Faraway, dest: int) -> Price:
    """Reckon what `dest` would cost by the rates; what passes a hub costs its fee more."""
    source, arriving = rates.convert(
        Mode.FIXED_RECEIVE, dest, own_unit(exchange), unit_of(seller)
    )
    return Price(source, arriving, exchange.rules.levy.buyer.on(source.amount))


def price_of(exchange: Exchange, peer: Peer, text: str) -> Price:
    """Read an amount in the peer's currency, and reckon what it costs here."""
    return price(exchange, peer, parse(text, peer_currency(peer), dotted=True))


def peer_currency(peer: Peer) -> Currency:
    """Return a peer's currency as far as amounts in it are concerned."""
    return Currency(
        code=peer.currency,
        singular=peer.currency_name,
        plural=peer.currency_name,
        scale=peer.scale,
        hour_value=1 / peer.rate,
    )


def currency_of(seller: Faraway) -> Currency:
    """Return the currency in which a member of another exchange is paid."""
    if seller.beyond is None:
        return peer_currency(seller.peer)
    facts = seller.beyond.facts
    return Currency(
        code=facts.currency,
        singular=facts.currency_name,
        plural=facts.currency_name,
        scale=facts.scale,
        hour_value=1 / facts.rate,
    )


def unit_of(other: Faraway) -> Unit:
    """Return what the currency of a member of another exchange is worth."""
    if other.beyond is None:
        return peer_unit(other.peer)
    facts = other.beyond.facts
    return Unit(facts.currency, facts.scale, facts.rate)


def buy(
    writer: Writer,
    here: Here,
    exchange: Exchange,
    actor: Actor,
    purchase: Purchase,
    order: Order,
    *,
    now: int,
) -> Trade:
    """Hold what our member will pay, and send the order; the other node decides."""
    _require_buyer(actor, purchase.buyer)
    trade = _trade(writer, actor, purchase, order, now=now)
    salt = secrets.token_bytes(chain.SALT_BYTES)
    if not trades.insert(writer, trade, salt=salt):
        known = trades.known(writer, trade.uuid)
        require_same(known, trade, dated=order.event_on is not None)
        return known
    _check_peer(writer, exchange, purchase, now=now)
    place(writer, here, exchange, trade, purchase, now=now)
    return trade


def place(
    writer: Writer,
    here: Here,
    exchange: Exchange,
    trade: Trade,
    purchase: Purchase,
    *,
    now: int,
) -> str:
    """Sign the order of a stored trade, hold its value, queue it; return its wire id."""
    step = advance(Role.PAYER, State.DRAFT, Event.APPROVE)
    peer = purchase.seller.peer
    wire_id = wire_id_of(trade)
    spoken = words_of(exchange, trade, purchase)
    order = draft(here, exchange, wire_id, purchase, spoken, now=now)
    hop = hop_of(order.value, purchase)
    clearing = accounts.by_id(writer, peer.clearing)
    books.hold(writer, exchange, trade, (clearing, purchase.buyer), now=now)
    remote_trades.insert(
        writer,
        RemoteTrade(
            wire_id=order.value.trade_id,
            role=Role.PAYER,
            state=step.state,
            trade=trade.id,
            upstream=None,
            downstream=peer.id,
            order=order,
            hop=hop,
            sealed=None,
            proof=None,
            reason=None,
            expires_at=seconds(order.value.expires_at),
            created_at=now,
            updated_at=now,
        ),
    )
    prepare = Prepare(order=order.raw, order_sig=order.signature, hop=hop, **spoken)
    outbox.add(
        writer,
        peer=peer.id,
        kind="prepare",
        wire_id=order.value.trade_id,
        parameters={"trade_id": order.value.trade_id},
        body=write(prepare),
        now=now,
    )
    return order.value.trade_id


def _trade(
    reader: Reader, actor: Actor, purchase: Purchase, order: Order, *, now: int
) -> Trade:
    buyer = purchase.buyer
    return Trade(
        id=trades.next_id(reader),
        uuid=order.id,
        state=TradeState.HELD,
        seller=purchase.seller.peer.clearing,
        buyer=buyer.id,
        other=purchase.seller.address,
        amount=purchase.price.source.amount,
        seller_levy=0,
        buyer_levy=purchase.price.levy,
        description=words.description(order.description),
        event_on=event_date(order.event_on, now),
        channel=order.channel,
        entered_by=actor.member,
        on_behalf_of=None if actor.owns(buyer.id) else buyer.id,
        created_at=now,
    )


def _require_buyer(actor: Actor, buyer: Account) -> None:
    actor.require_scope(Scope.TRADE)
    if not (actor.owns(buyer.id) or stands_in(actor, buyer)):
        raise NotAllowed(permission=Permission.TRADE_FOR_OTHERS.value)


def _check_peer(
    reader: Reader, exchange: Exchange, purchase: Purchase, *, now: int
) -> None:
    """Refuse what the peering or our own limits do not allow, before anything is held."""
    peer = purchase.seller.peer
    require_may_buy(purchase.buyer)
    require_begin(peer)
    require_volume(reader, exchange, peer, purchase.price.source.amount, now=now)


def require_may_buy(buyer: Account) -> None:
    if buyer.state is AccountState.CLOSED:
        raise AccountClosed(number=buyer.number, field="buyer")
    if buyer.state is AccountState.LOCKED:
        raise AccountLocked(number=buyer.number, reason=buyer.lock_reason or "")


def require_begin(peer: Peer) -> None:
    """Refuse to begin anything with a peer that rests, or while we recover its books."""
    try:
        check(peer.state, Need.BEGIN)
    except FederationError as error:
        raise PeerResting(name=peer.name, state=peer.state) from error
    if peer.recovering:
        raise PeerResting(name=peer.name, state="recovering")
