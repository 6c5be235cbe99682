"""Debts in a circle are crossed out by all of its exchanges, or by none."""

from __future__ import annotations

from itertools import permutations

import pytest

from cesnode.community.roles import OPERATOR
from cesnode.errors import Code
from cesnode.services.clearing import settling
from cesnode.services.clearing.setoffs import agreeing, consenting, deciding, post
from cesnode.store import Writer, setoff_debts, setoffs
from federation.setoff_states import SetoffState
from tests.support.exchanges import DAY, refused
from tests.support.ring import (
    Ring,
    balance,
    kinds,
    positions,
    reserved,
    state_at,
    system,
)

CLEARED, ABORTED = SetoffState.CLEARED, SetoffState.ABORTED


def reservations(ring: Ring) -> list[int]:
    return [
        reserved(one, other)
        for one, other in permutations(ring.nodes, 2)
        if reserved(one, other)
    ]


def test_a_circle_is_found_and_cleared_by_all(ring: Ring) -> None:
    (circle,) = ring.possible()
    before = positions(ring)

    setoff = ring.clear()

    assert circle.hours == 2_0001  # Al-Waha's rate leaves something to round.
    assert ring.states(setoff) == [CLEARED] * 3
    assert ring.balances() == [10_00, 1, 6_667]
    assert positions(ring) == before
    assert reservations(ring) == []
    assert {system(node, "CIRCLES") for node in ring.nodes} == {0}
    assert ring.possible() == []
    ring.require_whole()


def test_a_circle_of_strangers_is_cleared_through_those_between(square: Ring) -> None:
    before = positions(square)

    setoff = square.clear()

    assert square.states(setoff) == [CLEARED] * 4
    assert positions(square) == before
    square.require_whole()


def test_nothing_is_told_and_nothing_taken_before_an_admin_allows_it(ring: Ring) -> None:
    vila = ring.nodes[1]
    vila.write(consenting.allow, OPERATOR, takes_part=False, now=vila.now)
    ring.now += 8 * DAY

    ring.gather()

    told = ring.first.read(setoff_debts.told, since=ring.now - DAY)
    assert [one.value.node for one in told] == [ring.nodes[2].name]
    assert ring.possible() == []
    with refused(Code.WRONG_STATE):
        ring.possible(vila)


def test_who_has_left_since_hears_no_proposal(ring: Ring) -> None:
    vila = ring.nodes[1]
    vila.write(consenting.allow, OPERATOR, takes_part=False, now=vila.now)

    setoff = ring.propose()
    ring.talk()

    assert state_at(vila, setoff) is None
    assert kinds(ring.first) == {"unheard"}


def test_nothing_moves_until_all_have_agreed(ring: Ring) -> None:
    before = ring.balances()

    setoff = ring.propose()
    ring.talk()
    ring.agree(ring.nodes[1], setoff)
    ring.talk()

    assert ring.balances() == before
    assert ring.states(setoff) == [
        SetoffState.ACCEPTED,
        SetoffState.ACCEPTED,
        SetoffState.PROPOSED,
    ]
    assert kinds(ring.nodes[2]) == {"setoff"}


def test_what_is_reserved_cannot_be_traded_away(ring: Ring) -> None:
    """Oakvale owes three hours and keeps two of them; one can still be worked off."""
    setoff = ring.propose()
    ring.talk()
    vila, oak = ring.nodes[1], ring.first

    ring.owes(1, 0, "0.9")
    ring.owes(1, 0, "0.9")

    assert reserved(oak, vila) == 20_00
    assert balance(oak, vila) == 21_00
    assert state_at(oak, setoff) is SetoffState.ACCEPTED


def test_the_creditor_keeps_it_as_well(ring: Ring) -> None:
    setoff = ring.propose()
    ring.talk()
    waha = ring.nodes[2]
    ring.agree(waha, setoff)

    with refused(Code.DEBT_SMALLER, field="amount"):
        waha.write(
            settling.write_off,
            waha.here,
            OPERATOR,
            "VILA",
            amount="1",
            why="a present",
            now=waha.now,
        )


def test_what_is_not_owed_any_more_is_not_agreed_to(ring: Ring) -> None:
    setoff = ring.propose()
    ring.talk()
    vila = ring.nodes[1]
    ring.owes(2, 1, "1")

    with refused(Code.DEBT_SMALLER, field="amount"):
        ring.agree(vila, setoff)
    assert reserved(vila, ring.nodes[2]) == 0


def test_one_who_refuses_ends_it_for_all(ring: Ring) -> None:
    before = ring.balances()
    setoff = ring.propose()
    ring.talk()
    ring.agree(ring.nodes[1], setoff)

    ring.decline(ring.nodes[2], setoff)
    ring.talk()
    ring.now += 61
    ring.talk()

    assert ring.states(setoff) == [ABORTED] * 3
    assert (ring.balances(), reservations(ring)) == (before, [])
    ring.require_whole()


def test_who_proposed_it_can_withdraw_it(ring: Ring) -> None:
    setoff = ring.propose()
    ring.talk()
    ring.agree(ring.nodes[1], setoff)
    ring.talk()

    ring.withdraw(setoff)
    ring.talk()

    assert ring.states(setoff) == [ABORTED] * 3
    assert reservations(ring) == []
    assert all(kinds(node) == set() for node in ring.nodes)
    with refused(Code.WRONG_STATE):
        ring.agree(ring.nodes[2], setoff)


def test_nobody_else_can_withdraw_it(ring: Ring) -> None:
    setoff = ring.propose()
    ring.talk()

    with refused(Code.NOT_ALLOWED):
        ring.withdraw(setoff, ring.nodes[1])


def test_an_answer_is_given_once(ring: Ring) -> None:
    setoff = ring.propose()
    ring.talk()
    ring.agree(ring.nodes[1], setoff)

    with refused(Code.WRONG_STATE):
        ring.decline(ring.nodes[1], setoff)
    with refused(Code.WRONG_STATE):
        ring.agree(ring.nodes[1], setoff)


def test_no_answer_is_given_too_late_and_nothing_released_by_that(ring: Ring) -> None:
    setoff = ring.propose()
    ring.talk()
    ring.now += 15 * DAY

    with refused(Code.TOO_LATE):
        ring.agree(ring.nodes[1], setoff)
    assert len(reservations(ring)) == 2


def test_a_reservation_that_waits_calls_people_ever_louder(ring: Ring) -> None:
    setoff = ring.propose()
    ring.talk()

    heard = []
    for seconds in (60, 15 * 60, DAY, 7 * DAY):
        ring.now += seconds
        ring.tend()
        heard.append(kinds(ring.first))

    assert heard == [
        set(),
        {"setoff-waiting"},
        {"setoff-stuck"},
        {"setoff-may-be-forced"},
    ]
    ring.withdraw(setoff)
    assert kinds(ring.first) == set()


def test_what_nobody_decides_is_given_up_after_a_week_and_still_binds(ring: Ring) -> None:
    vila = ring.nodes[1]
    setoff = ring.propose()
    ring.talk()
    ring.agree(vila, setoff)
    ring.talk()
    with refused(Code.TOO_EARLY):
        vila.write(agreeing.force, OPERATOR, setoff.id, reason="gone", now=vila.now)
    ring.now += 7 * DAY

    vila.write(agreeing.force, OPERATOR, setoff.id, reason="gone", now=vila.now)
    free = [reserved(vila, other) for other in (ring.first, ring.nodes[2])]
    ring.agree(ring.nodes[2], setoff)
    ring.talk()

    assert free == [0, 0]
    assert ring.states(setoff) == [CLEARED] * 3
    assert kinds(vila) == {"recovered"}
    ring.require_whole()


def test_who_is_recovering_agrees_to_nothing(ring: Ring) -> None:
    setoff = ring.propose()
    ring.talk()
    vila = ring.nodes[1]
    backup = vila.folder.parent / "vila.backup"
    vila.back_up(backup)
    vila.restore(backup)

    with refused(Code.PEER_RESTING):
        ring.agree(vila, setoff)


def test_a_party_that_forgot_its_word_books_what_it_signed(ring: Ring) -> None:
    vila = ring.nodes[1]
    setoff = ring.propose()
    ring.talk()
    backup = vila.folder.parent / "vila.backup"
    vila.back_up(backup)
    ring.agree(vila, setoff)
    ring.talk()
    ring.now += 3600
    vila.restore(backup)
    ring.agree(ring.nodes[2], setoff)
    ring.talk()
    ring.compare()
    ring.compare()

    assert ring.states(setoff) == [CLEARED] * 3
    assert kinds(vila) == {"recovered"}
    ring.require_whole()


@pytest.mark.parametrize("place", [0, 1, 2])
def test_whoever_forgot_all_of_it_finds_it_in_the_chains(ring: Ring, place: int) -> None:
    node = ring.nodes[place]
    backup = node.folder.parent / "a.backup"
    node.back_up(backup)
    setoff = ring.clear()
    after = ring.balances()
    ring.now += 3600

    node.restore(backup)
    for _ in range(3):
        ring.compare()

    assert ring.states(setoff) == [CLEARED] * 3
    assert ring.balances() == after
    ring.require_whole()


def test_a_coordinator_that_forgot_what_it_decided_decides_the_same(ring: Ring) -> None:
    """It had withdrawn, and had told one; put back, it has all words, and asks first."""
    oak, vila, waha = ring.nodes
    setoff = ring.propose()
    ring.talk()
    ring.agree(vila, setoff)
    ring.talk()
    backup = oak.folder.parent / "oak.backup"
    oak.back_up(backup)
    ring.withdraw(setoff)
    ring.talk(oak, vila)
    assert state_at(vila, setoff) is ABORTED

    ring.now += 3600
    oak.restore(backup)
    ring.agree(waha, setoff)
    ring.talk(oak, waha)
    assert state_at(oak, setoff) is SetoffState.ACCEPTED
    ring.compare()
    ring.tend()
    ring.talk()
    ring.now += 61
    ring.talk()

    assert ring.states(setoff) == [ABORTED] * 3
    ring.require_whole()


def test_a_creditor_that_forgot_its_entries_writes_none_anew(ring: Ring) -> None:
    """It hears the bundle again before its peers have shown what it wrote before."""
    _, vila, waha = ring.nodes
    backup = vila.folder.parent / "vila.backup"
    vila.back_up(backup)
    ring.owes(0, 1, "0.2")
    setoff = ring.clear()
    ring.now += 3600
    vila.restore(backup)

    def tell_again(writer: Writer) -> None:
        found = deciding.known(writer, setoff.id)
        assert found.decision is not None
        post.spread(writer, found, found.decision, now=waha.now)

    waha.write(tell_again)
    ring.talk(waha, vila)
    for _ in range(3):
        ring.compare()

    assert ring.states(setoff) == [CLEARED] * 3
    ring.require_whole()


def test_people_hold_to_the_bundle_only_where_both_were_signed(ring: Ring) -> None:
    setoff = ring.propose()
    ring.withdraw(setoff)

    with refused(Code.WRONG_STATE):
        ring.first.write(
            deciding.honour, ring.first.here, OPERATOR, setoff.id, now=ring.now
        )
    assert ring.first.read(setoffs.undecided) == []


def test_a_trade_runs_no_statement_more_where_something_is_reserved(ring: Ring) -> None:
    ring.owes(0, 1, "0.1")
    free = statements_of(ring, "0.1")
    ring.propose()
    ring.talk()

    assert reserved(ring.first, ring.nodes[1]) > 0
    assert statements_of(ring, "0.1") == free


def statements_of(ring: Ring, hours: str) -> int:
    """Count what the buyer's node asks its file to enter and to post one trade."""
    found: list[str] = []
    connection, _ = ring.first.connections()
    connection.set_trace_callback(found.append)
    ring.owes(0, 1, hours)
    connection.set_trace_callback(None)
    return len(found)
