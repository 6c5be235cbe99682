"""Goes through all holds: each is of a trade, and ended by what posts or voids it."""

from __future__ import annotations

from typing import NamedTuple

from cesnode.store.auditor.books import Books
from cesnode.store.auditor.findings import Fault
from cesnode.store.auditor.rows import TRADE, TradeRow, moves
from cesnode.store.auditor.sqlite import sqlite3

_HOLDS = f"""
SELECT h.id, h.trade_id, h.created_at, x.outcome, x.seq, x.ended_at,
    (SELECT recorded_at FROM transfers WHERE seq = x.seq),
    (SELECT recorded_at FROM transfers WHERE seq = x.seq - 1), {TRADE}
FROM holds AS h LEFT JOIN hold_endings AS x ON x.hold_id = h.id
LEFT JOIN trades AS t ON t.id = h.trade_id ORDER BY h.id
"""  # noqa: S608 - column names only
_ENTRIES = "SELECT account_id, amount FROM hold_entries WHERE hold_id = ?"
_STRAYS = """
SELECT 'hold_entries', hold_id FROM hold_entries
WHERE hold_id NOT IN (SELECT id FROM holds)
UNION ALL SELECT 'hold_endings', hold_id FROM hold_endings
WHERE hold_id NOT IN (SELECT id FROM holds)
"""
_UNHELD = """
SELECT id FROM trades WHERE state = 'held' AND id NOT IN (
    SELECT trade_id FROM holds WHERE id NOT IN (SELECT hold_id FROM hold_endings))
"""
_OPEN_STATES = frozenset({"held", "pending"})


class Hold(NamedTuple):
    id: int
    trade: int
    created_at: int
    outcome: str | None
    seq: int | None
    ended_at: int | None
    posted_at: int | None
    posted_after: int | None


_PARTS = len(Hold._fields)


class Holds:
    """One walk over the holds; what is held is left in the books."""

    def __init__(self, connection: sqlite3.Connection, books: Books) -> None:
        self._connection = connection
        self._books = books
        self._last = 0

    def walk(self) -> None:
        for row in self._connection.execute(_HOLDS):
            hold = Hold._make(row[:_PARTS])
            found = row[_PARTS] is not None
            entries = self._connection.execute(_ENTRIES, (hold.id,)).fetchall()
            self._check_number(hold)
            if hold.outcome is None:
                self._reserve(entries)
            if found:
                self._check(hold, TradeRow._make(row[_PARTS:]), dict(entries))
            else:
                sentence = f"there is no trade {hold.trade} that it is for"
                self._fault(Fault.HOLD_WITHOUT_TRADE, hold, sentence)
        for table, hold_id in self._connection.execute(_STRAYS):
            sentence = "there is no such hold"
            self._books.findings.add(Fault.HOLD_MISSING, table, f"hold {hold_id}", sentence)
        for (trade,) in self._connection.execute(_UNHELD):
            sentence = "it is held, but no open hold reserves its value"
            self._books.findings.add(
                Fault.HOLD_MISSING, "trades", f"trade {trade}", sentence
            )

    def _check_number(self, hold: Hold) -> None:
        if hold.id != self._last + 1:
            sentence = f"it comes after hold {self._last}; what was between is gone"
            self._fault(Fault.NUMBERING_GAP, hold, sentence)
        self._last = hold.id

    def _reserve(self, entries: list[tuple[int, int]]) -> None:
        for account, amount in entries:
            tally = self._books.tallies.get(account)
            if tally is None:
                continue  # A missing reference: reported as such.
            if amount < 0:
                tally.held_out -= amount
            else:
                tally.held_in += amount

    def _check(self, hold: Hold, trade: TradeRow, entries: dict[int, int]) -> None:
        if entries != moves(trade, self._books.basis.community):
            sentence = f"it does not reserve what trade {trade.id} moves, levies included"
            self._fault(Fault.HOLD_DIFFERS, hold, sentence)
        held_at = self._books.told.held_at.get(trade.id, hold.created_at)
        if hold.created_at != held_at:
            sentence = f"it began at {hold.created_at}, by the acts at {held_at}"
            self._fault(Fault.HOLD_DIFFERS, hold, sentence)
        if hold.outcome is None:
            if trade.state not in _OPEN_STATES:
                sentence = f"it still reserves value, but trade {trade.id} is {trade.state}"
                self._fault(Fault.HOLD_LEFT_OPEN, hold, sentence)
        else:
            self._check_end(hold, trade)

    def _check_end(self, hold: Hold, trade: TradeRow) -> None:
        fates, told = self._books.fates, self._books.told
        posted = fates.posted_by[trade.id] if fates.known(trade.id) else 0
        outcome = "posted" if posted else "voided"
        if (hold.seq or 0) != posted or hold.outcome != outcome:
            what = f"transfer {posted} posts" if posted else "nothing posts"
            sentence = f"it was {hold.outcome} by transfer {hold.seq}, but {what} its trade"
            self._fault(Fault.HOLD_ENDED_WRONGLY, hold, sentence, table="hold_endings")
        if not _ended_in_time(hold, told.voided_at.get(trade.id)):
            sentence = f"{hold.ended_at} is not when its trade was settled"
            self._fault(Fault.HOLD_ENDED_WRONGLY, hold, sentence, table="hold_endings")

    def _fault(
        self, code: Fault, hold: Hold, sentence: str, *, table: str = "holds"
    ) -> None:
        self._books.findings.add(code, table, f"hold {hold.id}", sentence)


def _ended_in_time(hold: Hold, voided_at: int | None) -> bool:
    """The books' time stands still while a clock that was set back catches up."""
    if hold.posted_at is None or hold.ended_at is None:
        return voided_at in {None, hold.ended_at}
    stands_still = hold.posted_at == hold.posted_after
    return hold.ended_at == hold.posted_at or (
        stands_still and hold.ended_at < hold.posted_at
    )
