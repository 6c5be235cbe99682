"""What was measured: medians with their range, the ratios of turns, and the aims."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import median


@dataclass(frozen=True, slots=True)
class Spread:
    """The median of repeated measurements, and how far they lay apart."""

    median: float
    least: float
    most: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Spread:
        return cls(median(values), min(values), max(values))


def ratio(above: Sequence[float], below: Sequence[float]) -> Spread:
    """Compare turn by turn, so that a slow minute slows both sides of a ratio."""
    return Spread.of([one / other for one, other in zip(above, below, strict=True)])


class Bound(StrEnum):
    AT_LEAST = "at least"
    AT_MOST = "at most"


@dataclass(frozen=True, slots=True)
class Aim:
    what: str
    measured: Spread
    bound: Bound
    value: float

    @property
    def is_met(self) -> bool:
        if self.bound is Bound.AT_LEAST:
            return self.measured.median >= self.value
        return self.measured.median <= self.value


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table: one figure under each of its columns."""

    label: str
    figures: tuple[Spread, ...]


@dataclass(frozen=True, slots=True)
class Table:
    title: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]

    def __post_init__(self) -> None:
        if any(len(row.figures) != len(self.columns) for row in self.rows):
            raise ValueError("a row has a figure for each column")


@dataclass(frozen=True, slots=True)
class Part:
    name: str
    tables: tuple[Table, ...]
    aims: tuple[Aim, ...] = ()
