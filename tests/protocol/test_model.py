"""The model of the trade: no accident parts the books, and each shortcut would."""

from __future__ import annotations

import pytest

from federation.model import At, Mutant, explore, stuck

SIZES = (2, 3, 4)

BAD = {
    Mutant.PAYER_VOIDS_ON_EXPIRY: (4, 12, 32),
    Mutant.NO_TOMBSTONE: (4, 40, 288),
    Mutant.HUB_ANSWERS_CANCEL: (0, 16, 32),
    Mutant.HUB_VOIDS_ON_EXPIRY: (0, 24, 160),
    Mutant.SEND_BEFORE_HOLD: (4, 8, 16),
    Mutant.PAYEE_IGNORES_EXPIRY: (0, 0, 0),
}


@pytest.mark.parametrize(("size", "states"), [(2, 44), (3, 224), (4, 880)])
def test_no_reachable_world_is_bad_and_none_is_stuck(size: int, states: int) -> None:
    reached = explore(size)

    assert len(reached) == states
    assert not [world for world in reached if world.is_bad]
    assert not stuck(reached)


@pytest.mark.parametrize("size", SIZES)
def test_both_ends_are_reached(size: int) -> None:
    ends = {world.nodes for world in explore(size) if world.is_settled}

    assert (At.DONE,) * size in ends
    assert (At.VOID,) * size in ends


@pytest.mark.parametrize("mutant", Mutant)
def test_each_shortcut_parts_the_books(mutant: Mutant) -> None:
    bad = tuple(sum(world.is_bad for world in explore(size, mutant)) for size in SIZES)

    assert bad == BAD[mutant]


def test_a_node_that_never_hears_an_answer_is_noticed() -> None:
    reached = explore(2)
    deaf = {
        world: frozenset(each for each in after if each.nodes[0] is not At.DONE)
        for world, after in reached.items()
    }

    assert stuck(deaf)
