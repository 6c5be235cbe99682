"""How we stand to a peer: limits, pauses, and the end of it."""

from __future__ import annotations

import math
from fractions import Fraction

from cesnode.community import words
from cesnode.community.exchange import Exchange
from cesnode.community.roles import OPERATOR, Actor, Permission
from cesnode.errors import WrongPeerState
from cesnode.ledger.chain import Canonical
from cesnode.ledger.limits import Limits
from cesnode.services import acting
from cesnode.services.clearing.here import own_unit, peer_unit
from cesnode.store import (
    Reader,
    Writer,
    accounts,
    exchanges,
    outbox,
    peer_keys,
    peers,
    remote_trades,
)
from cesnode.store.peers import Peer
from federation import bodies
from federation.errors import FederationError
from federation.objects import Rate
from federation.peering import Event, State, advance
from federation.rates import rate
from federation.wire import write

PAUSE_LETTER = "peering_pause"


def pause(writer: Writer, actor: Actor, name: str, *, why: str, now: int) -> Peer:
    """Begin nothing new with a peer; what is on its way may finish."""
    return _rest(writer, actor, name, Event.PAUSE, why=why, now=now)


def resume(writer: Writer, actor: Actor, name: str, *, now: int) -> Peer:
    """Go on with a peer; where the other side has paused too, it has still to resume."""
    return _rest(writer, actor, name, Event.RESUME, why="", now=now)


def close(writer: Writer, actor: Actor, name: str, *, why: str, now: int) -> Peer:
    """End a peering: at once if nothing is owed, else as soon as nothing is.

    A frozen peering ends at once, whatever is owed: its books are for people to settle.
    """
    peer, exchange = _kept(writer, actor, name, now)
    why = words.description(why) if why else ""
    after = _advance(peer, Event.CLOSE)
    peers.set_state(writer, peer.id, after)
    if after is State.CLOSED:
        peer_keys.end_all(writer, peer.id, until=now)
    else:
        _tell(writer, peer, paused=True, why=why, now=now)
    note = why or None
    record(writer, exchange, actor, "peer.closed", peer, {}, note=note, now=now)
    return end_if_settled(writer, exchange, peers.by_id(writer, peer.id), now=now)


def freeze(writer: Writer, actor: Actor, name: str, *, why: str, now: int) -> Peer:
    """Stop everything but talk: a key is lost, or the chains contradict each other."""
    peer, exchange = _kept(writer, actor, name, now)
    peers.set_state(writer, peer.id, _advance(peer, Event.FREEZE))
    note = words.description(why)
    record(writer, exchange, actor, "peer.frozen", peer, {}, note=note, now=now)
    return peers.by_id(writer, peer.id)


def thaw(writer: Writer, actor: Actor, name: str, *, now: int) -> Peer:
    """Let a frozen peering rest instead, after people have looked at it."""
    peer, exchange = _kept(writer, actor, name, now)
    peers.set_state(writer, peer.id, _advance(peer, Event.THAW))
    record(writer, exchange, actor, "peer.thawed", peer, {}, now=now)
    return peers.by_id(writer, peer.id)


def end_if_settled(writer: Writer, exchange: Exchange, peer: Peer, *, now: int) -> Peer:
    """Close for good what is closing and owes nothing any more, either way."""
    if peer.own_state is not State.CLOSING or not is_settled(writer, peer):
        return peer
    peers.set_state(writer, peer.id, advance(State.CLOSING, Event.SETTLED))
    peer_keys.end_all(writer, peer.id, until=now)
    record(writer, exchange, OPERATOR, "peer.ended", peer, {}, now=now)
    return peers.by_id(writer, peer.id)


def guard(writer: Writer, exchange: Exchange, peer: Peer, *, now: int) -> None:
    """Let the ledger's own limits keep what is agreed: on the clearing account itself."""
    account = accounts.by_id(writer, peer.clearing)
    limits = Limits(-peer.credit_line, most_we_owe(exchange, peer))
    if account.limits == limits:
        return
    accounts.set_floor(writer, account.id, limits.floor, own=True)
    accounts.set_ceiling(writer, account.id, limits.ceiling, own=True)
    details = {"floor": limits.floor, "ceiling": limits.ceiling}
    subject = f"account:{account.number}"
    acting.record(
        writer, exchange, OPERATOR, "limits.set", subject, details=details, now=now
    )


def most_we_owe(exchange: Exchange, peer: Peer) -> int:
    """Return how much we let ourselves owe: our own word, else all that they lend."""
    if peer.max_we_owe is not None:
        return peer.max_we_owe
    return math.floor(peer.their_credit_line * rate(own_unit(exchange), peer_unit(peer)))


def fraction(wire_rate: Rate) -> Fraction:
    return Fraction(wire_rate.n, wire_rate.d)


def record(
    writer: Writer,
    exchange: Exchange,
    actor: Actor,
    kind: str,
    peer: Peer,
    details: Canonical,
    *,
    note: str | None = None,
    now: int,
) -> None:
    subject = f"peer:{peer.node}"
    acting.record(
        writer, exchange, actor, kind, subject, details=details, note=note, now=now
    )


def _rest(
    writer: Writer, actor: Actor, name: str, event: Event, *, why: str, now: int
) -> Peer:
    peer, exchange = _kept(writer, actor, name, now)
    why = words.description(why) if why else ""
    pausing = event is Event.PAUSE
    peers.set_state(writer, peer.id, _advance(peer, event))
    _tell(writer, peer, paused=pausing, why=why, now=now)
    kind = "peer.paused" if pausing else "peer.resumed"
    record(writer, exchange, actor, kind, peer, {}, note=why or None, now=now)
    return peers.by_id(writer, peer.id)


def _kept(reader: Reader, actor: Actor, name: str, now: int) -> tuple[Peer, Exchange]:
    actor.require(Permission.KEEP_PEERS)
    return peers.find(reader, name), exchanges.load(reader, now)


def _advance(peer: Peer, event: Event) -> State:
    try:
        return advance(peer.own_state, event)
    except FederationError:
        raise WrongPeerState(peer=peer.name, state=peer.own_state) from None


def _tell(writer: Writer, peer: Peer, *, paused: bool, why: str, now: int) -> None:
    """Put the news out to send, in place of older news that was not heard yet."""
    outbox.settle(writer, peer.peering_id, kinds=(PAUSE_LETTER,), now=now)
    outbox.add(
        writer,
        peer=peer.id,
        kind=PAUSE_LETTER,
        wire_id=peer.peering_id,
        parameters={"peering_id": peer.peering_id},
        body=write(bodies.Pause(paused=paused, why=why)),
        now=now,
    )


def is_settled(reader: Reader, peer: Peer) -> bool:
    """Whether nothing is owed either way, and nothing on its way."""
    position = accounts.by_id(reader, peer.clearing).position
    in_flight = remote_trades.held_with(reader, peer.id)
    return not (position.balance or position.held_in or position.held_out or in_flight)
