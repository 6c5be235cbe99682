"""Whatever is changed in the file behind the node's back, the auditor names it."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from cesnode.ledger.transfers import TransferKind, move
from cesnode.services.posting import post
from cesnode.store import accounts, exchanges
from cesnode.store.auditor import audit
from cesnode.store.database import FILE, open_reader
from cesnode.store.store import writing
from tests.faults.columns import GUARDED, NOT_MONEY, UNGUARDED, Change
from tests.faults.forging import copied, forged, forging, named
from tests.faults.rows import DELETED, INSERTED, SWAPPED, UNFIT_ACTS, UNHIDDEN
from tests.support.exchanges import NOW

_COLUMNS = """
SELECT t.name || '.' || c.name FROM pragma_table_list AS t, pragma_table_info(t.name) AS c
WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite%' AND t.name NOT LIKE '_sqlite%'
"""
_BETWEEN = {"accounts.number": "OAKV0099", "transfers.trade_id": None, "holds.trade_id": 99}
"""What stands in a unique column while two of its values are swapped."""
_CHAINED = ("transfers", "entries", "trades", "acts")


def statement(column: str, change: Change) -> str:
    table, _, name = column.partition(".")
    return f"UPDATE {table} SET {name} = {change.value} WHERE {change.where}"  # noqa: S608


def test_a_true_history_gives_no_finding(history: Path) -> None:
    audited = audit(history / FILE)

    assert audited.findings == ()
    assert audited.ok
    assert (audited.transfers, audited.entries, audited.sum) == (15, 42, 0)


def test_every_column_of_every_table_of_money_has_a_case(history: Path) -> None:
    with closing(open_reader(history)) as connection:
        columns = {column for (column,) in connection.execute(_COLUMNS)}
    cases = GUARDED.keys() | UNGUARDED.keys()

    assert {one for one in columns if one.split(".")[0] not in NOT_MONEY} == cases


@pytest.mark.parametrize("column", GUARDED)
def test_a_changed_column_is_named(history: Path, target: Path, column: str) -> None:
    change = GUARDED[column]

    audited = forged(history, target, statement(column, change))

    assert change.finding in named(audited)


@pytest.mark.parametrize(
    "column", [one for one in GUARDED if one.split(".")[0] in _CHAINED]
)
def test_a_chain_made_anew_does_not_hide_what_a_checkpoint_saw(
    history: Path, target: Path, column: str
) -> None:
    audited = forged(history, target, statement(column, GUARDED[column]), rehash=True)

    # A changed hash is put right again by that; all else stays wrong.
    assert audited.ok == column.endswith(".hash")


@pytest.mark.parametrize(("deletion", "finding"), DELETED)
def test_a_deleted_row_is_named(
    history: Path, target: Path, deletion: str, finding: str
) -> None:
    audited = forged(history, target, f"DELETE FROM {deletion}")  # noqa: S608

    assert finding in named(audited)


@pytest.mark.parametrize(("insertion", "finding"), INSERTED)
def test_an_inserted_row_is_named(
    history: Path, target: Path, insertion: str, finding: str
) -> None:
    audited = forged(history, target, f"INSERT INTO {insertion}")

    assert finding in named(audited)


@pytest.mark.parametrize(("column", "one", "other", "finding"), SWAPPED)
def test_swapped_rows_are_named(
    history: Path, target: Path, column: str, one: str, other: str, finding: str
) -> None:
    table, _, name = column.partition(".")
    with forging(copied(history, target)) as connection:
        ask = f"SELECT {name} FROM {table}"  # noqa: S608 - the names of the case
        give = f"UPDATE {table} SET {name} = ?"  # noqa: S608 - likewise
        (first,) = connection.execute(f"{ask} WHERE {one}").fetchone()
        (second,) = connection.execute(f"{ask} WHERE {other}").fetchone()
        connection.execute(f"{give} WHERE {one}", (_BETWEEN.get(column, first),))
        connection.execute(f"{give} WHERE {other}", (first,))
        connection.execute(f"{give} WHERE {one}", (second,))

    assert finding in named(audit(target / FILE))


def test_one_wrong_link_does_not_accuse_those_that_follow_it(
    history: Path, target: Path
) -> None:
    audited = forged(history, target, "UPDATE transfers SET kind = 'fee' WHERE seq = 12")

    assert named(audited) == {"chain_broken transfers (transfer 12)"}


def test_a_chain_that_forks_is_named_where_it_forks(history: Path, target: Path) -> None:
    folder = copied(history, target)
    with writing(folder) as writer:
        exchange = exchanges.load(writer, NOW)
        numbers = {one.id: one.number for one in accounts.every(writer)}
        gift = move(TransferKind.DONATION, source=1, target=2, amount=5)
        before = writer.one("SELECT hash FROM transfers WHERE seq = 14")
        seq = post(writer, exchange, gift, numbers, now=NOW)
    with forging(folder) as connection:
        # The last two transfers now both follow the same one.
        connection.execute(
            "UPDATE transfers SET hash = ? WHERE seq = ?", (*before, seq - 1)
        )

    assert f"chain_broken transfers (transfer {seq})" in named(audit(folder / FILE))
    assert f"chain_broken transfers (transfer {seq - 1})" in named(audit(folder / FILE))


# A history that is changed throughout: amounts, balances, standings and both chains all
# follow from one another, so only what was kept of the true one can tell.

_LESS = (
    "UPDATE trades SET amount = 6000 WHERE id = 1",
    "UPDATE entries SET amount = 5840 WHERE account_id = 2 AND seq = 1",
    "UPDATE entries SET amount = -6160 WHERE account_id = 3 AND seq = 1",
    "UPDATE entries SET balance_after = balance_after - 2000 WHERE account_id = 2",
    "UPDATE entries SET balance_after = balance_after + 2000 WHERE account_id = 3",
    "UPDATE standings SET balance = balance - 2000 WHERE account_id = 2",
    "UPDATE standings SET balance = balance + 2000 WHERE account_id = 3",
    "UPDATE standings SET sales = sales - 2000 WHERE account_id = 2",
    "UPDATE standings SET purchases = purchases - 2000 WHERE account_id = 3",
)


def test_a_history_changed_throughout_is_found_by_the_checkpoints_alone(
    history: Path, target: Path
) -> None:
    audited = forged(history, target, *_LESS, rehash=True)

    assert named(audited) == {
        "checkpoint_differs checkpoints (checkpoint 1)",
        "checkpoint_differs checkpoints (checkpoint 2)",
    }


def test_without_a_checkpoint_a_history_changed_throughout_is_not_found(
    history: Path, target: Path
) -> None:
    """Known, and why a checkpoint has to be kept by somebody else."""
    audited = forged(history, target, *_LESS, "DELETE FROM checkpoints", rehash=True)

    assert audited.ok
    assert audited.head != audit(history / FILE).head


@pytest.mark.parametrize(("change", "finding"), UNHIDDEN)
def test_what_contradicts_the_rest_is_named_without_chain_or_checkpoint(
    history: Path, target: Path, change: str, finding: str
) -> None:
    audited = forged(
        history, target, f"UPDATE {change}", "DELETE FROM checkpoints", rehash=True
    )

    assert finding in named(audited)


@pytest.mark.parametrize(
    ("index", "change"),
    [
        ("transfers_post_a_trade_once", "trade_id = 1 WHERE seq = 2"),
        ("transfers_are_reversed_once", "reverses = 4, trade_id = 4 WHERE seq = 9"),
    ],
)
def test_a_trade_that_was_posted_or_reversed_twice_is_named(
    history: Path, target: Path, index: str, change: str
) -> None:
    with forging(copied(history, target)) as connection:
        connection.execute(f"DROP INDEX {index}")
        connection.execute(f"UPDATE transfers SET {change}")  # noqa: S608

    codes = {one.code for one in audit(target / FILE).findings}
    assert codes >= {"schema_missing", "trade_posted_twice"}


def test_limits_and_acts_changed_together_are_found_by_a_checkpoint(
    history: Path, target: Path
) -> None:
    audited = forged(
        history,
        target,
        "UPDATE accounts SET floor = -99900 WHERE id = 2",
        """UPDATE acts SET details = '{"floor":-99900}' WHERE seq = 3""",
        rehash=True,
    )

    assert "checkpoint_differs checkpoints (checkpoint 1)" in named(audited)
    assert "limit_changed accounts (OAKV0001)" not in named(audited)


@pytest.mark.parametrize(("change", "finding"), UNFIT_ACTS)
def test_an_act_that_does_not_fit_the_rest_is_named(
    history: Path, target: Path, change: str, finding: str
) -> None:
    with forging(copied(history, target)) as connection:
        connection.execute(f"UPDATE acts SET {change}")  # noqa: S608

    assert finding in named(audit(target / FILE))


def test_what_was_cut_off_at_the_end_is_found_by_a_checkpoint_that_saw_it(
    history: Path, target: Path
) -> None:
    audited = forged(
        history,
        target,
        "DELETE FROM entries WHERE seq > 11",
        "DELETE FROM transfers WHERE seq > 11",
    )

    assert "checkpoint_differs checkpoints (checkpoint 2)" in named(audited)
    assert "act_misplaced acts (act 37)" in named(audited)


def test_a_trade_in_which_nothing_moved_is_guarded_by_an_act_that_keeps_its_facts(
    history: Path, target: Path
) -> None:
    kept = """UPDATE acts SET details = '{"trade":{"amount":1}}' WHERE seq = 30"""

    audited = forged(history, target, kept, rehash=True)

    assert "trade_differs trades (trade 10)" in named(audited)
