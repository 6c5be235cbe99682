"""A peer that moves: what it tells is kept, and believed once it was found there.

1. What is told, by whoever bears it, is signed by a key pinned for the peer that may
   still sign; it only says where to look.
2. The peer is found there if the card at that very address is signed by such a key,
   bears the peer's name, and shows the same move.  Then its address is another; nothing
   else is, for all that was signed bears its name.
3. The move with the highest number counts; a repeat and an older one change nothing.
"""

from __future__ import annotations

from http import HTTPStatus

import msgspec

from cesnode.community.roles import OPERATOR
from cesnode.ledger.chain import Canonical
from cesnode.services.incoming import Incoming
from cesnode.services.peering import standing
from cesnode.store import (
    Reader,
    Writer,
    exchanges,
    feeds,
    moves,
    outbox,
    peer_keys,
    peers,
    remote_listings,
)
from cesnode.store.moves import PeerMove
from cesnode.store.peers import Peer
from federation import moves as federated
from federation.discovery import Card, proven_move
from federation.errors import schema_invalid
from federation.moves import Moved, opened
from federation.objects import NodeMove
from federation.peering import State
from federation.signed import Signed
from federation.signing import Reply

LOOKS_APART = 1
"""Seconds at least between two looks at where a peer says it is."""

_FOUND = Reply(HTTPStatus.NO_CONTENT)
_HEARD = Reply(HTTPStatus.ACCEPTED, b'{"state":"heard"}')


def heard(writer: Writer, incoming: Incoming) -> Reply:
    """Keep a peer's word that it moves; say whether it was found there yet."""
    moved = incoming.arrival.body(Moved)
    told = _note(writer, incoming.peer, moved, now=incoming.now)
    is_found = told is not None and told.confirmed_at is not None
    return _FOUND if is_found else _HEARD


def heard_instead(writer: Writer, peer: int, body: bytes, now: int) -> None:
    """Keep what a peer's former address says in place of an answer.

    Raises:
        FederationError: it proves nothing.

    """
    try:
        moved = msgspec.json.decode(body, type=_Elsewhere).moved
    except msgspec.MsgspecError:
        raise schema_invalid("The answer does not say where the node has gone.") from None
    _note(writer, peers.by_id(writer, peer), moved, now=now)


def worth_looking(reader: Reader, node: str, moved: Moved, *, now: int) -> Peer | None:
    """Return the peer whose move this is, if it should be looked for there just now.

    Raises:
        FederationError: the move is not the peer's.

    """
    peer = peers.by_node(reader, node)
    if peer is None or peer.own_state is State.CLOSED:
        return None
    move = _opened(reader, peer, moved, now)
    known = moves.last_of(reader, peer.id)
    if federated.is_newer(move, known.move if known else None):
        return peer
    is_last = known is not None and known.move.content == move.content
    return peer if known and is_last and _is_due(known, now) else None


def to_look_for(reader: Reader) -> list[tuple[Peer, str]]:
    """Return the peers that have told of a move and were not found there yet."""
    return [
        (peers.by_id(reader, told.peer), told.move.value.new_origin)
        for told in moves.unconfirmed(reader)
    ]


def looked(writer: Writer, peer: int, *, now: int) -> None:
    """Note that a peer was looked for, and not found."""
    told = moves.last_of(writer, peer)
    if told is not None:
        moves.set_looked(writer, told, now=now)


def found(writer: Writer, peer: int, card: Card, *, now: int) -> Peer:
    """Reach a peer where its card was found just now.

    Raises:
        FederationError: the card is not the peer's, or shows no move to there, or an older
            one than the peer has told us of.

    """
    known = peers.by_id(writer, peer)
    find_key = peer_keys.find_usable_key(writer, now)
    move = proven_move(card, known.node, find_key)
    _require_free(writer, known, card.origin)
    told = _keep(writer, known, move, now=now)
    if told.move.content != move.content:
        raise schema_invalid(f"{known.node} has told of another move since.")
    if told.confirmed_at is None:
        _follow(writer, known, told, now=now)
    return peers.by_id(writer, peer)


class _Elsewhere(msgspec.Struct):
    moved: Moved


def _note(writer: Writer, peer: Peer, moved: Moved, *, now: int) -> PeerMove | None:
    """Keep a move, if it is new; return the last that is known."""
    told = _keep(writer, peer, _opened(writer, peer, moved, now), now=now)
    if told.confirmed_at is None and told.move.value.new_origin == peer.origin:
        moves.set_confirmed(writer, told, now=now)  # It stays where we know it.
    return moves.last_of(writer, peer.id)


def _keep(writer: Writer, peer: Peer, move: Signed[NodeMove], *, now: int) -> PeerMove:
    known = moves.last_of(writer, peer.id)
    if known is not None and not federated.is_newer(move, known.move):
        return known
    moves.note(writer, peer.id, move, now=now)
    return PeerMove(peer.id, move, looked_at=None, confirmed_at=None)


def _opened(reader: Reader, peer: Peer, moved: Moved, now: int) -> Signed[NodeMove]:
    if moved.move.node != peer.node:
        raise schema_invalid("The move is that of another node.")
    return opened(moved, peer_keys.find_usable_key(reader, now))


def _require_free(reader: Reader, peer: Peer, origin: str) -> None:
    taken = peers.by_origin(reader, origin)
    if taken is not None and taken.id != peer.id:
        raise schema_invalid(f"{origin} is the address of another node.")
    if origin == exchanges.load(reader, 0).origin:
        raise schema_invalid(f"{origin} is our own address.")


def _follow(writer: Writer, peer: Peer, told: PeerMove, *, now: int) -> None:
    """Go to the new address with all that waits; what was shown at the old one is gone."""
    origin = told.move.value.new_origin
    moves.set_confirmed(writer, told, now=now)
    if origin == peer.origin:
        return
    peers.set_origin(writer, peer.id, origin)
    remote_listings.drop_all(writer, peer.id)
    feeds.forget(writer, peer.id)
    outbox.hurry(writer, peer.id, now=now)
    details: Canonical = {
        "from": peer.origin,
        "to": origin,
        "serial": told.move.value.serial,
    }
    exchange = exchanges.load(writer, now)
    standing.record(writer, exchange, OPERATOR, "peer.moved", peer, details, now=now)


def _is_due(told: PeerMove, now: int) -> bool:
    if told.confirmed_at is not None:
        return False
    return told.looked_at is None or told.looked_at <= now - LOOKS_APART
