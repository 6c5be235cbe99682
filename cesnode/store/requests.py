"""Bills between exchanges: a member there asks one here to pay, or the other way."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from cesnode.store.database import Reader, Row, Writer


class Direction(StrEnum):
    SENT = "sent"
    RECEIVED = "received"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A bill; `amount` is in the seller's currency, `wire_id` the order that paid it."""

    request_id: str
    peer: int
    trade: int
    direction: Direction
    amount: int
    expires_at: int
    wire_id: str | None
    created_at: int


_COLUMNS = (
    "SELECT request_id, peer_id, trade_id, direction, amount, expires_at, wire_id,"
    " created_at FROM requests "
)


def by_id(reader: Reader, request_id: str) -> Request | None:
    row = reader.first(_COLUMNS + "WHERE request_id = ?", (request_id,))
    return _request(row) if row else None


def of_trade(reader: Reader, trade: int) -> Request | None:
    row = reader.first(_COLUMNS + "WHERE trade_id = ?", (trade,))
    return _request(row) if row else None


def of_known_trade(reader: Reader, trade: int) -> Request:
    """Return the bill that a trade came from."""
    return _request(reader.one(_COLUMNS + "WHERE trade_id = ?", (trade,)))


def unanswered(reader: Reader, peer: int, buyer: int) -> int:
    """Return how many bills of a peer wait for one of our accounts to answer."""
    (count,) = reader.one(
        "SELECT count(*) FROM trades AS t JOIN requests AS r ON r.trade_id = t.id"
        " WHERE t.buyer_id = ? AND t.state = 'requested' AND r.peer_id = ?",
        (buyer, peer),
    )
    return int(count)


def insert(writer: Writer, request: Request) -> None:
    writer.run(
        "INSERT INTO requests (request_id, peer_id, trade_id, direction, amount,"
        " expires_at, wire_id, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            request.request_id,
            request.peer,
            request.trade,
            request.direction,
            request.amount,
            request.expires_at,
            request.wire_id,
            request.created_at,
        ),
    )


def pay(writer: Writer, request_id: str, *, wire_id: str) -> None:
    """Note which order pays a bill."""
    writer.run(
        "UPDATE requests SET wire_id = ? WHERE request_id = ?", (wire_id, request_id)
    )


def _request(row: Row) -> Request:
    request_id, peer, trade, direction, amount, expires_at, wire_id, created_at = row
    return Request(
        request_id=request_id,
        peer=peer,
        trade=trade,
        direction=Direction(direction),
        amount=amount,
        expires_at=expires_at,
        wire_id=wire_id,
        created_at=created_at,
    )
