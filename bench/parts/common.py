"""Columns that several parts show."""

from __future__ import annotations

from collections.abc import Sequence

from bench.figures import Spread
from bench.load import Outcome

SPEED = ("trades/s", "p50 ms", "p99 ms", "CPU µs a trade")


def rates(turns: Sequence[Outcome]) -> list[float]:
    return [outcome.rate for outcome in turns]


def cpu(turns: Sequence[Outcome]) -> list[float]:
    return [outcome.cpu_microseconds for outcome in turns]


def p99(turns: Sequence[Outcome]) -> list[float]:
    """Return the slowest hundredth, in milliseconds."""
    return [outcome.p99 * 1000 for outcome in turns]


def speed(turns: Sequence[Outcome]) -> tuple[Spread, ...]:
    """Return a figure for each column of SPEED."""
    p50 = [outcome.p50 * 1000 for outcome in turns]
    return tuple(
        Spread.of(values) for values in (rates(turns), p50, p99(turns), cpu(turns))
    )
