"""How an audit goes about it: alone, beside a writer, in plain words, within bounds."""

from __future__ import annotations

import ast
from dataclasses import replace
from pathlib import Path

import pytest

from cesnode.store import auditor
from cesnode.store.auditor import Audit, audit, parts
from cesnode.store.auditor.findings import MOST
from cesnode.store.database import FILE
from cesnode.store.store import writing
from tests.faults.forging import copied, forged, forging

_SPOILT = (
    "UPDATE entries SET amount = amount + 1 WHERE account_id = 3 AND seq IN (2, 10)",
    "UPDATE transfers SET kind = 'fee' WHERE seq IN (4, 5, 12, 15)",
    "UPDATE trades SET description = 'other' WHERE id IN (1, 8, 18)",
    "DELETE FROM transfers WHERE seq = 8",
    "INSERT INTO entries VALUES (5, 99, 1, 1)",
)


def in_order(audited: Audit) -> Audit:
    """Put the findings in an order that does not depend on how they were come by."""
    findings = sorted(audited.findings, key=lambda finding: finding.line)
    return replace(audited, findings=tuple(findings))


def test_a_thousand_findings_are_kept_and_all_are_counted(
    history: Path, target: Path
) -> None:
    with forging(copied(history, target)) as connection:
        for row in range(MOST + 500):
            connection.execute("INSERT INTO entries VALUES (5, ?, 1, 1)", (100 + row,))

    audited = audit(target / FILE)

    assert len(audited.findings) == MOST
    assert audited.found > MOST + 500


def test_a_writer_at_work_is_neither_disturbed_nor_seen(
    history: Path, target: Path
) -> None:
    folder = copied(history, target)
    with writing(folder) as writer:
        writer.run("UPDATE accounts SET name = 'half done' WHERE id = 2")

        assert audit(folder / FILE).ok


def test_an_audit_is_told_as_one_document(history: Path, target: Path) -> None:
    told = forged(
        history, target, "INSERT INTO entries VALUES (5, 2, 1000, 1000)"
    ).as_json()

    assert (told["ok"], told["transfers"], told["sum"]) == (False, 15, "10.00")
    assert {
        "code": "sum_not_zero",
        "table": "entries",
        "row": "all",
        "sentence": "all balances sum to 10.00, not to zero",
    } in told["findings"]  # type: ignore[operator]


def test_progress_is_told_and_ends_with_all(history: Path) -> None:
    told: list[tuple[int, int]] = []

    audit(history / FILE, progress=lambda done, total: told.append((done, total)))

    assert told[-1] == (15, 15)


@pytest.mark.parametrize("size", [1, 4, 15])
def test_a_ledger_read_in_parts_leaves_nothing_out(
    history: Path, target: Path, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    spoilt = forged(history, target, *_SPOILT)
    monkeypatch.setattr(parts, "SIZE", size)

    assert in_order(audit(target / FILE)) == in_order(spoilt)
    assert audit(history / FILE).ok


def test_several_processes_find_what_one_finds(
    history: Path, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spoilt = forged(history, target, *_SPOILT)
    monkeypatch.setattr(parts, "SIZE", 4)

    assert in_order(audit(target / FILE, workers=2)) == in_order(spoilt)


def test_the_auditor_imports_nothing_of_what_it_audits() -> None:
    imported = {
        name
        for path in Path(auditor.__file__).parent.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    ours = {name for name in imported if name.split(".")[0] in {"cesnode", "federation"}}

    assert all(name.startswith("cesnode.store.auditor") for name in ours)
    assert imported.isdisjoint({"msgspec", "rfc8785", "sqlite_utils"})
