"""Whom somebody means: an account here, or a member of another exchange.

VILA0007 is known by its exchange's code, 0007@vila.example by its node's name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from cesnode.community.exchange import Exchange
from cesnode.errors import AccountMalformed, UnknownPeer
from cesnode.ledger.accounts import number, parse_number
from cesnode.store import Reader, peers
from cesnode.store.peers import Peer
from federation.nodes import node_name

_LOCAL = re.compile(r"[0-9]{1,8}")


@dataclass(frozen=True, slots=True)
class Faraway:
    """A member of another exchange."""

    peer: Peer
    address: str  # 0007@vila.example


def resolve(reader: Reader, exchange: Exchange, text: str, *, field: str) -> str | Faraway:
    """Return the number of an account here, or who it is elsewhere.

    Raises:
        AccountMalformed: it has no shape of either.
        UnknownPeer: it names an exchange that is not a peer of ours.

    """
    local, at, node = text.strip().rpartition("@")
    if at:
        if node.lower() == node_name(exchange.origin):
            return parse_number(local, exchange.code, field=field).number
        peer = peers.by_node(reader, node.lower())
        return _elsewhere(local, peer, text, exchange.code, field)
    address = parse_number(text, exchange.code, field=field)
    if address.code == exchange.code:
        return address.number
    serial = address.number.removeprefix(address.code)
    peer = peers.by_code(reader, address.code)
    return _elsewhere(serial, peer, text, exchange.code, field)


def is_faraway(text: str, code: str) -> bool:
    """Whether a text names somebody of another exchange, as far as its shape tells."""
    tidy = text.strip()
    foreign = re.fullmatch(r"([A-Za-z]{4})[\s-]?[0-9]{1,8}", tidy)
    return "@" in tidy or (foreign is not None and foreign[1].upper() != code)


def own_address(exchange: Exchange, account_number: str) -> str:
    """Return how others call an account of ours: 0012@oak.example."""
    serial = account_number.removeprefix(exchange.code)
    return f"{serial}@{node_name(exchange.origin)}"


def own_number(exchange: Exchange, address: str) -> str | None:
    """Return the account of ours that an address on the wire names, if it can be one."""
    local, _, node = address.rpartition("@")
    if node != node_name(exchange.origin) or not _LOCAL.fullmatch(local):
        return None
    return number(exchange.code, int(local))


def _elsewhere(local: str, peer: Peer | None, text: str, code: str, field: str) -> Faraway:
    tidy = local.strip().upper().removeprefix(peer.code if peer else "")
    if not _LOCAL.fullmatch(tidy):
        raise AccountMalformed(text=text, code=code, field=field)
    if peer is None:
        raise UnknownPeer(peer=text, field=field)
    return Faraway(peer, f"{int(tidy):04}@{peer.node}")
