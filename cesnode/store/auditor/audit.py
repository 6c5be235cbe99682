"""Opens the file, goes through it part by part, and sums up."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from cesnode.store.auditor import parts, shape
from cesnode.store.auditor.accounts import Accounts
from cesnode.store.auditor.acts import Acts
from cesnode.store.auditor.books import Books, Part, Tallies, Tally, basis
from cesnode.store.auditor.checkpoints import Checkpoints
from cesnode.store.auditor.clearing import Clearing
from cesnode.store.auditor.findings import Fault, Finding, Findings, units
from cesnode.store.auditor.holds import Holds
from cesnode.store.auditor.remote import RemoteTrades
from cesnode.store.auditor.setoffs import Setoffs
from cesnode.store.auditor.sqlite import opened, sqlite3
from cesnode.store.auditor.trades import Fates

# Entries are left out: the walk over them sees for itself, and sooner.
_TABLES = """
SELECT name FROM sqlite_schema
WHERE type = 'table' AND name <> 'entries' AND name NOT GLOB 'sqlite_*'
"""

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


def audit(path: Path, *, progress: Progress | None = None, workers: int = 1) -> Audit:
    """Read a node's file from end to end, as it is at this moment.

    With more `workers` a large ledger is read by several processes at once.

    Raises:
        FileNotFoundError: there is no such file.

    """
    if not path.is_file():
        raise FileNotFoundError(path)
    findings = Findings()
    try:
        with closing(opened(path)) as connection:
            if shape.compare(connection, findings) and _is_sound(connection, findings):
                return _audit(path, connection, findings, progress or _silent, workers)
    except sqlite3.DatabaseError as error:
        sentence = f"the rest cannot be read: {error}"
        findings.add(Fault.FILE_DAMAGED, "sqlite_schema", path.name, sentence)
    return _unread(findings)


def _audit(
    path: Path,
    connection: sqlite3.Connection,
    findings: Findings,
    progress: Progress,
    workers: int,
) -> Audit:
    found = basis(connection)
    if found is None:
        sentence = "the exchange itself is gone"
        findings.add(Fault.FOUNDING_CHANGED, "exchange", "row 1", sentence)
        return _unread(findings)
    books = Books(
        basis=found,
        tallies=Tallies((account, Tally()) for account in found.numbers),
        fates=Fates(connection, findings),
        findings=findings,
    )
    whole = parts.walk(path, connection, books, workers=workers, progress=progress)
    acts = Acts(connection, books, transfers=whole.count)
    acts.walk()
    _compare_founding(books, whole, acts)
    Holds(connection, books).walk()
    books.fates.compare()
    Accounts(connection, books).compare()
    Checkpoints(connection, books).compare()
    Clearing(connection, books).walk()
    RemoteTrades(connection, books).walk()
    Setoffs(connection, books).walk()
    return _summed_up(books, whole, acts)


def _summed_up(books: Books, whole: Part, acts: Acts) -> Audit:
    findings, scale = books.findings, books.basis.founding.scale
    total = sum(tally.balance for tally in books.tallies.values())
    if total:
        sentence = f"all balances sum to {units(total, scale)}, not to zero"
        findings.add(Fault.SUM_NOT_ZERO, "entries", "all", sentence)
    return Audit(
        transfers=whole.count,
        entries=whole.entries,
        accounts=len(books.basis.numbers),
        acts=acts.chain.seq,
        sum=total,
        scale=scale,
        head=whole.head.hex(),
        acts_head=acts.chain.head.hex(),
        findings=tuple(findings.kept),
        found=findings.count,
    )


def _unread(findings: Findings) -> Audit:
    return Audit(findings=tuple(findings.kept), found=findings.count)


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


def _compare_founding(books: Books, whole: Part, acts: Acts) -> None:
    """Both chains begin with the founding: if neither follows from it, it was changed."""
    first = whole.count == 0 or whole.starts_elsewhere
    if acts.chain.seq == 0:
        sentence = "no act tells of the founding"
    elif first and acts.chain.starts_elsewhere:
        sentence = "code, scale, measure or time of founding were changed, or act 1 was"
    else:
        return
    code = books.basis.founding.code
    books.findings.add(Fault.FOUNDING_CHANGED, "exchange", code, sentence)


def _silent(_done: int, _total: int) -> None:
    pass
