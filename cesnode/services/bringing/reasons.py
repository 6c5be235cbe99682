"""Explains why a balance is not the one that the files state, to the unit.

Each row that was not booked as it stands says what it would have added to whom.  Not all
of these are missing from what the files state: a row that is there twice may have been
counted once.  So those are named that together come to the difference; where none do, what
is left over is named too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import combinations
from typing import NamedTuple

from cesnode.formats.brought import Dealing, Movement
from cesnode.formats.flows import effects


class Why(StrEnum):
    LEFT_OUT = "rows that were left out"
    CORRECTED = "rows that were corrected, or left out by a correction"
    REPEATED = "rows with the key of another row"
    NEVER = "trades that were never carried out"
    CUT = "amounts that the files have cut short"
    NO_ACCOUNT = "there is no such account"
    REST = "its history does not come to it, as an opening would"


_CERTAIN = (Why.LEFT_OUT, Why.CORRECTED)
"""These the other system has certainly counted."""


class Reason(NamedTuple):
    """A part of a difference: minor units, and what they come from."""

    amount: int
    why: Why


@dataclass(slots=True)
class Reasons:
    """What rows that were not booked as they stand would have added, by account."""

    treasury: str
    sums: dict[Why, Counter[str]] = field(default_factory=dict)

    def add(self, why: Why, row: Dealing | Movement, sign: int = 1) -> None:
        counts = self.sums.setdefault(why, Counter())
        for part in effects(row, self.treasury):
            counts[part.account] += sign * part.amount

    def of(self, accounts: Sequence[str], difference: int, *, cut: int) -> list[Reason]:
        """Take a difference apart; by `cut` amounts can be wrong that were cut short."""
        known = {
            why: amount
            for why, counts in self.sums.items()
            if (amount := sum(counts[one] for one in accounts))
        }
        named = next(_coming_to(known, difference), None)
        if named is None:
            named = tuple(Reason(known[why], why) for why in _CERTAIN if why in known)
        rest = difference - sum(one.amount for one in named)
        if rest:
            why = Why.CUT if abs(rest) <= cut else Why.REST
            named = (*named, Reason(rest, why))
        return list(named)


def _coming_to(known: Mapping[Why, int], difference: int) -> Iterator[tuple[Reason, ...]]:
    """Yield the reasons that come to a difference together, as many as can be first."""
    for count in range(len(known), 0, -1):
        for chosen in combinations(known, count):
            if sum(known[why] for why in chosen) == difference:
                yield tuple(Reason(known[why], why) for why in chosen)
