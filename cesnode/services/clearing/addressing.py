"""Whom somebody means: an account here, or a member of another exchange.

VILA0007 is known by its exchange's code, 0007@vila.example by its node's name, which stays
where the node moves; the host it has moved to names it as well.  One we have no agreement
with is reached through an exchange that has one with both.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from cesnode.community.exchange import Exchange
from cesnode.errors import AccountMalformed, NoRoute, UnknownPeer
from cesnode.ledger.accounts import number, parse_number
from cesnode.services.clearing.here import Here
from cesnode.store import Reader, distant, peers
from cesnode.store.distant import Distant
from cesnode.store.peers import Peer
from federation.keys import PrivateKey

_LOCAL = re.compile(r"[0-9]{1,8}")
_CODED = re.compile(r"([A-Za-z]{4})[\s-]?[0-9]{1,8}")
_ALIAS_BYTES = 12


@dataclass(frozen=True, slots=True)
class Faraway:
    """A member of another exchange: of a peer, or of a node beyond that peer."""

    peer: Peer
    address: str  # 0007@vila.example
    beyond: Distant | None = None

    @property
    def node(self) -> str:
        return self.address.rpartition("@")[2]


def resolve(
    reader: Reader,
    exchange: Exchange,
    text: str,
    *,
    field: str,
    via: str | None = None,
) -> str | Faraway:
    """Return the number of an account here, or who it is elsewhere.

    `via` names the exchange to go through, also to one that could be reached directly.

    Raises:
        AccountMalformed: it has no shape of either.
        UnknownPeer: it names an exchange of which nothing is known here.
        NoRoute: no exchange is known that leads there.

    """
    local, at, name = text.strip().rpartition("@")
    node = name.lower()
    if at and exchange.is_named(node):
        return parse_number(local, exchange.code, field=field).number
    if not at:
        address = parse_number(text, exchange.code, field=field)
        if address.code == exchange.code:
            return address.number
        local = address.number.removeprefix(address.code)
        node = _node_of(reader, address.code, text, field)
    peer = peers.at_host(reader, node)
    serial = _serial(local, peer, text, exchange.code, field)
    if peer is not None and via is None:
        return Faraway(peer, f"{serial}@{peer.node}")
    beyond = distant.at_host(reader, node)
    if beyond is None:
        raise UnknownPeer(peer=text, field=field)
    hub = hub_to(reader, beyond.facts.node, via, field=field)
    return Faraway(hub, f"{serial}@{beyond.facts.node}", beyond)


def hub_to(reader: Reader, node: str, via: str | None, *, field: str) -> Peer:
    """Return the peer through which a node is reached: the one named, or the one known.

    Raises:
        UnknownPeer: the one named is no peer of ours.
        NoRoute: we do not trade through it, or none or several could lead there.

    """
    if via is not None:
        named = peers.find(reader, via)
        if not named.allow_as_hub or named.node == node:
            raise NoRoute(node=node, field="via")
        return named
    hubs = [each for each in peers.every(reader) if each.allow_as_hub]
    beyond = distant.by_node(reader, node)
    known = [each for each in hubs if beyond is not None and each.id == beyond.hub]
    if not known and len(hubs) != 1:
        raise NoRoute(node=node, field=field)
    return (known or hubs)[0]


def is_faraway(text: str, code: str) -> bool:
    """Whether a text names somebody of another exchange, as far as its shape tells."""
    tidy = text.strip()
    coded = _CODED.fullmatch(tidy)
    return "@" in tidy or (coded is not None and coded[1].upper() != code)


def own_address(exchange: Exchange, account_number: str) -> str:
    """Return how others call an account of ours: 0012@oak.example."""
    serial = account_number.removeprefix(exchange.code)
    return f"{serial}@{exchange.node}"


def known_number(reader: Reader, address: str) -> str:
    """Return how members write an address of a peer: VILA0012; others as they are."""
    local, _, node = address.rpartition("@")
    peer = peers.by_node(reader, node)
    return address if peer is None or not local.isdigit() else peer.code + local


def own_number(exchange: Exchange, address: str) -> str | None:
    """Return the account of ours that an address on the wire names, if it can be one."""
    local, _, node = address.rpartition("@")
    if node != exchange.node or not _LOCAL.fullmatch(local):
        return None
    return number(exchange.code, int(local))


def alias(here: Here, wire_id: str, account_number: str) -> str:
    """Return what a hub sees in place of an account of ours; we alone can tell whose."""
    return _alias(here.key, here.node, wire_id, account_number)


def is_alias(here: Here, text: str, wire_id: str, account_number: str) -> bool:
    """Whether an alias was made for an account, with our key or one that it follows."""
    return any(
        text == _alias(key, here.node, wire_id, account_number)
        for key in (here.key, *here.key.before)
    )


def _alias(key: PrivateKey, node: str, wire_id: str, account_number: str) -> str:
    named = f"{wire_id} {account_number}".encode()
    secret = hashlib.blake2b(named, key=key.seed, digest_size=_ALIAS_BYTES)
    return f"{secret.hexdigest()}@{node}"


def _node_of(reader: Reader, code: str, text: str, field: str) -> str:
    """Return the node of an exchange that is known by its code, here or beyond a hub."""
    peer = peers.by_code(reader, code)
    if peer is not None:
        return peer.node
    known = distant.by_currency(reader, code)
    if known is None:
        raise UnknownPeer(peer=text, field=field)
    return known.facts.node


def _serial(local: str, peer: Peer | None, text: str, code: str, field: str) -> str:
    tidy = local.strip().upper().removeprefix(peer.code if peer else "")
    if not _LOCAL.fullmatch(tidy):
        raise AccountMalformed(text=text, code=code, field=field)
    return f"{int(tidy):04}"
