"""What the node answers to other nodes: the post's way from the door to the books."""

from __future__ import annotations

from cesnode.errors import (
    Busy,
    ExchangeLeft,
    OutcomeUnknown,
    StoreFailed,
    StoreFull,
    StoreReadOnly,
    StoreUnavailable,
)
from cesnode.jobs import acquainting, beyond, circles, following, introductions
from cesnode.jobs.voice import Voice
from cesnode.services import dispatch
from cesnode.store import Reader, moves, peer_keys, rotated_keys
from federation import wire
from federation.arrival import Arrival
from federation.bodies import MOST_ROTATIONS, PeeringRequest, Rotation, Succession
from federation.endpoints import PEERING_REQUEST
from federation.errors import FederationError, Problem
from federation.invite import token_hash
from federation.moves import told
from federation.signing import Reply, Sender
from federation.transport.server import Node
from federation.wire import VERSION

_NOT_JUST_NOW = (
    Busy,
    OutcomeUnknown,
    StoreFailed,
    StoreFull,
    StoreReadOnly,
    StoreUnavailable,
)


def node_of(voice: Voice) -> Node:
    """Return what the routes of the protocol need of this node."""

    async def card() -> bytes:
        return wire.write(await introductions.own_card(voice))

    async def find_sender(keyid: str) -> Sender | None:
        return await voice.store.read(_sender, keyid, voice.clock())

    async def receive(arrival: Arrival) -> Reply:
        return await _receive(voice, arrival)

    async def succession() -> bytes:
        return await voice.store.read(_succession, voice.here.node)

    return Node(
        origin=voice.origin,
        key=lambda: voice.here.key,
        card=card,
        find_sender=find_sender,
        receive=receive,
        succession=succession,
        former=voice.former,
        now=voice.clock,
    )


async def _receive(voice: Voice, arrival: Arrival) -> Reply:
    """Answer in one transaction, once whatever must be fetched first is here.

    Raises:
        FederationError: the request is refused, which is on disk by then.

    """
    store, key, own = voice.store, voice.here.key, voice.here.node
    if arrival.at_former_address:
        raise await store.read(_elsewhere)
    try:
        if arrival.endpoint is PEERING_REQUEST:
            body = arrival.body(PeeringRequest)
            found = await introductions.fetch_stranger(
                voice, token_hash(body.token), body.card.origin
            )
            outcome = await store.write(
                dispatch.receive_stranger,
                arrival,
                found,
                key=key,
                own=own,
                now=voice.clock(),
            )
        else:
            await following.look_ahead(voice, arrival)
            await beyond.meet_strangers(voice, arrival)
            await acquainting.know_signers(voice, arrival.sender, arrival.verified.body)
            await circles.meet_parties(voice, arrival)
            outcome = await store.write(
                dispatch.receive,
                arrival,
                key=key,
                box=voice.box,
                own=own,
                now=voice.clock(),
            )
    except ExchangeLeft as error:
        raise await store.read(_elsewhere) from error
    except _NOT_JUST_NOW as error:
        detail = "This node cannot write just now; please try again."
        raise FederationError(Problem.BUSY, detail, reason=str(error)) from error
    if isinstance(outcome, FederationError):
        raise outcome
    return outcome


def _elsewhere(reader: Reader) -> FederationError:
    """Say to who asks at an address that we have left where we are."""
    own = moves.latest(reader)
    return FederationError(
        Problem.MOVED,
        "This node has moved to another address.",
        members={} if own is None else {"moved": told(own.move)},
    )


def _succession(reader: Reader, node: str) -> bytes:
    """Write down how our keys followed one another, for whoever pinned an older one."""
    signed = [one.rotation for one in rotated_keys.every(reader)][-MOST_ROTATIONS:]
    rotations = tuple(
        Rotation(rotation=one.raw, rotation_sig=one.signature) for one in signed
    )
    return wire.write(Succession(v=VERSION, node=node, rotations=rotations))


def _sender(reader: Reader, keyid: str, now: int) -> Sender | None:
    found = peer_keys.sender(reader, keyid, now)
    return None if found is None else Sender(found[0].node, found[1])
