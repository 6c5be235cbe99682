"""A node moves to another address with its peers: whole programs, and trades in flight."""

from __future__ import annotations

import shutil
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from typing_extensions import override

from tests.support.exchanges_online import free_port
from tests.support.keepers import Keeper, meet
from tests.support.node import Outcome, served

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


@pytest.fixture
def running() -> Iterator[ExitStack]:
    """Whatever runs; closing it ends all of it."""
    with ExitStack() as stack:
        yield stack


def up(keeper: Keeper) -> ExitStack:
    stack = ExitStack()
    stack.enter_context(served(keeper.folder, "--port", str(keeper.port)))
    return stack


def buys(keeper: Keeper, seller: str, amount: str) -> Outcome:
    buyer = f"{keeper.code}0001"
    return keeper.run(
        *("trade", "record", "--seller", seller, "--buyer", buyer),
        *("--amount", amount, "--for", "bread"),
    )


def states(keeper: Keeper) -> list[str]:
    found = keeper.run("trade", "list").json
    return sorted(one["state"] for one in found)


def until_posted(count: int, *keepers: Keeper) -> None:
    """Wait until so many trades are in the books of each, and none is on its way."""
    end = time.monotonic() + PATIENCE
    while any(states(each) != ["posted"] * count for each in keepers):
        assert time.monotonic() < end, [states(each) for each in keepers]
        time.sleep(LOOK_AGAIN)  # Other processes work; their files are all there is.


def at(keeper: Keeper) -> str:
    return f"http://127.0.0.1:{keeper.port}"


def peers_of(keeper: Keeper) -> dict[str, str]:
    """Return how far each peer has followed our move."""
    view = keeper.run("peer", "move").json
    return {one["code"]: one["state"] for one in view["peers"]}


def test_a_node_moves_while_trades_are_on_their_way_in_both_directions(
    tmp_path: Path, oak: Keeper, vila: Keeper, running: ExitStack
) -> None:
    first = running.enter_context(up(oak))
    other = running.enter_context(up(vila))
    meet(oak, vila, "VILA")
    buys(oak, "VILA0001", "1")
    buys(vila, "OAKV0001", "10")
    until_posted(2, oak, vila)
    new = Keeper.at(tmp_path / "new", "OAKV", free_port())

    announced = oak.run("peer", "move", "--to", at(new))
    other.close()
    held = buys(oak, "VILA0001", "2")  # Vila Nova is away: it is on its way.
    oak.run("peer", "move", "--leave", "--yes")
    too_late = buys(oak, "VILA0001", "4")
    other = running.enter_context(up(vila))
    buys(vila, "OAKV0001", "20")  # Oakvale takes nothing any more where it was.
    first.close()
    shutil.copytree(oak.folder, new.folder)
    arrived = new.run("peer", "move", "--arrive")
    running.enter_context(up(new))
    until_posted(4, new, vila)
    again = buys(new, "VILA0001", "1")
    buys(vila, f"0001@127.0.0.1:{oak.port}", "10")  # The name that people have written.
    buys(vila, f"0001@127.0.0.1:{new.port}", "10")  # The address that it has now.
    until_posted(7, new, vila)

    assert announced.code == 0
    assert held.json["trade"]["state"] == "held"
    assert (too_late.code, too_late.error["code"]) == (1, "exchange_left")
    assert (arrived.code, again.code) == (0, 0)
    assert peers_of(new) == {"VILA": "confirmed"}
    assert vila.only()["origin"] == at(new)
    assert vila.only()["node"] == f"127.0.0.1:{oak.port}"
    for keeper, peer in ((new, "VILA"), (vila, "OAKV")):
        compared = keeper.run("peer", "reconcile", peer)
        assert compared.code == 0, compared.stdout
        assert keeper.run("ledger", "check").code == 0
    # What one owes the other is the same in both books, ten leaves to the hora.
    owes, is_owed = new.only()["balance"], vila.only()["balance"]
    assert float(owes) == -10 * float(is_owed)


def test_a_peer_that_was_away_all_the_time_is_called_by_whom_it_knows(
    tmp_path: Path, oak: Keeper, vila: Keeper, running: ExitStack
) -> None:
    first = running.enter_context(up(oak))
    other = running.enter_context(up(vila))
    meet(oak, vila, "VILA")
    other.close()
    new = Keeper.at(tmp_path / "new", "OAKV", free_port())

    announced = oak.run("peer", "move", "--to", at(new))
    oak.run("peer", "move", "--leave", "--yes")
    first.close()
    shutil.copytree(oak.folder, new.folder)
    new.run("peer", "move", "--arrive")
    running.enter_context(up(new))
    buys(new, "VILA0001", "1")
    running.enter_context(up(vila))
    until_posted(1, new, vila)
    buys(vila, "OAKV0001", "10")
    until_posted(2, new, vila)

    assert announced.code == 3
    assert [one["state"] for one in announced.json["peers"]] == ["not told yet"]
    assert vila.only()["origin"] == at(new)


def test_the_old_address_says_where_the_exchange_is(
    tmp_path: Path, oak: Keeper, vila: Keeper, running: ExitStack
) -> None:
    """Neither told the other: the one was off, and then both had moved on."""
    first = running.enter_context(up(oak))
    other = running.enter_context(up(vila))
    meet(oak, vila, "VILA")
    other.close()
    new = Keeper.at(tmp_path / "new", "OAKV", free_port())
    oak.run("peer", "move", "--to", at(new))
    oak.run("peer", "move", "--leave", "--yes")
    first.close()
    shutil.copytree(oak.folder, new.folder)
    new.run("peer", "move", "--arrive")

    running.enter_context(up(oak))  # The folder that was left serves as a signpost.
    buys(vila, "OAKV0001", "10")
    running.enter_context(up(vila))
    end = time.monotonic() + PATIENCE
    while vila.only()["moving_to"] != at(new):
        assert time.monotonic() < end
        time.sleep(LOOK_AGAIN)
    request = urllib.request.Request(f"{at(oak)}/market", method="HEAD")  # noqa: S310
    opener = urllib.request.build_opener(_Stay)
    with pytest.raises(urllib.error.HTTPError) as sent_on:
        opener.open(request)
    running.enter_context(up(new))
    found = vila.run("peer", "find", "OAKV", "--at", at(new))
    until_posted(1, new, vila)

    assert sent_on.value.code == 307
    assert sent_on.value.headers["Location"] == f"{at(new)}/market"
    assert found.json["origin"] == at(new)


def test_two_are_never_at_work_on_the_same_books(
    tmp_path: Path, oak: Keeper, vila: Keeper, running: ExitStack
) -> None:
    first = running.enter_context(up(oak))
    running.enter_context(up(vila))
    meet(oak, vila, "VILA")
    new = Keeper.at(tmp_path / "new", "OAKV", free_port())

    not_begun = oak.run("peer", "move", "--leave", "--yes")
    oak.run("peer", "move", "--to", at(new))
    shutil.copytree(oak.folder, new.folder)
    too_early = new.run("peer", "move", "--arrive")
    shutil.copytree(oak.folder, tmp_path / "forgotten")
    oak.run("peer", "move", "--leave", "--yes")
    shutil.copytree(oak.folder, new.folder, dirs_exist_ok=True)
    first.close()
    forgotten = Keeper.at(tmp_path / "forgotten", "OAKV", oak.port)
    still_there = running.enter_context(up(forgotten))
    two = new.run("peer", "move", "--arrive")
    still_there.close()
    alone = new.run("peer", "move", "--arrive")
    twice = new.run("peer", "move", "--arrive")

    assert not_begun.error["code"] == "wrong_state"
    assert too_early.error["code"] == "wrong_state"
    assert "has not left" in too_early.stderr
    assert "stop that one first" in two.stderr
    assert alone.code == 0
    assert twice.error["code"] == "wrong_state"


def test_a_folder_that_was_left_does_not_go_on_beside_its_copy(
    tmp_path: Path, oak: Keeper, vila: Keeper, running: ExitStack
) -> None:
    first = running.enter_context(up(oak))
    running.enter_context(up(vila))
    meet(oak, vila, "VILA")
    new = Keeper.at(tmp_path / "new", "OAKV", free_port())
    oak.run("peer", "move", "--to", at(new))
    oak.run("peer", "move", "--leave", "--yes")
    first.close()
    shutil.copytree(oak.folder, new.folder)
    new.run("peer", "move", "--arrive")
    copy = running.enter_context(up(new))

    oak.run("peer", "move", "--to", at(oak))
    two = oak.run("peer", "move", "--arrive")
    copy.close()
    alone = oak.run("peer", "move", "--arrive")

    assert two.code == 1
    assert "stop that one first" in two.stderr
    assert alone.code == 0


class _Stay(urllib.request.HTTPRedirectHandler):
    @override
    def redirect_request(self, *_args: object) -> None:
        return None
