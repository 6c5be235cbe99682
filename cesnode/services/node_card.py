"""The card this node shows to whoever asks what exchange it is."""

from __future__ import annotations

from collections.abc import Sequence

import cesnode
from cesnode.community.exchange import Exchange
from cesnode.services.clearing.here import Here, moment, own_unit
from cesnode.store.moves import OwnMove
from cesnode.store.rotated_keys import RotatedKey
from federation.discovery import (
    BASE,
    MOST_KEYS,
    PROTOCOL,
    BoxJwk,
    Card,
    CardCurrency,
    SigningJwk,
    Software,
    jwk_of,
    sign_card,
)
from federation.keys import base64url
from federation.objects import Rate
from federation.rotation import OVERLAP
from federation.seal import BoxKey
from federation.wire import VERSION


def node_card(
    exchange: Exchange,
    here: Here,
    box: BoxKey,
    followed: Sequence[RotatedKey] = (),
    move: OwnMove | None = None,
) -> Card:
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
        keys=_keys(exchange, here, followed),
        box_key=BoxJwk(x=base64url(box.x), kid=box.keyid),
        contact=exchange.origin,
        software=Software(name="cesnode", version=cesnode.__version__),
        accepts_invites=True,
        moved=None if move is None else move.shown,
    )
    return sign_card(here.key, unsigned)


def _keys(
    exchange: Exchange, here: Here, followed: Sequence[RotatedKey]
) -> tuple[SigningJwk, ...]:
    """Return the key in use first, then those it follows, which end in a while.

    A card has room for the last of them.
    """
    since, before, ended = moment(exchange.founded_at), None, []
    for one in followed:
        if one.key.keyid == here.key.keyid:  # What follows it is not in use yet.
            break
        until = moment(one.rotated_at) + OVERLAP
        ended.append(jwk_of(one.key, since, until=until, rotated_from=before))
        since, before = moment(one.rotated_at), one.key.keyid
    latest = ended[:-MOST_KEYS:-1]
    return (jwk_of(here.key.public, since, rotated_from=before), *latest)


def own_rate(exchange: Exchange) -> Rate:
    """Return what one unit of ours is worth in hours, as the wire has it."""
    hours = own_unit(exchange).hours
    return Rate(n=hours.numerator, d=hours.denominator)
