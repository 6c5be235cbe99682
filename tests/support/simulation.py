"""A federation under all that can happen to it, from one seed.

Members trade, the wire loses, repeats, delays and reorders, nodes die at their commits
and come back, clocks go wrong, old backups are put back.  After each step everything
that must hold is looked at; at the end all is healed, and nothing may be left over.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from random import Random

from cesnode.errors import NodeError
from cesnode.store import Reader, Writer, peers
from federation.peering import State
from tests.support.exchanges import DAY, HOUR, NOW
from tests.support.federation import Home, node_at, people
from tests.support.invariants import Watch, require_whole
from tests.support.members import Members
from tests.support.nodes import Crash, Fate, Node
from tests.support.post import Post
from tests.support.wire import comparison

Action = Callable[[], str]

_DEATH_RATES = (0.0, 0.02, 0.05, 0.1)
_SEASONS = (0, 0, 1, 1, 4)
"""How common each kind of accident is in one run, of what is usual."""
_TIMES = (1, 1, 5, 5, 61, 61, 61, 61, 61, 61, HOUR, DAY + HOUR)
_SKEWS = (0, 0, 0, 0, 20, -20, 250, -250, 400, -HOUR)
_TRIES = 8
_LONGEST_TALK = 100
_LONGEST_HEALING = 20


class Simulation:
    """One run.  `run()` raises where something does not hold; `trace` tells of it all."""

    def __init__(self, folder: Path, homes: tuple[Home, ...], seed: int) -> None:
        self.random = Random(seed)  # noqa: S311 - to be the same again
        self.now = NOW
        self.folder = folder
        self.trace: list[str] = []
        self.nodes = {home.node: node_at(folder, home, lambda: self.now) for home in homes}
        for node in self.nodes.values():
            node.fate = self._fate
        self.peers = {name: node.read(_peers) for name, node in self.nodes.items()}
        self.post = Post(self.random, self.nodes, self.peers)
        self.members = Members(
            self.random,
            homes,
            self.nodes,
            {node.name: node.read(people) for node in self.nodes.values()},
        )
        self.watch = Watch(tuple(self.nodes.values()))
        self.watch.look()
        self.backups: dict[str, Path] = {}
        self.resting: tuple[str, str] | None = None
        self.death_rate = self.random.choice(_DEATH_RATES)
        self._weather = tuple(
            (weight * self.random.choice(_SEASONS), action)
            for weight, action in self._accidents()
        )

    def run(self, steps: int) -> None:
        everything = (*self._business(), *self._weather)
        weights = [weight for weight, _ in everything]
        actions = [action for _, action in everything]
        for _ in range(steps):
            for action in self.random.choices(actions, weights, k=_TRIES):
                if self.step(action):
                    break
        self.heal()

    def step(self, action: Action) -> bool:
        """Do one thing, note it, and look at what it has done; was there something?"""
        try:
            done = action()
        except NodeError as error:
            done = f"refused: {error}"
        except Crash as crash:
            self.end(self.nodes[str(crash)])
            done = f"{crash} dies at a commit"
        if done:
            self.trace.append(f"{self.now - NOW:>8} {done}")
        self.watch.look()
        return bool(done)

    def heal(self) -> None:
        """Let everything be heard, with clocks that are right; then nothing is left."""
        self.trace.append("         healing")
        self.death_rate = 0.0
        for node in self.nodes.values():
            self.end(node)
            node.skew = 0
            node.write(_resume)
        for _ in range(_LONGEST_HEALING):
            for node in self.nodes.values():
                for peer in self.peers[node.name]:
                    self.talk(node, peer)
            for node in self.nodes.values():
                self.step(partial(self.tend, node))
            if all(node.read(_is_quiet) for node in self.nodes.values()):
                break
            self.now += DAY // 2
        require_whole(self.nodes.values(), self.watch.forgetful)

    def tend(self, node: Node) -> str:
        """Do what a node's own jobs do from time to time."""
        return self.members.tend(node)

    def talk(self, node: Node, peer: str) -> None:
        """Say all there is to say to a peer, then compare books."""
        for _ in range(_LONGEST_TALK):
            if not self.step(partial(self.post.talk, node, peer)):
                break
        self.step(lambda: self.post.exchange(comparison(node, peer)))

    def back_up(self, name: str) -> str:
        self.backups[name] = self.folder / f"{name}.backup"
        self.nodes[name].back_up(self.backups[name])
        return f"{name} is backed up"

    def restore(self, name: str) -> str:
        """Put a backup back; whoever does that takes longer than any message lives."""
        node = self.nodes[name]
        self.end(node)
        self.post.forget(name)
        node.restore(self.backups[name])
        self.watch.restored(node)
        self.now += HOUR
        return f"{name} is restored from its backup"

    def end(self, node: Node) -> None:
        """End a process; it is there again when it is needed."""
        node.stop()
        self.post.hang_up(node)

    def close(self) -> None:
        for node in self.nodes.values():
            node.stop()

    def _business(self) -> tuple[tuple[int, Action], ...]:
        return (
            (20, self.members.act),
            (30, self.post.send),
            (30, self.post.deliver),
            (30, self.post.bring_back),
            (2, self._look_around),
        )

    def _accidents(self) -> tuple[tuple[int, Action], ...]:
        """Return what may happen; each run has its own weather of these."""
        return (
            (4, self.post.lose),
            (8, self._wait),
            (2, self.post.part),
            (2, self._set_clock),
            (2, self._die),
            (2, self._rest),
            (3, self.post.compare),
            (3, self._back_up),
            (2, self._restore),
        )

    def _fate(self) -> Fate:
        if self.random.random() < self.death_rate:
            return self.random.choice((Fate.DIES_BEFORE, Fate.DIES_AFTER))
        return Fate.LIVES

    def _node(self) -> Node:
        return self.random.choice(list(self.nodes.values()))

    def _wait(self) -> str:
        seconds = self.random.choice(_TIMES)
        self.now += seconds
        return f"{seconds} seconds pass"

    def _set_clock(self) -> str:
        node = self._node()
        node.skew = self.random.choice(_SKEWS)
        return f"the clock of {node.name} is {node.skew} seconds ahead"

    def _die(self) -> str:
        node = self._node()
        self.end(node)
        return f"{node.name} dies"

    def _look_around(self) -> str:
        return self.tend(self._node())

    def _rest(self) -> str:
        """Pause a peering, or let everything go on that was paused before."""
        if self.resting:
            name, peer = self.resting
            self.resting = None
            self.nodes[name].write(_resume)
            return f"{name} goes on with {peer}"
        node = self._node()
        peer = self.random.choice(self.peers[node.name])
        self.resting = node.name, peer
        node.write(_pause, peer)
        return f"{node.name} lets the peering with {peer} rest"

    def _back_up(self) -> str:
        return self.back_up(self._node().name)

    def _restore(self) -> str:
        if not self.backups:
            return ""
        return self.restore(self.random.choice(sorted(self.backups)))


def _peers(reader: Reader) -> tuple[str, ...]:
    return tuple(peer.node for peer in peers.every(reader))


def _pause(writer: Writer, node: str) -> None:
    peer = peers.by_node(writer, node)
    if peer is not None and peer.state is State.ACTIVE:
        peers.set_state(writer, peer.id, State.PAUSED)


def _resume(writer: Writer) -> None:
    for peer in peers.every(writer):
        if peer.state is State.PAUSED:
            peers.set_state(writer, peer.id, State.ACTIVE)


def _is_quiet(reader: Reader) -> bool:
    """Whether nothing waits or is in flight, and all books were found to be the same."""
    waiting = reader.first("SELECT 1 FROM outbox WHERE done_at IS NULL")
    held = reader.first("SELECT 1 FROM remote_trades WHERE state IN ('held', 'pending')")
    synced = all(peer.reconciliation == "in-sync" for peer in peers.every(reader))
    return synced and not (waiting or held)
