"""This node as its peers know it: a name, and a key to sign with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from cesnode.community.exchange import Exchange
from cesnode.store import Reader, distant, peer_keys, rotated_keys
from cesnode.store.peers import Peer
from federation.keys import PrivateKey, PublicKey
from federation.rates import Unit
from federation.seal import BoxKey
from federation.signed import FindKey


@dataclass(frozen=True, slots=True)
class Here:
    """Our own node; the box opens what is sealed for us, where that may come in."""

    node: str
    key: PrivateKey
    box: BoxKey | None = None

    def find_key(self, reader: Reader) -> FindKey:
        """Look keys up among our own, our peers' and those of nodes beyond them."""
        pinned = peer_keys.find_key(reader)

        def find(node: str, keyid: str) -> PublicKey | None:
            if node == self.node and keyid == self.key.keyid:
                return self.key.public
            if node == self.node:
                return rotated_keys.public(reader, keyid)
            return pinned(node, keyid) or distant.key(reader, node, keyid)

        return find


@dataclass(frozen=True, slots=True)
class Desk:
    """Where a message is acted on: our node and exchange, the peer, and the time."""

    here: Here
    exchange: Exchange
    peer: Peer
    now: int


def here_of(exchange: Exchange, key: PrivateKey, box: BoxKey | None = None) -> Here:
    return Here(exchange.node, key, box)


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
