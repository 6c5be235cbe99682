"""What has to be asked of another exchange before a wish about a trade can be granted."""

from __future__ import annotations

from cesnode.community.exchange import Exchange
from cesnode.community.roles import Actor, Scope
from cesnode.errors import NoRoute
from cesnode.ledger.trades import Trade
from cesnode.services.authority import visible_trade
from cesnode.services.clearing import honouring
from cesnode.services.clearing.addressing import Faraway, is_faraway, resolve
from cesnode.services.clearing.quoting import Wish, node_in
from cesnode.services.orders import Order
from cesnode.services.peering.knowing import has_hub, is_known
from cesnode.services.views import amount_text
from cesnode.store import Reader, accounts, distant, peers, remote_trades
from cesnode.store.remote_trades import RemoteTrade
from federation.hops import is_beyond
from federation.trade import Role


def is_stranger(reader: Reader, exchange: Exchange, address: str) -> bool:
    """Whether somebody lives at a node that was never met, and a hub may lead there."""
    node = node_in(address)
    if node is None or exchange.is_named(node):
        return False
    return not is_known(reader, node) and has_hub(reader)


def needs_quote(reader: Reader, exchange: Exchange, order: Order) -> bool:
    """Whether an order is for somebody whom only a hub, at its own price, leads to."""
    if not is_faraway(order.seller, exchange.code):
        return False
    node = node_in(order.seller)
    if node is not None and not is_known(reader, node):
        return not exchange.is_named(node)
    seller = resolve(reader, exchange, order.seller, field="seller", via=order.via)
    return isinstance(seller, Faraway) and seller.beyond is not None


def refund_wish(reader: Reader, actor: Actor, name: str) -> Wish | None:
    """Return what has to be asked before a trade can be paid back; None if nothing."""
    actor.require_scope(Scope.READ)
    trade = visible_trade(reader, actor, name)
    remote = remote_trades.of_trade(reader, trade.id)
    if remote is None or remote.role is not Role.PAYEE:
        return None
    seller, amount = refund_to(reader, trade, remote)
    if seller.beyond is None:
        return None
    buyer = accounts.by_id(reader, trade.seller).number
    return Wish(seller.address, buyer, amount, seller.peer.node)


def bill_wish(reader: Reader, actor: Actor, name: str) -> Wish | None:
    """Return what has to be asked before a bill can be agreed to; None if nothing."""
    actor.require_scope(Scope.READ)
    return honouring.question(reader, visible_trade(reader, actor, name))


def refund_to(reader: Reader, trade: Trade, remote: RemoteTrade) -> tuple[Faraway, str]:
    """Return whom a trade is to be paid back to, and how much, in their own currency.

    Raises:
        NoRoute: their node is not known here any more.

    """
    peer, paid = peers.by_id(reader, remote.peer), remote.order.value
    if not is_beyond(paid):
        return Faraway(peer, paid.payer), amount_text(paid.source)
    beyond = distant.by_node(reader, paid.payer_node)
    if beyond is None:
        raise NoRoute(node=paid.payer_node)
    return Faraway(peer, trade.other or "", beyond), amount_text(paid.source)
