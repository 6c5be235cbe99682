"""Whoever dies at whichever commit of a set-off, all clear it or nobody does."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from cesnode.errors import NodeError
from cesnode.store import setoffs
from cesnode.store.setoffs import Setoff
from federation.setoff_states import SetoffState
from tests.faults.effort import effort
from tests.support.nodes import Crash, Fate, Node
from tests.support.ring import TRIANGLE, Ring, ringed

EVERY = effort(usual=13, soak=1)
"""Which of the commits are tried."""
MOST = 60
HALVES = ({SetoffState.CLEARED}, {SetoffState.ABORTED})


def dies_at(commit: int, fate: Fate) -> Callable[[], Fate]:
    left = commit

    def choose() -> Fate:
        nonlocal left
        left -= 1
        return fate if left == 0 else Fate.LIVES

    return choose


@pytest.mark.parametrize("fate", [Fate.DIES_BEFORE, Fate.DIES_AFTER])
@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_death_at_any_commit_parts_nothing(
    rings: Path, tmp_path: Path, place: int, fate: Fate
) -> None:
    for commit in range(1, MOST, EVERY):
        with ringed(rings, tmp_path / f"{commit}", TRIANGLE) as ring:
            node = ring.nodes[place]
            node.fate = dies_at(commit, fate)
            _clear(ring, node)
            node.fate = lambda: Fate.LIVES
            _heal(ring)


def _clear(ring: Ring, mortal: Node) -> None:
    """Let all do what they can; whoever dies comes back, and its people try again."""
    for _ in range(3):
        with suppress(Crash, NodeError, ValueError):
            ring.propose()
        for node in (*ring.nodes, mortal):
            _talk(ring, mortal)
            for setoff in _open(node):
                with suppress(Crash, NodeError):
                    ring.agree(node, setoff)
        ring.now += 61


def _heal(ring: Ring) -> None:
    for _ in range(3):
        ring.now += 3601
        ring.tend()
        ring.talk()
        for node in ring.nodes:
            for setoff in _open(node):
                try:
                    ring.agree(node, setoff)
                except NodeError:
                    ring.decline(node, setoff)
    ring.talk()
    known = {one.id: one for node in ring.nodes for one in node.read(setoffs.every)}
    for setoff in known.values():
        assert set(ring.states(setoff)) in HALVES
    ring.require_whole()


def _talk(ring: Ring, mortal: Node) -> None:
    """Let all be said, and whoever dies in it come back and go on."""
    for _ in range(3):
        try:
            ring.talk()
        except Crash:
            mortal.stop()
        else:
            return


def _open(node: Node) -> list[Setoff]:
    return [
        one for one in node.read(setoffs.undecided) if one.state is SetoffState.PROPOSED
    ]
