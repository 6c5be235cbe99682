"""Who trades with whom: skewed, as in life.

A tenth of the members has a third of the trades.
"""

from __future__ import annotations

import random
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Member:
    number: str
    token: str


def pair(chance: random.Random, members: int) -> tuple[int, int]:
    """Choose a seller and a buyer, counted from 0, the busiest first."""
    seller = buyer = int(members * chance.random() ** 2)
    while buyer == seller:
        buyer = int(members * chance.random() ** 2)
    return seller, buyer
