"""The signed terms of a peering: proposed by one side, signed by both, then in force.

1. Each side speaks for itself: what we lend, and our rate, only we propose.
2. Where both propose the same version at once, both sign both, and on either side the
   proposal of the node whose name comes first stands; the other is proposed again.
"""

from __future__ import annotations

from http import HTTPStatus

import msgspec

from cesnode.community.exchange import Exchange
from cesnode.community.roles import Actor, Permission
from cesnode.errors import WrongPeerState
from cesnode.services.clearing.here import Desk, Here, moment
from cesnode.services.clearing.letters import Answer, told
from cesnode.services.peering import standing
from cesnode.services.peering.binding import (
    in_force,
    opened,
    own_party,
    put_in_force,
)
from cesnode.services.peering.judging import check, follows
from cesnode.services.peering.wishes import Wishes, settings_of, wished
from cesnode.store import (
    Reader,
    Writer,
    exchanges,
    outbox,
    peer_keys,
    peerings,
    peers,
    rotated_keys,
)
from cesnode.store.outbox import Letter
from cesnode.store.peerings import Agreed
from cesnode.store.peers import Peer
from federation import bodies
from federation.errors import read_problem, schema_invalid
from federation.peering import State
from federation.signed import Signed, open_signed, prove, sign, signature_of
from federation.terms import Agreement, Party
from federation.wire import VERSION, read, write

LETTER = "peering_terms"


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
    before = opened(asked)
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


def heard(
    writer: Writer, here: Here, peer: Peer, terms: bodies.Terms, *, now: int
) -> Agreed:
    """Sign what a peer proposes, if it may; a repeat gets the same signatures.

    Raises:
        FederationError: the proposal is not proven, or speaks for us.

    """
    first = terms.signatures[0]
    signed = open_signed(
        Agreement, bytes(terms.agreement), first, peer_keys.find_key(writer)
    )
    held = peerings.agreement(writer, peer.id)
    if held is not None and held.content == signed.content and len(held.signatures) > 1:
        return held
    exchange = exchanges.load(writer, now)
    check(writer, here, exchange, peer, signed)
    own = signature_of(here.key, signed.content, Agreement)
    agreed = Agreed(signed.content, (first, own))
    put_in_force(writer, here, exchange, peer, signed.value, agreed, now=now)
    return agreed


def answered(writer: Writer, desk: Desk, letter: Letter, answer: Answer) -> None:
    """Take over the terms we proposed, once the answer shows that the peer has signed."""
    told(writer, desk, letter, answer)
    before = in_force(writer, desk.peer)
    proposed = read(letter.body, bodies.Terms)
    value = msgspec.json.decode(proposed.agreement, type=Agreement)
    if answer.status == HTTPStatus.OK:
        agreed = _co_signed(writer, desk.peer, proposed, read(answer.body, bodies.Terms))
        if before is None or follows(value, before):
            put_in_force(
                writer, desk.here, desk.exchange, desk.peer, value, agreed, now=desk.now
            )
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


def _co_signed(
    reader: Reader, peer: Peer, proposed: bodies.Terms, terms: bodies.Terms
) -> Agreed:
    """Prove that the peer has signed the very terms we proposed."""
    content = bytes(proposed.agreement)
    kid = msgspec.json.decode(content, type=Agreement).party(peer.node).kid
    theirs = next((one for one in terms.signatures if one.keyid == kid), None)
    if theirs is None:
        raise schema_invalid("The peer has not signed the terms.")
    prove(content, Agreement, theirs, peer_keys.find_key(reader)(peer.node, kid))
    return Agreed(content, (proposed.signatures[0], theirs))
