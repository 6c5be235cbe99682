"""Quotes: prices this node was asked for and keeps to, and prices it was given."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

import msgspec

from cesnode.store.database import Reader, Row, Writer
from federation.objects import HopQuote, TradeQuote
from federation.signed import Signature, Signed, restore

Quoted: TypeAlias = Signed[TradeQuote] | Signed[HopQuote]


class Direction(StrEnum):
    GIVEN = "given"
    GOT = "got"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A quote as it is kept; `peer` asked for it or gave it.

    `payee` is the address it is about, also where the quote itself does not show it.
    """

    direction: Direction
    peer: int
    payee: str
    quote: Quoted
    made_at: int
    expires_at: int


_SELECT = (
    "SELECT direction, peer_id, payee, body, signature, made_at, expires_at FROM quotes "
)


def find(reader: Reader, direction: Direction, quote_id: str) -> Kept | None:
    row = reader.first(
        _SELECT + "WHERE direction = ? AND quote_id = ?", (direction, quote_id)
    )
    return _kept(row) if row else None


def open_with(reader: Reader, peer: int, *, now: int) -> int:
    """Return how many quotes given to a peer still hold."""
    (count,) = reader.one(
        "SELECT COUNT(*) FROM quotes WHERE peer_id = ? AND direction = 'given'"
        " AND expires_at > ?",
        (peer, now),
    )
    return int(count)


def insert(writer: Writer, kept: Kept) -> bool:
    """Keep a quote; return False if one of this id is there already."""
    added = writer.run(
        "INSERT INTO quotes (direction, quote_id, peer_id, payee, body, signature,"
        " made_at, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        (
            kept.direction,
            kept.quote.value.quote_id,
            kept.peer,
            kept.payee,
            kept.quote.content,
            msgspec.json.encode(kept.quote.signature).decode(),
            kept.made_at,
            kept.expires_at,
        ),
    )
    return added == 1


def forget(writer: Writer, *, before: int) -> None:
    """Forget quotes whose time is long over."""
    writer.run("DELETE FROM quotes WHERE expires_at < ?", (before,))


class _Typed(msgspec.Struct):
    type: str


def _kept(row: Row) -> Kept:
    direction, peer, payee, body, signature, made_at, expires_at = row
    content = bytes(body)
    proven = msgspec.json.decode(signature, type=Signature)
    quote: Quoted
    if msgspec.json.decode(content, type=_Typed).type == "hop-quote":
        quote = restore(HopQuote, content, proven)
    else:
        quote = restore(TradeQuote, content, proven)
    return Kept(
        direction=Direction(direction),
        peer=peer,
        payee=payee,
        quote=quote,
        made_at=made_at,
        expires_at=expires_at,
    )
