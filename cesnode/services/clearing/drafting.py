"""An order to another exchange, written down and signed: its amounts, way and words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TypedDict

from cesnode.community.exchange import Exchange
from cesnode.ledger.accounts import Account
from cesnode.ledger.trades import Trade
from cesnode.services.clearing.addressing import Faraway, alias, own_address
from cesnode.services.clearing.here import Here, moment
from cesnode.services.identifiers import uuid7
from federation.bodies import Hop
from federation.keys import KEY_SIZE, unbase64url
from federation.objects import Money, TradeOrder
from federation.seal import HIDDEN, Words, description_hash, seal
from federation.signed import Signed, sign
from federation.wire import VERSION

LASTS = timedelta(days=1)
"""How long an order may wait for a person there; it bounds waiting, never decides."""


class Spoken(TypedDict, total=False):
    """The words of an order, in one of the two ways they travel."""

    description: str
    sealed: str


@dataclass(frozen=True, slots=True)
class Price:
    """What a trade costs here and brings there, and our levy on our own side.

    `arriving` is what a hub in between gets of it, in its own currency.
    """

    source: Money
    dest: Money
    levy: int
    arriving: Money | None = None


@dataclass(frozen=True, slots=True)
class Purchase:
    """An order to be, in our own terms."""

    buyer: Account
    seller: Faraway
    price: Price
    request_id: str | None = None
    refund_of: str | None = None
    quote_id: str | None = None


def direct_hop(order: TradeOrder) -> Hop:
    """Return the hop of an order that goes straight to the payee's node."""
    return Hop(
        from_node=order.payer_node,
        to_node=order.payee_node,
        amount=order.dest.amount,
        currency=order.dest.currency,
        scale=order.dest.scale,
        expires_at=order.expires_at,
    )


def hop_of(order: TradeOrder, purchase: Purchase) -> Hop:
    arriving = purchase.price.arriving
    if arriving is None:
        return direct_hop(order)
    return Hop(
        from_node=order.payer_node,
        to_node=purchase.seller.peer.node,
        amount=arriving.amount,
        currency=arriving.currency,
        scale=arriving.scale,
        expires_at=order.expires_at,
    )


def words_of(exchange: Exchange, trade: Trade, purchase: Purchase) -> Spoken:
    """Return the words of an order: in the open, or sealed where a hub would read them."""
    beyond, text = purchase.seller.beyond, trade.description or ""
    if beyond is None:
        return {"description": text}
    told = Words(
        payer=own_address(exchange, purchase.buyer.number),
        payee=purchase.seller.address,
        description=text,
    )
    return {"sealed": seal(told, unbase64url(beyond.facts.box_key, KEY_SIZE))}


def wire_id_of(trade: Trade) -> str:
    """Our member's own id serves on the wire where it is a UUIDv7."""
    return str(trade.uuid if trade.uuid.version == 7 else uuid7())  # noqa: PLR2004


def draft(
    here: Here,
    exchange: Exchange,
    wire_id: str,
    purchase: Purchase,
    spoken: Spoken,
    *,
    now: int,
) -> Signed[TradeOrder]:
    """Sign the order; a hub reads of both sides only where they live."""
    seller, number = purchase.seller, purchase.buyer.number
    payer, payee = own_address(exchange, number), seller.address
    path: tuple[str, ...] = (here.node, seller.node)
    if seller.beyond is not None:
        payer, payee = alias(here, wire_id, number), f"{HIDDEN}@{seller.node}"
        path = (here.node, seller.peer.node, seller.node)
    return sign(
        here.key,
        TradeOrder(
            v=VERSION,
            trade_id=wire_id,
            payer_node=here.node,
            payee_node=seller.node,
            payer=payer,
            payee=payee,
            source=purchase.price.source,
            dest=purchase.price.dest,
            quote_id=purchase.quote_id,
            description_hash=description_hash(**spoken),
            created_at=moment(now),
            expires_at=moment(now) + LASTS,
            path=path,
            refund_of=purchase.refund_of,
            request_id=purchase.request_id,
        ),
    )
