"""Pictures stay within their frame and show what the numbers say."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from cesnode.web.charts import (
    HEIGHT,
    WIDTH,
    Bar,
    Columns,
    Trade,
    Value,
    beam,
    columns,
    shares,
    wheel,
)

numbers = st.integers(0, 10**12)


def stood_up(series: Sequence[int], *, names: int = 5, anchor: int = -1) -> Columns:
    values = [Value(number, str(number), str(number)) for number in series]
    return columns(values, line=str, names=names, anchor=anchor)


@given(st.lists(numbers, min_size=1, max_size=13))
def test_columns_stand_within_the_picture_in_their_order(series: list[int]) -> None:
    drawn = stood_up(series)

    bars = [column.bar for column in drawn.columns]
    for number, bar in zip(series, bars, strict=True):
        assert 0 < bar.x < bar.x + bar.width <= WIDTH
        assert 0 < bar.y <= bar.y + bar.height < HEIGHT
        assert (bar.height == 0) == (number == 0)
    assert all(one.x + one.width <= other.x for one, other in pairwise(bars))
    by_number = [
        bar.height for _, bar in sorted(zip(series, bars, strict=True), key=_first)
    ]
    assert by_number == sorted(by_number)


@given(st.lists(numbers, min_size=1, max_size=13))
def test_no_column_is_higher_than_the_last_line(series: list[int]) -> None:
    drawn = stood_up(series)

    assert int(drawn.lines[0].name) == 0
    assert int(drawn.lines[-1].name) >= max(series)
    assert len(drawn.lines) <= 5
    assert drawn.lines[-1].y <= min(column.bar.y for column in drawn.columns)


@given(st.integers(1, 13), st.integers(1, 13))
def test_names_have_room_and_the_anchor_has_one(count: int, names: int) -> None:
    drawn = stood_up([1] * count, names=names, anchor=count // 2)

    assert drawn.columns[count // 2].is_named
    assert sum(column.is_named for column in drawn.columns) <= names


@given(numbers)
def test_a_beam_whose_sides_are_equal_is_balanced(total: int) -> None:
    drawn = beam(above=total, below=-total)

    assert drawn.above.width == drawn.below.width
    assert drawn.below.x + drawn.below.width == drawn.above.x == WIDTH // 2


def test_a_beam_shows_which_side_is_heavier() -> None:
    drawn = beam(above=200, below=-100)

    assert drawn.above.width == 2 * drawn.below.width == WIDTH // 2


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=5).filter(any))
def test_shares_fill_the_width_without_a_gap(parts: list[int]) -> None:
    bars = shares(parts)

    assert sum(bar.width for bar in bars) == WIDTH
    assert all(one.x + one.width == other.x for one, other in pairwise(bars))


@given(st.lists(st.tuples(numbers, numbers), max_size=8))
def test_a_wheel_shows_each_neighbour_and_each_direction_that_was_used(
    amounts: list[tuple[int, int]],
) -> None:
    drawn = wheel([Trade("V", gave, received, "", "") for gave, received in amounts])

    assert len(drawn.hubs) == len(amounts)
    assert len(drawn.flows) == sum(bool(one) for pair in amounts for one in pair)
    assert all(34 <= place <= WIDTH - 34 for hub in drawn.hubs for place in (hub.x, hub.y))
    widths = [flow.width for flow in drawn.flows]
    used = [one for pair in amounts for one in pair if one]
    assert [width for _, width in sorted(zip(used, widths, strict=True))] == sorted(widths)


def _first(pair: tuple[int, Bar]) -> int:
    return pair[0]
