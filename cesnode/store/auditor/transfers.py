"""Goes through transfers in order: sums, balances, the chain, and their trades.

Entries lie by account and transfers by number; both are read for a span of transfers at
a time, so that neither is ever sorted or held as a whole.
"""

from __future__ import annotations

from typing import NamedTuple

from cesnode.store.auditor.books import Basis, Part
from cesnode.store.auditor.chain import LEDGER, NULL, Chain, text_matches
from cesnode.store.auditor.findings import Fault, units
from cesnode.store.auditor.plain import Plain
from cesnode.store.auditor.rows import (
    TRANSFER,
    Lines,
    TransferRow,
    facts,
    moves,
    name,
    record,
)
from cesnode.store.auditor.sqlite import sqlite3

_TRANSFERS = f"""
SELECT {TRANSFER} FROM transfers AS x LEFT JOIN trades AS t ON t.id = x.trade_id
WHERE x.seq > ? AND x.seq <= ? ORDER BY x.seq
"""  # noqa: S608 - column names only
_ENTRIES = """
SELECT seq, amount, balance_after FROM entries
WHERE account_id = ? AND seq > ? AND seq <= ? ORDER BY seq
"""
_BALANCE = """
SELECT balance_after FROM entries WHERE account_id = ? AND seq <= ?
ORDER BY seq DESC LIMIT 1
"""
_LINK = "SELECT seq, recorded_at, hash FROM transfers WHERE seq = ?"
_UNDONE = "SELECT trade_id FROM transfers WHERE seq = ?"
_MOVED = """
SELECT e.account_id, e.amount FROM accounts AS a
CROSS JOIN entries AS e ON e.account_id = a.id WHERE e.seq = ?
"""


class Span(NamedTuple):
    """The transfers that come after one, up to another."""

    after: int
    last: int


class Transfers:
    """One walk over a span; it takes for granted the balances and the link before it."""

    def __init__(self, connection: sqlite3.Connection, basis: Basis, span: Span) -> None:
        self._connection = connection
        self._basis = basis
        self._span = span
        self._part = Part()
        head = basis.founding.genesis(LEDGER)
        self._chain = Chain("transfers", "transfer", head, self._part.findings)
        if span.after:
            self._chain.resume(*connection.execute(_LINK, (span.after,)).fetchone())

    def walk(self) -> Part:
        part, lines = self._part, self._lines()
        plain = Plain(self._basis, part, self._chain)
        for row in self._connection.execute(_TRANSFERS, self._span):
            entries = lines.pop(row[0], [])
            if not plain.takes(row, entries):
                self._check(TransferRow._make(row), entries)
            part.count += 1
            part.entries += len(entries)
        self._strays(lines)
        part.head, part.starts_elsewhere = self._chain.head, self._chain.starts_elsewhere
        return part

    def _lines(self) -> dict[int, Lines]:
        """Gather entries by transfer; on the way follow each account's balance."""
        lines: dict[int, Lines] = {}
        numbers, execute = self._basis.numbers, self._connection.execute
        for account in sorted(numbers, key=numbers.__getitem__):
            before = execute(_BALANCE, (account, self._span.after)).fetchone()
            running = before[0] if before else 0
            moved = 0
            for seq, amount, after in execute(_ENTRIES, (account, *self._span)):
                if running + amount != after:
                    self._balance_broken(account, seq, (running, amount, after))
                running = after
                moved += amount
                if seq in lines:
                    lines[seq].append((account, amount, after))
                else:
                    lines[seq] = [(account, amount, after)]
            self._part.tallies[account].balance += moved
        return lines

    def _check(self, row: TransferRow, lines: Lines) -> None:
        moved = {account: amount for account, amount, _ in lines}
        if len(lines) < 2 or sum(moved.values()) != 0:  # noqa: PLR2004 - double entry
            self._unbalanced(row, lines)
        kept = NULL
        if row.reverses is not None:
            kept = f'{{"id":{name(row.uuid)}}}' if row.uuid else NULL
            self._check_reversal(row, moved)
        elif row.uuid:
            kept = facts(row, self._basis.quoted)
            self._check_posting(row, moved)
        elif row.kind in {"trade", "clearing"} or row.trade is not None:
            self._fault(Fault.TRADE_MISSING, row, f"its trade {row.trade} is missing")
        link = record(row, lines, kept, self._basis.quoted)
        self._chain.follow(row.seq, row.recorded_at, row.hash, link)

    def _check_posting(self, row: TransferRow, moved: dict[int, int]) -> None:
        assert row.trade is not None
        kind = "trade" if row.other is None else "clearing"
        if row.kind != kind:
            sentence = f"it posts trade {row.trade}, so it should be a {kind}"
            self._fault(Fault.TRADE_DIFFERS, row, f"{sentence}, not a {row.kind}")
        if moved != moves(row, self._basis.community):
            sentence = f"its entries are not what trade {row.trade} moves, levies included"
            self._fault(Fault.TRADE_DIFFERS, row, sentence)
        if row.words is not None and not text_matches(row.salt, row.words, row.text_digest):
            sentence = f"its words are not those that transfer {row.seq} sealed"
            self._part.findings.add(
                Fault.TEXT_CHANGED, "trades", f"trade {row.trade}", sentence
            )
        self._part.postings.extend((row.trade, row.seq))
        self._part.tallies[row.seller].count_sale(row.amount, row.recorded_at)
        self._part.tallies[row.buyer].count_purchase(row.amount, row.recorded_at)

    def _check_reversal(self, row: TransferRow, moved: dict[int, int]) -> None:
        (undone,) = self._connection.execute(_UNDONE, (row.reverses,)).fetchone() or (None,)
        if row.kind != "reversal":
            self._fault(Fault.REVERSAL_DIFFERS, row, f"it is a {row.kind}")
        if undone != row.trade:
            sentence = f"transfer {row.reverses} is of trade {undone}, not {row.trade}"
            self._fault(Fault.REVERSAL_DIFFERS, row, sentence)
        # A posting is held against its trade, so its reversal can be held against it too.
        turned = (
            moves(row, self._basis.community)
            if row.uuid
            else dict(self._connection.execute(_MOVED, (row.reverses,)))
        )
        if moved != {account: -amount for account, amount in turned.items()}:
            sentence = f"its entries are not those of transfer {row.reverses} turned round"
            self._fault(Fault.REVERSAL_DIFFERS, row, sentence)
        if row.trade is not None and row.uuid:
            self._part.reversals.extend((row.trade, row.seq))
            self._part.tallies[row.seller].undo_sale(row.amount)
            self._part.tallies[row.buyer].undo_purchase(row.amount)

    def _unbalanced(self, row: TransferRow, lines: Lines) -> None:
        total = self._units(sum(amount for _, amount, _ in lines))
        sentence = f"it has {len(lines)} entries, which sum to {total}"
        self._fault(Fault.TRANSFER_UNBALANCED, row, sentence)

    def _balance_broken(
        self, account: int, seq: int, amounts: tuple[int, int, int]
    ) -> None:
        before, amount, after = map(self._units, amounts)
        self._part.findings.add(
            Fault.BALANCE_BROKEN,
            "entries",
            f"account {self._basis.numbers[account]}, transfer {seq}",
            f"amount {amount} follows a balance of {before} and does not lead to {after}",
        )

    def _strays(self, lines: dict[int, Lines]) -> None:
        for seq, rows in lines.items():
            for account, amount, _ in rows:
                self._part.findings.add(
                    Fault.ENTRY_WITHOUT_TRANSFER,
                    "entries",
                    f"account {self._basis.numbers[account]}, transfer {seq}",
                    f"its {self._units(amount)} belong to no transfer",
                )

    def _units(self, amount: int) -> str:
        return units(amount, self._basis.founding.scale)

    def _fault(self, code: Fault, row: TransferRow, sentence: str) -> None:
        self._part.findings.add(code, "transfers", f"transfer {row.seq}", sentence)
