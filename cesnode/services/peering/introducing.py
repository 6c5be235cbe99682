"""Two exchanges meet: one takes up the other's invitation, and is remembered there.

What a card says is the exchange's own word.  Its key is pinned because the invitation
named it, or because it was found at the card's own address; people compare the rest.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from cesnode.community import words
from cesnode.community.exchange import Exchange
from cesnode.community.roles import OPERATOR, Actor, Permission
from cesnode.errors import InviteUsed, NodeError, PeerExists
from cesnode.ledger.accounts import AccountKind, SystemAccount, clearing_number
from cesnode.ledger.money import MOST_SCALE
from cesnode.services.clearing.here import Here, seconds
from cesnode.services.peering import agreeing, binding, inviting, standing
from cesnode.services.peering.wishes import Wishes, wished
from cesnode.store import (
    Reader,
    Writer,
    accounts,
    exchanges,
    invites,
    peer_keys,
    peerings,
    peers,
)
from cesnode.store.invites import Given
from cesnode.store.peerings import Agreed, Facts, Meeting, Settings
from cesnode.store.peers import Peer
from federation import bodies
from federation.arrival import Arrival
from federation.discovery import Card, SigningJwk, fingerprint_words, public_key
from federation.errors import FederationError, Problem, schema_invalid
from federation.invite import Invite, token_hash
from federation.peering import Event, State, advance
from federation.signed import write
from federation.signing import Reply
from federation.terms import Party

_CODE = re.compile(r"[A-Z][A-Z0-9]{2,11}")
_MAY_BEGIN = frozenset({State.INVITED, State.CLOSED})
_ACCEPTED = Reply(202, b'{"state":"requested"}')


@dataclass(frozen=True, slots=True)
class Introduction:
    """An invitation, and the card that was found where it leads."""

    invite: Invite
    card: Card
    facts: Facts

    @property
    def fingerprint(self) -> str:
        return fingerprint_words(self.invite.keyid)


def facts_of(card: Card) -> Facts:
    """Take what we keep from a card.

    Raises:
        FederationError: a name in it is none that can be shown, or its currency is
            finer than amounts here can be written.

    """
    if card.currency.scale > MOST_SCALE:
        told = f"The card of {card.origin}: {MOST_SCALE} decimals are the most here."
        raise schema_invalid(told)
    try:
        name = words.name(card.name)
        currency_name = words.name(card.currency.name)
    except NodeError as error:
        raise schema_invalid(f"The card of {card.origin}: {error}") from None
    return Facts(
        node=card.node,
        origin=card.origin,
        name=name,
        currency=card.currency.code,
        currency_name=currency_name,
        scale=card.currency.scale,
        rate=standing.fraction(card.currency.rate),
        box_key=card.box_key.x,
    )


def require_new(reader: Reader, introduction: Introduction) -> None:
    """Refuse an invitation that was used here, or of an exchange that is a peer already.

    Raises:
        InviteUsed, PeerExists

    """
    peer = peers.by_node(reader, introduction.facts.node)
    if peer is None or peer.state is State.INVITED:
        return
    if peerings.invited_with(reader, peer.id) == introduction.invite.token_hash:
        raise InviteUsed(peer=peer.name)
    if peer.state is not State.CLOSED:
        raise PeerExists(peer=peer.name, state=peer.state)


def take_up(
    writer: Writer,
    actor: Actor,
    introduction: Introduction,
    wishes: Wishes,
    *,
    now: int,
) -> Peer:
    """Store the exchange that invited us; what is then asked of it, it may still refuse."""
    actor.require(Permission.KEEP_PEERS)
    require_new(writer, introduction)
    exchange = exchanges.load(writer, now)
    settings = wished(exchange, Settings(), wishes)
    invite, facts = introduction.invite, introduction.facts
    peer = _meet(writer, exchange, facts, invite.token_hash, State.INVITED, now=now)
    _pin(writer, peer, _jwk(introduction.card, invite.keyid), now=now)
    peerings.set_settings(writer, peer.id, settings)
    peer = peers.by_id(writer, peer.id)
    standing.guard(writer, exchange, peer, now=now)
    details = {"node": facts.node, "keyid": invite.keyid}
    standing.record(writer, exchange, actor, "peer.invited_us", peer, details, now=now)
    return peer


def request(
    reader: Reader, peer: Peer, introduction: Introduction, own_card: Card, *, now: int
) -> bodies.PeeringRequest:
    """Write what we ask of the exchange that invited us."""
    exchange = exchanges.load(reader, now)
    return bodies.PeeringRequest(
        token=introduction.invite.token,
        card=own_card,
        proposed=bodies.Proposal(
            credit_line=binding.allowance(exchange, peer.credit_line),
            share_offers=binding.SHARE_OFFERS,
            allow_requests=peer.allow_requests,
            allow_as_hub=peer.allow_as_hub,
        ),
    )


def taken_up(writer: Writer, peer: int) -> Peer:
    """Note that our request has arrived; the terms themselves may have overtaken it."""
    found = peers.by_id(writer, peer)
    if found.own_state is State.INVITED:
        peers.set_state(writer, peer, advance(State.INVITED, Event.REQUEST))
    return peers.by_id(writer, peer)


def turned_away(writer: Writer, peer: int, why: str, *, now: int) -> None:
    """Note that our request was refused; another invitation can begin anew."""
    peers.set_state(writer, peer, advance(State.INVITED, Event.CLOSE))
    peer_keys.end_all(writer, peer, until=now)
    peers.failed(writer, peer, why)


def requested(
    writer: Writer, here: Here, arrival: Arrival, found: Card, *, now: int
) -> Reply:
    """Remember an exchange that took up our invitation; people decide on it later.

    `found` is the card as it was fetched from its own address just now.

    Raises:
        FederationError: the invitation does not hold, or the key is not the exchange's.

    """
    body = arrival.body(bodies.PeeringRequest)
    given = inviting.require_given(writer, token_hash(body.token), now=now)
    known = peers.by_node(writer, arrival.sender)
    keyid = arrival.verified.keyid
    if given.used_at is not None:
        return _again(writer, known, given, keyid)
    if known is not None and known.state not in _MAY_BEGIN:
        detail = "There is a peering between the two nodes already."
        members = {"why": inviting.KNOWN}
        raise FederationError(Problem.INVITE_INVALID, detail, members=members)
    jwk, facts = _jwk(found, keyid), _stranger(here, found, arrival)
    exchange = exchanges.load(writer, now)
    line = body.proposed.credit_line
    if (line.currency, line.scale) != (facts.currency, facts.scale):
        raise schema_invalid("The credit line is not in the currency of the card.")
    peer = _meet(writer, exchange, facts, given.token_hash, State.REQUESTED, now=now)
    _pin(writer, peer, jwk, now=now)
    settings = Settings(credit_line=given.credit_line)
    peerings.set_settings(writer, peer.id, settings)
    peer = peers.by_id(writer, peer.id)
    terms = agreeing.draft(here, exchange, peer, _proposed(body, found, keyid), now=now)
    peerings.set_agreement(writer, peer.id, Agreed(write(terms), ()))
    invites.use(writer, given.token_hash, now=now)
    standing.guard(writer, exchange, peer, now=now)
    details = {"node": facts.node, "keyid": keyid}
    standing.record(writer, exchange, OPERATOR, "peer.asked", peer, details, now=now)
    return _ACCEPTED


def _again(reader: Reader, peer: Peer | None, given: Given, keyid: str) -> Reply:
    """Answer as before the one who used the invitation, and refuse everybody else."""
    same = (
        peer is not None
        and peerings.invited_with(reader, peer.id) == given.token_hash
        and peer_keys.owner(reader, keyid) == peer.id
    )
    if not same:
        raise FederationError(Problem.INVITE_USED, "This invitation was used before.")
    return _ACCEPTED


def _stranger(here: Here, found: Card, arrival: Arrival) -> Facts:
    """See that the card found at its own address is that of whoever signed the request."""
    if found.node != arrival.sender or found.node == here.node:
        raise schema_invalid("The card is not that of another node.")
    return facts_of(found)


def _proposed(body: bodies.PeeringRequest, card: Card, keyid: str) -> Party:
    return Party(
        node=card.node,
        kid=keyid,
        credit_line=body.proposed.credit_line,
        rate=card.currency.rate,
        share_offers=body.proposed.share_offers,
        allow_requests=body.proposed.allow_requests,
        allow_as_hub=body.proposed.allow_as_hub,
    )


def _meet(
    writer: Writer,
    exchange: Exchange,
    facts: Facts,
    hashed: str,
    state: State,
    *,
    now: int,
) -> Peer:
    """Store a peer that begins, or begins anew, with the account we keep for it."""
    known = peers.by_node(writer, facts.node)
    if known is not None and (known.currency, known.scale) != (
        facts.currency,
        facts.scale,
    ):
        raise schema_invalid("The currency is not the one this node has accounts in.")
    code = known.code if known else free_code(writer, exchange, facts.currency)
    meeting = Meeting(
        state=state,
        peering_id=f"p-{hashed[:32]}",
        clearing=known.clearing if known else _account(writer, exchange, code, facts, now),
        token_hash=hashed,
    )
    if known is None:
        peerings.insert(writer, facts, meeting, code=code, now=now)
    else:
        peerings.reintroduce(writer, known.id, facts, meeting)
    met = peers.by_node(writer, facts.node)
    assert met is not None  # noqa: S101 - it was stored just now
    return met


def _account(writer: Writer, exchange: Exchange, code: str, facts: Facts, now: int) -> int:
    return accounts.insert(
        writer,
        number=accounts.free_name(writer, clearing_number(exchange.code, code)),
        name=facts.name,
        kind=AccountKind.CLEARING,
        now=now,
        area=None,
    )


def free_code(reader: Reader, exchange: Exchange, wanted: str) -> str:
    """Return what we call an exchange: its currency's code, unless that is taken."""
    base = wanted if _CODE.fullmatch(wanted) else f"X{wanted[:10]:0>2}"
    taken = {exchange.code, *SystemAccount, *(peer.code for peer in peers.every(reader))}
    for number in range(2, len(taken) + 3):
        if base not in taken:
            return base
        base = f"{base.rstrip('0123456789')[:10]}{number}"
    raise AssertionError(taken)


def _jwk(card: Card, keyid: str) -> SigningJwk:
    """Return the key of the card that an invitation or a signature names."""
    found = next((jwk for jwk in card.keys if jwk.kid == keyid), None)
    if found is None:
        detail = f"The key is not among those that {card.origin} shows."
        raise FederationError(Problem.SIGNATURE_INVALID, detail)
    return found


def _pin(writer: Writer, peer: Peer, jwk: SigningJwk, *, now: int) -> None:
    """Hold a key to be the peer's, from now at the latest, whatever its clock says."""
    key = public_key(jwk)
    owner = peer_keys.owner(writer, key.keyid)
    if owner not in {None, peer.id}:
        raise schema_invalid("The key is that of another node.")
    peer_keys.pin(writer, peer.id, key, since=min(seconds(jwk.not_before), now))
