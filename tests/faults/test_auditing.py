"""How an audit goes about it: alone, beside a writer, in plain words, within bounds."""

from __future__ import annotations

import ast
from pathlib import Path

from cesnode.store import auditor
from cesnode.store.auditor import audit
from cesnode.store.auditor.findings import MOST
from cesnode.store.database import FILE
from cesnode.store.store import writing
from tests.faults.forging import copied, forged, forging


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
