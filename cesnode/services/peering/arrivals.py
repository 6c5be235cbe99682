"""What a peer asks about the peering itself."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec

from cesnode.community.roles import OPERATOR
from cesnode.services.clearing.here import Here, moment, seconds
from cesnode.services.incoming import Incoming
from cesnode.services.peering import agreeing, standing
from cesnode.store import Writer, exchanges, peer_keys, peerings, peers
from cesnode.store.peers import Peer
from federation import bodies
from federation.errors import FederationError, Problem, schema_invalid
from federation.objects import KeyRotation
from federation.rotation import Pin, rotate
from federation.signed import open_signed
from federation.signing import Reply
from federation.wire import write

_DONE = Reply(204)


class Pong(msgspec.Struct, frozen=True):
    """Says who answers and what time it is there."""

    node: str
    time: datetime


def ping(_writer: Writer, incoming: Incoming) -> Reply:
    pong = Pong(incoming.own, datetime.fromtimestamp(incoming.now, UTC))
    return Reply(200, write(pong))


def read(writer: Writer, incoming: Incoming) -> Reply:
    """Show the terms that somebody has signed."""
    _require_this_peering(incoming)
    agreed = peerings.agreement(writer, incoming.peer.id)
    if agreed is None or not agreed.signatures:
        raise FederationError(Problem.NOT_FOUND, "There are no terms yet.")
    return _terms(agreed)


def terms(writer: Writer, incoming: Incoming) -> Reply:
    """Sign what the peer proposes, if it is for the peer to propose."""
    _require_this_peering(incoming)
    proposed = incoming.arrival.body(bodies.Terms)
    here = Here(incoming.own, incoming.key)
    agreed = agreeing.heard(writer, here, incoming.peer, proposed, now=incoming.now)
    return _terms(agreed)


def pause(writer: Writer, incoming: Incoming) -> Reply:
    """Note that the peer lets the peering rest, or goes on; our own side is for us."""
    _require_this_peering(incoming)
    told = incoming.arrival.body(bodies.Pause)
    peer, now = incoming.peer, incoming.now
    if told.paused != peer.paused_there:
        peers.set_paused_there(writer, peer.id, paused=told.paused)
        kind = "peer.paused_there" if told.paused else "peer.resumed_there"
        exchange = exchanges.load(writer, now)
        why = told.why or None
        standing.record(writer, exchange, OPERATOR, kind, peer, {}, note=why, now=now)
    return _DONE


def rotate_key(writer: Writer, incoming: Incoming) -> Reply:
    """Pin the key that the peer's present key vouches for; the old one ends in a while."""
    body = incoming.arrival.body(bodies.Rotation)
    peer, now = incoming.peer, incoming.now
    find_key = peer_keys.find_key(writer)
    signed = open_signed(KeyRotation, bytes(body.rotation), body.rotation_sig, find_key)
    key = find_key(peer.node, signed.value.old_kid)
    if key is None:
        raise schema_invalid("The rotation does not begin at a key of this peer.")
    since = moment(peer_keys.since(writer, key.keyid))
    old, new = rotate(Pin(peer.node, key, since), signed)
    owner = peer_keys.owner(writer, new.key.keyid)
    if owner == peer.id:
        return _DONE
    if owner is not None:
        raise schema_invalid("The key is that of another node.")
    assert old.not_after is not None  # noqa: S101 - rotate() ends the old key
    peer_keys.end(writer, old.key.keyid, until=seconds(old.not_after))
    peer_keys.pin(writer, peer.id, new.key, since=min(seconds(new.not_before), now))
    _record_rotation(writer, peer, new.key.keyid, now=now)
    return _DONE


def _record_rotation(writer: Writer, peer: Peer, keyid: str, *, now: int) -> None:
    exchange = exchanges.load(writer, now)
    details = {"keyid": keyid}
    standing.record(writer, exchange, OPERATOR, "peer.key_rotated", peer, details, now=now)


def _require_this_peering(incoming: Incoming) -> None:
    if incoming.arrival.parameter("peering_id") != incoming.peer.peering_id:
        raise FederationError(Problem.NOT_FOUND, "There is no such peering between us.")


def _terms(agreed: peerings.Agreed) -> Reply:
    body = bodies.Terms(agreement=msgspec.Raw(agreed.content), signatures=agreed.signatures)
    return Reply(200, write(body))
