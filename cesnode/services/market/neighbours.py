"""What members may know of the neighbour exchanges: who they are, and what they show."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from cesnode.community.market import Kind
from cesnode.community.roles import Actor, Scope
from cesnode.errors import UnknownPeer
from cesnode.ledger.money import Currency
from cesnode.services import dates
from cesnode.services.clearing.here import own_unit
from cesnode.services.clearing.ordering import peer_currency
from cesnode.services.market import gathering
from cesnode.store import Reader, exchanges, feeds, peers, searching
from cesnode.store.peers import Peer
from cesnode.store.searching import Search
from federation.peering import State


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbour:
    """An exchange that ours has an agreement with.

    `one_is` is how many of our units one of theirs is worth.  `heard_at` is when its
    market was last heard to the end, None for never; `trades` whether one can trade.
    `shows_ours`, `carries_messages` and `shares_groups` are what the keepers of ours have
    decided.
    """

    id: int
    code: str
    name: str
    node: str
    origin: str
    currency: Currency
    one_is: Fraction
    trades: bool
    shows_ours: bool
    carries_messages: bool
    shares_groups: bool
    offerings: int
    wants: int
    heard_at: int | None


def every(reader: Reader, actor: Actor, *, now: int) -> list[Neighbour]:
    actor.require_scope(Scope.READ)
    return [_seen(reader, peer, now=now) for peer in gathering.due(reader)]


def named(reader: Reader, actor: Actor, code: str, *, now: int) -> Neighbour:
    """Return the neighbour of this code.

    Raises:
        UnknownPeer: there is none, or not any more.

    """
    actor.require_scope(Scope.READ)
    peer = peers.by_code(reader, code)
    if peer is None or peer.own_state not in gathering.HEARD:
        raise UnknownPeer(peer=code)
    return _seen(reader, peer, now=now)


def _seen(reader: Reader, peer: Peer, *, now: int) -> Neighbour:
    exchange, feed = exchanges.load(reader, now), feeds.of_peer(reader, peer.id)
    offerings, wants = (_shown(reader, peer, kind, now=now) for kind in Kind)
    return Neighbour(
        id=peer.id,
        code=peer.code,
        name=peer.name,
        node=peer.node,
        origin=peer.origin,
        currency=peer_currency(peer),
        one_is=peer.rate / own_unit(exchange).hours,
        trades=peer.state is State.ACTIVE,
        shows_ours=peer.shares_market,
        carries_messages=peer.carries_messages,
        shares_groups=peer.shares_groups,
        offerings=offerings,
        wants=wants,
        heard_at=feed.heard_at or None if feed else None,
    )


def _shown(reader: Reader, peer: Peer, kind: Kind, *, now: int) -> int:
    today = dates.day_of(now).isoformat()
    search = Search(today=today, kind=kind, peer=peer.id)
    return sum(searching.counts(reader, search).values())
