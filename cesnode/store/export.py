"""The whole ledger in order, a piece at a time, for whoever writes it out.

Nothing here is larger in memory for a larger ledger.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from cesnode.ledger.trades import Trade
from cesnode.store import listings, trades
from cesnode.store.acts import Act
from cesnode.store.checkpoints import Checkpoint
from cesnode.store.database import Reader
from cesnode.store.listings import Listing
from cesnode.store.transfers import Header

PIECE = 1_000
"""So many rows are read at once."""

_HEADERS = """
SELECT seq, kind, trade_id, reverses, recorded_at, text_digest, hash FROM transfers
WHERE seq > ? ORDER BY seq LIMIT ? + 0
"""
_ENTRIES = """
SELECT e.seq, e.account_id, e.amount, e.balance_after
FROM accounts AS a CROSS JOIN entries AS e ON e.account_id = a.id
WHERE e.seq > ? AND e.seq <= ? ORDER BY a.number
"""
_ACTS = """
SELECT seq, at, actor_id, kind, subject, details, note, salt, note_digest, after, hash
FROM acts WHERE seq > ? ORDER BY seq LIMIT ? + 0
"""

Entries = tuple[tuple[int, int, int], ...]
"""Account, amount and balance after, in the order of the accounts' numbers."""


@dataclass(frozen=True, slots=True)
class Posted:
    """A transfer, its entries, and its trade if it is of one."""

    header: Header
    entries: Entries
    trade: Trade | None


def postings(reader: Reader) -> Iterator[Posted]:
    last = 0
    while rows := reader.all(_HEADERS, (last, PIECE)):
        before, last = last, rows[-1][0]
        entries: dict[int, Entries] = {}
        for seq, *entry in reader.all(_ENTRIES, (before, last)):
            account, amount, after = entry
            entries[seq] = (*entries.get(seq, ()), (account, amount, after))
        for seq, kind, trade, reverses, recorded_at, digest, link in rows:
            header = Header(
                seq=seq,
                kind=kind,
                trade=trade,
                reverses=reverses,
                recorded_at=recorded_at,
                text_digest=digest,
                hash=link,
            )
            of_trade = trades.by_id(reader, trade) if trade is not None else None
            yield Posted(header, entries.get(seq, ()), of_trade)


def every_trade(reader: Reader) -> Iterator[Trade]:
    """Go through all trades, posted or not, in the order they were entered."""
    last = 0
    sql = "SELECT id FROM trades WHERE id > ? ORDER BY id LIMIT ? + 0"
    while rows := reader.all(sql, (last, PIECE)):
        for (last,) in rows:
            yield trades.by_id(reader, last)


def requests(reader: Reader) -> Iterator[Trade]:
    """Go through the trades here that wait for somebody to agree."""
    rows = reader.all("SELECT id FROM trades WHERE state = 'requested' ORDER BY id")
    for (trade,) in rows:
        yield trades.by_id(reader, trade)


def own_listings(reader: Reader) -> Iterator[Listing]:
    """Go through what members offer and want here, but for what they withdrew."""
    last = 0
    while found := listings.own_after(reader, last, PIECE):
        yield from found
        last = found[-1].id


def acts(reader: Reader) -> Iterator[Act]:
    last = 0
    while rows := reader.all(_ACTS, (last, PIECE)):
        for row in rows:
            (
                last, at, actor, kind, subject, details, note, salt, digest, after, link,
            ) = row  # fmt: skip
            yield Act(
                seq=last,
                at=at,
                actor=actor,
                kind=kind,
                subject=subject,
                details=details,
                note=note,
                salt=salt,
                note_digest=digest,
                after=after,
                hash=link,
            )


def checkpoints(reader: Reader) -> Iterator[Checkpoint]:
    for row in reader.all("SELECT at, seq, note FROM checkpoints ORDER BY id"):
        yield Checkpoint(*row)


def days(reader: Reader) -> tuple[int, int]:
    """Return when the books begin and when they end, in Unix seconds."""
    founded, first, last = reader.one(
        "SELECT founded_at, (SELECT recorded_at FROM transfers WHERE seq = 1),"
        " (SELECT recorded_at FROM transfers ORDER BY seq DESC LIMIT 1) FROM exchange"
    )
    begins = founded if first is None else min(founded, first)
    return begins, founded if last is None else max(founded, last)


class OwnLimits(NamedTuple):
    """The limits of an account itself, whatever the exchange's; and when it was opened."""

    own_floor: bool
    floor: int | None
    own_ceiling: bool
    ceiling: int | None
    opened_at: int


_OWN_LIMITS = "SELECT own_floor, floor, own_ceiling, ceiling, opened_at, id FROM accounts"


def own_limits(reader: Reader) -> dict[int, OwnLimits]:
    rows = reader.all(_OWN_LIMITS)
    return {account: _own_limits(*limits) for *limits, account in rows}


def own_limits_of(reader: Reader, account: int) -> OwnLimits:
    *limits, _ = reader.one(f"{_OWN_LIMITS} WHERE id = ?", (account,))
    return _own_limits(*limits)


def _own_limits(
    own_floor: int, floor: int | None, own_ceiling: int, ceiling: int | None, opened: int
) -> OwnLimits:
    return OwnLimits(bool(own_floor), floor, bool(own_ceiling), ceiling, opened)
