"""Carries letters between communities whose year is being made, there and back at once.

A letter goes the way of any other: signed, proven, answered in the receiver's file, the
answer proven and acted on.  Only the network between the two is left out.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field

from cesnode.community.roles import OPERATOR
from cesnode.services import dispatch, reconciling
from cesnode.services.clearing.here import Here, here_of
from cesnode.services.clearing.letters import Answer
from cesnode.services.demonstration.scene import Scene
from cesnode.services.errands import answers_in, came_home, next_errand
from cesnode.services.node_card import node_card
from cesnode.services.peering import agreeing, introducing, inviting
from cesnode.services.peering.introducing import Introduction
from cesnode.services.peering.wishes import Wishes
from cesnode.store import Reader, Writer, exchanges, peer_keys, peers
from cesnode.store.peers import Peer
from federation import signing
from federation.arrival import Arrival, sender_of_card
from federation.bodies import Checkpoint
from federation.discovery import Card
from federation.endpoints import CHECKPOINT, PEERING_REQUEST, Endpoint
from federation.errors import NATURE, PROBLEM_JSON
from federation.keys import PrivateKey, PublicKey
from federation.seal import BoxKey
from federation.signing import (
    Reply,
    Request,
    Sender,
    Stamp,
    VerifiedAnswer,
    read_request,
    sign_answer,
    sign_request,
    verify_answer,
    verify_request,
)
from federation.wire import write

_NONCE_BYTES = 18


@dataclass(frozen=True, slots=True, kw_only=True)
class Town:
    """A community whose year is being made, and the node it will be served by."""

    scene: Scene
    origin: str
    key: PrivateKey
    box: BoxKey

    @property
    def writer(self) -> Writer:
        return self.scene.writer

    def here(self, now: int) -> Here:
        return here_of(exchanges.load(self.writer, now), self.key, self.box)

    def card(self, now: int) -> Card:
        exchange = exchanges.load(self.writer, now)
        return node_card(exchange, self.here(now), self.box)

    def peer(self, other: Town, now: int) -> Peer:
        return peers.find(self.writer, other.here(now).node)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Question:
    endpoint: Endpoint
    keys: tuple[PublicKey, ...]
    parameters: Mapping[str, str] = field(default_factory=dict)
    query: str = ""
    body: bytes = b""


def introduce(one: Town, other: Town, line: str, line_back: str, *, now: int) -> None:
    """Make two communities peers as their admins would; each line is what one grants."""
    first, second = one.writer, other.writer
    here = other.here(now)
    made = inviting.invite(first, one.here(now), OPERATOR, credit_line=line, now=now)
    invite = inviting.read(exchanges.load(second, now), here, made.text)
    card = one.card(now)
    met = Introduction(invite, card, introducing.facts_of(card))
    introducing.require_new(second, met)
    wishes = Wishes(credit_line=line_back)
    peer = introducing.take_up(second, OPERATOR, met, wishes, now=now)
    request = introducing.request(second, peer, met, other.card(now), now=now)
    question = _Question(
        endpoint=PEERING_REQUEST, keys=peer_keys.of_peer(second, peer), body=write(request)
    )
    _ask(other, one, question, now=now)
    introducing.taken_up(second, peer.id)
    agreeing.approve(first, one.here(now), OPERATOR, here.node, now=now)
    deliver(one, other, now=now)


def renew(one: Town, other: Town, *, now: int) -> None:
    """Tell the other of new terms, if they are new."""
    writer, exchange = one.writer, exchanges.load(one.writer, now)
    agreeing.renew(writer, one.here(now), exchange, one.peer(other, now), now=now)
    deliver(one, other, now=now)


def compare(one: Town, other: Town, *, now: int) -> None:
    """Compare the books, and sign what both agree on."""
    writer, here, peer = one.writer, one.here(now), one.peer(other, now)
    ours = reconciling.own_statement(writer, here, peer.id)
    question = _Question(
        endpoint=CHECKPOINT,
        keys=peer_keys.of_peer(writer, peer),
        body=write(Checkpoint(note=ours.signed(here).document)),
    )
    answer = _ask(one, other, question, now=now)
    reconciling.compare(writer, here, peer.id, ours, answer, now=now)


def deliver(one: Town, other: Town, *, now: int) -> None:
    """Carry what either has to tell the other, until neither has anything to tell."""
    while _empty(one, other, now=now) or _empty(other, one, now=now):
        pass


def _empty(sender: Town, receiver: Town, *, now: int) -> bool:
    """Carry all that waits for a receiver; whether there was anything."""
    writer, peer, carried = sender.writer, sender.peer(receiver, now).id, False
    while errand := next_errand(writer, peer, now=now):
        question = _Question(
            endpoint=errand.endpoint,
            keys=errand.keys,
            parameters=errand.parameters,
            query=errand.query,
            body=errand.body,
        )
        answer = _ask(sender, receiver, question, now=now)
        told = answers_in(errand, Answer(answer.status, answer.body))
        came_home(writer, sender.here(now), errand, told, now)
        carried = True
    return carried


def _ask(sender: Town, receiver: Town, question: _Question, *, now: int) -> VerifiedAnswer:
    endpoint = question.endpoint
    path = endpoint.path_with(**question.parameters)
    target = receiver.origin + path + (f"?{question.query}" if question.query else "")
    headers, sent = sign_request(
        sender.key,
        method=endpoint.method,
        target_uri=target,
        body=question.body,
        stamp=_stamp(now),
    )
    request = Request(
        method=endpoint.method, target_uri=target, headers=headers, body=question.body
    )
    reply = _received(receiver, sender, question, request, now=now)
    answer = signing.Answer(
        status=reply.status,
        headers=sign_answer(receiver.key, sent, reply, _stamp(now)),
        body=reply.body,
    )
    return verify_answer(answer, sent, {key.keyid: key for key in question.keys}, now)


def _received(
    receiver: Town, sender: Town, question: _Question, request: Request, *, now: int
) -> Reply:
    """Answer a request as a served node does, with what it refuses it for if need be."""
    claim, writer = read_request(request), receiver.writer
    is_stranger = question.endpoint is PEERING_REQUEST
    arrival = Arrival(
        endpoint=question.endpoint,
        parameters=question.parameters,
        query=question.query,
        verified=verify_request(
            claim,
            sender_of_card(claim) if is_stranger else _sender(writer, claim.keyid, now),
            now,
        ),
    )
    key, own = receiver.key, receiver.here(now).node
    if is_stranger:
        outcome = dispatch.receive_stranger(
            writer, arrival, sender.card(now), key=key, own=own, now=now
        )
    else:
        outcome = dispatch.receive(
            writer, arrival, key=key, box=receiver.box, own=own, now=now
        )
    if isinstance(outcome, Reply):
        return outcome
    document = outcome.document(request.target_uri)
    return Reply(NATURE[outcome.problem].status, document, PROBLEM_JSON)


def _sender(reader: Reader, keyid: str, now: int) -> Sender | None:
    found = peer_keys.sender(reader, keyid, now)
    return None if found is None else Sender(found[0].node, found[1])


def _stamp(now: int) -> Stamp:
    return Stamp(now, secrets.token_urlsafe(_NONCE_BYTES))
