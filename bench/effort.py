"""How long and how large to measure."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """`turns`: how often each thing is measured, one after the other and round again."""

    turns: int = 5
    seconds: float = 2.0
    warm_up: float = 0.3
    accounts: int = 1_000
    connections: tuple[int, ...] = (1, 16, 64, 256)
    history: int = 10_000
    sizes: tuple[int, ...] = (10_000, 100_000, 1_000_000)
    trades_for_memory: int = 100_000
    profiled_seconds: float = 10.0
    in_flight: tuple[int, ...] = (1, 16, 64)
    held: int = 10_000
    listings: int = 20_000
    large: int = 100_000
    pages: int = 100


FULL = Effort()
QUICK = replace(
    FULL,
    turns=2,
    seconds=0.5,
    warm_up=0.1,
    connections=(1, 64),
    sizes=(10_000, 100_000),
    trades_for_memory=5_000,
    profiled_seconds=3.0,
    in_flight=(1, 64),
    held=1_000,
    listings=2_000,
    large=10_000,
    pages=20,
)
