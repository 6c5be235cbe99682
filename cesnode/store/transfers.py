"""Transfers, their entries, and the standings that follow them."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from cesnode.ledger.transfers import Entry, TransferKind
from cesnode.store.database import Reader, Writer
from cesnode.store.sqlite import plain

plain(TransferKind)

_MEMO = "head"
_MOVE = (
    "UPDATE standings SET balance = balance + ?, sales = sales + ?, sold = sold + ?,"
    " purchases = purchases + ?, bought = bought + ?,"
    " last_trade_at = COALESCE(?, last_trade_at) WHERE account_id = ? RETURNING balance"
)


class Head(msgspec.Struct, frozen=True):
    """The last link of the chain."""

    seq: int
    recorded_at: int
    hash: bytes


class Header(msgspec.Struct, frozen=True, kw_only=True):
    seq: int
    kind: str
    trade: int | None
    reverses: int | None
    recorded_at: int
    text_digest: bytes | None
    hash: bytes


def head(reader: Reader) -> Head | None:
    """Return the last link of the chain, or None before the first."""
    known: Head | None = reader.memo.get(_MEMO)
    if known is None:
        row = reader.first(
            "SELECT seq, recorded_at, hash FROM transfers ORDER BY seq DESC LIMIT 1"
        )
        known = reader.memo[_MEMO] = Head(*row) if row else None
    return known


class Tally(msgspec.Struct, frozen=True, kw_only=True):
    """What a posting adds to an account's trading record; a reversal takes it away."""

    sales: int = 0
    sold: int = 0
    purchases: int = 0
    bought: int = 0
    last_trade_at: int | None = None


def move(writer: Writer, entry: Entry, tally: Tally) -> int:
    """Add an entry's amount to its account's standing; return the balance after it."""
    (balance,) = writer.one(
        _MOVE,
        (
            entry.amount,
            tally.sales,
            tally.sold,
            tally.purchases,
            tally.bought,
            tally.last_trade_at,
            entry.account,
        ),
    )
    return int(balance)


def insert(writer: Writer, header: Header, entries: Iterable[tuple[int, int, int]]) -> None:
    """Add a header and its entries (account, amount, balance after)."""
    writer.run(
        "INSERT INTO transfers (seq, kind, trade_id, reverses, recorded_at, text_digest,"
        " hash) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            header.seq,
            header.kind,
            header.trade,
            header.reverses,
            header.recorded_at,
            header.text_digest,
            header.hash,
        ),
    )
    writer.memo[_MEMO] = Head(header.seq, header.recorded_at, header.hash)
    writer.many(
        "INSERT INTO entries (account_id, seq, amount, balance_after) VALUES (?, ?, ?, ?)",
        [(account, header.seq, amount, after) for account, amount, after in entries],
    )


def posting_of(reader: Reader, trade: int) -> int:
    """Return the seq of the transfer that posted a posted trade."""
    (seq,) = reader.one(
        "SELECT seq FROM transfers WHERE trade_id = ? AND reverses IS NULL", (trade,)
    )
    return int(seq)


def posted_at(reader: Reader, trade: int) -> int:
    """Return when a posted trade took effect."""
    (at,) = reader.one(
        "SELECT recorded_at FROM transfers WHERE trade_id = ? AND reverses IS NULL",
        (trade,),
    )
    return int(at)


def first_posted_at(reader: Reader, trade: int) -> int | None:
    """Return when a trade took effect, if it did."""
    row = reader.first(
        "SELECT recorded_at FROM transfers WHERE trade_id = ? AND reverses IS NULL",
        (trade,),
    )
    return int(row[0]) if row else None


def entries_of(reader: Reader, seq: int, accounts: Iterable[int]) -> tuple[Entry, ...]:
    """Return the entries of a transfer in these accounts."""
    found = (
        reader.first(
            "SELECT account_id, amount FROM entries WHERE account_id = ? AND seq = ?",
            (account, seq),
        )
        for account in accounts
    )
    return tuple(Entry(*row) for row in found if row)
