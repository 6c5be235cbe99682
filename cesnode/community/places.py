"""Places on the earth, and how far it is from one to another.

A place is its latitude and longitude in ten-thousandths of a degree, as
`community.profiles` reads it.  How far it is, is known to the metre and told in bands:
nobody's door is found by asking often enough.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from math import asin, cos, radians, sin, sqrt
from types import MappingProxyType

Place = tuple[int, int]

COARSE_METRES = 10_000
"""How far a coarse place may be from the true one."""
_GRAIN = 10_000
_COARSE = 1_000
_EARTH = 6_371_009
"""The mean radius of the earth in metres."""


class Band(StrEnum):
    """How far away something is; each distance includes the shorter ones."""

    AREA = "area"  # where one belongs oneself
    NEAR = "5"
    AROUND = "20"
    REACHED = "50"
    FARTHER = "farther"


WITHIN: Mapping[Band, int] = MappingProxyType(
    {Band.NEAR: 5_000, Band.AROUND: 20_000, Band.REACHED: 50_000}
)
"""How many metres a band reaches, the shortest first."""


def metres(one: Place, other: Place) -> int:
    """Return how far two places are apart, on a great circle.

    >>> metres((38_7223, -9_1393), (41_1579, -8_6291))  # from Lisbon to Porto
    274296
    """
    (north, east), (north_too, east_too) = _angles(one), _angles(other)
    half = (
        sin((north_too - north) / 2) ** 2
        + cos(north) * cos(north_too) * sin((east_too - east) / 2) ** 2
    )
    return round(2 * _EARTH * asin(min(1.0, sqrt(half))))


def coarse(place: Place) -> Place:
    """Return a place to the tenth of a degree, which finds nobody's door.

    >>> coarse((38_7223, -9_1393))
    (387000, -91000)
    """
    latitude, longitude = (round(part / _COARSE) * _COARSE for part in place)
    return latitude, longitude


def of_degrees(latitude: float, longitude: float) -> Place:
    return round(latitude * _GRAIN), round(longitude * _GRAIN)


def degrees(place: Place) -> tuple[float, float]:
    """Return latitude and longitude as other programs count them.

    >>> degrees((38_7000, -9_1000))
    (38.7, -9.1)
    """
    latitude, longitude = place
    return latitude / _GRAIN, longitude / _GRAIN


def band(distance: int) -> Band:
    """Return the narrowest band that so many metres fall into."""
    return next((each for each, most in WITHIN.items() if distance <= most), Band.FARTHER)


def _angles(place: Place) -> tuple[float, float]:
    north, east = place
    return radians(north / _GRAIN), radians(east / _GRAIN)
