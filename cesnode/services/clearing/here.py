"""This node as its peers know it: a name, and a key to sign with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from cesnode.community.exchange import Exchange
from cesnode.store import Reader, peers
from cesnode.store.peers import Peer
from federation.keys import PrivateKey, PublicKey
from federation.nodes import node_name
from federation.rates import Unit
from federation.signed import FindKey


@dataclass(frozen=True, slots=True)
class Here:
    """Our own node."""

    node: str
    key: PrivateKey

    def find_key(self, reader: Reader) -> FindKey:
        """Look keys up among our own and those pinned of our peers."""
        pinned = peers.find_key(reader)

        def find(node: str, keyid: str) -> PublicKey | None:
            if node == self.node:
                return self.key.public if keyid == self.key.keyid else None
            return pinned(node, keyid)

        return find


@dataclass(frozen=True, slots=True)
class Desk:
    """Where a message is acted on: our node and exchange, the peer, and the time."""

    here: Here
    exchange: Exchange
    peer: Peer
    now: int


def here_of(exchange: Exchange, key: PrivateKey) -> Here:
    return Here(node_name(exchange.origin), key)


def own_unit(exchange: Exchange) -> Unit:
    """Return our currency as others see it: what one unit is worth in hours."""
    currency = exchange.currency
    return Unit(currency.code, currency.scale, 1 / currency.hour_value)


def peer_unit(peer: Peer) -> Unit:
    return Unit(peer.currency, peer.scale, peer.rate)


def moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def seconds(moment: datetime) -> int:
    return int(moment.timestamp())
