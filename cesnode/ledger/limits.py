"""How far a balance may go.

A floor (zero or less) is how far the community's trust in an account reaches; a
ceiling keeps a balance from growing for ever.  Either may be absent.
1. What brings an account nearer to its band is always allowed, even from outside.
2. What is held counts: outgoing holds against the floor, incoming against the ceiling.
"""

from __future__ import annotations

from enum import StrEnum

import msgspec

NEAR = 5
"""Within the last fifth of the way a limit is near."""

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


class Side(StrEnum):
    FLOOR = "floor"
    CEILING = "ceiling"


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


class Approach(msgspec.Struct, frozen=True):
    """A limit that a change has come near to, or passed; `left` is how far it still is."""

    limit: int
    left: int

    @property
    def is_passed(self) -> bool:
        return self.left < 0


def approach(before: int, after: int, limits: Limits) -> Approach | None:
    """Return the limit whose last fifth, or whose end, this change is the first to pass."""
    limit = limits.floor if after < before else limits.ceiling
    if limit is None:
        return None
    left, was_left = abs(limit - after), abs(limit - before)
    if (after - limit) * (before - limit) < 0 or before == limit:
        return Approach(limit, -left)
    if (limit < 0) == (after < 0) and left < abs(limit) // NEAR <= was_left:
        return Approach(limit, left)
    return None


def near(balance: int, limits: Limits) -> Side | None:
    """Return the limit in whose last fifth, or beyond which, a balance is."""
    for side, limit in ((Side.FLOOR, limits.floor), (Side.CEILING, limits.ceiling)):
        if limit and (balance < 0) == (limit < 0):
            left = abs(limit) - abs(balance)
            if left < abs(limit) // NEAR:
                return side
    return None


def beyond(position: Position, limits: Limits) -> Breach | None:
    """Return the limit that an account is beyond as it stands, what it holds included."""
    if limits.floor is not None and position.available < limits.floor:
        return Breach(position.available, limits.floor)
    if limits.ceiling is not None and position.balance > limits.ceiling:
        return Breach(position.balance, limits.ceiling)
    return None


def beyond_reserve(position: Position, change: int, reserved: int) -> Breach | None:
    """Return where this change would leave less of a debt than is reserved of it.

    What is reserved is above zero if we owe it, below zero if it is owed to us.
    """
    if reserved > 0 > change:
        reached = position.balance - position.held_out + change
        return Breach(reached, reserved) if reached < reserved else None
    if reserved < 0 < change:
        reached = position.balance + position.held_in + change
        return Breach(reached, reserved) if reached > reserved else None
    return None


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
