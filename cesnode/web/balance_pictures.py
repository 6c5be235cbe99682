"""Where a balance lies between its limits, and where it has been: geometry alone.

The band is drawn from low to high, the track from the oldest month to today; colours,
words and direction are the template's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cesnode.services.home import Point

WIDTH = 400
HEIGHT = 160

_AXIS, _EDGE = 62, 10
_TOP, _FOOT = 14, 26
_ROOM = 6  # on either side of the band, for its marks


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """A track from the lowest to the highest balance; `zero` and `here` lie on it."""

    zero: int
    here: int
    is_above: bool

    @property
    def left(self) -> int:
        return min(self.zero, self.here)

    @property
    def width(self) -> int:
        return abs(self.here - self.zero)


@dataclass(frozen=True, slots=True)
class Level:
    """A line across the track, at a balance in minor units."""

    y: int
    balance: int
    kind: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A point in time, named below the track."""

    x: int
    point: Point


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """`line` and `area` are paths of an SVG, `end` is today's point."""

    line: str
    area: str
    end: tuple[int, int]
    levels: Sequence[Level]
    marks: Sequence[Mark]


def band(balance: int, floor: int | None, ceiling: int | None) -> Band:
    """Lay a balance out between its limits; where there is none, as far as it goes."""
    reach = max(abs(balance), 1) * 2
    low = min(-reach if floor is None else floor, balance, 0)
    high = max(reach if ceiling is None else ceiling, balance, 0)

    def place(value: int) -> int:
        room = WIDTH - 2 * _ROOM
        return _ROOM + room * (value - low) // max(high - low, 1)

    return Band(zero=place(0), here=place(balance), is_above=balance >= 0)


def track(points: Sequence[Point], floor: int | None, ceiling: int | None) -> Track:
    """Draw a balance over time, with zero and the limits as lines across."""
    balances = [point.balance for point in points]
    limits = [limit for limit in (floor, ceiling) if limit is not None]
    low, high = min(*balances, *limits, 0), max(*balances, *limits, 0)
    step = (WIDTH - _AXIS - _EDGE) / max(len(points) - 1, 1)

    def height(balance: int) -> int:
        room = HEIGHT - _TOP - _FOOT
        return HEIGHT - _FOOT - room * (balance - low) // max(high - low, 1)

    places = [
        (round(_AXIS + place * step), height(balance))
        for place, balance in enumerate(balances)
    ]
    line = "L".join(f"{x} {y}" for x, y in places)
    (first, _), (last, _) = places[0], places[-1]
    zero = height(0)
    return Track(
        line=f"M{line}",
        area=f"M{first} {zero}L{line}L{last} {zero}Z",
        end=places[-1],
        levels=[
            Level(zero, 0, "foot"),
            *(Level(height(limit), limit, "limit") for limit in limits if limit),
        ],
        marks=[
            Mark(x, point)
            for place, ((x, _), point) in enumerate(zip(places, points, strict=True))
            if place % 3 == 0
        ],
    )
