"""The hill of balances: how many accounts stand at which height.

Where people give about as much as they receive, it is one hill around zero.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

MOST_STEPS = 13
"""So many columns still have room for their names on a phone."""


@dataclass(frozen=True, slots=True)
class Step:
    """The accounts with a balance from `low` until before `high`."""

    low: int
    high: int
    accounts: int

    @property
    def middle(self) -> int:
        return (self.low + self.high) // 2


def hill(balances: Sequence[int], *, least: int) -> tuple[Step, ...]:
    """Sort balances into steps of one round width, one of them around zero.

    `least` is the finest width: a whole unit of the currency.  The steps reach as far
    down as up, so that the middle of the picture is zero.
    """
    widest = max((abs(balance) for balance in balances), default=0)
    width = next(
        width
        for width in _round_widths(least)
        if 2 * _place(widest, width) + 1 <= MOST_STEPS
    )
    reach = _place(widest, width)
    counts = Counter(_place(balance, width) for balance in balances)
    return tuple(
        Step(place * width - width // 2, (place + 1) * width - width // 2, counts[place])
        for place in range(-reach, reach + 1)
    )


def _place(balance: int, width: int) -> int:
    """Return which step a balance stands on; 0 is the one around zero."""
    return (balance + width // 2) // width


def _round_widths(least: int) -> Iterator[int]:
    """Go through 1, 2, 5, 10, 20, 50 … times the least."""
    power = least
    while True:
        yield from (power, 2 * power, 5 * power)
        power *= 10
