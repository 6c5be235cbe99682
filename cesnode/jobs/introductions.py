"""Two exchanges meet over the network: cards are fetched, requests and terms sent.

What is decided is decided in services.peering; here it is only carried there and back.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from http import HTTPStatus

import msgspec

from cesnode.community.roles import Actor
from cesnode.errors import (
    InviteExpired,
    InviteInvalid,
    InviteUsed,
    NodeError,
    PeerRefused,
    PeerUnreachable,
)
from cesnode.jobs import receiving
from cesnode.jobs.voice import Voice
from cesnode.services.clearing.letters import Answer
from cesnode.services.errands import came_home, errand_of
from cesnode.services.node_card import node_card
from cesnode.services.outgoing import AT_ONCE
from cesnode.services.peering import introducing, inviting
from cesnode.services.peering.introducing import Introduction
from cesnode.services.peering.wishes import Wishes
from cesnode.store import Reader, exchanges, moves, outbox, peer_keys, peers, rotated_keys
from cesnode.store.outbox import Letter
from cesnode.store.peers import Peer
from federation.discovery import Card, key_of, signer
from federation.endpoints import PEERING_REQUEST
from federation.errors import FederationError, Problem, read_problem, schema_invalid
from federation.nodes import origin_of
from federation.signing import VerifiedAnswer
from federation.transport.client import Call, NoAnswer, Remote
from federation.wire import write


async def meet(voice: Voice, text: str) -> Introduction:
    """Fetch the card an invitation leads to, and see that it has the promised key.

    Raises:
        InviteInvalid, InviteOwn, InviteUsed, PeerExists, PeerUnreachable

    """
    exchange = await voice.store.read(exchanges.load, voice.clock())
    inviting.require_reachable(exchange)
    invite = inviting.read(exchange, voice.here, text)
    try:
        card = await voice.client.fetch_card(invite.origin)
        await _require_name(voice, card)
        facts = introducing.facts_of(card)
    except NoAnswer as error:
        raise PeerUnreachable(
            peer=invite.origin, reason=error.why, field="invite"
        ) from error
    except FederationError as error:
        raise InviteInvalid(reason=error.detail) from error
    if key_of(card, invite.keyid) is None:
        reason = f"{invite.origin} does not show the key that the invitation names."
        raise InviteInvalid(reason=reason)
    introduction = Introduction(invite, card, facts)
    await voice.store.read(introducing.require_new, introduction)
    return introduction


async def accept(
    voice: Voice, actor: Actor, introduction: Introduction, wishes: Wishes
) -> Peer:
    """Take an invitation up: remember who gave it, then ask to be its peer.

    Raises:
        InviteUsed, InviteExpired, InviteInvalid, PeerRefused: they said no.
        PeerUnreachable: nothing is known; the same invitation may be tried again.

    """
    store, now = voice.store, voice.clock()
    try:
        peer = await store.write(introducing.take_up, actor, introduction, wishes, now=now)
    except FederationError as error:
        raise InviteInvalid(reason=error.detail) from error
    card = await own_card(voice)
    request = await store.read(introducing.request, peer, introduction, card, now=now)
    call = Call(endpoint=PEERING_REQUEST, body=write(request))
    answer = await _ask(voice, peer, call)
    if answer.status == HTTPStatus.ACCEPTED:
        return await store.write(introducing.taken_up, peer.id)
    refusal = _refusal(peer, answer)
    await store.write(introducing.turned_away, peer.id, str(refusal), now=now)
    raise refusal


async def fetch_stranger(voice: Voice, token_hash: str, origin: str) -> Card:
    """Fetch the card of whoever takes up an invitation, from where they say they are.

    Only a token of ours lets somebody make this node fetch anything at all.
    """
    await voice.store.read(inviting.require_given, token_hash, now=voice.clock())
    try:
        card = await voice.client.fetch_card(origin)
    except NoAnswer as error:
        detail = f"This node could not fetch the card at {origin} ({error.why})."
        raise FederationError(Problem.NOT_ROUTABLE, detail) from error
    await _require_name(voice, card)
    return card


async def _require_name(voice: Voice, card: Card) -> None:
    """Refuse a name that stands for another place, if somebody else is found there.

    Raises:
        FederationError: the node of that name is another one.

    """
    exchange = await voice.store.read(exchanges.load, voice.clock())
    home = origin_of(card.node, inviting.reach_of(exchange))
    if card.origin == home:
        return
    try:
        there = await voice.client.fetch_card(home)
    except NoAnswer:
        return  # It has moved from there; people compare its key.
    if key_of(card, signer(there)) is None:
        raise schema_invalid(f"{card.origin} calls itself {card.node}, which is another.")


async def own_card(voice: Voice) -> Card:
    """Build our card from the exchange as it stands."""

    def build(reader: Reader) -> Card:
        exchange = exchanges.load(reader, voice.clock())
        followed, move = rotated_keys.every(reader), moves.latest(reader)
        return node_card(exchange, voice.here, voice.box, followed, move)

    return await voice.store.read(build)


async def send_now(voice: Voice, peer: Peer, *, kinds: AbstractSet[str] = AT_ONCE) -> bool:
    """Send what waits about two exchanges at once; whether the peer has heard it all."""
    tried: set[int] = set()
    while letters := await voice.store.read(_unheard, peer.id, tried, kinds):
        for letter in letters:
            tried.add(letter.id)
            if not await _send(voice, peer, letter):
                return False
    return not await voice.store.read(_unheard, peer.id, frozenset(), kinds)


async def _send(voice: Voice, peer: Peer, letter: Letter) -> bool:
    errand = await voice.store.read(errand_of, letter)
    call = Call(
        endpoint=errand.endpoint,
        parameters=errand.parameters,
        query=errand.query,
        body=errand.body,
    )
    try:
        answer = await _ask(voice, peer, call)
    except PeerUnreachable:
        return False
    told = Answer(answer.status, answer.body)
    try:
        await receiving.prepare(voice, errand, told)
    except FederationError:
        return False
    await voice.store.write(came_home, voice.here, errand, (told,), voice.clock())
    return told.status != HTTPStatus.MISDIRECTED_REQUEST


def _unheard(
    reader: Reader, peer: int, tried: AbstractSet[int], kinds: AbstractSet[str]
) -> list[Letter]:
    letters = outbox.waiting(reader, peer, kinds=kinds)
    return [one for one in letters if one.id not in tried]


async def _ask(voice: Voice, peer: Peer, call: Call) -> VerifiedAnswer:
    keys = await voice.store.read(peer_keys.of_peer, peer)
    try:
        return await voice.client.ask(Remote(peer.origin, keys), call)
    except (NoAnswer, FederationError) as error:
        why = error.why if isinstance(error, NoAnswer) else error.problem
        await voice.store.write(peers.failed, peer.id, str(error))
        raise PeerUnreachable(peer=peer.name, reason=why) from error


class _Why(msgspec.Struct):
    why: str = ""


def _refusal(peer: Peer, answer: VerifiedAnswer) -> NodeError:
    """Say in our own words why an invitation was not honoured."""
    problem = read_problem(answer.body)
    if problem is Problem.INVITE_USED:
        return InviteUsed(peer=peer.name)
    if problem is Problem.INVITE_INVALID:
        why = msgspec.json.decode(answer.body, type=_Why).why
        if why == inviting.EXPIRED:
            return InviteExpired(peer=peer.name)
        known = f"{peer.name} has an agreement with this exchange already."
        unknown = f"{peer.name} does not know of it."
        return InviteInvalid(reason=known if why == inviting.KNOWN else unknown)
    if problem is Problem.NOT_ROUTABLE:
        return PeerRefused(peer=peer.name, problem="it cannot reach this node; is it up?")
    return PeerRefused(peer=peer.name, problem=problem or f"HTTP {answer.status}")
