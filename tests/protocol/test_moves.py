"""A node moves over a wire that loses and repeats, and dies at every commit of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cesnode.errors import Code
from cesnode.services.clearing.letters import ASK_AGAIN
from cesnode.services.peering import moving
from cesnode.store import Reader, moves, remote_trades
from cesnode.store.auditor import audit
from cesnode.store.database import FILE
from federation.trade import State
from tests.support.exchanges import refused
from tests.support.moving import (
    NEW,
    announce,
    arrive,
    carry,
    leave,
    peer_at,
)
from tests.support.nodes import Crash, Fate, Node
from tests.support.stage import Stage, order_for
from tests.support.wire import comparison, hear, next_letters, receive

ROUNDS = 4
COMMITS = 12
"""How many commits the whole day has, at least: each of them is died at once."""


def followed(node: Node) -> str:
    view = node.read(moving.view, now=node.now)
    return next(one.state for one in view.peers if one.code == "VILA")


def sells(stage: Stage, amount: str = "10.00") -> None:
    """Let a member of Vila Nova buy in Oakvale."""
    order = order_for(f"0001@{stage.oak.name}", "2", amount)
    stage.enter(stage.vila, 2, order)


def carry_all(stage: Stage) -> None:
    """Carry what reaches somebody, until nothing does but what is asked again."""
    oak, vila = stage.oak, stage.vila
    for _ in range(ROUNDS):
        stage.now += ASK_AGAIN
        while any([carry(oak, vila), carry(vila, oak)]):
            pass


def require_whole(stage: Stage) -> None:
    """Both books tell the same, nothing is on its way, and the auditor is content."""
    for node, other in ((stage.oak, stage.vila), (stage.vila, stage.oak)):
        parcel = comparison(node, other.name)
        hear(parcel, receive(other, parcel.request))
        assert peer_at(node, other).reconciliation == "in-sync"
        assert node.read(_in_flight) == []
        found = audit(node.folder / FILE)
        assert found.ok, found.findings


def _in_flight(reader: Reader) -> list[str]:
    return [one.wire_id for one in remote_trades.in_flight(reader, before=2**40)]


def test_trades_on_their_way_end_the_same_on_both_sides(stage: Stage) -> None:
    oak, vila = stage.oak, stage.vila
    there = stage.buys()
    sells(stage)
    announce(oak)
    # Vila Nova decides, and its answer is lost with the host.
    receive(vila, stage.letter(oak, vila).request)
    leave(oak)
    arrive(oak)

    carry_all(stage)

    assert stage.remote(oak, there).state is State.POSTED
    assert followed(oak) == moving.CONFIRMED
    assert peer_at(vila, oak).origin == NEW
    assert peer_at(vila, oak).node == "oakv.example"
    require_whole(stage)


def test_a_notice_alone_is_not_believed(stage: Stage) -> None:
    announce(stage.oak)

    carry_all(stage)

    assert followed(stage.oak) == moving.TOLD
    assert peer_at(stage.vila, stage.oak).origin == "https://oakv.example"
    assert stage.vila.read(moves.unconfirmed) != []


def test_a_lost_notice_is_told_again_and_a_repeated_one_changes_nothing(
    stage: Stage,
) -> None:
    oak, vila = stage.oak, stage.vila
    announce(oak)
    first = stage.letter(oak, vila)  # Lost.
    again = next_letters(oak, vila.name)
    assert again is not None
    hear(again, receive(vila, again.request))
    stage.now += 1
    leave(oak)
    arrive(oak)
    carry_all(stage)
    before = peer_at(vila, oak)

    answer = receive(vila, first.request)  # Late, and again.
    carry_all(stage)

    assert answer.status == 204
    assert peer_at(vila, oak).origin == before.origin == NEW
    require_whole(stage)


def test_who_was_not_there_hears_it_from_the_new_address(stage: Stage) -> None:
    announce(stage.oak)
    leave(stage.oak)
    arrive(stage.oak)

    carry_all(stage)

    assert peer_at(stage.vila, stage.oak).origin == NEW


def test_a_node_may_move_again_and_back(stage: Stage) -> None:
    oak, vila = stage.oak, stage.vila
    for origin in (NEW, "https://third.oakv.example", "https://oakv.example"):
        announce(oak, origin)
        leave(oak)
        arrive(oak, origin)
        carry_all(stage)
        assert peer_at(vila, oak).origin == origin
        stage.buys()
        carry_all(stage)

    require_whole(stage)


def test_a_move_that_was_only_announced_is_taken_back(stage: Stage) -> None:
    announce(stage.oak)
    carry_all(stage)

    announce(stage.oak, "https://oakv.example")
    carry_all(stage)

    assert followed(stage.oak) == moving.CONFIRMED
    assert stage.vila.read(moves.unconfirmed) == []
    with refused(Code.WRONG_STATE):
        leave(stage.oak)


def test_nothing_is_written_where_the_exchange_has_left(stage: Stage) -> None:
    announce(stage.oak)
    leave(stage.oak)

    with refused(Code.EXCHANGE_LEFT):
        stage.buys()
    sells(stage)
    letter = stage.letter(stage.vila, stage.oak)
    with refused(Code.EXCHANGE_LEFT):
        receive(stage.oak, letter.request)


@pytest.mark.parametrize("fate", [Fate.DIES_BEFORE, Fate.DIES_AFTER])
@pytest.mark.parametrize("at", range(COMMITS))
def test_a_death_at_any_commit_of_the_day_changes_nothing_in_the_end(
    stage: Stage, fate: Fate, at: int
) -> None:
    oak, vila = stage.oak, stage.vila
    stage.buys()
    sells(stage)
    left = at

    def dies() -> Fate:
        nonlocal left
        left -= 1
        return fate if left == -1 else Fate.LIVES

    oak.fate = vila.fate = dies

    def insists(step: Callable[[], object], done: Callable[[], bool]) -> None:
        """Do what somebody does who finds that it was not done."""
        while not done():
            try:
                step()
            except Crash as crash:
                (oak if str(crash) == oak.name else vila).stop()

    insists(lambda: announce(oak), lambda: oak.read(moves.latest) is not None)
    insists(lambda: leave(oak), lambda: oak.read(moves.gone_to) is not None)
    insists(lambda: arrive(oak), lambda: oak.read(moves.gone_to) is None)
    for _ in range(3):
        try:
            carry_all(stage)
        except Crash as crash:
            (oak if str(crash) == oak.name else vila).stop()
    oak.fate = vila.fate = lambda: Fate.LIVES
    carry_all(stage)

    assert peer_at(vila, oak).origin == NEW
    require_whole(stage)
