"""Circles are cleared under every accident at once: by all of their parties, or by none.

A failure tells the seed and what was done.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.effort import effort
from tests.support.circling import Circling
from tests.support.ring import TRIANGLE, ringed

SEEDS = effort(usual=18, soak=1500)
CHUNK = 6
STEPS = 150


def play(template: Path, folder: Path, seed: int) -> Circling:
    with ringed(template, folder / f"{seed}", TRIANGLE) as ring:
        simulation = Circling(ring.folder, seed)
        try:
            simulation.run(STEPS)
        except Exception as error:
            told = "\n".join(simulation.trace)
            raise AssertionError(f"seed {seed}: {error!r}\n{told}") from error
        finally:
            simulation.close()
    return simulation


@pytest.mark.parametrize("first", range(0, SEEDS, CHUNK))
def test_no_accident_clears_half_a_circle(rings: Path, tmp_path: Path, first: int) -> None:
    for seed in range(first, first + CHUNK):
        play(rings, tmp_path, seed)


def test_circles_are_cleared_at_all(rings: Path, tmp_path: Path) -> None:
    cleared = sum(play(rings, tmp_path, seed).cleared for seed in range(CHUNK))

    assert cleared > 0
