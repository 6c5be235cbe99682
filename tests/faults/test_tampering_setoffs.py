"""Whatever is changed of what is kept of set-offs, the auditor names it."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from cesnode.store.auditor import Audit, audit
from cesnode.store.database import FILE, open_reader
from tests.faults.columns_setoffs import GUARDED, UNGUARDED
from tests.faults.forging import forged
from tests.support.ring import TRIANGLE, ringed, settle_rings

_COLUMNS = "SELECT ?1 || '.' || name FROM pragma_table_info(?1)"
_TABLES = ("setoffs", "setoff_words", "setoff_parts")


@pytest.fixture(scope="module")
def oakvale(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One circle was cleared, and another is agreed to and not decided."""
    place = tmp_path_factory.mktemp("rings")
    with ringed(settle_rings(place / "founded"), place, TRIANGLE) as ring:
        ring.clear()
        ring.gather()
        ring.round("1", "1", "1")
        ring.gather()
        ring.propose()
        ring.talk()
    return ring.folder / ring.homes[0].node


def named(audited: Audit) -> set[str]:
    """Return the findings as code and table; the row is named by random ids."""
    return {f"{one.code} {one.table}" for one in audited.findings}


def test_a_true_history_of_set_offs_gives_no_finding(oakvale: Path) -> None:
    assert audit(oakvale / FILE).findings == ()


def test_every_column_of_set_offs_has_a_case(oakvale: Path) -> None:
    with closing(open_reader(oakvale)) as connection:
        columns = {
            column
            for table in _TABLES
            for (column,) in connection.execute(_COLUMNS, (table,))
        }

    assert columns | {"accounts.reserved"} == GUARDED.keys() | UNGUARDED.keys()


@pytest.mark.parametrize("column", GUARDED)
def test_a_changed_column_of_set_offs_is_named(
    oakvale: Path, tmp_path: Path, column: str
) -> None:
    change = GUARDED[column]
    table, _, name = column.partition(".")
    statement = f"UPDATE {table} SET {name} = {change.value} WHERE {change.where}"  # noqa: S608

    audited = forged(oakvale, tmp_path / "forged", statement)

    assert change.finding in named(audited)
