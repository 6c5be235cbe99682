"""Plays a simulation by its seed, and tells all of it if something did not hold.

python -m tests.support.replay SEED
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.federation import (
    ALWAHA,
    HOMES,
    OAKVALE,
    PORTO,
    VILANOVA,
    Home,
    settle_around,
    settle_down,
)
from tests.support.simulation import Simulation

STEPS = 150


AROUND_ONE = (ALWAHA, OAKVALE, VILANOVA)
AROUND_ALL = (ALWAHA, OAKVALE, VILANOVA, PORTO)
"""A hub first, and exchanges that trade with one another through it alone."""

_TEMPLATES = {HOMES[:2]: "2", HOMES: "3", AROUND_ONE: "hub", AROUND_ALL: "hub4"}


def homes_of(seed: int) -> tuple[Home, ...]:
    """Let a federation be two exchanges, three, or three or four around a hub."""
    return (HOMES, HOMES[:2], HOMES[:2], AROUND_ONE, HOMES[:2], AROUND_ALL)[seed % 6]


@contextmanager
def copied(template: Path, folder: Path, homes: tuple[Home, ...]) -> Iterator[None]:
    """Copy founded exchanges into a folder, which is empty again afterwards."""
    for home in homes:
        shutil.copytree(template / _TEMPLATES[homes] / home.node, folder / home.node)
    try:
        yield
    finally:
        for home in homes:
            shutil.rmtree(folder / home.node)


@contextmanager
def running(
    template: Path, folder: Path, homes: tuple[Home, ...], seed: int
) -> Iterator[Simulation]:
    """Begin a simulation; what goes wrong in it is told with all that was done."""
    with copied(template, folder, homes):
        simulation = Simulation(folder, homes, seed)
        try:
            yield simulation
        except Exception as error:
            told = "\n".join(simulation.trace)
            raise AssertionError(f"{error!r}\n{told}") from error
        finally:
            simulation.close()


def play(
    template: Path,
    folder: Path,
    seed: int,
    *,
    change: Callable[[Simulation], None] = lambda _: None,
) -> Simulation:
    """Run one seed.

    Raises:
        AssertionError: something did not hold; it tells what was done, and the seed.

    """
    with running(template, folder, homes_of(seed), seed) as simulation:
        change(simulation)
        simulation.trace.append(f"python -m tests.support.replay {seed}")
        simulation.run(STEPS)
    return simulation


def settle_all(folder: Path) -> Path:
    """Found the exchanges of all simulations once, to be copied."""
    for homes in (HOMES[:2], HOMES):
        settle_down(folder / _TEMPLATES[homes], homes)
    for hub, *ends in (AROUND_ONE, AROUND_ALL):
        name = _TEMPLATES[hub, *ends]
        settle_around(folder / name, hub, tuple(ends))
    return folder


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        done = play(settle_all(Path(place)), Path(place), int(sys.argv[1]))
    sys.stdout.write("\n".join([*done.trace, "All held.", ""]))
