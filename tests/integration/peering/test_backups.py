"""An old backup is put back: what it forgot comes back from the peer that signed it."""

from __future__ import annotations

import time
from pathlib import Path

import msgspec
import pytest

from cesnode.commands.doctor_around import of_peer
from cesnode.services.peering.views import PeerView
from cesnode.services.reconciling import Status
from federation.peering import State
from tests.support.exchanges import DAY, HOUR
from tests.support.keepers import Keeper, meet
from tests.support.node import served

PATIENCE = 60
LOOK_AGAIN = 0.2


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


def buy(keeper: Keeper, seller: str) -> None:
    bread = ("--seller", seller, "--buyer", "1", "--amount", "1", "--for", "bread")
    assert keeper.run("trade", "record", *bread).json["trade"]["state"] == "posted"


def recovered(keeper: Keeper) -> dict[str, object]:
    """Wait until the node has got back what it had forgotten."""
    end = time.monotonic() + PATIENCE
    while (peer := keeper.only())["recovering"]:
        assert time.monotonic() < end, peer
        time.sleep(LOOK_AGAIN)  # Another process works; its file is all there is.
    return peer


def test_what_a_backup_forgot_comes_back_from_the_peer(
    tmp_path: Path, oak: Keeper, vila: Keeper
) -> None:
    new = Keeper.at(tmp_path / "new", "OAKV", oak.port)
    with served(vila.folder, "--port", str(vila.port)):
        with served(oak.folder, "--port", str(oak.port)):
            meet(oak, vila, "VILA")
            buy(oak, "VILA0001")
            made = oak.run("backup", "now").json["backup"]
            buy(oak, "VILA0001")
            before = oak.only()["balance"]

        put_back = new.run("backup", "restore", made["path"])
        forgotten = new.only()
        doctor = new.run("doctor", "--offline")
        with served(new.folder, "--port", str(oak.port)):
            after = recovered(new)
            buy(new, "VILA0001")

    assert put_back.json["recovering"] == ["VILA"]
    assert forgotten["recovering"]
    assert forgotten["balance"] != before
    assert "peer VILA" in {
        one["name"] for one in doctor.json["findings"] if one["state"] == "attention"
    }
    assert after["balance"] == before
    assert new.run("ledger", "check").code == 0
    assert len(new.run("trade", "list").json) == 3


def test_the_doctor_tells_how_it_stands_with_a_peer(oak: Keeper, vila: Keeper) -> None:
    with served(vila.folder, "--port", str(vila.port)):
        with served(oak.folder, "--port", str(oak.port)):
            meet(oak, vila, "VILA")
        peer = msgspec.convert(oak.only(), PeerView)
    now = int(time.time())

    def look(later: int, **changes: object) -> str:
        finding = of_peer(msgspec.structs.replace(peer, **changes), now + later)
        assert (finding.tip is None) is (finding.state == "well")
        return finding.state

    assert look(HOUR) == "well"
    assert look(2 * DAY) == "attention"
    assert look(HOUR, last_seen=None) == "attention"
    assert look(9 * DAY, last_seen=None, state=State.CLOSED) == "well"
    assert look(HOUR, recovering=True) == "attention"
    assert look(HOUR, reconciliation=Status.FORK) == "wrong"
    assert look(HOUR, reconciliation=Status.MISMATCH) == "wrong"
    assert look(HOUR, state=State.FROZEN) == "wrong"
