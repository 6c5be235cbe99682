"""When somebody is near how far they can go: once, at the change that leads there."""

from __future__ import annotations

import pytest

from cesnode.ledger.limits import Approach, Limits, approach

BAND = Limits(-100, 500)


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        (0, -80, None),
        (0, -81, Approach(-100, 19)),
        (-81, -90, None),
        (0, -100, Approach(-100, 0)),
        (0, -101, Approach(-100, -1)),
        (-100, -130, Approach(-100, -30)),
        (-130, -140, None),
        (-140, -90, None),
        (0, 400, None),
        (0, 401, Approach(500, 99)),
        (401, 500, None),
        (450, 501, Approach(500, -1)),
        (501, 600, None),
        (600, 450, None),
        (10, 10, None),
        (300, -90, Approach(-100, 10)),
    ],
)
def test_the_last_fifth_of_the_way_and_its_end_are_told_once(
    before: int, after: int, found: Approach | None
) -> None:
    assert approach(before, after, BAND) == found


def test_where_there_is_no_limit_none_is_near() -> None:
    assert approach(0, -(10**9), Limits()) is None
    assert approach(0, 10**9, Limits()) is None


def test_who_may_not_go_below_nothing_is_beyond_it_at_once() -> None:
    assert approach(5, 0, Limits(0, None)) is None
    assert approach(5, -1, Limits(0, None)) == Approach(0, -1)
