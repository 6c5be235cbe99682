"""Where a year happens: the file, the people, chance, and an agenda of what comes next."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from cesnode.services.demonstration.character import Character
from cesnode.store import Writer

HOUR = 3_600
DAY = 24 * HOUR

Act = Callable[[int], None]
"""Something that happens; it is told when."""


class Agenda:
    """What is going to happen, worked off in the order of time."""

    def __init__(self) -> None:
        self._waiting: list[tuple[int, int, Act]] = []
        self._added = 0

    def add(self, at: int, act: Act) -> None:
        """Let something happen; of two at one moment, the first added comes first."""
        heapq.heappush(self._waiting, (at, self._added, act))
        self._added += 1

    def run(self, *, until: int) -> None:
        """Let everything happen that is before a time; it may add more."""
        while self._waiting and self._waiting[0][0] < until:
            at, _, act = heapq.heappop(self._waiting)
            act(at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    writer: Writer
    character: Character
    random: Random
    agenda: Agenda
    start: int  # Midnight before the founding.

    def day(self, day: int, *, hour: int = 0) -> int:
        return self.start + day * DAY + hour * HOUR
