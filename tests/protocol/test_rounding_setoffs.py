"""A set-off that is no single circle: what its edges leave over goes to rounding."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import permutations
from pathlib import Path

import pytest

from cesnode.services.clearing.here import moment
from cesnode.services.clearing.setoffs import agreeing, deciding, post
from cesnode.services.identifiers import uuid7
from cesnode.store import Writer, exchanges, setoffs
from cesnode.store.setoffs import Setoff
from federation.setoff_objects import SetoffEdge, SetoffProposal
from federation.setoff_states import SetoffState
from federation.signed import sign
from tests.support.federation import settle_down
from tests.support.ring import SQUARE, Ring, positions, system

OAK, VILA, PORT, WAHA = (home.node for home in SQUARE)
EDGES = (
    *((OAK, VILA, 2_0010), (VILA, PORT, 1_0005), (VILA, WAHA, 1_0005)),
    *((PORT, OAK, 1_0005), (WAHA, OAK, 1_0005)),
)
"""Oakvale owes one what two owe it: ten thousandths of an hour are tenths of a leaf."""


@pytest.fixture
def four(tmp_path: Path) -> Iterator[Ring]:
    """Four exchanges, all peers of one another, that owe as they are to set off."""
    ring = Ring(settle_down(tmp_path, SQUARE), SQUARE)
    places = {home.node: place for place, home in enumerate(SQUARE)}
    for debtor, creditor, _ in EDGES:
        ring.owes(places[debtor], places[creditor], "2.5")
    ring.take_part()
    yield ring
    ring.close()


def propose(ring: Ring) -> Setoff:
    """Let Oakvale propose all of it at once, as another coordinator might."""
    oak = ring.first

    def work(writer: Writer) -> Setoff:
        proposal = sign(
            oak.key,
            SetoffProposal(
                v=1,
                setoff_id=str(uuid7()),
                coordinator=oak.name,
                edges=tuple(
                    SetoffEdge(debtor=debtor, creditor=creditor, hours=hours)
                    for debtor, creditor, hours in sorted(EDGES)
                ),
                proposed_at=moment(oak.now),
                expires_at=moment(oak.now) + timedelta(days=1),
            ),
        )
        setoffs.insert(writer, proposal, via=None, now=oak.now)
        setoff = deciding.known(writer, proposal.value.setoff_id)
        post.propose(writer, setoff, now=oak.now)
        exchange = exchanges.load(writer, oak.now)
        agreeing.accept(writer, oak.here, exchange, setoff, now=oak.now)
        return deciding.known(writer, setoff.id)

    return oak.write(work)


def test_what_the_edges_of_a_node_leave_over_is_named_and_small(four: Ring) -> None:
    before = positions(four)

    setoff = propose(four)
    four.talk()
    for node in four.nodes[1:]:
        four.agree(node, setoff)
        four.talk()
    four.now += 61
    four.talk()

    rounding = [system(node, "ROUNDING") for node in four.nodes]
    assert four.states(setoff) == [SetoffState.CLEARED] * 4
    assert {system(node, "CIRCLES") for node in four.nodes} == {0}
    assert rounding[0] == 1
    assert all(abs(each) <= len(EDGES) for each in rounding)
    assert positions(four) == before
    four.require_whole()


def test_every_order_of_hearing_leaves_the_same(four: Ring) -> None:
    """Whichever edge is booked first at a node, the last one takes what is left over."""
    setoff = propose(four)
    four.talk()
    for node in four.nodes[1:]:
        four.agree(node, setoff)
    for one, other in permutations(reversed(four.nodes), 2):
        four.talk(one, other)
        four.now += 61
    four.talk()

    assert four.states(setoff) == [SetoffState.CLEARED] * 4
    four.require_whole()
