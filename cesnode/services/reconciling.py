"""Compares what two nodes hold of each other, and signs what they agree on.

Both write the same statement of both chains' heads.  If the texts are equal each puts its
signature under the other's; if not, they show where the books part, and why.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus

import msgspec

from cesnode.services.clearing import chains, hearing
from cesnode.services.clearing.here import Desk, Here
from cesnode.services.clearing.setoffs import booking as setoffs
from cesnode.services.incoming import Incoming
from cesnode.services.peering import standing
from cesnode.store import (
    Reader,
    Writer,
    accounts,
    alarms,
    clearing_entries,
    exchanges,
    peer_keys,
    peers,
    reconciliations,
    remote_trades,
)
from cesnode.store.peers import Peer
from federation import bodies
from federation.chain import Edge, Head
from federation.checkpoint import (
    Note,
    cosign,
    prove_note,
    read_note,
    sign_note,
    statement,
)
from federation.errors import (
    NATURE,
    PROBLEM_JSON,
    FederationError,
    Problem,
    read_problem,
    schema_invalid,
)
from federation.peering import State
from federation.signing import Reply, VerifiedAnswer
from federation.wire import read, write

_ABOVE_THE_HEADS = 3
_HEAD_PARTS = 4


class Status(StrEnum):
    IN_SYNC = "in-sync"
    BEHIND = "behind"  # one side has entries the other has still to fetch
    HELD = "held"  # in sync, with trades in flight
    MISMATCH = "mismatch"  # our own books do not fit our own chains
    FORK = "fork"  # one place of a chain, two entries: the peering is frozen
    UNREACHABLE = "unreachable"


@dataclass(frozen=True, slots=True)
class Statement:
    """Our side of a comparison."""

    text: str
    is_sound: bool

    def signed(self, here: Here) -> Note:
        return sign_note(self.text, here.node, here.key)


def own_statement(reader: Reader, here: Here, peer: int) -> Statement:
    """Look our own books over, and write down where both chains stand."""
    found = peers.by_id(reader, peer)
    balance = accounts.by_id(reader, found.clearing).position.balance
    booked, _ = clearing_entries.totals(reader, peer)
    is_sound = balance == booked and not reconciliations.unbooked(reader, peer)
    return Statement(_text(reader, here, found), is_sound)


def compare(
    writer: Writer,
    here: Here,
    peer: int,
    ours: Statement,
    answer: VerifiedAnswer,
    *,
    now: int,
) -> Status:
    """Judge a peer's answer to our statement; keep what both have signed."""
    desk = _desk(writer, here, peers.by_id(writer, peer), now)
    peers.seen(writer, peer, now)
    if answer.status == HTTPStatus.OK:
        note = read_note(read(answer.body, bodies.Checkpoint).note)
        _prove(writer, desk.peer, note)
        if note.text != ours.text:
            raise schema_invalid("The peer has signed another statement than ours.")
        status = _agreed(writer, desk, note, is_sound=ours.is_sound)
    elif read_problem(answer.body) is Problem.CHECKPOINT_MISMATCH:
        theirs = msgspec.json.decode(answer.body, type=_Mine).mine
        status = _differ(writer, desk, _heads(ours.text), _heads(theirs))
    else:
        told = read_problem(answer.body)
        peers.failed(writer, peer, f"the comparison was refused: {told}")
        status = Status.UNREACHABLE
    _note_status(writer, desk, status)
    return status


def unreachable(writer: Writer, peer: int, why: str, *, now: int) -> Status:
    """Note that a peer did not answer; what it last said of our books is forgotten."""
    peers.failed(writer, peer, why)
    found = peers.by_id(writer, peer)
    if found.own_state is not State.FROZEN:
        peers.set_reconciliation(writer, peer, Status.UNREACHABLE, now)
    return Status.UNREACHABLE


def asked(writer: Writer, incoming: Incoming) -> Reply:
    """Sign a peer's statement if it is ours too, else answer with ours."""
    here = Here(incoming.own, incoming.key)
    desk = _desk(writer, here, incoming.peer, incoming.now)
    note = read_note(incoming.arrival.body(bodies.Checkpoint).note)
    _prove(writer, desk.peer, note)
    text = _text(writer, here, desk.peer)
    try:
        signed = cosign(note, text, here.node, here.key)
    except FederationError as error:
        status = _differ(writer, desk, _heads(text), _heads(note.text))
        _note_status(writer, desk, status)
        instance = incoming.arrival.endpoint.path_with()
        status_code = NATURE[error.problem].status.value
        return Reply(status_code, error.document(instance), PROBLEM_JSON)
    unsound = desk.peer.reconciliation == Status.MISMATCH  # Only we can tell it is over.
    _note_status(writer, desk, _agreed(writer, desk, signed, is_sound=not unsound))
    return Reply(HTTPStatus.OK, write(bodies.Checkpoint(note=signed.document)))


def heads_in(answer: VerifiedAnswer) -> dict[Edge, Head]:
    """Return where a peer says the chains end, if it says other than we do."""
    if read_problem(answer.body) is not Problem.CHECKPOINT_MISMATCH:
        return {}
    return _heads(msgspec.json.decode(answer.body, type=_Mine).mine)


class _Mine(msgspec.Struct):
    mine: str


def _desk(reader: Reader, here: Here, peer: Peer, now: int) -> Desk:
    return Desk(here, exchanges.load(reader, now), peer, now)


def _text(reader: Reader, here: Here, peer: Peer) -> str:
    heads = clearing_entries.heads(reader, here.node, peer)
    return statement(peer.peering_id, heads)


def _heads(text: str) -> dict[Edge, Head]:
    """Read the heads out of a statement."""
    heads = {}
    for line in text.splitlines()[_ABOVE_THE_HEADS:]:
        parts = line.split(" ")
        if len(parts) != _HEAD_PARTS or not (parts[2].isascii() and parts[2].isdigit()):
            raise schema_invalid("The statement is not of the agreed form.")
        debtor, creditor, seq, link = parts
        heads[Edge(debtor, creditor)] = Head(int(seq), link)
    return heads


def _prove(reader: Reader, peer: Peer, note: Note) -> None:
    """Refuse a note that no pinned key of the peer has signed."""
    failure = schema_invalid("There is no key of this peer.")
    for key in peer_keys.of_peer(reader, peer):
        try:
            prove_note(note, peer.node, key)
        except FederationError as error:
            failure = error
        else:
            return
    raise failure


def _agreed(writer: Writer, desk: Desk, note: Note, *, is_sound: bool) -> Status:
    peer = desk.peer
    if note.document != reconciliations.latest(writer, peer.id):
        reconciliations.insert(writer, peer.id, note.document, now=desk.now)
    if peer.recovering:
        peers.set_recovered(writer, peer.id, now=desk.now)
    setoffs.resume(writer, desk)
    standing.end_if_settled(writer, desk.exchange, peer, now=desk.now)
    if not is_sound:
        return Status.MISMATCH
    in_flight = remote_trades.held_with(writer, peer.id)
    return Status.HELD if in_flight else Status.IN_SYNC


def _differ(
    writer: Writer,
    desk: Desk,
    ours: Mapping[Edge, Head],
    theirs: Mapping[Edge, Head],
) -> Status:
    """Find where two statements part: a fork, or entries that one side has not got."""
    if ours.keys() != theirs.keys():
        raise schema_invalid("The statement is of other chains.")
    forked = [
        edge
        for edge, head in ours.items()
        if theirs[edge].seq == head.seq and theirs[edge].hash != head.hash
    ]
    if forked:
        hearing.freeze(writer, desk, "fork", None)
        return Status.FORK
    # Ours may be what was asked with: the peer has perhaps heard more of us since.
    for edge, head in clearing_entries.heads(writer, desk.here.node, desk.peer).items():
        if theirs[edge].seq > head.seq:
            if edge.creditor == desk.here.node:  # Only we write there: we have lost some.
                peers.set_recovering(writer, desk.peer.id, recovering=True)
            chains.ask(writer, desk, edge)
    return Status.BEHIND


def _note_status(writer: Writer, desk: Desk, status: Status) -> None:
    if status is Status.MISMATCH:
        alarms.insert(writer, peer=desk.peer.id, kind="mismatch", now=desk.now)
    peers.set_reconciliation(writer, desk.peer.id, status, desk.now)
