"""Answers what a trade with a member of ours, or through us, would cost a peer.

The payee's node says what arrives for how much, and that the payee can be paid; a hub
says for how much it passes an amount on, and cannot see to whom.  A quote is signed, and
kept to until its time is over.
"""

from __future__ import annotations

import secrets
from datetime import timedelta

from cesnode.services.clearing import passing
from cesnode.services.clearing.accepting import payee_at
from cesnode.services.clearing.here import Desk, moment, own_unit, peer_unit, seconds
from cesnode.store import Reader, Writer, peers, quotes
from cesnode.store.quotes import Direction, Kept, Quoted
from federation import rates
from federation.bodies import QuoteAnswer, QuoteRequest
from federation.errors import FederationError, Problem
from federation.objects import HopQuote, Mode, TradeQuote
from federation.signed import sign
from federation.signing import Reply
from federation.wire import VERSION, write

LASTS = timedelta(minutes=10)
MOST_OPEN = 500
"""Quotes that one peer may have from us at a time."""


def answer(writer: Writer, desk: Desk, body: QuoteRequest) -> Reply:
    """Tell a peer what a trade with a member of ours, or through us, would cost.

    Raises:
        FederationError: there is nobody to be paid, or no way to them.

    """
    if quotes.open_with(writer, desk.peer.id, now=desk.now) >= MOST_OPEN:
        detail = "You have many quotes of ours; please use them before you ask for more."
        raise FederationError(Problem.RATE_LIMITED, detail)
    quote: Quoted
    if body.path == (desk.peer.node, desk.here.node):
        quote = sign(desk.here.key, _own(writer, desk, body))
    else:
        quote = sign(desk.here.key, _through(writer, desk, body))
    kept = Kept(
        direction=Direction.GIVEN,
        peer=desk.peer.id,
        payee=body.payee,
        quote=quote,
        made_at=desk.now,
        expires_at=seconds(quote.value.expires_at),
    )
    quotes.insert(writer, kept)
    told = QuoteAnswer(quote=quote.raw, quote_sig=quote.signature, payee_label=None)
    return Reply(200, write(told))


def _own(reader: Reader, desk: Desk, body: QuoteRequest) -> TradeQuote:
    payee = payee_at(reader, desk.exchange, body.payee)
    if payee is None:
        detail = "There is nobody here who can be paid so."
        raise FederationError(Problem.PAYEE_UNAVAILABLE, detail)
    theirs, ours = peer_unit(desk.peer), own_unit(desk.exchange)
    fixed = ours if body.mode is Mode.FIXED_RECEIVE else theirs
    _check_unit(body, fixed)
    source, dest = rates.convert(body.mode, body.amount, theirs, ours)
    return TradeQuote(
        v=VERSION,
        quote_id=_new_id(),
        payee_node=desk.here.node,
        payee_ref=body.payee,
        mode=body.mode,
        source=source,
        dest=dest,
        path_fee=0,
        expires_at=moment(desk.now) + LASTS,
    )


def _through(reader: Reader, desk: Desk, body: QuoteRequest) -> HopQuote:
    node = body.path[-1] if body.path else ""
    onward = passing.require_passage(desk, peers.by_node(reader, node), body.path)
    if body.mode is not Mode.FIXED_RECEIVE:
        detail = "What passes through here is fixed in the payee's currency."
        raise FederationError(Problem.AMOUNT_INVALID, detail)
    ours, unit = own_unit(desk.exchange), peer_unit(onward)
    _check_unit(body, unit)
    toll = passing.price(desk, onward, body.amount)
    source, arriving = rates.convert(
        Mode.FIXED_RECEIVE, toll.arriving, peer_unit(desk.peer), ours
    )
    return HopQuote(
        v=VERSION,
        quote_id=_new_id(),
        node=desk.here.node,
        payer_node=desk.peer.node,
        payee_node=node,
        source=source,
        arriving=arriving,
        fee=toll.arriving - toll.onward,
        dest=unit.money(body.amount),
        expires_at=moment(desk.now) + LASTS,
    )


def _check_unit(body: QuoteRequest, unit: rates.Unit) -> None:
    if (body.currency, body.scale) != (unit.currency, unit.scale):
        detail = f"The amount should be in {unit.currency}."
        raise FederationError(Problem.AMOUNT_INVALID, detail)


def _new_id() -> str:
    return secrets.token_urlsafe(12)
