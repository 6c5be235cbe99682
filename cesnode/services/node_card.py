"""The card this node shows to whoever asks what exchange it is."""

from __future__ import annotations

import cesnode
from cesnode.community.exchange import Exchange
from cesnode.services.clearing.here import Here, moment, own_unit
from federation.discovery import (
    BASE,
    PROTOCOL,
    BoxJwk,
    Card,
    CardCurrency,
    Software,
    jwk_of,
    sign_card,
)
from federation.keys import base64url
from federation.objects import Rate
from federation.seal import BoxKey
from federation.wire import VERSION


def node_card(exchange: Exchange, here: Here, box: BoxKey) -> Card:
    """Build the card from the exchange as it stands, and sign it."""
    currency = exchange.currency
    unsigned = Card(
        v=VERSION,
        origin=exchange.origin,
        name=exchange.name,
        federation=exchange.origin + BASE,
        protocols=(PROTOCOL,),
        currency=CardCurrency(
            code=currency.code,
            name=currency.plural,
            scale=currency.scale,
            rate=own_rate(exchange),
        ),
        keys=(jwk_of(here.key.public, moment(exchange.founded_at)),),
        box_key=BoxJwk(x=base64url(box.x), kid=box.keyid),
        contact=exchange.origin,
        software=Software(name="cesnode", version=cesnode.__version__),
        accepts_invites=True,
    )
    return sign_card(here.key, unsigned)


def own_rate(exchange: Exchange) -> Rate:
    """Return what one unit of ours is worth in hours, as the wire has it."""
    hours = own_unit(exchange).hours
    return Rate(n=hours.numerator, d=hours.denominator)
