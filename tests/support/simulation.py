"""A federation under all that can happen to it, from one seed.

Members trade, the wire loses, repeats, delays and reorders, nodes die at their commits
and come back, clocks go wrong, old backups are put back.  After each step everything
that must hold is looked at; at the end all is healed, and nothing may be left over.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random

from cesnode.errors import NodeError
from federation.errors import FederationError
from federation.signing import Answer
from tests.support.exchanges import DAY, HOUR, NOW
from tests.support.federation import Home, node_at, people
from tests.support.invariants import Watch, require_whole
from tests.support.members import Members
from tests.support.wire import (
    Crash,
    Fate,
    Node,
    Parcel,
    comparison,
    hear,
    next_letters,
    receive,
)

DEATH_RATE = 0.02
LONGEST_HEALING = 60
_TIMES = (1, 5, 61, 61, 61, HOUR, DAY + HOUR)
_SKEWS = (0, 0, 0, 20, -20, 250, -250, 400, -3600)


@dataclass(slots=True)
class Request:
    """A parcel on its way; nobody waits for the answer once its sender has died."""

    parcel: Parcel
    awaited: bool = True


class Simulation:
    """One run.  `run()` raises where something did not hold; `trace` tells what was done."""

    def __init__(self, folder: Path, homes: tuple[Home, ...], seed: int) -> None:
        self.random = Random(seed)
        self.now = NOW
        self.folder = folder
        self.trace: list[str] = []
        self.nodes = {
            home.node: node_at(folder, home, lambda: self.now) for home in homes
        }
        for node in self.nodes.values():
            node.fate = self._fate
        self.members = Members(
            self.random,
            homes,
            self.nodes,
            {node.name: node.read(people) for node in self.nodes.values()},
        )
        self.watch = Watch(tuple(self.nodes.values()))
        self.watch.look()
        self.requests: list[Request] = []
        self.answers: list[tuple[Request, Answer]] = []
        self.blocked: set[tuple[str, str]] = set()
        self.backups: dict[str, Path] = {}
        self.deadly = True
        self.actions: tuple[tuple[int, Callable[[], str]], ...] = (
            (24, self.members.act),
            (30, self._send),
            (30, self._deliver),
            (26, self._answer),
            (5, self._lose),
            (8, self._wait),
            (2, self._part),
            (2, self._set_clock),
            (2, self._die),
            (2, self._look_around),
            (3, self._compare),
            (1, self._back_up),
            (1, self._restore),
        )

    def run(self, steps: int) -> None:
        weights = [weight for weight, _ in self.actions]
        actions = [action for _, action in self.actions]
        for _ in range(steps):
            (action,) = self.random.choices(actions, weights)
            self.step(action)
        self.heal()

    def step(self, action: Callable[[], str]) -> None:
        """Do one thing, note it, and look at what it has done."""
        try:
            done = action()
        except NodeError as error:
            done = f"{action.__name__}: refused, {error}"
        except Crash as crash:
            self._end(self.nodes[str(crash)])
            done = f"{action.__name__}: {crash} died at a commit"
        if done:
            self.trace.append(f"{self.now - NOW:>8} {done}")
        self.watch.look()

    def heal(self) -> None:
        """Let everything be heard, with clocks that are right; then nothing is left."""
        self.trace.append("         healing")
        self.deadly = False
        self.requests.clear()
        self.answers.clear()
        for node in self.nodes.values():
            node.skew = 0
        for _ in range(LONGEST_HEALING):
            for node in self.nodes.values():
                for peer in self._others(node):
                    self._talk(node, peer)
            for node in self.nodes.values():
                self.step(lambda node=node: self.members.tend(node))
            if self._is_quiet():
                break
            self.now += HOUR
        require_whole(self.nodes.values(), forgetful=bool(self.watch.forgetful))

    def close(self) -> None:
        for node in self.nodes.values():
            node.stop()

    def _fate(self) -> Fate:
        if self.deadly and self.random.random() < DEATH_RATE:
            return self.random.choice((Fate.DIES_BEFORE, Fate.DIES_AFTER))
        return Fate.LIVES

    def _node(self) -> Node:
        return self.random.choice(list(self.nodes.values()))

    def _others(self, node: Node) -> list[str]:
        return [name for name in self.nodes if name != node.name]

    def _send(self) -> str:
        node = self._node()
        peer = self.random.choice(self._others(node))
        parcel = next_letters(node, peer)
        if parcel is None:
            return ""
        self.requests.append(Request(parcel))
        return f"{node.name} sends to {peer}: {parcel.about}"

    def _deliver(self) -> str:
        open_ways = [
            request
            for request in self.requests
            if (request.parcel.sender.name, request.parcel.receiver) not in self.blocked
        ]
        if not open_ways:
            return ""
        request = self.random.choice(open_ways)
        if self.random.random() < 0.9:
            self.requests.remove(request)
        parcel = request.parcel
        answer = receive(self.nodes[parcel.receiver], parcel.request)
        if request.awaited:
            self.answers.append((request, answer))
        told = f"{parcel.receiver} answers {answer.status} to {parcel.sender.name}"
        return f"{told}: {parcel.about}"

    def _answer(self) -> str:
        open_ways = [
            each
            for each in self.answers
            if (each[0].parcel.receiver, each[0].parcel.sender.name) not in self.blocked
        ]
        if not open_ways:
            return ""
        way = self.random.choice(open_ways)
        self.answers.remove(way)
        return self._hear(*way)

    def _hear(self, request: Request, answer: Answer) -> str:
        parcel = request.parcel
        about = f"{parcel.sender.name} hears {answer.status} about {parcel.about}"
        try:
            hear(parcel, answer)
        except FederationError as error:
            return f"{about}: {error.reason}"
        return about

    def _lose(self) -> str:
        ways: list[Request | tuple[Request, Answer]] = [*self.requests, *self.answers]
        if not ways:
            return ""
        lost = self.random.choice(ways)
        if isinstance(lost, Request):
            self.requests.remove(lost)
            return f"the request of {lost.parcel.about} is lost"
        self.answers.remove(lost)
        return f"the answer to {lost[0].parcel.about} is lost"

    def _wait(self) -> str:
        seconds = self.random.choice(_TIMES)
        self.now += seconds
        return f"{seconds} seconds pass"

    def _part(self) -> str:
        one = self._node()
        way = one.name, self.random.choice(self._others(one))
        self.blocked ^= {way}
        return f"the way {way} is {'closed' if way in self.blocked else 'open'}"

    def _set_clock(self) -> str:
        node = self._node()
        node.skew = self.random.choice(_SKEWS)
        return f"the clock of {node.name} is {node.skew} seconds ahead"

    def _die(self) -> str:
        node = self._node()
        self._end(node)
        return f"{node.name} dies"

    def _end(self, node: Node) -> None:
        node.stop()
        for request in self.requests:
            request.awaited &= request.parcel.sender is not node
        self.answers = [way for way in self.answers if way[0].parcel.sender is not node]

    def _look_around(self) -> str:
        return self.members.tend(self._node())

    def _compare(self) -> str:
        node = self._node()
        peer = self.random.choice(self._others(node))
        self.requests.append(Request(comparison(node, peer)))
        return f"{node.name} compares books with {peer}"

    def _back_up(self) -> str:
        node = self._node()
        self.backups[node.name] = self.folder / f"{node.name}.backup"
        node.back_up(self.backups[node.name])
        return f"{node.name} is backed up"

    def _restore(self) -> str:
        """Put a backup back; whoever does that takes longer than any message lives."""
        if not self.backups:
            return ""
        name = self.random.choice(sorted(self.backups))
        node = self.nodes[name]
        self._end(node)
        self.requests = [
            request
            for request in self.requests
            if name not in {request.parcel.sender.name, request.parcel.receiver}
        ]
        self.answers = [way for way in self.answers if way[0].parcel.receiver != name]
        node.restore(self.backups[name])
        self.watch.restored(node)
        self.now += HOUR
        return f"{name} is restored from its backup"

    def _talk(self, node: Node, peer: str) -> None:
        """Say all there is to say to a peer, then compare books."""
        for _ in range(100):
            parcel = next_letters(node, peer)
            if parcel is None:
                break
            self._exchange(parcel)
        else:
            raise AssertionError(f"{node.name} never stops talking: {parcel.about}")
        self._exchange(comparison(node, peer))

    def _exchange(self, parcel: Parcel) -> None:
        def work() -> str:
            answer = receive(self.nodes[parcel.receiver], parcel.request)
            return self._hear(Request(parcel), answer)

        self.step(work)

    def _is_quiet(self) -> bool:
        try:
            require_whole(self.nodes.values(), forgetful=bool(self.watch.forgetful))
        except AssertionError:
            return False
        return True
