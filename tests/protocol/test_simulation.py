"""Whole nodes under every accident at once: their books never part.

A failure tells the seed, what was done, and the line that does it again.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from itertools import count
from pathlib import Path

import pytest

from cesnode.services.clearing import (
    chains,
    deciding,
    hearing,
    letters,
    ordering,
    passing,
)
from federation.trade import TRANSITIONS, Event, Role, State, Step, advance
from tests.faults.effort import effort
from tests.support.federation import ALWAHA, HOMES
from tests.support.mutants import FATAL, FATAL_AT_A_HUB, payee_ignores_expiry
from tests.support.nodes import Fate
from tests.support.replay import AROUND_ONE, homes_of, play, running
from tests.support.scripted import HUB_SCRIPTS, SCRIPTS, Action
from tests.support.simulation import Simulation

SEEDS = effort(usual=150, soak=6000)
CHUNK = 15
SEEDS_AROUND_A_HUB = [seed for seed in range(400) if homes_of(seed)[0] is ALWAHA]
EVERY = effort(usual=9, soak=1)
"""Which of a hub's many commits are tried: those of three nodes take their time."""
MUTANTS = {**FATAL, **FATAL_AT_A_HUB}
MOST_TO_FIND = 60
"""How many seeds a mutant may survive; most are found within ten."""

Row = tuple[Role, State, Event]

PAYER_ROWS = {
    State.UNSEEN: {Event.RECOVERED},
    State.DRAFT: {Event.APPROVE},
    State.HELD: {
        Event.WITHDRAW,
        Event.COMMITTED_RECEIPT,
        Event.ABORTED_RECEIPT,
        Event.RECOVERED,
    },
    State.POSTED: {Event.COMMITTED_RECEIPT},
    State.VOIDED: {Event.ABORTED_RECEIPT},
}
PAYEE_ROWS = {
    State.UNSEEN: {
        Event.PREPARE,
        Event.PREPARE_TO_ASK,
        Event.REFUSE,
        Event.CANCEL,
        Event.RECOVERED,
    },
    State.PENDING: {
        Event.PREPARE,
        Event.APPROVE,
        Event.DECLINE,
        Event.LAPSE,
        Event.CANCEL,
        Event.RECOVERED,
    },
    State.COMMITTED: {Event.PREPARE, Event.CANCEL},
    State.ABORTED: {Event.PREPARE, Event.CANCEL},
}
HUB_ROWS = {
    State.UNSEEN: {Event.PREPARE, Event.REFUSE, Event.CANCEL, Event.RECOVERED},
    State.HELD: {
        Event.PREPARE,
        Event.CANCEL,
        Event.COMMITTED_RECEIPT,
        Event.ABORTED_RECEIPT,
        Event.RECOVERED,
    },
    State.POSTED: {
        Event.PREPARE,
        Event.CANCEL,
        Event.COMMITTED_RECEIPT,
        Event.RECOVERED,
    },
    State.VOIDED: {Event.PREPARE, Event.CANCEL, Event.ABORTED_RECEIPT},
}
"""What happens between honest nodes.  The rest of the table is for nodes that err or lie
(they are tested as such), for repeats that are known before a row is looked for, and for
what nobody can wish yet (FORCE)."""


@pytest.mark.parametrize("first", range(0, SEEDS, CHUNK))
def test_no_accident_parts_the_books(settled: Path, tmp_path: Path, first: int) -> None:
    for seed in range(first, first + CHUNK):
        play(settled, tmp_path, seed)


def test_a_seed_does_the_same_again(settled: Path, tmp_path: Path) -> None:
    one, other = (play(settled, tmp_path, 3).trace for _ in range(2))

    assert list(map(_without_ids, one)) == list(map(_without_ids, other))


def test_all_that_can_happen_to_a_trade_does(
    settled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    happened: Counter[Row] = Counter()

    def counted(role: Role, state: State, event: Event) -> Step:
        happened[role, state, event] += 1
        return advance(role, state, event)

    for module in (chains, deciding, hearing, letters, ordering, passing):
        monkeypatch.setattr(module, "advance", counted)
    wanted = set(_rows())

    for script in (*SCRIPTS, *HUB_SCRIPTS):
        _act(settled, tmp_path, script, {})
    for seed in (*range(CHUNK), *SEEDS_AROUND_A_HUB):  # Hubs have the rarest rows.
        if wanted <= happened.keys():
            break
        play(settled, tmp_path, seed)

    assert wanted <= happened.keys(), wanted - happened.keys()
    assert happened.keys() <= wanted, happened.keys() - wanted


@pytest.mark.parametrize("name", MUTANTS)
def test_the_simulation_finds_a_fatal_shortcut(
    settled: Path, tmp_path: Path, name: str
) -> None:
    def spoil(simulation: Simulation) -> None:
        MUTANTS[name](simulation, patch)

    found = None
    seeds = range(MOST_TO_FIND) if name in FATAL else SEEDS_AROUND_A_HUB
    for seed in seeds:
        with pytest.MonkeyPatch.context() as patch:
            try:
                play(settled, tmp_path, seed, change=spoil)
            except AssertionError as error:
                found = error.__cause__
                break

    assert isinstance(found, AssertionError), found


def test_to_ignore_the_expiry_is_harmless(
    settled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for seed in range(CHUNK):
        play(
            settled,
            tmp_path,
            seed,
            change=lambda simulation: payee_ignores_expiry(simulation, monkeypatch),
        )


@pytest.mark.parametrize("fate", [Fate.DIES_BEFORE, Fate.DIES_AFTER])
@pytest.mark.parametrize("script", [*SCRIPTS, *HUB_SCRIPTS])
def test_a_death_at_any_commit_parts_nothing(
    settled: Path, tmp_path: Path, script: Sequence[Action], fate: Fate
) -> None:
    commits = _act(settled, tmp_path, script, {})

    for deadly in range(0, commits, EVERY if script in HUB_SCRIPTS else 1):
        _act(settled, tmp_path, script, {deadly: fate})

    assert commits > len(script)


def _act(
    settled: Path, folder: Path, script: Sequence[Action], fates: Mapping[int, Fate]
) -> int:
    """Play a script with these fates for its commits, heal, and count the commits."""
    homes = AROUND_ONE if script in HUB_SCRIPTS else HOMES[:2]
    with running(settled, folder, homes, 0) as simulation:
        commits = count()
        for node in simulation.nodes.values():
            node.fate = lambda: fates.get(next(commits), Fate.LIVES)
        for action in script:
            simulation.step(partial(action, simulation))
        done = next(commits)
        simulation.heal()
    return done


def _rows() -> Iterator[Row]:
    rows = {Role.PAYER: PAYER_ROWS, Role.PAYEE: PAYEE_ROWS, Role.HUB: HUB_ROWS}
    for role, states in rows.items():
        for state, events in states.items():
            for event in events:
                assert event in TRANSITIONS[role][state]
                yield role, state, event


def _without_ids(line: str) -> str:
    return re.sub(r"\b[0-9a-f]{4}\b", "…", line)
