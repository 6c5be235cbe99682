"""An explicit-state model of the trade, small enough to visit every state.

Messages may be lost, repeated and reordered at will: once sent, one may arrive at any
later time, or never.  Each node has its own clock, which may pass the expiry at any
moment.  The mutants are the five shortcuts that look harmless and create money, and one
that is: to ignore expiry is discourteous, not unsafe.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum, auto
from itertools import pairwise


class Mutant(StrEnum):
    PAYER_VOIDS_ON_EXPIRY = auto()
    NO_TOMBSTONE = auto()
    HUB_ANSWERS_CANCEL = auto()
    HUB_VOIDS_ON_EXPIRY = auto()
    SEND_BEFORE_HOLD = auto()
    PAYEE_IGNORES_EXPIRY = auto()


class At(StrEnum):
    """Where one node stands."""

    NONE = auto()
    HELD = auto()
    DONE = auto()  # posted or committed
    VOID = auto()


class Said(StrEnum):
    """What was once said on an edge, and may arrive from then on."""

    PREPARE = auto()
    CANCEL = auto()
    COMMITTED = auto()
    ABORTED = auto()


@dataclass(frozen=True, slots=True)
class World:
    """Payer first, payee last, hubs between; edge i joins nodes i and i + 1."""

    nodes: tuple[At, ...]
    said: frozenset[tuple[Said, int]]
    late: tuple[bool, ...]

    def becomes(self, node: int, at: At) -> World:
        """Move one node, and say, in the same transaction, what it then must say."""
        said = set(self.said)
        if at is At.HELD:
            said.add((Said.PREPARE, node))
        if node > 0 and at is At.DONE:
            said.add((Said.COMMITTED, node - 1))
        if node > 0 and at is At.VOID:
            said.add((Said.ABORTED, node - 1))
        nodes = (*self.nodes[:node], at, *self.nodes[node + 1 :])
        return replace(self, nodes=nodes, said=frozenset(said))

    def says(self, message: Said, edge: int) -> World:
        return replace(self, said=self.said | {(message, edge)})

    @property
    def is_bad(self) -> bool:
        """Whether a node has given what the node before it has not."""
        return any(
            upstream in {At.NONE, At.VOID} and downstream is At.DONE
            for upstream, downstream in pairwise(self.nodes)
        )

    @property
    def is_settled(self) -> bool:
        return At.HELD not in self.nodes


def start(size: int) -> World:
    return World((At.NONE,) * size, frozenset(), (False,) * size)


def steps(world: World, mutant: Mutant | None) -> Iterator[World]:
    """Return every world that can follow at once."""
    for node in range(len(world.nodes)):
        if not world.late[node]:
            late = (*world.late[:node], True, *world.late[node + 1 :])
            yield replace(world, late=late)
        if node < len(world.nodes) - 1:
            yield from _hears_decision(world, node)
        if node > 0:
            yield from _hears_prepare(world, node, mutant)
            yield from _hears_cancel(world, node, mutant)
        yield from _shortcuts(world, node, mutant)
    yield from _payer_acts(world, mutant)


def _payer_acts(world: World, mutant: Mutant | None) -> Iterator[World]:
    if world.nodes[0] is At.NONE:
        yield world.becomes(0, At.HELD)
        if mutant is Mutant.SEND_BEFORE_HOLD:
            yield world.says(Said.PREPARE, 0)
    if world.nodes[0] is At.HELD:
        yield world.says(Said.CANCEL, 0)


def _hears_decision(world: World, node: int) -> Iterator[World]:
    if world.nodes[node] is At.HELD:
        if (Said.COMMITTED, node) in world.said:
            yield world.becomes(node, At.DONE)
        if (Said.ABORTED, node) in world.said:
            yield world.becomes(node, At.VOID)


def _hears_prepare(world: World, node: int, mutant: Mutant | None) -> Iterator[World]:
    if world.nodes[node] is not At.NONE or (Said.PREPARE, node - 1) not in world.said:
        return
    yield world.becomes(node, At.VOID)
    is_payee = node == len(world.nodes) - 1
    patient = is_payee and mutant is Mutant.PAYEE_IGNORES_EXPIRY
    if patient or not world.late[node]:
        yield world.becomes(node, At.DONE if is_payee else At.HELD)


def _hears_cancel(world: World, node: int, mutant: Mutant | None) -> Iterator[World]:
    if (Said.CANCEL, node - 1) not in world.said:
        return
    if world.nodes[node] is At.NONE:
        if mutant is Mutant.NO_TOMBSTONE:
            yield world.says(Said.ABORTED, node - 1)
        else:
            yield world.becomes(node, At.VOID)
    elif world.nodes[node] is At.HELD:
        if mutant is Mutant.HUB_ANSWERS_CANCEL:
            yield world.becomes(node, At.VOID)
        else:
            yield world.says(Said.CANCEL, node)


def _shortcuts(world: World, node: int, mutant: Mutant | None) -> Iterator[World]:
    impatient = Mutant.PAYER_VOIDS_ON_EXPIRY if node == 0 else Mutant.HUB_VOIDS_ON_EXPIRY
    if mutant is impatient and world.nodes[node] is At.HELD and world.late[node]:
        yield world.becomes(node, At.VOID)


def explore(size: int, mutant: Mutant | None = None) -> dict[World, frozenset[World]]:
    """Visit every world that `size` nodes can reach, with those that follow each."""
    reached: dict[World, frozenset[World]] = {}
    waiting = [start(size)]
    while waiting:
        world = waiting.pop()
        if world not in reached:
            reached[world] = frozenset(steps(world, mutant))
            waiting.extend(reached[world])
    return reached


def stuck(reached: dict[World, frozenset[World]]) -> set[World]:
    """Return the worlds from which no settled one can be reached any more."""
    hopeful = {world for world in reached if world.is_settled}
    while True:
        more = {w for w, after in reached.items() if w not in hopeful and after & hopeful}
        if not more:
            return set(reached) - hopeful
        hopeful |= more
