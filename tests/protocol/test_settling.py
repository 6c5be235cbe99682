"""Debts made smaller outside of trades: settled by both, or forgiven by the creditor."""

from __future__ import annotations

from pathlib import Path

import pytest

from cesnode.community.roles import OPERATOR
from cesnode.errors import Code
from cesnode.services.clearing import settling
from cesnode.store import (
    accounts,
    clearing_entries,
    peers,
    settlements,
)
from cesnode.store.settlements import SettlementState
from tests.support.debtors import (
    agree,
    clearing,
    community,
    in_sync,
    indebted,
    kinds,
    propose,
    refuse,
    state,
    write_off,
)
from tests.support.exchanges import refused
from tests.support.forger import tell
from tests.support.stage import Stage, order_for
from tests.support.talking import compare, talk


@pytest.fixture
def owing(stage: Stage) -> Stage:
    return indebted(stage)


def test_a_settlement_moves_nothing_until_the_creditor_agrees(owing: Stage) -> None:
    settlement = propose(owing)
    talk(owing.oak, owing.vila)

    assert clearing(owing) == (3000, 300)
    assert kinds(owing.vila) == {"settlement"}
    assert state(owing.vila, settlement) is SettlementState.PROPOSED


def test_an_agreed_settlement_is_entered_in_both_books(owing: Stage) -> None:
    before = community(owing.oak, "OAKV0000"), community(owing.vila, "VILA0000")
    settlement = propose(owing)
    talk(owing.oak, owing.vila)

    agree(owing, settlement)
    talk(owing.oak, owing.vila)

    assert clearing(owing) == (2000, 200)
    assert community(owing.oak, "OAKV0000") == before[0] + 1000
    assert community(owing.vila, "VILA0000") == before[1] - 100
    assert state(owing.oak, settlement) is SettlementState.BOOKED
    assert kinds(owing.vila) == set()
    assert in_sync(owing)


def test_all_of_a_debt_is_all_of_it_in_both_currencies(stage: Stage) -> None:
    """Al-Waha's currency leaves something to round; still nothing is left over."""
    oak, waha = stage.oak, stage.waha
    for serial, amount in ((1, "0.333"), (2, "0.777")):
        stage.enter(oak, serial, order_for(f"0001@{waha.name}", f"{serial}", amount))
    talk(oak, waha)
    owed = oak.read(accounts.by_number, "OAKV-WAHA").position.balance

    whole = f"{owed // 100}.{owed % 100:02}"
    settlement = oak.write(
        settling.propose,
        oak.here,
        OPERATOR,
        "WAHA",
        amount=whole,
        what="dates",
        now=oak.now,
    )
    talk(oak, waha)
    waha.write(settling.agree, waha.here, OPERATOR, settlement.id, now=waha.now)
    talk(oak, waha)

    peer = oak.read(peers.find, "WAHA")
    assert oak.read(clearing_entries.totals, peer.id) == (0, 0)
    assert community(waha, "WAHA-OAKV") == 0


def test_a_refused_settlement_leaves_the_debt(owing: Stage) -> None:
    settlement = propose(owing)
    talk(owing.oak, owing.vila)

    refuse(owing, settlement)
    talk(owing.oak, owing.vila)

    assert clearing(owing) == (3000, 300)
    assert state(owing.oak, settlement) is SettlementState.REFUSED
    assert kinds(owing.oak) == {"settlement-refused"}
    with refused(Code.WRONG_STATE):
        agree(owing, settlement)


@pytest.mark.parametrize("amount", ["30.01", "31", "1000000"])
def test_nobody_settles_more_than_is_owed(owing: Stage, amount: str) -> None:
    with refused(Code.DEBT_SMALLER, field="amount"):
        propose(owing, amount)


def test_proposals_together_are_not_more_than_is_owed(owing: Stage) -> None:
    propose(owing, "20")

    with refused(Code.DEBT_SMALLER, field="amount"):
        propose(owing, "10.01")


def test_who_is_owed_proposes_no_settlement(owing: Stage) -> None:
    vila = owing.vila

    with refused(Code.DEBT_SMALLER, field="amount"):
        vila.write(
            settling.propose,
            vila.here,
            OPERATOR,
            "OAKV",
            amount="1",
            what="flour",
            now=vila.now,
        )


def test_what_the_debtor_has_earned_since_is_not_settled_twice(owing: Stage) -> None:
    settlement = propose(owing, "30")
    talk(owing.oak, owing.vila)
    write_off(owing, "0.50")

    with refused(Code.DEBT_SMALLER, field="amount"):
        agree(owing, settlement)


def test_a_settlement_is_agreed_once(owing: Stage) -> None:
    settlement = propose(owing)
    talk(owing.oak, owing.vila)
    agree(owing, settlement)

    with refused(Code.WRONG_STATE):
        agree(owing, settlement)


def test_the_debtor_does_not_agree_in_the_creditors_name(owing: Stage) -> None:
    settlement = propose(owing)

    with refused(Code.NOT_ALLOWED):
        owing.oak.write(
            settling.agree, owing.oak.here, OPERATOR, settlement.id, now=owing.oak.now
        )


def test_a_creditor_forgives_alone(owing: Stage) -> None:
    before = community(owing.vila, "VILA0000")

    assert write_off(owing, "1.50") == 150
    talk(owing.oak, owing.vila)

    assert clearing(owing) == (1500, 150)
    assert community(owing.vila, "VILA0000") == before - 150
    assert in_sync(owing)


def test_nobody_forgives_what_is_not_owed(owing: Stage) -> None:
    with refused(Code.DEBT_SMALLER, field="amount"):
        write_off(owing, "3.01")


def test_a_settlement_makes_room_for_trades_again(owing: Stage) -> None:
    """What is settled can be reversed only by a further trade, and there may be one."""
    settlement = propose(owing, "30")
    talk(owing.oak, owing.vila)
    agree(owing, settlement)
    talk(owing.oak, owing.vila)
    assert clearing(owing) == (0, 0)

    owing.buys(2, "3.00")
    talk(owing.oak, owing.vila)

    assert clearing(owing) == (3000, 300)
    assert in_sync(owing)


def test_a_repeated_notice_is_one_settlement(owing: Stage) -> None:
    settlement = propose(owing)
    parcel = owing.letter(owing.oak, owing.vila)
    tell(owing.vila, parcel)

    talk(owing.oak, owing.vila)

    assert len(owing.vila.read(settlements.every)) == 1
    assert state(owing.vila, settlement) is SettlementState.PROPOSED


def test_a_debtor_restored_from_a_backup_finds_its_settlement_again(
    owing: Stage, tmp_path: Path
) -> None:
    backup = tmp_path / "oak.backup"
    owing.oak.back_up(backup)
    settlement = propose(owing)
    talk(owing.oak, owing.vila)
    agree(owing, settlement)
    talk(owing.oak, owing.vila)

    owing.oak.restore(backup)
    compare(owing.oak, owing.vila)
    talk(owing.oak, owing.vila)

    assert clearing(owing) == (2000, 200)
    assert state(owing.oak, settlement) is SettlementState.BOOKED
    assert in_sync(owing)


def test_a_creditor_restored_from_a_backup_finds_its_entries_again(
    owing: Stage, tmp_path: Path
) -> None:
    backup = tmp_path / "vila.backup"
    owing.vila.back_up(backup)
    settlement = propose(owing)
    talk(owing.oak, owing.vila)
    agree(owing, settlement)
    write_off(owing, "0.50")
    talk(owing.oak, owing.vila)

    owing.vila.restore(backup)
    compare(owing.oak, owing.vila)
    talk(owing.oak, owing.vila)
    compare(owing.oak, owing.vila)

    assert clearing(owing) == (1500, 150)
    assert state(owing.vila, settlement) is SettlementState.BOOKED
    assert in_sync(owing)
