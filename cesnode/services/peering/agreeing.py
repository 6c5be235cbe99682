"""The signed terms of a peering: proposed by one side, signed by both, then in force.

1. Each side speaks for itself: what we lend, and our rate, only we propose.
2. Where both propose the same version at once, both sign both, and on either side the
   proposal of the node whose name comes first stands; the other is proposed again.
"""

from __future__ import annotations

from http import HTTPStatus

import msgspec

from cesnode.community.exchange import Exchange
from cesnode.community.roles import OPERATOR, Actor, Permission
from cesnode.errors import WrongPeerState
from cesnode.services.clearing.here import Desk, Here, moment
from cesnode.services.clearing.letters import Answer, told
from cesnode.services.node_card import own_rate
from cesnode.services.peering import standing
from cesnode.services.peering.wishes import Wishes, settings_of, wished
from cesnode.store import (
    Reader,
    Writer,
    exchanges,
    outbox,
    peerings,
    peers,
    rotated_keys,
)
from cesnode.store.outbox import Letter
from cesnode.store.peerings import Agreed
from cesnode.store.peers import Peer
from federation import bodies
from federation.errors import FederationError, Problem, read_problem, schema_invalid
from federation.nodes import node_name
from federation.objects import Allowance
from federation.peering import Event, State, advance
from federation.signed import Signed, open_signed, prove, sign, signature_of
from federation.terms import Agreement, Party, check_change
from federation.wire import VERSION, read, write

LETTER = "peering_terms"
SHARE_OFFERS = "peers"

_BEGINNING = frozenset({State.INVITED, State.REQUESTED})


def approve(
    writer: Writer,
    here: Here,
    actor: Actor,
    name: str,
    *,
    credit_line: str | None = None,
    now: int,
) -> Peer:
    """Agree to what a peer asked for: sign the terms, and put them out to send."""
    actor.require(Permission.KEEP_PEERS)
    exchange = exchanges.load(writer, now)
    peer = peers.find(writer, name)
    asked = peerings.agreement(writer, peer.id)
    if peer.state is not State.REQUESTED or asked is None:
        raise WrongPeerState(peer=peer.name, state=peer.state)
    settings = wished(exchange, settings_of(peer), Wishes(credit_line=credit_line))
    peerings.set_settings(writer, peer.id, settings)
    peer = peers.by_id(writer, peer.id)
    before = _opened(asked)
    theirs, version = before.party(peer.node), before.terms_version
    signed = _propose(writer, here, exchange, peer, theirs, version, now=now)
    peerings.set_agreement(writer, peer.id, Agreed(signed.content, (signed.signature,)))
    details = {"node": peer.node, "credit_line": peer.credit_line}
    standing.record(writer, exchange, actor, "peer.approved", peer, details, now=now)
    return peer


def renew(writer: Writer, here: Here, exchange: Exchange, peer: Peer, *, now: int) -> bool:
    """Propose new terms if what we grant is not what is in force; say whether it was."""
    standing.guard(writer, exchange, peer, now=now)
    before = in_force(writer, peer)
    if before is None or own_party(here, exchange, peer) == before.party(here.node):
        return False
    if _is_followed(writer, here, before):
        return False
    theirs, version = before.party(peer.node), before.terms_version + 1
    _propose(writer, here, exchange, peer, theirs, version, now=now)
    return True


def draft(
    here: Here, exchange: Exchange, peer: Peer, theirs: Party, *, now: int
) -> Agreement:
    """Write down what a peer asks for, beside what we would grant; nobody has signed."""
    return _agreement(here, exchange, peer, theirs, peer.terms_version, now=now)


def in_force(reader: Reader, peer: Peer) -> Agreement | None:
    """Return the terms that both sides have signed, if they have."""
    agreed = peerings.agreement(reader, peer.id)
    if agreed is None or peer.own_state in _BEGINNING:
        return None
    return _opened(agreed)


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


def heard(
    writer: Writer, here: Here, peer: Peer, terms: bodies.Terms, *, now: int
) -> Agreed:
    """Sign what a peer proposes, if it may; a repeat gets the same signatures.

    Raises:
        FederationError: the proposal is not proven, or speaks for us.

    """
    first = terms.signatures[0]
    signed = open_signed(Agreement, bytes(terms.agreement), first, peers.find_key(writer))
    held = peerings.agreement(writer, peer.id)
    if held is not None and held.content == signed.content and len(held.signatures) > 1:
        return held
    exchange = exchanges.load(writer, now)
    _check(writer, here, exchange, peer, signed)
    own = signature_of(here.key, signed.content, Agreement)
    agreed = Agreed(signed.content, (first, own))
    _put_in_force(writer, exchange, peer, signed.value, agreed, now=now)
    return agreed


def answered(writer: Writer, desk: Desk, letter: Letter, answer: Answer) -> None:
    """Take over the terms we proposed, once the answer shows that the peer has signed."""
    told(writer, desk, letter, answer)
    before = in_force(writer, desk.peer)
    proposed = read(letter.body, bodies.Terms)
    value = msgspec.json.decode(proposed.agreement, type=Agreement)
    if answer.status == HTTPStatus.OK:
        agreed = _co_signed(writer, desk.peer, proposed, read(answer.body, bodies.Terms))
        if before is None or _follows(value, before):
            _put_in_force(writer, desk.exchange, desk.peer, value, agreed, now=desk.now)
        return
    problem = read_problem(answer.body)
    peers.failed(writer, desk.peer.id, f"the terms were not signed: {problem}")
    if before is not None and before.terms_version >= value.terms_version:
        renew(writer, desk.here, desk.exchange, desk.peer, now=desk.now)  # Overtaken.


def _is_followed(reader: Reader, here: Here, before: Agreement) -> bool:
    """Whether the terms name a key already that follows the one we still speak with."""
    retired = rotated_keys.of(reader, here.key.keyid)
    kid = before.party(here.node).kid
    return retired is not None and retired.follower.keyid == kid


def _propose(
    writer: Writer,
    here: Here,
    exchange: Exchange,
    peer: Peer,
    theirs: Party,
    version: int,
    *,
    now: int,
) -> Signed[Agreement]:
    value = _agreement(here, exchange, peer, theirs, version, now=now)
    signed = sign(here.key, value)
    outbox.settle(writer, peer.peering_id, kinds=(LETTER,), now=now)
    outbox.add(
        writer,
        peer=peer.id,
        kind=LETTER,
        wire_id=peer.peering_id,
        parameters={"peering_id": peer.peering_id},
        body=write(bodies.Terms(agreement=signed.raw, signatures=(signed.signature,))),
        now=now,
    )
    return signed


def _agreement(
    here: Here, exchange: Exchange, peer: Peer, theirs: Party, version: int, *, now: int
) -> Agreement:
    own = own_party(here, exchange, peer)
    first, second = sorted((own, theirs), key=lambda party: party.node)
    return Agreement(
        v=VERSION,
        peering_id=peer.peering_id,
        terms_version=version,
        author=here.node,
        parties=(first, second),
        created_at=moment(now),
    )


def _check(
    reader: Reader, here: Here, exchange: Exchange, peer: Peer, signed: Signed[Agreement]
) -> None:
    value = signed.value
    if (value.author, value.peering_id) != (peer.node, peer.peering_id):
        raise schema_invalid("These are not terms of this peering by its other side.")
    if {party.node for party in value.parties} != {here.node, peer.node}:
        raise schema_invalid("These are terms between other nodes.")
    theirs = value.party(peer.node)
    if theirs.kid != signed.signature.keyid:
        raise schema_invalid("The terms name another key than they are signed with.")
    if (theirs.credit_line.currency, theirs.credit_line.scale) != (
        peer.currency,
        peer.scale,
    ):
        raise schema_invalid("The credit line is not in the currency of its lender.")
    if peer.own_state in _BEGINNING:
        _check_first(reader, here, exchange, peer, value)
    else:
        _check_next(reader, here, peer, value)


def _check_first(
    reader: Reader, here: Here, exchange: Exchange, peer: Peer, value: Agreement
) -> None:
    """See that the other side agrees to just what we asked for."""
    if peerings.agreement(reader, peer.id) is not None:
        detail = "The people of this node have still to approve."
        raise FederationError(Problem.PEER_PAUSED, detail)
    own, asked = value.party(here.node), own_party(here, exchange, peer)
    # Our rate may have changed since we asked; we then propose the new one ourselves.
    if msgspec.structs.replace(own, rate=asked.rate) != asked:
        raise schema_invalid("These terms are not what this node asked for.")


def _check_next(reader: Reader, here: Here, peer: Peer, value: Agreement) -> None:
    before = in_force(reader, peer)
    if before is None:
        raise schema_invalid("There are no terms yet that could be changed.")
    check_change(before, value)
    if value.party(here.node) != before.party(here.node):
        raise schema_invalid("Each side speaks for itself; these terms speak for both.")
    if before.party(here.node).kid != here.key.keyid:
        detail = "This node has a new key, and proposes terms with it first."
        raise FederationError(Problem.BUSY, detail)


def _co_signed(
    reader: Reader, peer: Peer, proposed: bodies.Terms, terms: bodies.Terms
) -> Agreed:
    """Prove that the peer has signed the very terms we proposed."""
    content = bytes(proposed.agreement)
    kid = msgspec.json.decode(content, type=Agreement).party(peer.node).kid
    theirs = next((one for one in terms.signatures if one.keyid == kid), None)
    if theirs is None:
        raise schema_invalid("The peer has not signed the terms.")
    prove(content, Agreement, theirs, peers.find_key(reader)(peer.node, kid))
    return Agreed(content, (proposed.signatures[0], theirs))


def _follows(new: Agreement, old: Agreement) -> bool:
    """Whether terms we proposed replace those in force (rule 2)."""
    if new.terms_version == old.terms_version:
        return new.author < old.author
    return new.terms_version == old.terms_version + 1


def _put_in_force(
    writer: Writer,
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
    own = agreement.party(node_name(exchange.origin))
    details = {
        "version": agreement.terms_version,
        "author": agreement.author,
        "credit_line": own.credit_line.amount,
        "their_credit_line": theirs.credit_line.amount,
    }
    standing.record(writer, exchange, OPERATOR, "peer.agreed", changed, details, now=now)


def _opened(agreed: Agreed) -> Agreement:
    return msgspec.json.decode(agreed.content, type=Agreement)
