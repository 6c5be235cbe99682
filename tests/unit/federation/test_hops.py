"""The way of an order: no loops, no strangers, and enough time for each hop."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace

from federation.errors import FederationError, Problem
from federation.hops import (
    MARGIN,
    check_sender,
    check_time,
    is_beyond,
    next_node,
    onward_expiry,
)
from federation.objects import TradeOrder
from federation.signed import Signed


def through(order: Signed[TradeOrder], *hubs: str) -> TradeOrder:
    return replace(order.value, path=("a.example", *hubs, "b.example"))


def test_an_order_goes_from_node_to_node(order: Signed[TradeOrder]) -> None:
    told = through(order, "h.example")

    assert next_node(told, "a.example") == "h.example"
    assert next_node(told, "h.example") == "b.example"
    check_sender(told, "h.example", "a.example")
    check_sender(told, "b.example", "h.example")


@pytest.mark.parametrize("own", ["b.example", "c.example"])
def test_an_order_is_not_passed_on_by_who_is_not_on_its_way(
    own: str, order: Signed[TradeOrder]
) -> None:
    with pytest.raises(FederationError) as refused:
        next_node(order.value, own)

    assert refused.value.problem is Problem.NOT_ROUTABLE


def test_a_way_of_four_edges_is_too_long(order: Signed[TradeOrder]) -> None:
    assert next_node(through(order, "g.x", "h.x"), "g.x") == "h.x"
    with pytest.raises(FederationError) as refused:
        next_node(through(order, "g.x", "h.x", "i.x"), "g.x")

    assert refused.value.problem is Problem.HOP_LIMIT


def test_an_order_from_the_wrong_side_is_refused(order: Signed[TradeOrder]) -> None:
    with pytest.raises(FederationError) as refused:
        check_sender(through(order, "h.example"), "b.example", "a.example")

    assert refused.value.problem is Problem.NOT_ROUTABLE


def test_each_hop_ends_before_the_one_that_leads_to_it(order: Signed[TradeOrder]) -> None:
    ends = order.value.expires_at

    assert onward_expiry(ends, ends - timedelta(seconds=60)) == ends - MARGIN
    with pytest.raises(FederationError) as refused:
        onward_expiry(ends, ends - timedelta(seconds=59))
    assert refused.value.problem is Problem.HOP_LIMIT


def test_the_payees_node_refuses_what_is_over(order: Signed[TradeOrder]) -> None:
    ends = order.value.expires_at

    check_time(ends, ends - timedelta(seconds=1))
    with pytest.raises(FederationError) as refused:
        check_time(ends, ends)
    assert refused.value.problem is Problem.EXPIRED


def test_an_order_is_beyond_reach_if_somebody_stands_between(
    order: Signed[TradeOrder],
) -> None:
    assert not is_beyond(order.value)
    assert is_beyond(through(order, "h.example"))
