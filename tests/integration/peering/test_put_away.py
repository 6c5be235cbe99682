"""An agreement that nobody needs any more is put away; what was booked stays."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from cesnode.store.store import reading
from tests.support.keepers import Keeper, meet
from tests.support.node import served

PATIENCE = "30"


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
        yield


def trades(keeper: Keeper, seller: str, buyer: str, amount: str) -> None:
    done = keeper.run(
        *("trade", "record", "--seller", seller, "--buyer", buyer),
        *("--amount", amount, "--for", "bread", "--wait", PATIENCE),
    )
    assert done.json["trade"]["state"] == "posted", done.stderr


def entries(keeper: Keeper) -> int:
    with reading(keeper.folder) as reader:
        (count,) = reader.one("SELECT count(*) FROM clearing_entries")
    return int(count)


@pytest.mark.usefixtures("serving")
def test_a_closed_peer_is_put_away_and_can_begin_anew(oak: Keeper, vila: Keeper) -> None:
    meet(oak, vila, "VILA")
    trades(oak, "VILA0001", "OAKV0001", "1")
    trades(vila, "OAKV0001", "VILA0001", "10")

    too_early = oak("forget", "VILA", "--yes")
    for keeper, other in ((oak, "VILA"), (vila, "OAKV")):
        assert keeper("close", other, "--why", "we part", "--yes").code == 0
    done = oak("forget", "VILA", "--yes")
    again = oak("forget", "VILA", "--yes")
    listed, every, shown = oak.listed(), oak("list", "--all").json, oak("show", "VILA")
    booked = entries(oak)
    meet(oak, vila, "VILA")

    assert too_early.error["code"] == "wrong_state"
    assert (done.code, again.code) == (0, 0)
    assert (listed, [one["code"] for one in every]) == ([], ["VILA"])
    assert shown.json["put_away_at"] is not None
    assert 0 < booked <= entries(oak)
    assert oak.only()["put_away_at"] is None
    assert oak.run("ledger", "check").code == 0


@pytest.mark.usefixtures("serving")
def test_who_never_answered_is_put_away(oak: Keeper, vila: Keeper) -> None:
    invitation = oak("invite").json["invite"]
    assert vila("accept", invitation, "--yes").code == 0

    done = oak("forget", "VILA", "--yes")

    assert (done.code, oak.listed()) == (0, [])
    (peer,) = oak("list", "--all").json
    assert peer["state"] == "closed"


@pytest.mark.usefixtures("serving")
def test_whom_something_is_owed_is_not_put_away(oak: Keeper, vila: Keeper) -> None:
    meet(oak, vila, "VILA")
    trades(oak, "VILA0001", "OAKV0001", "1")
    assert oak("freeze", "VILA", "--why", "look at it").code == 0
    oak("close", "VILA", "--why", "enough", "--yes")

    refused = oak("forget", "VILA", "--yes")

    assert (refused.code, refused.error["field"]) == (1, "peer")
    assert "still owed" in refused.stderr
    assert [one["code"] for one in oak.listed()] == ["VILA"]
