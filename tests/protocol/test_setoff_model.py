"""The model of the set-off: no accident clears half a circle, and each shortcut would."""

from __future__ import annotations

import pytest

from federation.setoff_model import Mutant, Party, World, explore, steps, stuck

SIZES = (2, 3)

BAD = {
    Mutant.RELEASE_ON_TIMER: (12, 120),
    Mutant.BUNDLE_WITHOUT_ALL: (24, 300),
    Mutant.ABORT_AFTER_BUNDLE: (14, 144),
    Mutant.COORDINATOR_SPEAKS_FIRST: (10, 90),
    Mutant.PARTY_SPEAKS_FIRST: (24, 540),
    Mutant.TAKES_BACK: (12, 120),
    Mutant.RESTORED_DECIDES_UNASKED: (8, 84),
    Mutant.FORCED_STILL_BOUND: (0, 0),
    Mutant.ANYBODY_FORWARDS: (0, 0),
}


@pytest.mark.parametrize(("size", "states"), [(2, 245), (3, 2259)])
def test_no_reachable_world_is_bad_and_none_is_stuck(size: int, states: int) -> None:
    reached = explore(size)

    assert len(reached) == states
    assert not [world for world in reached if world.is_bad]
    assert not stuck(reached)


@pytest.mark.parametrize("size", SIZES)
def test_both_ends_are_reached(size: int) -> None:
    ends = {world.parties for world in explore(size) if world.is_settled}

    assert ends == {(Party.CLEARED,) * size, (Party.ABORTED,) * size}


@pytest.mark.parametrize("mutant", Mutant)
def test_each_shortcut_clears_half_a_circle(mutant: Mutant) -> None:
    bad = tuple(sum(world.is_bad for world in explore(size, mutant)) for size in SIZES)

    assert bad == BAD[mutant]


def test_parties_that_never_hear_a_decision_are_noticed() -> None:
    def deaf(world: World) -> frozenset[World]:
        ends = {Party.CLEARED, Party.ABORTED}
        return frozenset(one for one in steps(world, None) if not ends & set(one.parties))

    reached = {world: deaf(world) & explore(2).keys() for world in explore(2)}

    assert stuck(reached)
