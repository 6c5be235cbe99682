"""What a bill asks, and who asks it, as our books have it."""

from __future__ import annotations

from cesnode.community.exchange import Exchange
from cesnode.errors import NoRoute
from cesnode.ledger.money import Amount
from cesnode.ledger.trades import Trade
from cesnode.services.clearing.addressing import Faraway
from cesnode.services.clearing.ordering import currency_of
from cesnode.store import Reader, distant, peers, relayed_requests
from cesnode.store.requests import Direction, Request


def seller_of(reader: Reader, trade: Trade, request: Request) -> Faraway:
    """Return who asks to be paid, and by which way: the one the bill came by.

    Raises:
        NoRoute: their node is not known here any more.

    """
    peer, address = peers.by_id(reader, request.peer), trade.other or ""
    if not relayed_requests.is_relayed(reader, request.request_id):
        return Faraway(peer, address)
    node = address.rpartition("@")[2]
    beyond = distant.by_node(reader, node)
    if beyond is None:
        raise NoRoute(node=node)
    return Faraway(peer, address, beyond)


def asked(reader: Reader, exchange: Exchange, trade: Trade, request: Request) -> Amount:
    """Return how much a bill asks, in the currency of its seller."""
    if request.direction is Direction.SENT:
        return Amount(request.amount, exchange.currency)
    return Amount(request.amount, currency_of(seller_of(reader, trade, request)))
