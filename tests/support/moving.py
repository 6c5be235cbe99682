"""A node of the simulated wire that moves to another address, step by step."""

from __future__ import annotations

from dataclasses import dataclass

from cesnode.community.roles import OPERATOR
from cesnode.services.clearing.here import moment
from cesnode.services.node_card import node_card
from cesnode.services.peering import following, moving
from cesnode.store import Reader, exchanges, moves, peers, rotated_keys
from cesnode.store.database import writing
from cesnode.store.peers import Peer
from federation.discovery import Card
from federation.keys import PrivateKey
from federation.moves import Moved, told
from federation.objects import NodeMove
from federation.signed import sign
from federation.wire import VERSION
from tests.support.nodes import Node
from tests.support.wire import hear, next_letters, receive

NEW = "https://new.oakv.example"


def card_of(node: Node) -> Card:
    """Build the card that a node shows as it stands."""

    def build(reader: Reader) -> Card:
        exchange = exchanges.load(reader, node.now)
        followed, move = rotated_keys.every(reader), moves.latest(reader)
        return node_card(exchange, node.here, node.box, followed, move)

    return node.read(build)


def peer_at(node: Node, other: Node) -> Peer:
    found = node.read(peers.by_node, other.name)
    assert found is not None
    return found


def announce(node: Node, to: str = NEW) -> None:
    node.write(moving.announce, node.here, OPERATOR, to, now=node.now)


def leave(node: Node) -> None:
    node.write(moving.leave, OPERATOR, now=node.now)


def arrive(node: Node, at: str = NEW) -> None:
    """Go on at another address, with the same folder: a copy of it is as good."""
    name = node.name
    connection, _ = node.connections()
    with writing(connection, node.folder, although_left=True) as writer:
        moving.arrive(writer, OPERATOR, now=node.now)
    node.known_as, node.origin = name, at


def carry(node: Node, other: Node) -> bool:
    """Carry one errand, if it reaches somebody; look ahead as a served node does."""
    parcel = next_letters(node, other.name)
    if parcel is None or not parcel.request.target_uri.startswith(f"{other.origin}/"):
        return False
    if parcel.request.target_uri.endswith("/moves"):
        look(other, node)
    answer = receive(other, parcel.request)
    hear(parcel, answer)
    if parcel.request.target_uri.endswith("/moves"):
        look(other, node)
    return True


def look(node: Node, mover: Node) -> bool:
    """Look for a peer that said it would be somewhere; whether it was found there."""
    wanted = {peer.node: origin for peer, origin in node.read(following.to_look_for)}
    card = card_of(mover)
    if wanted.get(mover.name) != mover.origin or card.elsewhere is not None:
        return False
    node.write(following.found, peer_at(node, mover).id, card, now=node.now)
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A node's word that it moves, of which anything may be other than it should."""

    node: str
    key: PrivateKey
    old: str
    new: str = NEW
    serial: int = 1
    kid: str | None = None

    def made(self, now: int) -> Moved:
        return told(
            sign(
                self.key,
                NodeMove(
                    v=VERSION,
                    node=self.node,
                    old_origin=self.old,
                    new_origin=self.new,
                    kid=self.kid or self.key.keyid,
                    serial=self.serial,
                    effective_at=moment(now),
                ),
            )
        )
