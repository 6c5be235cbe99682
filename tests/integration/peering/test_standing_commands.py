"""What stands between two exchanges, as their operators deal with it at terminals."""

from __future__ import annotations

import json
import stat
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from cesnode.store import keyring
from cesnode.store.database import FILE
from tests.support.keepers import Keeper, meet
from tests.support.node import served

PATIENCE = 30


@pytest.fixture
def oak(tmp_path: Path) -> Keeper:
    keeper = Keeper(tmp_path / "oak", "OAKV", "--units", "leaves", "--hour-value", "10")
    keeper.run("member", "add", "Ann")
    return keeper


@pytest.fixture
def vila(tmp_path: Path) -> Keeper:
    keeper = Keeper(tmp_path / "vila", "VILA", "--units", "horas", "--kind", "time")
    keeper.run("member", "add", "Bea")
    return keeper


@pytest.fixture
def serving(oak: Keeper, vila: Keeper) -> Iterator[None]:
    with ExitStack() as stack:
        for keeper in (oak, vila):
            stack.enter_context(served(keeper.folder, "--port", str(keeper.port)))
        meet(oak, vila, "VILA")
        yield


@pytest.fixture
def traded(request: pytest.FixtureRequest, oak: Keeper) -> str:
    """The reference of a trade by which Oakvale owes Vila Nova 30 leaves, 3 horas."""
    request.getfixturevalue("serving")
    done = oak.run(
        *("trade", "record", "--seller", "VILA0001", "--buyer", "OAKV0001"),
        *("--amount", "3", "--for", "bread", "--wait", str(PATIENCE)),
    )
    assert done.json["trade"]["state"] == "posted", done.stderr
    ref: str = done.json["trade"]["ref"]
    return ref


def owed(oak: Keeper, vila: Keeper) -> tuple[str, str]:
    return oak.only()["balance"], vila.only()["balance"]


def until(oak: Keeper, vila: Keeper, balances: tuple[str, str]) -> None:
    """Wait until both have heard; the servers do that by themselves."""
    deadline = time.monotonic() + PATIENCE
    while owed(oak, vila) != balances and time.monotonic() < deadline:
        time.sleep(0.05)
    assert owed(oak, vila) == balances


def settle(keeper: Keeper, name: str, amount: str = "10") -> Any:  # noqa: ANN401 - a document
    done = keeper("settle", name, "--amount", amount, "--for", "flour", "--yes")
    assert done.code == 0, done.stderr
    return done.json


@pytest.mark.usefixtures("traded")
def test_a_debt_is_settled_by_both(oak: Keeper, vila: Keeper) -> None:
    proposed = settle(oak, "VILA")

    asked = vila("alarms")
    agreed = vila("agree", proposed["id"], "--yes")
    until(oak, vila, ("20.00", "-2.00"))

    assert (proposed["state"], proposed["amount"], proposed["theirs"]) == (
        "proposed",
        "10.00",
        "1.00",
    )
    assert (asked.code, [one["kind"] for one in asked.json]) == (3, ["settlement"])
    assert (agreed.code, agreed.json["state"]) == (0, "booked")
    assert [one["state"] for one in oak("settlements").json] == ["booked"]
    assert (vila("alarms").code, vila("alarms").json) == (0, [])
    assert oak("reconcile", "VILA").json["reconciliation"] == "in-sync"
    for keeper in (oak, vila):
        assert keeper.run("ledger", "check").json["findings"] == []


@pytest.mark.usefixtures("traded")
def test_a_debt_is_refused_or_forgiven(oak: Keeper, vila: Keeper) -> None:
    proposed = settle(oak, "VILA")

    refused = vila("refuse", proposed["id"], "--why", "nothing came")
    forgiven = vila("write-off", "OAKV", "--amount", "1", "--why", "the roof", "--yes")
    until(oak, vila, ("20.00", "-2.00"))

    assert refused.json["state"] == "refused"
    assert forgiven.json["balance"] == "-2.00"
    again = vila("agree", proposed["id"], "--yes")
    assert (again.code, again.error["code"]) == (1, "wrong_state")


def test_a_trade_is_disputed_and_the_dispute_ended(
    oak: Keeper, vila: Keeper, traded: str
) -> None:
    opened = oak("dispute", "open", traded, "--claim", "It was stale")
    theirs = vila("dispute", "list").json
    dispute = opened.json["id"]

    ended = oak(
        *("dispute", "end", dispute, "--outcome", "withdrawn"), "--why", "We found it"
    )

    assert (opened.code, opened.json["trade"]) == (0, traded)
    assert [(one["claim"], one["by_us"]) for one in theirs] == [("It was stale", False)]
    assert ended.json["outcome"] == "withdrawn"
    assert [one["outcome"] for one in vila("dispute", "list").json] == ["withdrawn"]


def test_a_trade_is_not_ended_by_force_before_its_time(oak: Keeper, traded: str) -> None:
    refused = oak.run("trade", "force-void", traded, "--reason", "no patience", "--yes")

    assert (refused.code, refused.error["code"]) == (1, "wrong_state")


@pytest.mark.usefixtures("traded")
def test_limits_over_all_are_set_shown_and_told_when_nearly_used(oak: Keeper) -> None:
    set_to = oak("totals", "--we-owe", "32")
    shown = oak("totals")

    assert set_to.json == shown.json
    assert shown.json["we_are_owed"] is None
    (near,) = shown.json["near_limits"]
    assert (near["which"], near["percent"]) == ("total_we_owe", 93)


@pytest.mark.usefixtures("traded")
def test_a_restored_backup_is_recovered_from_the_peer(
    vila: Keeper,
) -> None:
    recovered = vila("recover", "--yes")

    assert recovered.code == 0
    assert recovered.json == [
        {"peer": "OAKV", "recovered": True, "reconciliation": "in-sync"}
    ]
    assert not vila.only()["recovering"]


def test_an_old_copy_of_the_file_is_put_back_and_made_whole(
    oak: Keeper, vila: Keeper
) -> None:
    """The seller's node decided, forgot it, and finds it again by its own signature."""
    with served(oak.folder, "--port", str(oak.port)):
        with served(vila.folder, "--port", str(vila.port)):
            meet(oak, vila, "VILA")
        before = (vila.folder / FILE).read_bytes()
        with served(vila.folder, "--port", str(vila.port)):
            done = oak.run(
                *("trade", "record", "--seller", "VILA0001", "--buyer", "OAKV0001"),
                *("--amount", "3", "--for", "bread", "--wait", str(PATIENCE)),
            )
            assert done.json["trade"]["state"] == "posted"
        for leftover in vila.folder.glob(f"{FILE}-*"):
            leftover.unlink()
        (vila.folder / FILE).write_bytes(before)
        lost = vila.only()["balance"]

        recovered = vila("recover", "--yes")

    assert lost == "0.00"
    assert recovered.code == 0, recovered.stdout + recovered.stderr
    assert owed(oak, vila) == ("30.00", "-3.00")
    assert [one["kind"] for one in vila("alarms").json] == ["recovered"]
    assert vila.run("ledger", "check").json["findings"] == []


def test_an_alarm_is_settled_with_a_reason(oak: Keeper) -> None:
    without = oak("alarms", "--settle", "1")
    unknown = oak("alarms", "--settle", "1", "--reason", "all is well")

    assert without.code == 2
    assert (unknown.code, unknown.error["code"]) == (1, "unknown_alarm")


@pytest.mark.usefixtures("traded")
def test_a_new_key_is_used_once_every_peer_knows_it(oak: Keeper, vila: Keeper) -> None:
    keys = oak.folder / keyring.FOLDER
    old = keyring.load(oak.folder)

    rotated = oak("rotate-key", "--yes")

    new = keyring.load(oak.folder)
    assert (rotated.code, rotated.json["in_use"], rotated.json["unheard"]) == (0, True, [])
    assert rotated.json["keyid"] == new.keyid != old.keyid
    assert (keys / f"{old.keyid}.seed").read_bytes() == old.seed
    assert {stat.S_IMODE(one.stat().st_mode) for one in keys.glob("*.seed")} == {0o600}
    assert rotated.json["fingerprint"] in vila.only()["fingerprints"]
    assert vila.only()["terms_version"] == 2
    assert oak("reconcile", "VILA").json["reconciliation"] == "in-sync"


def test_a_peer_that_is_away_keeps_the_old_key_in_use(oak: Keeper, vila: Keeper) -> None:
    with served(oak.folder, "--port", str(oak.port)):
        with served(vila.folder, "--port", str(vila.port)):
            meet(oak, vila, "VILA")
        old = keyring.load(oak.folder).keyid

        waits = oak("rotate-key", "--yes")
        used = keyring.load(oak.folder).keyid
        with served(vila.folder, "--port", str(vila.port)):
            again = oak("rotate-key", "--yes")

    assert (waits.code, waits.json["in_use"], waits.json["unheard"]) == (3, False, ["VILA"])
    assert used == old
    assert (again.code, again.json["keyid"]) == (0, waits.json["keyid"])
    assert keyring.load(oak.folder).keyid == waits.json["keyid"]


@pytest.mark.usefixtures("traded")
def test_trades_go_on_after_a_new_key_whichever_the_server_still_holds(
    oak: Keeper, vila: Keeper
) -> None:
    """The server of Oakvale still signs with the old key; its commands with the new."""
    assert oak("rotate-key", "--yes").code == 0

    done = oak.run(
        *("trade", "record", "--seller", "VILA0001", "--buyer", "OAKV0001"),
        *("--amount", "1", "--for", "bread", "--wait", str(PATIENCE)),
    )
    assert done.json["trade"]["state"] == "posted", done.stdout + done.stderr
    done = vila.run(
        *("trade", "record", "--seller", "OAKV0001", "--buyer", "VILA0001"),
        *("--amount", "5", "--for", "apples", "--wait", str(PATIENCE)),
    )
    assert done.json["trade"]["state"] == "posted", done.stdout + done.stderr
    assert owed(oak, vila) == ("35.00", "-3.50")


def other(tmp_path: Path, node: str, **debts: int) -> str:
    """Write down what another exchange says it owes, as it would with “peer debts”."""
    owed = [{"creditor": name, "hours": hours} for name, hours in debts.items()]
    file = tmp_path / f"{node}.json"
    file.write_text(json.dumps({"node": node, "debts": owed}))
    return str(file)


@pytest.mark.usefixtures("traded")
def test_debts_that_go_round_are_found_from_what_each_tells(
    tmp_path: Path, oak: Keeper, vila: Keeper
) -> None:
    """Oakvale owes Vila Nova three hours, who owes Al-Waha two, who owes Oakvale five."""
    us, them, third = f"127.0.0.1:{oak.port}", f"127.0.0.1:{vila.port}", "waha.example"
    ours = oak("debts").json
    vilas = other(tmp_path, them, **{third: 2_0000})
    wahas = other(tmp_path, third, **{us: 5_0000})

    found = oak("setoff", vilas, wahas)

    assert ours == {"node": us, "debts": [{"creditor": them, "hours": 3_0000}]}
    assert found.code == 0
    assert {(one["debtor"], one["hours"], one["amount"]) for one in found.json} == {
        (us, 2_0000, "20.00"),
        (them, 2_0000, None),
        (third, 2_0000, None),
    }


def test_a_document_about_debts_that_is_none_is_refused(
    tmp_path: Path, oak: Keeper
) -> None:
    file = tmp_path / "hello.json"
    file.write_text('{"hello": 1}')
    twice = other(tmp_path, f"127.0.0.1:{oak.port}")

    refused = [oak("setoff", str(file)), oak("setoff", twice)]

    assert [(one.code, one.error["field"]) for one in refused] == [(1, "file")] * 2
