"""The terms in force with a peer: what both sides have signed, and what follows from it."""

from __future__ import annotations

import msgspec

from cesnode.community.exchange import Exchange
from cesnode.community.roles import OPERATOR
from cesnode.services.clearing import noting
from cesnode.services.clearing.here import Desk, Here
from cesnode.services.node_card import own_rate
from cesnode.services.peering import standing
from cesnode.store import Reader, Writer, peerings, peers
from cesnode.store.peerings import Agreed
from cesnode.store.peers import Peer
from federation.objects import Allowance
from federation.peering import Event, State, advance
from federation.terms import Agreement, Party

SHARE_OFFERS = "peers"
BEGINNING = frozenset({State.INVITED, State.REQUESTED})
_BOTH = 2


def in_force(reader: Reader, peer: Peer) -> Agreement | None:
    """Return the terms that both sides have signed, if they have."""
    agreed = peerings.agreement(reader, peer.id)
    if agreed is None or peer.own_state in BEGINNING:
        return None
    return opened(agreed)


def own_party(here: Here, exchange: Exchange, peer: Peer) -> Party:
    """Return our side of the terms, as it is now."""
    return Party(
        node=here.node,
        kid=here.key.keyid,
        credit_line=allowance(exchange, peer.credit_line),
        rate=own_rate(exchange),
        share_offers=SHARE_OFFERS,
        allow_requests=peer.allow_requests,
        allow_as_hub=peer.allow_as_hub,
    )


def allowance(exchange: Exchange, amount: int) -> Allowance:
    currency = exchange.currency
    return Allowance(amount=amount, currency=currency.code, scale=currency.scale)


def note_limit(
    writer: Writer, here: Here, exchange: Exchange, peer: Peer, *, now: int
) -> bool:
    """Note in the chain what we lend, if that was agreed before it was noted there."""
    agreed = peerings.agreement(writer, peer.id)
    if agreed is None or len(agreed.signatures) < _BOTH or peer.own_state in BEGINNING:
        return False
    return noting.note(writer, Desk(here, exchange, peer, now), agreed)


def put_in_force(
    writer: Writer,
    here: Here,
    exchange: Exchange,
    peer: Peer,
    agreement: Agreement,
    agreed: Agreed,
    *,
    now: int,
) -> None:
    theirs = agreement.party(peer.node)
    peerings.set_agreement(writer, peer.id, agreed)
    peerings.set_terms(
        writer,
        peer.id,
        version=agreement.terms_version,
        their_credit_line=theirs.credit_line.amount,
        rate=standing.fraction(theirs.rate),
    )
    state = peer.own_state
    if state is State.INVITED:  # The answer to our request was lost; this is better.
        state = advance(state, Event.REQUEST)
    if state is State.REQUESTED:
        peers.set_state(writer, peer.id, advance(state, Event.APPROVE))
    changed = peers.by_id(writer, peer.id)
    standing.guard(writer, exchange, changed, now=now)
    noting.note(writer, Desk(here, exchange, changed, now), agreed)
    own = agreement.party(exchange.node)
    details = {
        "version": agreement.terms_version,
        "author": agreement.author,
        "credit_line": own.credit_line.amount,
        "their_credit_line": theirs.credit_line.amount,
    }
    standing.record(writer, exchange, OPERATOR, "peer.agreed", changed, details, now=now)


def opened(agreed: Agreed) -> Agreement:
    return msgspec.json.decode(agreed.content, type=Agreement)
