"""What transfers and acts tell of each trade, held against the state it is in."""

from __future__ import annotations

from array import array
from collections.abc import Iterable

from cesnode.store.auditor.findings import Fault, Findings
from cesnode.store.auditor.sqlite import sqlite3

STATES = (
    "", "requested", "held", "pending", "posted", "objected", "reversed", "declined",
    "withdrawn", "lapsed", "voided",
)  # fmt: skip
_PLAIN = frozenset({STATES.index(""), STATES.index("posted")})
_STATE = "SELECT state, other IS NOT NULL FROM trades WHERE id = ?"
_NUMBERING = "SELECT min(id) - 1, max(id) - count(*) FROM trades"
_BEGINNINGS = frozenset({"requested", "pending", "posted"})
_MOVED = frozenset({"posted", "objected", "reversed"})


class Fates:
    """By the trade's id; some 20 bytes a trade."""

    def __init__(self, connection: sqlite3.Connection, findings: Findings) -> None:
        row = connection.execute("SELECT count(*) FROM trades").fetchone()
        self.count: int = row[0]
        self.posted_by = array("q", bytes(8 * (self.count + 1)))
        self.reversed_by = array("q", bytes(8 * (self.count + 1)))
        self.told = bytearray(self.count + 1)  # Places in STATES, by the last act.
        self._connection = connection
        self._findings = findings

    def known(self, trade: int) -> bool:
        """Whether a trade has a number it can have; compare() reports others."""
        return 0 < trade <= self.count

    def settle(self, postings: Iterable[int], reversals: Iterable[int]) -> None:
        """Note which transfers posted and reversed which trades: pairs of trade, seq."""
        for pairs, by, verb in (
            (iter(postings), self.posted_by, "posted"),
            (iter(reversals), self.reversed_by, "reversed"),
        ):
            for trade, seq in zip(pairs, pairs, strict=True):
                if self.known(trade):
                    if by[trade]:
                        self._twice(trade, seq, f"{verb} by transfer {by[trade]}")
                    by[trade] = seq

    def _twice(self, trade: int, seq: int, before: str) -> None:
        sentence = f"trade {trade} was already {before}"
        self._findings.add(
            Fault.TRADE_POSTED_TWICE, "transfers", f"transfer {seq}", sentence
        )

    def compare(self) -> None:
        """Hold the state of every trade against its transfers and acts.

        Only those are looked at one by one that are not simply posted, by their own word
        or by the records.
        """
        self._check_numbering()
        unusual = {
            trade
            for (trade,) in self._connection.execute(
                "SELECT id FROM trades WHERE state <> 'posted'"
            )
        }
        records = zip(self.posted_by, self.reversed_by, self.told, strict=True)
        for trade, (posted, reversed_, told) in enumerate(records):
            if told not in _PLAIN or reversed_ or not posted:
                unusual.add(trade)
        for trade in sorted(unusual):
            row = self._connection.execute(_STATE, (trade,)).fetchone()
            wrong = self._wrong(trade, *row) if row and self.known(trade) else None
            if wrong:
                self._fault(Fault.TRADE_STATE_WRONG, trade, wrong)

    def _check_numbering(self) -> None:
        before = 0
        if self._connection.execute(_NUMBERING).fetchone() == (0, 0):
            return
        for (trade,) in self._connection.execute("SELECT id FROM trades ORDER BY id"):
            if trade != before + 1:
                sentence = f"it comes after trade {before}; what was between is gone"
                self._fault(Fault.NUMBERING_GAP, trade, sentence)
            before = trade

    def _wrong(self, trade: int, state: str, remote: int) -> str | None:
        posted, reversed_ = self.posted_by[trade], self.reversed_by[trade]
        told = STATES[self.told[trade]]
        wrong = None
        if state in _MOVED and not posted:
            wrong = "no transfer posts it"
        elif posted and state not in _MOVED:
            wrong = f"transfer {posted} posts it"
        elif state == "reversed" and not reversed_:
            wrong = "nothing reverses it"
        elif reversed_ and state != "reversed":
            wrong = f"transfer {reversed_} reverses it"
        elif told and told != state:
            wrong = f"by the last act about it it is {told}"
        elif not (told or remote or state in _BEGINNINGS):
            wrong = "no act tells how it came to that"
        return wrong and f"it is {state}, but {wrong}"

    def _fault(self, code: Fault, trade: int, sentence: str) -> None:
        self._findings.add(code, "trades", f"trade {trade}", sentence)
