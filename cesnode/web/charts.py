"""Where the parts of a picture stand; templates draw them, the stylesheet colours them.

Pictures are 400 units wide, so that their words stay readable on a phone.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

WIDTH = 400
HEIGHT = 200

_AXIS = 56  # left of it stand the names of the lines
_EDGE = 14  # right of it runs out the name of the last column
_TOP, _FOOT = 14, 30
_LINES = 4
_FILLED = 0.72
_LEAST = 2  # So high is what is not nothing.
_MIDDLE, _RADIUS = 200, 150
_THINNEST, _THICKEST, _BOW = 2, 22, 26


@dataclass(frozen=True, slots=True)
class Value:
    """A number to be drawn: its name, what it says in words, and which colour it has."""

    number: int
    name: str
    told: str
    kind: str = "bar"


@dataclass(frozen=True, slots=True)
class Bar:
    x: int
    y: int
    width: int
    height: int

    @property
    def middle(self) -> int:
        return self.x + self.width // 2


@dataclass(frozen=True, slots=True)
class Column:
    """A bar for a value; `is_named` where its name has room below."""

    bar: Bar
    value: Value
    is_named: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A line across the picture."""

    y: int
    name: str


@dataclass(frozen=True, slots=True)
class Columns:
    columns: Sequence[Column]
    lines: Sequence[Line]


@dataclass(frozen=True, slots=True)
class Beam:
    """What lies below zero and above it, on either side of the middle."""

    below: Bar
    above: Bar


@dataclass(frozen=True, slots=True)
class Trade:
    """What went to a neighbour and came from it, and how that is said."""

    name: str
    gave: int
    received: int
    told_gave: str
    told_received: str


@dataclass(frozen=True, slots=True)
class Flow:
    """A line of a wheel; its kind is "gave" or "received", which colours it."""

    kind: str
    path: str
    width: int
    told: str


@dataclass(frozen=True, slots=True)
class Rim:
    """A neighbour on the rim of a wheel."""

    x: int
    y: int
    name: str


@dataclass(frozen=True, slots=True)
class Wheel:
    flows: Sequence[Flow]
    hubs: Sequence[Rim]


def wheel(trades: Sequence[Trade]) -> Wheel:
    """Set neighbours around the middle, the first on top; the widest line is the most."""
    most = max((max(one.gave, one.received) for one in trades), default=0)
    flows: list[Flow] = []
    hubs: list[Rim] = []
    for place, one in enumerate(trades):
        turn = 2 * math.pi * place / len(trades) - math.pi / 2
        x = round(_MIDDLE + _RADIUS * math.cos(turn))
        y = round(_MIDDLE + _RADIUS * math.sin(turn))
        hubs.append(Rim(x, y, one.name))
        for kind, amount, told, side in (
            ("gave", one.gave, one.told_gave, 1),
            ("received", one.received, one.told_received, -1),
        ):
            if amount:
                width = _THINNEST + _length(amount, most, _THICKEST)
                bow = side * (_BOW + width // 2)
                over = round((_MIDDLE + x) / 2 - bow * math.sin(turn))
                up = round((_MIDDLE + y) / 2 + bow * math.cos(turn))
                path = f"M{_MIDDLE} {_MIDDLE}Q{over} {up} {x} {y}"
                flows.append(Flow(kind, path, width, told))
    return Wheel(flows, hubs)


def columns(
    values: Sequence[Value],
    *,
    line: Callable[[int], str],
    names: int,
    anchor: int = -1,
    least: int = 1,
) -> Columns:
    """Stand values up in a row; so many of them get a name, the anchor among them.

    `line` names the lines across, between which `least` is the finest distance.
    """
    heights = tuple(_scale(max(value.number for value in values), least))
    every = -(-len(values) // names)
    first = anchor % len(values) % every
    pitch = (WIDTH - _AXIS - _EDGE) / len(values)
    width = int(pitch * _FILLED)

    def stand(place: int, value: Value) -> Column:
        y = _height(value.number, heights[-1])
        x = round(_AXIS + place * pitch + (pitch - width) / 2)
        bar = Bar(x, y, width, HEIGHT - _FOOT - y)
        return Column(bar, value, place % every == first)

    return Columns(
        [stand(place, value) for place, value in enumerate(values)],
        [Line(_height(height, heights[-1]), line(height)) for height in heights],
    )


def beam(*, above: int, below: int) -> Beam:
    """Lay two totals to either side of the middle; `below` is negative."""
    middle, most = WIDTH // 2, max(above, -below)
    left, right = (_length(value, most, middle) for value in (-below, above))
    return Beam(Bar(middle - left, 0, left, 0), Bar(middle, 0, right, 0))


def shares(parts: Sequence[int]) -> Sequence[Bar]:
    """Lay parts end to end over the whole width."""
    whole, laid = max(sum(parts), 1), 0
    bars = []
    for part in parts:
        start = WIDTH * laid // whole
        laid += part
        bars.append(Bar(start, 0, WIDTH * laid // whole - start, 0))
    return bars


def _height(number: int, most: int) -> int:
    """Return the y of a number; `most` reaches the top."""
    foot = HEIGHT - _FOOT
    return foot - _length(number, most, foot - _TOP)


def _length(number: int, most: int, room: int) -> int:
    if not (number and most):
        return 0
    return max(number * room // most, _LEAST)


def _scale(most: int, least: int) -> Iterator[int]:
    """Go through the numbers of the lines: round ones, the last not below the most."""
    step = next(step for step in _round(least) if step * _LINES >= most)
    yield 0
    number = step
    while number < most:
        yield number
        number += step
    yield number


def _round(least: int) -> Iterator[int]:
    """Go through 1, 2, 5, 10, 20, 50 … times the least."""
    while True:
        yield from (least, 2 * least, 5 * least)
        least *= 10
