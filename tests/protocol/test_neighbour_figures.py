"""What the open figures say of trade with neighbours is what both ledgers say."""

from __future__ import annotations

from cesnode.services import statistics
from cesnode.store import Reader
from cesnode.store.statistics import Neighbour
from tests.support.nodes import Node
from tests.support.stage import Stage
from tests.support.wire import hear, receive

_ABROAD = """
SELECT COALESCE(SUM(t.amount) FILTER (WHERE b.kind = 'clearing'), 0),
    COALESCE(SUM(t.amount) FILTER (WHERE s.kind = 'clearing'), 0)
FROM trades AS t JOIN accounts AS s ON s.id = t.seller_id
JOIN accounts AS b ON b.id = t.buyer_id WHERE t.state = 'posted'
"""


def neighbours(node: Node) -> tuple[Neighbour, ...]:
    return node.read(
        lambda reader: statistics.figures(reader, None, now=node.now).neighbours
    )


def by_the_ledger(reader: Reader) -> tuple[int, int]:
    gave, received = reader.one(_ABROAD)
    return gave, received


def test_a_purchase_abroad_is_received_here_and_given_there(
    stage: Stage, paid: str
) -> None:
    assert paid
    (vila,), (oak,) = neighbours(stage.oak), neighbours(stage.vila)

    assert (vila.gave, vila.trades) == (0, 1)
    assert (oak.received, oak.trades) == (0, 1)
    assert (vila.received, oak.gave) == (vila.balance, -oak.balance)
    assert min(vila.received, oak.gave) > 0


def test_the_totals_are_those_of_the_ledger(stage: Stage, paid: str) -> None:
    assert paid
    stage.buys(1, "2.50")
    parcel = stage.letter(stage.oak, stage.vila)
    hear(parcel, receive(stage.vila, parcel.request))

    for node in (stage.oak, stage.vila):
        found = neighbours(node)
        totals = sum(one.gave for one in found), sum(one.received for one in found)

        assert totals == node.read(by_the_ledger)


def test_who_never_traded_abroad_has_no_neighbours_to_show(stage: Stage) -> None:
    assert neighbours(stage.oak) == ()
