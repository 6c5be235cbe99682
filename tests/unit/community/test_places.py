"""How far it is, and what of that is told."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cesnode.community.places import Band, Place, band, metres

PLACES = st.tuples(st.integers(-900_000, 900_000), st.integers(-1_800_000, 1_800_000))
HALF_WAY_ROUND = 20_015_115


@pytest.mark.parametrize(
    ("one", "other", "kilometres"),
    [
        ((387_223, -91_393), (411_579, -86_291), 274),  # Lisbon and Porto
        ((515_074, -1_278), (488_566, 23_522), 344),  # London and Paris
        ((0, 1_799_999), (0, -1_799_999), 0),  # on either side of the date line
        ((900_000, 0), (900_000, 1_234_567), 0),  # a pole has one place only
    ],
)
def test_a_distance_is_that_of_the_great_circle(
    one: Place, other: Place, kilometres: int
) -> None:
    assert round(metres(one, other) / 1_000) == kilometres


@given(PLACES, PLACES)
def test_there_is_as_far_as_back_and_never_more_than_half_way_round(
    one: Place, other: Place
) -> None:
    there = metres(one, other)

    assert there == metres(other, one)
    assert 0 <= there <= HALF_WAY_ROUND + 1
    assert metres(one, one) == 0


@pytest.mark.parametrize(
    ("distance", "told"),
    [
        (0, Band.NEAR),
        (5_000, Band.NEAR),
        (5_001, Band.AROUND),
        (20_000, Band.AROUND),
        (50_000, Band.REACHED),
        (50_001, Band.FARTHER),
    ],
)
def test_a_distance_is_told_as_the_narrowest_band(distance: int, told: Band) -> None:
    assert band(distance) is told
