"""Whatever people wish of a trade, at home or with another exchange, comes in here.

The verbs are the same; who else has a say decides which way they take.
"""

from __future__ import annotations

from dataclasses import replace

from cesnode.community import notices, words
from cesnode.community.exchange import Exchange
from cesnode.community.roles import OPERATOR, Actor, Permission
from cesnode.errors import (
    NotAllowed,
    SameAccount,
    UnknownAccount,
    WrongState,
)
from cesnode.ledger.accounts import Account
from cesnode.ledger.trades import Channel, Trade, TradeState, Wish
from cesnode.services import acting, foreseeing, noticing, trading
from cesnode.services.authority import require_reversal, require_side, visible_trade
from cesnode.services.clearing import bills, deciding, honouring, letters, ordering
from cesnode.services.clearing.addressing import Faraway, is_faraway, resolve
from cesnode.services.clearing.drafting import Price, Purchase
from cesnode.services.clearing.here import Desk, here_of
from cesnode.services.clearing.quoting import Wanted, priced
from cesnode.services.identifiers import uuid7
from cesnode.services.orders import Order
from cesnode.services.trading import Recorded
from cesnode.store import (
    Reader,
    Writer,
    accounts,
    exchanges,
    peers,
    remote_trades,
    trades,
)
from cesnode.store.remote_trades import RemoteTrade
from federation.bodies import CancelWhy
from federation.keys import PrivateKey
from federation.trade import Event, Role, State


def record(
    writer: Writer, key: PrivateKey, actor: Actor, order: Order, *, now: int
) -> Recorded:
    """Enter a trade; either side may be a member of another exchange."""
    exchange = exchanges.load(writer, now)
    if not any(is_faraway(each, exchange.code) for each in (order.seller, order.buyer)):
        return trading.record(writer, actor, order, now=now)
    seller = resolve(writer, exchange, order.seller, field="seller", via=order.via)
    buyer = resolve(writer, exchange, order.buyer, field="buyer", via=order.via)
    known = trades.by_uuid(writer, order.id) is not None
    if isinstance(seller, Faraway) and isinstance(buyer, Faraway):
        raise UnknownAccount(number=order.buyer, field="buyer")
    if isinstance(seller, Faraway):
        payer = _own(writer, str(buyer), field="buyer")
        wanted = Wanted(order.amount, order.quote, again=known)
        price, quote_id = priced(writer, exchange, seller, wanted, now=now)
        purchase = Purchase(buyer=payer, seller=seller, price=price, quote_id=quote_id)
        here = here_of(exchange, key)
        trade = ordering.buy(writer, here, exchange, actor, purchase, order, now=now)
        told = notices.HELD
    elif isinstance(buyer, Faraway):
        payee = _own(writer, seller, field="seller")
        here = here_of(exchange, key)
        trade = bills.send(writer, here, exchange, actor, payee, buyer, order, now=now)
        told = notices.ASKED
    else:
        return trading.record(writer, actor, _at_home(order, seller, buyer), now=now)
    if not known:
        noticing.of_trade(writer, trade, told, but=actor.member, now=now)
    if not known:
        kind = "trade.ordered" if trade.state is TradeState.HELD else "trade.billed"
        acting.entered(writer, exchange, actor, kind, trade, now=now)
    return Recorded(trade, created=not known)


def accept(
    writer: Writer,
    key: PrivateKey,
    actor: Actor,
    name: str,
    *,
    quote: str | None = None,
    now: int,
) -> Trade:
    """Agree: as a buyer to pay, or as a seller to receive from elsewhere.

    A bill that came through a hub is agreed to at the price of a `quote`.
    """
    trade = visible_trade(writer, actor, name)
    if trade.other is None:
        return trading.accept(writer, actor, name, now=now)
    exchange = exchanges.load(writer, now)
    if trade.state is TradeState.PENDING:
        require_side(actor, accounts.by_id(writer, trade.seller))
        desk, remote = _desk(writer, exchange, key, trade, now=now)
        deciding.approve(writer, desk, remote, by=actor.member)
        _note(writer, exchange, actor, trade, "trade.accepted", now=now)
        return trades.by_id(writer, trade.id)
    trade.after(Wish.ACCEPT)
    require_side(actor, accounts.by_id(writer, trade.buyer))
    here = here_of(exchange, key)
    honouring.pay(writer, here, exchange, trade, quote=quote, now=now)
    noticing.of_trade(writer, trade, notices.HELD, but=actor.member, now=now)
    _note(writer, exchange, actor, trade, "trade.accepted", now=now)
    return trades.by_id(writer, trade.id)


def decline(
    writer: Writer,
    key: PrivateKey,
    actor: Actor,
    name: str,
    *,
    reason: str | None = None,
    now: int,
) -> Trade:
    """Say no: to a request, or to receiving from elsewhere."""
    trade = visible_trade(writer, actor, name)
    if trade.state is TradeState.PENDING:
        exchange = exchanges.load(writer, now)
        require_side(actor, accounts.by_id(writer, trade.seller))
        desk, remote = _desk(writer, exchange, key, trade, now=now)
        deciding.decline(writer, desk, remote, Event.DECLINE, by=actor.member)
        note = words.description(reason) if reason else None
        _note(writer, exchange, actor, trade, "trade.not_taken", note=note, now=now)
        return trades.by_id(writer, trade.id)
    declined = trading.decline(writer, actor, name, reason=reason, now=now)
    if trade.other is not None:
        honouring.decline(writer, declined, reason="declined", now=now)
    return declined


def withdraw(
    writer: Writer, key: PrivateKey, actor: Actor, name: str, *, now: int
) -> Trade:
    """Take back: a request of ours, or, if the other node lets us, a payment."""
    trade = visible_trade(writer, actor, name)
    if trade.state is not TradeState.HELD:
        return trading.withdraw(writer, actor, name, now=now)
    exchange = exchanges.load(writer, now)
    require_side(actor, accounts.by_id(writer, trade.buyer))
    desk, remote = _desk(writer, exchange, key, trade, now=now)
    if remote.role is Role.HUB:  # It is for others to take back what only passes here.
        raise WrongState(ref=trade.ref, state=trade.state, wish=Wish.WITHDRAW)
    letters.cancel(writer, desk, remote, CancelWhy.USER)
    _note(writer, exchange, actor, trade, "trade.withdrawal_asked", now=now)
    return trade


def reverse(
    writer: Writer,
    key: PrivateKey,
    actor: Actor,
    name: str,
    *,
    reason: str,
    quote: str | None = None,
    now: int,
) -> Trade:
    """Undo a trade; one with another exchange by paying it back, as a trade of its own.

    Where it came through a hub, it goes back through the hub, at the price of a `quote`.
    """
    trade = visible_trade(writer, actor, name)
    if trade.other is None:
        return trading.reverse(writer, actor, name, reason=reason, now=now)
    exchange = exchanges.load(writer, now)
    trade.after(Wish.REVERSE)
    remote = remote_trades.of_trade(writer, trade.id)
    seller = accounts.by_id(writer, trade.seller)
    buyer = accounts.by_id(writer, trade.buyer)
    require_reversal(actor, trade, seller, buyer)
    if remote is None or remote.state is not State.COMMITTED:
        raise NotAllowed(permission=Permission.REVERSE_TRADES.value)
    return _refund(writer, exchange, key, trade, remote, (reason, quote), now=now)


def lapse(writer: Writer, key: PrivateKey, *, now: int) -> int:
    """Abort what waited too long for our members to agree; only this node may."""
    exchange = exchanges.load(writer, now)
    lapsed = 0
    for remote in remote_trades.in_flight(writer, before=now):
        peer = peers.by_id(writer, remote.peer)
        late = remote.state is State.PENDING and remote.expires_at <= now
        if late and not peer.recovering:
            desk = Desk(here_of(exchange, key), exchange, peer, now)
            deciding.decline(writer, desk, remote, Event.LAPSE)
            lapsed += 1
    return lapsed


def _refund(
    writer: Writer,
    exchange: Exchange,
    key: PrivateKey,
    trade: Trade,
    remote: RemoteTrade,
    wish: tuple[str, str | None],
    *,
    now: int,
) -> Trade:
    """Pay back what was paid, in the currency it was paid in, to the unit."""
    again = remote_trades.refund(writer, remote.wire_id, Role.PAYER)
    if again is not None:
        return trades.by_id(writer, again.trade or 0)
    (reason, quote), paid = wish, remote.order.value
    seller, amount = foreseeing.refund_to(writer, trade, remote)
    quote_id: str | None = None
    price = Price(source=paid.dest, dest=paid.source, levy=0)
    if seller.beyond is not None:
        wanted = Wanted(amount, quote)
        price, quote_id = priced(writer, exchange, seller, wanted, now=now)
        price = replace(price, levy=0)
    purchase = Purchase(
        buyer=accounts.by_id(writer, trade.seller),
        seller=seller,
        price=price,
        refund_of=remote.wire_id,
        quote_id=quote_id,
    )
    order_back = Order(
        id=uuid7(),
        seller=seller.address,
        buyer="",
        amount="",
        description=reason,
        channel=Channel.FEDERATION,
    )
    here = here_of(exchange, key)
    return ordering.buy(writer, here, exchange, OPERATOR, purchase, order_back, now=now)


def _own(reader: Reader, number: str, *, field: str) -> Account:
    account = accounts.by_number(reader, number, field=field)
    if not account.kind.is_personal:
        raise UnknownAccount(number=number, field=field)
    return account


def _at_home(order: Order, seller: str, buyer: str) -> Order:
    """Both sides turned out to be ours, whatever way they were written."""
    if seller == buyer:
        raise SameAccount(number=seller)
    return Order(
        id=order.id,
        seller=seller,
        buyer=buyer,
        amount=order.amount,
        description=order.description,
        event_on=order.event_on,
        channel=order.channel,
        asking=order.asking,
    )


def _desk(
    reader: Reader, exchange: Exchange, key: PrivateKey, trade: Trade, *, now: int
) -> tuple[Desk, RemoteTrade]:
    remote = remote_trades.of_known_trade(reader, trade.id)
    peer = peers.by_id(reader, remote.peer)
    return Desk(here_of(exchange, key), exchange, peer, now), remote


def _note(
    writer: Writer,
    exchange: Exchange,
    actor: Actor,
    trade: Trade,
    kind: str,
    *,
    note: str | None = None,
    now: int,
) -> None:
    subject = f"trade:{trade.uuid}"
    acting.record(writer, exchange, actor, kind, subject, note=note, now=now)
