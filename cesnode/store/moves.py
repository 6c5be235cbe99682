"""Moves to another address: our own, and those that peers have told us of."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from cesnode.store.database import Reader, Row, Writer
from federation.moves import Moved, told
from federation.objects import NodeMove
from federation.signed import Signature, Signed, restore


@dataclass(frozen=True, slots=True)
class OwnMove:
    """A move of this node: announced, then left where it was, then arrived."""

    move: Signed[NodeMove]
    left_at: int | None = None
    arrived_at: int | None = None

    @property
    def is_away(self) -> bool:
        """Whether this node has left one address and is not at the other yet."""
        return self.left_at is not None and self.arrived_at is None

    @property
    def shown(self) -> Moved | None:
        """What the card shows of it: nothing while it is no more than announced."""
        return None if self.left_at is None else told(self.move)


@dataclass(frozen=True, slots=True)
class PeerMove:
    """A move that a peer has told us of; believed once the peer was found there."""

    peer: int
    move: Signed[NodeMove]
    looked_at: int | None
    confirmed_at: int | None


_OWN = "SELECT body, signature, left_at, arrived_at FROM own_moves "
_PEERS = "SELECT peer_id, body, signature, looked_at, confirmed_at FROM peer_moves "
_UNCONFIRMED = (
    "AS m WHERE confirmed_at IS NULL AND serial ="
    " (SELECT MAX(serial) FROM peer_moves WHERE peer_id = m.peer_id) ORDER BY peer_id"
)


def insert(writer: Writer, own: OwnMove, *, now: int) -> None:
    writer.run(
        "INSERT INTO own_moves (serial, body, signature, announced_at, left_at,"
        " arrived_at) VALUES (?, ?, ?, ?, ?, ?)",
        (*_written(own.move), now, own.left_at, own.arrived_at),
    )


def latest(reader: Reader) -> OwnMove | None:
    """Return our last move; those before it do not count any more."""
    row = reader.first(_OWN + "ORDER BY serial DESC LIMIT 1")
    return _own(row) if row else None


def gone_to(reader: Reader) -> str | None:
    """Return where the exchange has gone, if this folder is one that it has left."""
    own = latest(reader)
    return own.move.value.new_origin if own is not None and own.is_away else None


def former_origins(reader: Reader) -> frozenset[str]:
    """Return the addresses this node had before."""
    moves = [_own(row).move.value for row in reader.all(_OWN + "WHERE left_at IS NOT NULL")]
    named = {origin for move in moves for origin in (move.old_origin, move.new_origin)}
    (origin,) = reader.one("SELECT origin FROM exchange")
    return frozenset(named - {origin})


def set_left(writer: Writer, own: OwnMove, *, now: int) -> None:
    _mark(writer, own, "left_at", now)


def set_arrived(writer: Writer, own: OwnMove, *, now: int) -> None:
    _mark(writer, own, "arrived_at", now)


def note(writer: Writer, peer: int, move: Signed[NodeMove], *, now: int) -> None:
    """Keep what a peer has told us; it is not believed by that."""
    writer.run(
        "INSERT INTO peer_moves (serial, body, signature, peer_id, heard_at)"
        " VALUES (?, ?, ?, ?, ?)",
        (*_written(move), peer, now),
    )


def last_of(reader: Reader, peer: int) -> PeerMove | None:
    """Return the last move that a peer has told us of, believed or not."""
    row = reader.first(_PEERS + "WHERE peer_id = ? ORDER BY serial DESC LIMIT 1", (peer,))
    return _peers(row) if row else None


def unconfirmed(reader: Reader) -> list[PeerMove]:
    """Return the moves that have still to be seen where they lead, one a peer at most."""
    return [_peers(row) for row in reader.all(_PEERS + _UNCONFIRMED)]


def set_looked(writer: Writer, told: PeerMove, *, now: int) -> None:
    _note_time(writer, told, "looked_at", now)


def set_confirmed(writer: Writer, told: PeerMove, *, now: int) -> None:
    _note_time(writer, told, "confirmed_at", now)


def _mark(writer: Writer, own: OwnMove, column: str, now: int) -> None:
    writer.run(
        f"UPDATE own_moves SET {column} = ? WHERE serial = ?",  # noqa: S608 - one of two
        (now, own.move.value.serial),
    )


def _note_time(writer: Writer, told: PeerMove, column: str, now: int) -> None:
    writer.run(
        f"UPDATE peer_moves SET {column} = ? WHERE peer_id = ? AND serial = ?",  # noqa: S608
        (now, told.peer, told.move.value.serial),
    )


def _written(move: Signed[NodeMove]) -> tuple[int, bytes, str]:
    signature = msgspec.json.encode(move.signature).decode()
    return move.value.serial, move.content, signature


def _own(row: Row) -> OwnMove:
    body, signature, left_at, arrived_at = row
    return OwnMove(_restored(body, signature), left_at, arrived_at)


def _peers(row: Row) -> PeerMove:
    peer, body, signature, looked_at, confirmed_at = row
    return PeerMove(peer, _restored(body, signature), looked_at, confirmed_at)


def _restored(body: bytes, signature: str) -> Signed[NodeMove]:
    return restore(NodeMove, bytes(body), msgspec.json.decode(signature, type=Signature))
