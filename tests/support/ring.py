"""Exchanges that owe one another in a ring, and set those debts off."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import combinations, permutations
from pathlib import Path

from cesnode.community.roles import OPERATOR
from cesnode.ledger.accounts import Account
from cesnode.services import dealing
from cesnode.services.clearing.setoffs import (
    agreeing,
    consenting,
    coordinating,
    finding,
    waiting,
)
from cesnode.services.clearing.setoffs.finding import Circle
from cesnode.store import (
    Reader,
    Writer,
    accounts,
    alarms,
    keyring,
    peer_keys,
    peers,
    setoffs,
)
from cesnode.store.auditor import audit
from cesnode.store.database import FILE, Row
from cesnode.store.setoffs import Setoff
from federation.setoff_states import SetoffState
from tests.support.exchanges import NOW, acting_as
from tests.support.federation import (
    ALWAHA,
    OAKVALE,
    PORTO,
    VILANOVA,
    Home,
    befriend,
    found_at,
    know,
    node_at,
    people,
    settle_down,
)
from tests.support.nodes import Node
from tests.support.stage import order_for
from tests.support.talking import compare, say

TRIANGLE = (OAKVALE, VILANOVA, ALWAHA)
SQUARE = (OAKVALE, VILANOVA, PORTO, ALWAHA)
"""Each knows the next and the one before; whoever is opposite is a stranger."""

_MOST = 200


def settle_in_a_ring(folder: Path, homes: tuple[Home, ...]) -> Path:
    """Found exchanges of which each has an agreement with its two neighbours alone."""
    for home in homes:
        found_at(folder, home)
    boxes = {home.node: keyring.load_box(folder / home.node) for home in homes}
    neighbours = set(zip(homes, (*homes[1:], homes[0]), strict=True))
    for one, other in permutations(homes, 2):
        node = node_at(folder, one, lambda: NOW)
        if {(one, other), (other, one)} & neighbours:
            node.write(befriend, one, other)
        else:
            node.write(know, other, boxes[other.node])
        node.stop()
    return folder


@dataclass
class Ring:
    """Nodes by the order in which they owe: each the next, the last the first."""

    folder: Path
    homes: tuple[Home, ...]
    now: int = NOW
    nodes: tuple[Node, ...] = field(init=False)

    def __post_init__(self) -> None:
        made = (node_at(self.folder, home, lambda: self.now) for home in self.homes)
        self.nodes = tuple(made)

    @property
    def first(self) -> Node:
        return self.nodes[0]

    def close(self) -> None:
        for node in self.nodes:
            node.stop()

    def owes(self, debtor: int, creditor: int, hours: str) -> None:
        """Let somebody buy so much of a neighbour, paid in the neighbour's currency."""
        one, other = self.nodes[debtor], self.nodes[creditor]
        currency = self.homes[creditor].exchange.currency
        worth = float(hours) * float(currency.hour_value)
        amount = f"{worth:.{currency.scale}f}"

        def work(writer: Writer) -> None:
            actor = acting_as(writer, people(writer)[0])
            order = order_for(f"0001@{other.name}", "1", amount)
            dealing.record(writer, one.key, actor, order, now=one.now)

        one.write(work)
        self.talk()

    def round(self, *hours: str) -> None:
        """Let each owe the next so many hours."""
        for place, each in enumerate(hours):
            self.owes(place, (place + 1) % len(self.nodes), each)

    def take_part(self) -> None:
        for node in self.nodes:
            node.write(consenting.allow, OPERATOR, takes_part=True, now=node.now)

    def gather(self) -> None:
        """Let everybody ask its peers for their debts, and hear of theirs next time."""
        for _ in range(2):
            for node in self.nodes:
                node.write(consenting.ask, node.here, now=node.now)
            self.talk()

    def possible(self, node: Node | None = None) -> list[Circle]:
        node = node or self.first
        return node.read(finding.possible, OPERATOR, now=node.now)

    def propose(self, node: Node | None = None) -> Setoff:
        node = node or self.first
        (circle, *_) = self.possible(node)
        return node.write(
            coordinating.propose, node.here, OPERATOR, circle.key, now=node.now
        )

    def agree(self, node: Node, setoff: Setoff) -> Setoff:
        return node.write(agreeing.agree, node.here, OPERATOR, setoff.id, now=node.now)

    def decline(self, node: Node, setoff: Setoff) -> Setoff:
        why = "not this year"
        return node.write(
            agreeing.decline, node.here, OPERATOR, setoff.id, why=why, now=node.now
        )

    def withdraw(self, setoff: Setoff, node: Node | None = None) -> Setoff:
        node = node or self.first
        why = "nobody answers"
        return node.write(
            coordinating.withdraw, node.here, OPERATOR, setoff.id, why=why, now=node.now
        )

    def clear(self) -> Setoff:
        """Let the first propose what can be, and all others agree."""
        setoff = self.propose()
        self.talk()
        for node in self.nodes[1:]:
            self.agree(node, setoff)
            self.talk()
        self.now += 61  # Whoever has asked already asks again after a minute.
        self.talk()
        return setoff

    def talk(self, *nodes: Node) -> None:
        """Let these nodes, or all, say all that is due to whomever they know."""
        for _ in range(_MOST):
            ways = permutations(nodes or self.nodes, 2)
            said = [say(one, other) for one, other in ways if knows(one, other)]
            if not any(said):
                return
        raise AssertionError("they never come to an end")

    def compare(self) -> None:
        for one, other in combinations(self.nodes, 2):
            if knows(one, other):
                compare(one, other)
        self.talk()

    def tend(self) -> None:
        for node in self.nodes:
            node.write(waiting.tend, node.here, now=node.now)

    def states(self, setoff: Setoff) -> list[SetoffState | None]:
        return [state_at(node, setoff) for node in self.nodes]

    def balances(self) -> list[int]:
        """Return what each owes the next, by its own books."""
        pairs = zip(self.nodes, (*self.nodes[1:], self.nodes[0]), strict=True)
        return [balance(one, other) for one, other in pairs]

    def require_whole(self) -> None:
        """Check every file, and that both sides of each chain are the same."""
        for _ in range(2):
            self.compare()
        for node in self.nodes:
            assert audit(node.folder / FILE).findings == ()
        for one, other in combinations(self.nodes, 2):
            if knows(one, other):
                assert _chain(one, other) == [
                    (*row[:4], -row[5], -row[4]) for row in _chain(other, one)
                ]


def positions(ring: Ring) -> list[int]:
    """Return what each is owed in all less what it owes and what rounding has left."""
    return [
        sum(
            -balance(one, other)
            for other in ring.nodes
            if other is not one and knows(one, other)
        )
        - system(one, "ROUNDING")
        for one in ring.nodes
    ]


def knows(one: Node, other: Node) -> bool:
    return one.read(peers.by_node, other.name) is not None


def state_at(node: Node, setoff: Setoff) -> SetoffState | None:
    found = node.read(setoffs.find, setoff.id)
    return found.state if found else None


def balance(node: Node, other: Node) -> int:
    """Return what a node owes another, in its own currency."""
    peer = node.read(peers.by_node, other.name)
    assert peer is not None
    return node.read(accounts.by_id, peer.clearing).position.balance


def reserved(node: Node, other: Node) -> int:
    peer = node.read(peers.by_node, other.name)
    assert peer is not None
    return node.read(accounts.by_id, peer.clearing).reserved


def system(node: Node, purpose: str) -> int:
    """Return the balance of a system account; nothing if there is none yet."""
    code = next(one.number[:4] for one in node.read(_every) if one.kind == "community")
    found = node.read(accounts.find, f"{code}-{purpose}")
    return found.position.balance if found else 0


def kinds(node: Node) -> set[str]:
    return {alarm.kind for alarm in node.read(alarms.standing)}


@contextmanager
def ringed(template: Path, folder: Path, homes: tuple[Home, ...]) -> Iterator[Ring]:
    """Copy a founded ring into a folder, and open it."""
    ring = Ring(_copy(template, folder, homes), homes)
    try:
        yield ring
    finally:
        ring.close()


def settle_rings(folder: Path) -> Path:
    """Found a triangle and a square once, to be copied; the debts go round already."""
    for homes in (TRIANGLE, SQUARE):
        (folder / _name(homes)).mkdir(parents=True)
    settle_down(folder / "triangle", TRIANGLE)
    settle_in_a_ring(folder / "square", SQUARE)
    for homes, hours in ((TRIANGLE, ("3", "2", "4")), (SQUARE, ("3", "2", "4", "3"))):
        ring = Ring(folder / _name(homes), homes)
        ring.round(*hours)
        ring.take_part()
        ring.gather()
        for node in ring.nodes:
            node.write(peer_keys.forget_nonces, NOW + 1)
        ring.close()
    return folder


def _copy(template: Path, folder: Path, homes: tuple[Home, ...]) -> Path:
    name = _name(homes)
    return Path(shutil.copytree(template / name, folder / name))


def _name(homes: tuple[Home, ...]) -> str:
    return "triangle" if homes == TRIANGLE else "square"


def _every(reader: Reader) -> list[Account]:
    return list(accounts.every(reader))


def _chain(node: Node, other: Node) -> list[Row]:
    def read(reader: Reader) -> list[Row]:
        peer = peers.by_node(reader, other.name)
        assert peer is not None
        return reader.all(
            "SELECT debtor, creditor, seq, hash, own_amount, other_amount"
            " FROM clearing_entries WHERE peer_id = ? ORDER BY debtor, creditor, seq",
            (peer.id,),
        )

    return node.read(read)
