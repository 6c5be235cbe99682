"""What is final cannot be changed, removed or replaced; what is wrong cannot be stored."""

from __future__ import annotations

import pytest

from cesnode.community.roles import OPERATOR
from cesnode.ledger.accounts import AccountKind
from cesnode.ledger.transfers import TransferKind, move
from cesnode.services import trading
from cesnode.services.membership import locking
from cesnode.store import Writer, acts, holds, trades
from cesnode.store.sqlite import sqlite3
from tests.support.exchanges import NOW, Person, dump, join, order

FINAL = {
    "rates": "since = 1",
    "levies": "seller_fixed = 5",
    "transfers": "recorded_at = 1",
    "entries": "amount = 1",
    "holds": "created_at = 1",
    "hold_entries": "amount = 1",
    "hold_endings": "ended_at = 1",
    "checkpoints": "note = 'x'",
    "acts": "kind = 'x'",
}
FIXED = {
    "exchange": ["id", "code", "measure", "scale", "founded_at"],
    "accounts": ["id", "number", "kind", "opened_at"],
    "trades": [
        "id",
        "uuid",
        "seller_id",
        "buyer_id",
        "other",
        "amount",
        "event_on",
        "channel",
        "entered_by",
        "on_behalf_of",
        "created_at",
    ],
    "acts": [
        "seq",
        "at",
        "actor_id",
        "kind",
        "subject",
        "details",
        "note_digest",
        "after",
        "hash",
    ],
}
STAYING = [*FINAL, "exchange", "accounts", "standings", "trades"]


@pytest.fixture
def full(writer: Writer, ann: Person, bob: Person) -> Writer:
    """A file with a row or more in every table that has to do with money."""
    made = trading.record(writer, OPERATOR, order(ann, bob), now=NOW).trade
    trading.object_to(writer, OPERATOR, made.ref, reason="no", now=NOW)
    asked = [order(ann, bob, asking=True) for _ in range(2)]
    held = [trading.record(writer, OPERATOR, one, now=NOW).trade for one in asked]
    reserved = move(TransferKind.CLEARING, source=bob.account, target=ann.account, amount=9)
    hold, _ = (
        holds.insert(writer, trade=trade.id, entries=reserved.entries, now=NOW)
        for trade in held
    )
    holds.end(writer, hold, seq=None, now=NOW)
    writer.run("INSERT INTO checkpoints (at, seq, note) VALUES (1, 1, 'signed')")
    return writer


def refuses(writer: Writer, sql: str) -> None:
    before = dump(writer)
    with pytest.raises(sqlite3.IntegrityError):
        writer.run(sql)
    assert dump(writer) == before


def test_every_table_of_money_has_a_row_to_try(full: Writer) -> None:
    kept = dump(full)

    assert [table for table in STAYING if not kept[table]] == []


@pytest.mark.parametrize("table", FINAL)
def test_what_is_final_is_never_changed(full: Writer, table: str) -> None:
    refuses(full, f"UPDATE {table} SET {FINAL[table]}")  # noqa: S608


@pytest.mark.parametrize("table", STAYING)
def test_what_is_kept_is_never_removed(full: Writer, table: str) -> None:
    full.run("PRAGMA defer_foreign_keys = ON")

    refuses(full, f"DELETE FROM {table}")  # noqa: S608


@pytest.mark.parametrize("table", STAYING)
def test_what_is_kept_is_never_replaced(full: Writer, table: str) -> None:
    """REPLACE removes the old row without asking any trigger, unless told to ask."""
    full.run("PRAGMA defer_foreign_keys = ON")

    refuses(full, f"REPLACE INTO {table} SELECT * FROM {table}")  # noqa: S608


@pytest.mark.parametrize(
    ("table", "column"), [(table, column) for table in FIXED for column in FIXED[table]]
)
def test_facts_stay_as_they_were(full: Writer, table: str, column: str) -> None:
    full.run("PRAGMA defer_foreign_keys = ON")

    refuses(full, f"UPDATE {table} SET {column} = {column}")  # noqa: S608


@pytest.mark.parametrize("column", ["seller_levy", "buyer_levy"])
def test_the_levies_of_a_posted_trade_stay_as_they_were(full: Writer, column: str) -> None:
    refuses(full, f"UPDATE trades SET {column} = 1 WHERE state = 'objected'")  # noqa: S608


@pytest.mark.parametrize(
    "change", ["description = 'another'", "salt = zeroblob(16)", "description = NULL"]
)
def test_words_are_only_ever_erased(full: Writer, change: str) -> None:
    refuses(full, f"UPDATE trades SET {change}")  # noqa: S608


@pytest.mark.parametrize(
    "change", ["note = 'another'", "salt = zeroblob(16)", "note = NULL"]
)
def test_notes_are_only_ever_erased(full: Writer, change: str) -> None:
    refuses(full, f"UPDATE acts SET {change} WHERE note IS NOT NULL")  # noqa: S608


def test_erased_words_do_not_come_back(full: Writer) -> None:
    trades.erase_words(full, 1)

    refuses(full, "UPDATE trades SET description = 'x', salt = zeroblob(16) WHERE id = 1")


def test_a_note_can_be_erased(full: Writer) -> None:
    changed = full.run("UPDATE acts SET note = NULL, salt = NULL WHERE note IS NOT NULL")

    assert changed == 1


TRANSFER = "INSERT INTO transfers (seq, kind, trade_id, reverses, recorded_at, hash) VALUES"
TOKEN = "INSERT INTO tokens (member_id, digest, scope, created_at) VALUES"  # noqa: S105
WRONG = [
    "UPDATE trades SET state = 'done'",
    "UPDATE trades SET seller_levy = -1 WHERE state = 'requested'",
    "UPDATE standings SET held_out = -1",
    "UPDATE standings SET held_in = -1",
    "UPDATE standings SET balance = 'much'",
    "UPDATE standings SET balance = 1.5",
    "UPDATE accounts SET state = 'gone'",
    "UPDATE accounts SET floor = -1",
    "UPDATE accounts SET floor = 1, own_floor = 1",
    "UPDATE accounts SET ceiling = -1, own_ceiling = 1",
    "UPDATE exchange SET floor = 1",
    "UPDATE exchange SET ceiling = -1",
    "UPDATE exchange SET limit_policy = 'none'",
    "UPDATE exchange SET object_days = -1",
    "UPDATE exchange SET agree_after_days = 0",
    "INSERT INTO exchange SELECT * FROM exchange",
    f"{TRANSFER} (0, 'fee', NULL, NULL, 1, zeroblob(32))",
    f"{TRANSFER} (1, 'fee', NULL, NULL, 1, zeroblob(32))",
    f"{TRANSFER} (2, 'gift', NULL, NULL, 1, zeroblob(32))",
    f"{TRANSFER} (2, 'fee', NULL, NULL, 1, zeroblob(31))",
    f"{TRANSFER} (2, 'trade', 1, NULL, 1, zeroblob(32))",
    f"{TRANSFER} (2, 'reversal', NULL, 9, 1, zeroblob(32))",
    "INSERT INTO entries VALUES (2, 1, 5, 5)",
    "INSERT INTO entries VALUES (1, 1, 0, 0)",
    "INSERT INTO entries VALUES (99, 1, 5, 5)",
    "INSERT INTO entries VALUES (1, 99, 5, 5)",
    "INSERT INTO holds (trade_id, created_at) VALUES (2, 1)",
    "INSERT INTO hold_endings VALUES (1, 'voided', NULL, 1)",
    "INSERT INTO hold_endings VALUES (2, 'posted', NULL, 1)",
    "INSERT INTO hold_endings VALUES (2, 'voided', 1, 1)",
    "UPDATE acts SET seq = seq + 9",
    "INSERT INTO member_roles VALUES (99, 'admin', NULL)",
    "INSERT INTO account_members VALUES (1, 99)",
    f"{TOKEN} (1, x'00', 'read', 1)",
    f"{TOKEN} (1, zeroblob(32), 'all', 1)",
]


@pytest.mark.parametrize("sql", WRONG)
def test_what_is_wrong_is_not_stored(full: Writer, sql: str) -> None:
    refuses(full, sql)


def test_nobody_sells_to_themselves_in_the_file_either(full: Writer) -> None:
    row = (
        "7, zeroblob(16), 'requested', 2, 2, NULL, 5, 0, 0, NULL, NULL, '2026-01-01', 'web'"
    )

    refuses(full, f"INSERT INTO trades VALUES ({row}, NULL, NULL, 1, 0)")  # noqa: S608


def test_no_act_is_left_out(full: Writer) -> None:
    columns = "at, actor_id, kind, subject, details, note, salt, note_digest, after, hash"

    refuses(full, f"INSERT INTO acts SELECT 99, {columns} FROM acts LIMIT 1")  # noqa: S608


def test_an_entry_is_not_added_to_an_older_transfer(full: Writer, cem: Person) -> None:
    """The sum of a transfer is fixed with its hash, so no entry may join it later."""
    trading.record(full, OPERATOR, order("1", "2"), now=NOW)

    refuses(full, f"INSERT INTO entries VALUES ({cem.account}, 1, 5, 5)")  # noqa: S608


def test_a_hold_counts_on_its_side_until_it_ends(
    writer: Writer, ann: Person, bob: Person
) -> None:
    peer = join(writer, "Vila", kind=AccountKind.PUBLIC)
    trade = trading.record(writer, OPERATOR, order(ann, bob, asking=True), now=NOW).trade
    entries = move(
        TransferKind.CLEARING, source=bob.account, target=peer.account, amount=250
    ).entries

    hold = holds.insert(writer, trade=trade.id, entries=entries, now=NOW)

    assert standing(writer, bob) == (0, 250, 0)
    assert standing(writer, peer) == (0, 0, 250)
    assert holds.open_of(writer, trade.id) == hold
    assert set(hold.entries) == set(entries)

    holds.end(writer, hold, seq=None, now=NOW)

    assert standing(writer, bob) == standing(writer, peer) == (0, 0, 0)
    assert holds.open_of(writer, trade.id) is None
    with pytest.raises(sqlite3.IntegrityError):
        holds.end(writer, hold, seq=None, now=NOW)
    assert standing(writer, bob) == (0, 0, 0)


def standing(writer: Writer, who: Person) -> tuple[int, int, int]:
    balance, held_out, held_in = writer.one(
        "SELECT balance, held_out, held_in FROM standings WHERE account_id = ?",
        (who.account,),
    )
    return balance, held_out, held_in


def test_the_chain_of_acts_has_no_gap(writer: Writer, ann: Person) -> None:
    locking.lock(writer, OPERATOR, ann.number, reason="leave", now=NOW)

    seqs = [seq for (seq,) in writer.all("SELECT seq FROM acts ORDER BY seq")]

    assert seqs == list(range(1, len(seqs) + 1))
    assert acts.head(writer) is not None
