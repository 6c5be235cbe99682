"""The ids that clients choose: ordered by time (UUIDv7), or random (UUIDv4)."""

from __future__ import annotations

import random
from enum import StrEnum
from uuid import UUID

_VERSION_7, _VERSION_4, _VARIANT = 7 << 76, 4 << 76, 2 << 62
_RANDOM_A, _RANDOM_B = 0xFFF << 64, (1 << 62) - 1


class Ids(StrEnum):
    ORDERED = "UUIDv7"
    RANDOM = "UUIDv4"

    def new(self, milliseconds: int, chance: random.Random) -> UUID:
        """Make an id of this moment."""
        bits = chance.getrandbits(128)
        low = _VARIANT | (bits & _RANDOM_A) | (bits & _RANDOM_B)
        if self is Ids.ORDERED:
            return UUID(int=milliseconds << 80 | _VERSION_7 | low)
        return UUID(int=bits >> 80 << 80 | _VERSION_4 | low)
