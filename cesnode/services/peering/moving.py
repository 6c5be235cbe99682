"""This node moves to another address: its peers are told, its books go along.

1. It is announced while the node still runs where it is; every peer is told, again and
   again, until it has found the node where the move leads.
2. It leaves: from then on this folder is not written any more, whoever asks.  A copy of
   it that is made after that is the one that goes on, and there is never a second.
3. It arrives: the copy, at its new address, is written again and calls every peer.
4. The name by which peers know it stays, for all that was signed between them says it.
   A move is undone by another move; one that was only announced, by one to where it is.
"""

from __future__ import annotations

from http import HTTPStatus

import msgspec

from cesnode.community.exchange import Exchange
from cesnode.community.roles import Actor, Permission
from cesnode.errors import (
    N_,
    AddressTaken,
    ExchangeLeft,
    FieldInvalid,
    MoveEarly,
    MoveMissing,
)
from cesnode.ledger.chain import Canonical
from cesnode.services import acting
from cesnode.services.clearing.here import Desk, Here, moment
from cesnode.services.clearing.letters import ASK_AGAIN, Answer, told
from cesnode.services.peering.inviting import reach_of
from cesnode.services.views import instant_or_none
from cesnode.store import Reader, Writer, exchanges, moves, outbox, peers
from cesnode.store.moves import OwnMove
from cesnode.store.outbox import Letter
from cesnode.store.peers import Peer
from federation import moves as federated
from federation.errors import FederationError, Problem
from federation.nodes import check_origin
from federation.objects import NodeMove
from federation.peering import State
from federation.signed import Signed, sign
from federation.wire import VERSION, write

LETTER = "node_move"

CONFIRMED = "confirmed"
TOLD = "told"
NOT_TOLD = "not told yet"
TOO_OLD = "does not know of moves; its software is older"


class FollowerView(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a peer has heard of our move, and has found us where it leads."""

    code: str
    name: str
    state: str


class MoveView(msgspec.Struct, frozen=True, kw_only=True):
    """Our last move, how far it is, and how far each peer has followed."""

    known_as: str
    old_address: str
    new_address: str
    left_at: str | None
    arrived_at: str | None
    peers: list[FollowerView]


def announce(writer: Writer, here: Here, actor: Actor, to: str, *, now: int) -> OwnMove:
    """Sign that this node moves, and put that out to every peer; once an address.

    Raises:
        NotAllowed
        FieldInvalid: no other exchange could reach that address.
        AddressTaken: another exchange is there.

    """
    actor.require(Permission.KEEP_PEERS)
    exchange = exchanges.load(writer, now)
    origin = _reachable(exchange, to)
    last = moves.latest(writer)
    there = exchange.origin if last is None else last.move.value.new_origin
    if origin == there and last is not None:
        return last
    if origin == there:
        raise FieldInvalid("to", N_("this is where the exchange is already"))
    if (taken := peers.by_origin(writer, origin)) is not None:
        raise AddressTaken(origin=origin, peer=taken.name)
    left_at = last.left_at if last is not None and last.is_away else None
    own = OwnMove(_signed(here, exchange.origin, origin, last, now), left_at)
    _put_out(writer, own, last, now=now)
    _record(writer, actor, "exchange.move_announced", own, now=now)
    return own


def leave(writer: Writer, actor: Actor, *, now: int) -> OwnMove:
    """Write nothing here any more: the folder goes to where the move leads.

    Raises:
        NotAllowed, MoveMissing
        ExchangeLeft: it has left already.

    """
    actor.require(Permission.KEEP_PEERS)
    own = _announced(writer)
    if own.is_away:
        raise ExchangeLeft(origin=own.move.value.new_origin)
    if own.move.value.new_origin == exchanges.load(writer, now).origin:
        raise MoveMissing
    _record(writer, actor, "exchange.left", own, now=now)
    moves.set_left(writer, own, now=now)
    return _announced(writer)


def require_away(reader: Reader) -> OwnMove:
    """Return the move that this folder is in the middle of.

    Raises:
        MoveMissing, MoveEarly

    """
    own = _announced(reader)
    if own.left_at is None:
        raise MoveEarly(origin=own.move.value.old_origin)
    if own.arrived_at is not None:
        raise MoveMissing
    return own


def arrive(writer: Writer, actor: Actor, *, now: int) -> OwnMove:
    """Go on at the new address; whatever waits is sent from there.

    Raises:
        NotAllowed, MoveMissing, MoveEarly

    """
    actor.require(Permission.KEEP_PEERS)
    own = require_away(writer)
    before = exchanges.load(writer, now)
    origin = own.move.value.new_origin
    exchanges.set_address(writer, origin, known_as=before.node)
    moves.set_arrived(writer, own, now=now)
    _tell_all(writer, own.move, now=now)
    outbox.hurry(writer, now=now)
    _record(writer, actor, "exchange.arrived", own, now=now)
    after = exchanges.load(writer, now)
    address: Canonical = {"origin": origin, "known_as": before.node}
    acting.record(writer, after, actor, "rules.set", "exchange", details=address, now=now)
    return _announced(writer)


def renew(writer: Writer, here: Here, *, now: int) -> None:
    """Sign where we are with a key that is new: one that ended proves it to nobody."""
    last = moves.latest(writer)
    if last is None or last.arrived_at is None or last.move.value.kid == here.key.keyid:
        return
    origin = exchanges.load(writer, now).origin
    own = OwnMove(_signed(here, origin, origin, last, now), left_at=now, arrived_at=now)
    _put_out(writer, own, last, now=now)


def answered(writer: Writer, desk: Desk, letter: Letter, answer: Answer) -> None:
    """The peer has found us where we are, or has only heard so far where we will be."""
    if answer.status != HTTPStatus.ACCEPTED:
        told(writer, desk, letter, answer)
        return
    outbox.postpone(
        writer,
        letter,
        next_at=desk.now + ASK_AGAIN,
        error="heard, and not found there yet",
        failed=False,
        answer=answer.body,
    )


def view(reader: Reader, *, now: int) -> MoveView:
    """Show our last move.

    Raises:
        MoveMissing

    """
    own, exchange = _announced(reader), exchanges.load(reader, now)
    letters = {each.peer: each for each in outbox.about(reader, _wire_id(own.move))}
    return MoveView(
        known_as=exchange.node,
        old_address=own.move.value.old_origin,
        new_address=own.move.value.new_origin,
        left_at=instant_or_none(own.left_at),
        arrived_at=instant_or_none(own.arrived_at),
        peers=[
            FollowerView(code=peer.code, name=peer.name, state=_state(letters.get(peer.id)))
            for peer in _all(reader)
        ],
    )


def unfollowed(reader: Reader) -> list[Peer]:
    """Return the peers that are still to be told, or to find us."""
    own = _announced(reader)
    waiting = {
        each.peer
        for each in outbox.about(reader, _wire_id(own.move))
        if each.done_at is None
    }
    return [peer for peer in _all(reader) if peer.id in waiting]


def _state(letter: Letter | None) -> str:
    if letter is None:
        return NOT_TOLD
    if letter.done_at is not None:
        return CONFIRMED if letter.last_error != Problem.NOT_FOUND else TOO_OLD
    if letter.last_error == Problem.NOT_FOUND:
        return TOO_OLD
    return TOLD if letter.answer is not None else NOT_TOLD


def _reachable(exchange: Exchange, to: str) -> str:
    try:
        return check_origin(to, reach_of(exchange))
    except FederationError as error:
        raise FieldInvalid("to", error.detail) from None


def _signed(
    here: Here, old: str, new: str, last: OwnMove | None, now: int
) -> Signed[NodeMove]:
    return sign(
        here.key,
        NodeMove(
            v=VERSION,
            node=here.node,
            old_origin=old,
            new_origin=new,
            kid=here.key.keyid,
            serial=1 if last is None else last.move.value.serial + 1,
            effective_at=moment(now),
        ),
    )


def _put_out(writer: Writer, own: OwnMove, last: OwnMove | None, *, now: int) -> None:
    """Keep a move and tell it, in place of what was told of the one before."""
    if last is not None:
        outbox.settle(writer, _wire_id(last.move), kinds=(LETTER,), now=now)
    moves.insert(writer, own, now=now)
    _tell_all(writer, own.move, now=now)


def _tell_all(writer: Writer, move: Signed[NodeMove], *, now: int) -> None:
    """Tell every peer that was not told yet: some may have become one meanwhile."""
    begun = {each.peer for each in outbox.about(writer, _wire_id(move))}
    body = write(federated.told(move))
    for peer in _all(writer):
        if peer.id not in begun:
            outbox.add(
                writer,
                peer=peer.id,
                kind=LETTER,
                wire_id=_wire_id(move),
                parameters={},
                body=body,
                now=now,
            )


def _announced(reader: Reader) -> OwnMove:
    own = moves.latest(reader)
    if own is None:
        raise MoveMissing
    return own


def _all(reader: Reader) -> list[Peer]:
    return [peer for peer in peers.every(reader) if peer.own_state is not State.CLOSED]


def _wire_id(move: Signed[NodeMove]) -> str:
    return f"move-{move.value.serial}"


def _record(writer: Writer, actor: Actor, kind: str, own: OwnMove, *, now: int) -> None:
    exchange, move = exchanges.load(writer, now), own.move.value
    details: Canonical = {
        "from": move.old_origin,
        "to": move.new_origin,
        "serial": move.serial,
    }
    acting.record(writer, exchange, actor, kind, "exchange", details=details, now=now)
