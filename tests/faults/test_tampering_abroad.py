"""Whatever is changed of what stands with other exchanges, the auditor names it."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from cesnode.store.auditor import Audit, audit
from cesnode.store.database import FILE, open_reader
from tests.faults import abroad
from tests.faults.columns_abroad import CONTRADICTIONS, GUARDED, UNGUARDED
from tests.faults.forging import forged
from tests.support.federation import HOMES, settle_down

_COLUMNS = "SELECT ?1 || '.' || name FROM pragma_table_info(?1)"
_STATES = {"posted", "voided", "committed", "aborted", "pending", "held"}


@pytest.fixture(scope="module")
def oakvale(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return abroad.history(settle_down(tmp_path_factory.mktemp("abroad"), HOMES))


def named(audited: Audit) -> set[str]:
    """Return the findings as code and table; the row is named by random ids."""
    return {f"{one.code} {one.table}" for one in audited.findings}


def test_a_true_history_with_other_exchanges_gives_no_finding(oakvale: Path) -> None:
    assert audit(oakvale / FILE).findings == ()


def test_everything_has_happened_in_it(oakvale: Path) -> None:
    with closing(open_reader(oakvale)) as connection:
        states = {s for (s,) in connection.execute("SELECT state FROM remote_trades")}
        kinds = {k for (k,) in connection.execute("SELECT kind FROM clearing_entries")}
        chains = connection.execute("SELECT DISTINCT debtor FROM clearing_entries")
        forced = connection.execute("SELECT suspended_seq FROM forced_voids")

        assert states == _STATES
        assert kinds == {"trade", "settlement", "writeoff"}
        assert len(chains.fetchall()) == 2
        assert forced.fetchone()[0] is not None


def test_every_column_has_a_case(oakvale: Path) -> None:
    with closing(open_reader(oakvale)) as connection:
        columns = {
            column
            for table in ("clearing_entries", "remote_trades", "settlements")
            for (column,) in connection.execute(_COLUMNS, (table,))
        }

    assert columns == GUARDED.keys() | UNGUARDED.keys()


@pytest.mark.parametrize("column", GUARDED)
def test_a_changed_column_is_named(oakvale: Path, tmp_path: Path, column: str) -> None:
    change = GUARDED[column]
    table, _, name = column.partition(".")
    statement = f"UPDATE {table} SET {name} = {change.value} WHERE {change.where}"  # noqa: S608

    audited = forged(oakvale, tmp_path / "forged", statement)

    assert change.finding in named(audited)


@pytest.mark.parametrize("what", CONTRADICTIONS)
def test_what_one_table_says_against_another_is_named(
    oakvale: Path, tmp_path: Path, what: str
) -> None:
    statement, finding = CONTRADICTIONS[what]

    audited = forged(oakvale, tmp_path / "forged", statement)

    assert finding in named(audited)
