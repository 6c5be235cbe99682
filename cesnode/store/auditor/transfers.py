"""Goes through all transfers in order: sums, balances, the chain, and their trades.

Entries lie by account and transfers by number; both are read in windows of transfers,
so that neither is ever sorted or held as a whole.
"""

from __future__ import annotations

from collections.abc import Callable

from cesnode.store.auditor.books import LEDGER, Books, Tally
from cesnode.store.auditor.chain import NULL, Chain, genesis, text_matches
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

_WINDOW = 20_000
_BEYOND = 2**63 - 1
_END = """
SELECT max(seq) FROM (SELECT seq FROM transfers WHERE seq > ? ORDER BY seq LIMIT ?)
"""
_TRANSFERS = f"""
SELECT {TRANSFER} FROM transfers AS x LEFT JOIN trades AS t ON t.id = x.trade_id
WHERE x.seq > ? AND x.seq <= ? ORDER BY x.seq
"""  # noqa: S608 - column names only
_ENTRIES = """
SELECT seq, amount, balance_after FROM entries
WHERE account_id = ? AND seq > ? AND seq <= ? ORDER BY seq
"""
_HOLDERS = "SELECT account_id, count(*) FROM entries GROUP BY account_id"
_REVERSED = "SELECT reverses FROM transfers WHERE reverses IS NOT NULL"


class Transfers:
    """One walk over transfers and entries; what it counts is left in the books."""

    def __init__(self, connection: sqlite3.Connection, books: Books) -> None:
        self.count = 0
        self.entries = 0
        self._connection = connection
        self._books = books
        self._findings = books.findings
        self._accounts = sorted(books.numbers, key=books.numbers.__getitem__)
        start = genesis(LEDGER, books.founding)
        self.chain = Chain("transfers", "transfer", start, books.findings)
        # What a later transfer reverses is kept until that one comes.
        self._reversed: dict[int, tuple[int | None, dict[int, int]]] = {
            seq: (None, {}) for (seq,) in connection.execute(_REVERSED)
        }

    def walk(self, progress: Callable[[int, int], None]) -> None:
        (total,) = self._connection.execute("SELECT count(*) FROM transfers").fetchone()
        plain = Plain(self._books, self.chain, but_not=self._reversed)
        low = 0
        while (
            high := self._connection.execute(_END, (low, _WINDOW)).fetchone()[0]
        ) is not None:
            lines = self._lines(low, high)
            for row in self._connection.execute(_TRANSFERS, (low, high)):
                entries = lines.pop(row[0], [])
                if not plain.takes(row, entries):
                    self._check(TransferRow._make(row), entries)
                self.count += 1
                self.entries += len(entries)
            self._strays(lines)
            low = high
            progress(self.count, total)
        self._strays(self._lines(low, _BEYOND))
        for account, count in self._connection.execute(_HOLDERS):
            if account not in self._books.numbers:
                sentence = f"its {count} entries are in an account there is not"
                self._findings.add(
                    Fault.REFERENCE_MISSING, "entries", f"account #{account}", sentence
                )

    def _lines(self, low: int, high: int) -> dict[int, Lines]:
        """Gather entries by transfer; on the way follow each account's balance."""
        lines: dict[int, Lines] = {}
        for account in self._accounts:
            tally = self._books.tallies[account]
            rows = self._connection.execute(_ENTRIES, (account, low, high))
            for seq, amount, after in rows:
                tally.balance += amount
                if tally.running + amount != after:
                    self._balance_broken(tally, seq, amount, after)
                tally.running = after
                if seq in lines:
                    lines[seq].append((account, amount, after))
                else:
                    lines[seq] = [(account, amount, after)]
        return lines

    def _check(self, row: TransferRow, lines: Lines) -> None:
        moved = {account: amount for account, amount, _ in lines}
        if len(lines) < 2 or sum(moved.values()) != 0:  # noqa: PLR2004 - double entry
            self._unbalanced(row, lines)
        if row.seq in self._reversed:
            self._reversed[row.seq] = (row.trade, moved)
        kept = NULL
        if row.reverses is not None:
            kept = f'{{"id":{name(row.uuid)}}}' if row.uuid else NULL
            self._check_reversal(row, moved)
        elif row.uuid:
            kept = facts(row, self._books.quoted)
            self._check_posting(row, moved)
        elif row.kind in {"trade", "clearing"} or row.trade is not None:
            self._fault(Fault.TRADE_MISSING, row, f"its trade {row.trade} is missing")
        link = record(row, lines, kept, self._books.quoted)
        self.chain.follow(row.seq, row.recorded_at, row.hash, link)

    def _check_posting(self, row: TransferRow, moved: dict[int, int]) -> None:
        assert row.trade is not None
        kind = "trade" if row.other is None else "clearing"
        if row.kind != kind:
            sentence = f"it posts trade {row.trade}, so it should be a {kind}"
            self._fault(Fault.TRADE_DIFFERS, row, f"{sentence}, not a {row.kind}")
        if moved != moves(row, self._books.community):
            sentence = f"its entries are not what trade {row.trade} moves, levies included"
            self._fault(Fault.TRADE_DIFFERS, row, sentence)
        if row.words is not None and not text_matches(row.salt, row.words, row.text_digest):
            sentence = f"its words are not those that transfer {row.seq} sealed"
            self._findings.add(Fault.TEXT_CHANGED, "trades", f"trade {row.trade}", sentence)
        self._books.fates.post(row.trade, row.seq)
        self._books.tallies[row.seller].count_sale(row.amount, row.recorded_at)
        self._books.tallies[row.buyer].count_purchase(row.amount, row.recorded_at)

    def _check_reversal(self, row: TransferRow, moved: dict[int, int]) -> None:
        assert row.reverses is not None
        undone_trade, undone = self._reversed.pop(row.reverses, (None, {}))
        if row.kind != "reversal":
            self._fault(Fault.REVERSAL_DIFFERS, row, f"it is a {row.kind}")
        if undone_trade != row.trade:
            sentence = f"transfer {row.reverses} is of trade {undone_trade}"
            self._fault(Fault.REVERSAL_DIFFERS, row, f"{sentence}, not {row.trade}")
        if moved != {account: -amount for account, amount in undone.items()}:
            sentence = f"its entries are not those of transfer {row.reverses} turned round"
            self._fault(Fault.REVERSAL_DIFFERS, row, sentence)
        if row.trade is not None and row.uuid:
            self._books.fates.reverse(row.trade, row.seq)
            seller, buyer = self._books.tallies[row.seller], self._books.tallies[row.buyer]
            seller.sales, seller.sold = seller.sales - row.amount, seller.sold - 1
            buyer.purchases, buyer.bought = buyer.purchases - row.amount, buyer.bought - 1

    def _unbalanced(self, row: TransferRow, lines: Lines) -> None:
        total = units(sum(amount for _, amount, _ in lines), self._books.scale)
        sentence = f"it has {len(lines)} entries, which sum to {total}"
        self._fault(Fault.TRANSFER_UNBALANCED, row, sentence)

    def _balance_broken(self, tally: Tally, seq: int, amount: int, after: int) -> None:
        scale = self._books.scale
        self._findings.add(
            Fault.BALANCE_BROKEN,
            "entries",
            f"account {tally.number}, transfer {seq}",
            f"amount {units(amount, scale)} follows a balance of"
            f" {units(tally.running, scale)} and does not lead to {units(after, scale)}",
        )

    def _strays(self, lines: dict[int, Lines]) -> None:
        for seq, rows in lines.items():
            for account, amount, _ in rows:
                self._findings.add(
                    Fault.ENTRY_WITHOUT_TRANSFER,
                    "entries",
                    f"account {self._books.numbers[account]}, transfer {seq}",
                    f"its {units(amount, self._books.scale)} belong to no transfer",
                )

    def _fault(self, code: Fault, row: TransferRow, sentence: str) -> None:
        self._findings.add(code, "transfers", f"transfer {row.seq}", sentence)
