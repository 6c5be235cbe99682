"""How far a balance may go.

A floor (zero or less) is how far the community's trust in an account reaches; a
ceiling keeps a balance from growing for ever.  Either may be absent.
1. What brings an account nearer to its band is always allowed, even from outside.
2. What is held counts: outgoing holds against the floor, incoming against the ceiling.
"""

from __future__ import annotations

from enum import StrEnum

import msgspec

PARTS = 1_000_000
"""Shares and percentages are whole parts of a million."""


class LimitPolicy(StrEnum):
    BLOCK = "block"
    WARN = "warn"


class Limits(msgspec.Struct, frozen=True):
    floor: int | None = None
    ceiling: int | None = None

    def __post_init__(self) -> None:
        if self.floor is not None and self.floor > 0:
            raise ValueError("a floor is zero or less")
        if self.ceiling is not None and self.ceiling < 0:
            raise ValueError("a ceiling is zero or more")


class Growth(msgspec.Struct, frozen=True):
    """Trust that grows with what a member has sold: a share of it, up to a cap."""

    share: int = 0  # parts of a million of all sales
    cap: int = 0  # the furthest the floor may move down by it

    def widen(self, limits: Limits, *, sales: int) -> Limits:
        if limits.floor is None or not self.share:
            return limits
        earned = min(sales * self.share // PARTS, self.cap)
        return Limits(limits.floor - earned, limits.ceiling)


class Position(msgspec.Struct, frozen=True):
    """Where an account stands: what is posted, and what is held either way (>= 0)."""

    balance: int = 0
    held_out: int = 0
    held_in: int = 0

    @property
    def available(self) -> int:
        return self.balance - self.held_out


class Breach(msgspec.Struct, frozen=True):
    """A limit that a change would pass: where it would lead, and by how much too far."""

    reached: int
    limit: int

    @property
    def excess(self) -> int:
        return abs(self.reached - self.limit)


def breach(position: Position, change: int, limits: Limits) -> Breach | None:
    """Return the limit that this change would pass, if it would pass one."""
    if change < 0:
        reached = position.balance - position.held_out + change
        if limits.floor is not None and reached < limits.floor:
            return Breach(reached, limits.floor)
    else:
        reached = position.balance + position.held_in + change
        if change > 0 and limits.ceiling is not None and reached > limits.ceiling:
            return Breach(reached, limits.ceiling)
    return None
