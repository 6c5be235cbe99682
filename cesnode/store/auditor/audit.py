"""Opens the file, goes through it part by part, and sums up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from cesnode.store.auditor import shape
from cesnode.store.auditor.accounts import Accounts
from cesnode.store.auditor.acts import Acts
from cesnode.store.auditor.books import Books, Tallies, Tally
from cesnode.store.auditor.chain import quote
from cesnode.store.auditor.checkpoints import Checkpoints
from cesnode.store.auditor.findings import Fault, Finding, Findings, units
from cesnode.store.auditor.holds import Holds
from cesnode.store.auditor.sqlite import sqlite3
from cesnode.store.auditor.trades import Fates
from cesnode.store.auditor.transfers import Transfers

_FOUNDING = "SELECT code, scale, measure, founded_at FROM exchange WHERE id = 1"
# Entries are left out: the walk over them sees for itself, and sooner.
_TABLES = """
SELECT name FROM sqlite_schema
WHERE type = 'table' AND name <> 'entries' AND name NOT GLOB 'sqlite_*'
"""
_WAIT_SECONDS = 10.0

Progress = Callable[[int, int], None]
"""Told how many transfers were read, of how many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """What an audit found.  Heads are in hexadecimal, `sum` is in minor units."""

    transfers: int = 0
    entries: int = 0
    accounts: int = 0
    acts: int = 0
    sum: int = 0
    scale: int = 0
    head: str = ""
    acts_head: str = ""
    findings: tuple[Finding, ...]
    found: int
    """How many findings there are; `findings` holds the first thousand."""

    @property
    def ok(self) -> bool:
        return self.found == 0

    def as_json(self) -> dict[str, object]:
        return {
            "ok": self.ok,
            "transfers": self.transfers,
            "entries": self.entries,
            "accounts": self.accounts,
            "acts": self.acts,
            "sum": units(self.sum, self.scale),
            "head": self.head,
            "acts_head": self.acts_head,
            "found": self.found,
            "findings": [
                {
                    "code": finding.code.value,
                    "table": finding.table,
                    "row": finding.row,
                    "sentence": finding.sentence,
                }
                for finding in self.findings
            ],
        }


def audit(path: Path, *, progress: Progress | None = None) -> Audit:
    """Read a node's file from end to end, as it is at this moment.

    Raises:
        FileNotFoundError: there is no such file.

    """
    if not path.is_file():
        raise FileNotFoundError(path)
    uri = f"{path.resolve().as_uri()}?mode=ro"
    with closing(sqlite3.connect(uri, uri=True, timeout=_WAIT_SECONDS)) as connection:
        connection.isolation_level = None
        connection.text_factory = _legible
        findings = Findings()
        try:
            return _audit(connection, findings, progress or _silent)
        except sqlite3.DatabaseError as error:
            sentence = f"the rest cannot be read: {error}"
            findings.add(Fault.FILE_DAMAGED, "sqlite_schema", path.name, sentence)
            return Audit(findings=tuple(findings.kept), found=findings.count)


def _audit(connection: sqlite3.Connection, findings: Findings, progress: Progress) -> Audit:
    for pragma in ("query_only = ON", "trusted_schema = OFF", "cell_size_check = ON"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute("BEGIN")
    readable = shape.compare(connection, findings) and _is_sound(connection, findings)
    books = _open(connection, findings) if readable else None
    if books is None:
        return Audit(findings=tuple(findings.kept), found=findings.count)
    transfers = Transfers(connection, books)
    transfers.walk(progress)
    acts = Acts(connection, books, transfers=transfers.count)
    acts.walk()
    _compare_founding(books, transfers, acts)
    Holds(connection, books).walk()
    books.fates.compare()
    Accounts(connection, books).compare()
    Checkpoints(connection, books).compare()
    total = sum(tally.balance for tally in books.tallies.values())
    if total:
        sentence = f"all balances sum to {units(total, books.scale)}, not to zero"
        findings.add(Fault.SUM_NOT_ZERO, "entries", "all", sentence)
    return Audit(
        transfers=transfers.count,
        entries=transfers.entries,
        accounts=len(books.tallies),
        acts=acts.chain.seq,
        sum=total,
        scale=books.scale,
        head=transfers.chain.head.hex(),
        acts_head=acts.chain.head.hex(),
        findings=tuple(findings.kept),
        found=findings.count,
    )


def _is_sound(connection: sqlite3.Connection, findings: Findings) -> bool:
    """Let SQLite check the file; False if rows hold what their columns cannot."""
    sound = True
    for (verdict,) in connection.execute("PRAGMA quick_check"):
        if verdict != "ok":
            sound &= "value in" not in verdict
            findings.add(Fault.FILE_DAMAGED, "sqlite_schema", "file", verdict)
    for (name,) in connection.execute(_TABLES).fetchall():
        for table, row, parent, _ in connection.execute(
            f"PRAGMA foreign_key_check({name})"
        ):
            sentence = f"what it refers to in {parent} does not exist"
            findings.add(Fault.REFERENCE_MISSING, table, f"row {row or '?'}", sentence)
    return sound


def _open(connection: sqlite3.Connection, findings: Findings) -> Books | None:
    row = connection.execute(_FOUNDING).fetchone()
    if row is None:
        sentence = "the exchange itself is gone"
        findings.add(Fault.FOUNDING_CHANGED, "exchange", "row 1", sentence)
        return None
    code, scale, measure, founded_at = row
    numbers = dict(connection.execute("SELECT id, number FROM accounts"))
    ids = {number: account for account, number in numbers.items()}
    return Books(
        code=code,
        scale=scale,
        founding={
            "code": code,
            "founded_at": founded_at,
            "measure": measure,
            "scale": scale,
        },
        tallies=Tallies((account, Tally(number)) for account, number in numbers.items()),
        numbers=numbers,
        quoted=defaultdict(
            lambda: quote("?"),
            {account: quote(number) for account, number in numbers.items()},
        ),
        community=ids.get(f"{code}0000", 0),
        fates=Fates(connection, findings),
        findings=findings,
    )


def _compare_founding(books: Books, transfers: Transfers, acts: Acts) -> None:
    """Both chains begin with the founding: if neither follows from it, it was changed."""
    first = transfers.count == 0 or transfers.chain.starts_elsewhere
    if acts.chain.seq == 0:
        sentence = "no act tells of the founding"
    elif first and acts.chain.starts_elsewhere:
        sentence = "code, scale, measure or time of founding were changed, or act 1 was"
    else:
        return
    books.findings.add(Fault.FOUNDING_CHANGED, "exchange", books.code, sentence)


def _legible(text: bytes) -> str:
    """Read damaged letters too: the hash will name their row."""
    return text.decode(errors="replace")


def _silent(_done: int, _total: int) -> None:
    pass
