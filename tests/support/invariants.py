"""What holds of a federation at every moment, and what holds once all has been heard."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import combinations
from typing import NamedTuple

from cesnode.ledger.accounts import Account
from cesnode.store import Reader, accounts, alarms, clearing_entries, peers
from cesnode.store.auditor import audit
from cesnode.store.database import FILE, Row
from federation.trade import Role, State
from tests.support.nodes import Node

_TRADES = """
SELECT r.wire_id, r.role, r.state, down.node, t.state,
    (SELECT count(*) FROM clearing_entries AS c WHERE c.wire_id = r.wire_id)
FROM remote_trades AS r LEFT JOIN trades AS t ON t.id = r.trade_id
LEFT JOIN peers AS down ON down.id = r.downstream_id
"""
_SUMS = "SELECT sum(balance), sum(held_in) - sum(held_out) FROM standings"
_HELD = """
SELECT s.account_id, s.held_in, s.held_out,
    COALESCE(sum(CASE WHEN e.amount > 0 THEN e.amount END), 0),
    COALESCE(-sum(CASE WHEN e.amount < 0 THEN e.amount END), 0)
FROM standings AS s LEFT JOIN hold_entries AS e ON e.account_id = s.account_id
    AND e.hold_id NOT IN (SELECT hold_id FROM hold_endings)
GROUP BY s.account_id
"""
_OPEN_HOLDS = """
SELECT count(*) FROM holds WHERE id NOT IN (SELECT hold_id FROM hold_endings)
"""
_CHAIN = """
SELECT debtor, creditor, seq, hash, own_amount, other_amount FROM clearing_entries
WHERE peer_id = ? ORDER BY debtor, creditor, seq
"""
_ENTRIES = "SELECT count(*) FROM clearing_entries WHERE kind = 'trade'"
_RECOVERED = "SELECT count(*) FROM alarms WHERE kind = 'recovered'"

_SUSPENSE = """
SELECT COALESCE(sum(s.balance), 0) FROM standings AS s
JOIN accounts AS a ON a.id = s.account_id WHERE a.kind = 'system'
"""

_FITS: dict[State, set[str | None]] = {
    State.HELD: {"held"},
    State.POSTED: {"posted", "objected"},
    State.VOIDED: {"voided", None},
    State.PENDING: {"pending"},
    State.COMMITTED: {"posted"},
    State.ABORTED: {"voided", None},
}
"""What our member's trade may be where the protocol's trade stands so."""
_BOOKED = frozenset({State.POSTED, State.COMMITTED})
_IN_FLIGHT = frozenset({State.HELD, State.PENDING})

_GIVEN, _TAKEN_BACK = {State.POSTED, State.COMMITTED}, {State.VOIDED, State.ABORTED}
_FOLLOWS = {
    State.UNSEEN: {State.UNSEEN},
    State.HELD: {State.UNSEEN, State.HELD, State.PENDING} | _GIVEN | _TAKEN_BACK,
    State.POSTED: _GIVEN,
    State.VOIDED: _TAKEN_BACK,
}
"""Where a node may stand, by where the node before it does; nothing was lost."""


class Broken(AssertionError):
    """Something that must hold does not."""


class Stand(NamedTuple):
    """`next` is the node it was sent to, if it was."""

    role: Role
    state: State
    next: str | None


@dataclass(frozen=True, slots=True)
class Seen:
    """What one node's file says, as far as the invariants go."""

    trades: dict[str, Stand]
    excess: dict[int, tuple[int, int]]
    recovered: int


@dataclass
class Watch:
    """Looks at whatever has changed after each step."""

    nodes: tuple[Node, ...]
    forgetful: set[str] = field(default_factory=set)
    """Nodes that were restored from a backup."""
    _seen: dict[str, Seen] = field(default_factory=dict)
    _commits: dict[str, int] = field(default_factory=dict)

    def look(self) -> None:
        changed = [
            node for node in self.nodes if self._commits.get(node.name) != node.commits
        ]
        for node in changed:
            seen = node.read(_look)
            if node.name in self._seen:
                _check_limits(node.name, self._seen[node.name], seen)
            self._seen[node.name] = seen
            self._commits[node.name] = node.commits
        if changed:
            self._compare()

    def restored(self, node: Node) -> None:
        """A backup was put back: what was seen before does not bind any more."""
        del self._seen[node.name]
        self.forgetful.add(node.name)
        self.look()

    def state(self, node: str, wire_id: str) -> State:
        stand = self._seen[node].trades.get(wire_id)
        return stand.state if stand else State.UNSEEN

    def _compare(self) -> None:
        """No trade is void on one side and committed on the other."""
        for node, seen in self._seen.items():
            for wire_id, stand in seen.trades.items():
                if stand.next is not None:
                    self._check(wire_id, node, stand.next)
        for wire_id in {each for seen in self._seen.values() for each in seen.trades}:
            self._check_ends(wire_id)

    def _check(self, wire_id: str, node: str, onward: str) -> None:
        here, there = self.state(node, wire_id), self.state(onward, wire_id)
        told = f"trade {wire_id} is {here} at {node} and {there} at {onward}"
        lost = (node in self.forgetful and here in {State.UNSEEN, State.HELD}) or (
            onward in self.forgetful and there in {State.UNSEEN, State.HELD, State.PENDING}
        )
        _require(there in _FOLLOWS[here] or (lost and not _contradict(here, there)), told)

    def _check_ends(self, wire_id: str) -> None:
        """Whatever lies between: who has paid, and who was paid?"""
        ends = {
            stand.role: stand.state
            for seen in self._seen.values()
            if (stand := seen.trades.get(wire_id)) is not None
        }
        payer, payee = ends.get(Role.PAYER), ends.get(Role.PAYEE)
        if payer is not None and payee is not None:
            told = f"trade {wire_id} is {payer} for its payer and {payee} for its payee"
            _require(not _contradict(payer, payee), told)


def _contradict(before: State, after: State) -> bool:
    return (before in _TAKEN_BACK and after in _GIVEN) or (
        before in _GIVEN and after in _TAKEN_BACK
    )


def _look(reader: Reader) -> Seen:
    _require(reader.one(_SUMS) == (0, 0), "the sums are not zero")
    for account, held_in, held_out, into, out_of in reader.all(_HELD):
        sums = (held_in, held_out) == (into, out_of)
        _require(sums, f"account {account} holds other than its open holds")
    trades = {}
    for wire_id, role, text, onward, own, entries in reader.all(_TRADES):
        state = State(text)
        trades[wire_id] = Stand(Role(role), state, onward)
        whole = own in _FITS[state] or (
            # A hub that had forgotten it books it edge by edge, and not as a trade.
            (role, state) == (Role.HUB, State.POSTED) and own in {"voided", None}
        )
        _require(whole, f"{wire_id} is {state}, our member's side {own}")
        fits = entries in _entries_of(Role(role), state)
        _require(fits, f"{wire_id} is {state} and has {entries} entries")
    in_flight = sum(stand.state in _IN_FLIGHT for stand in trades.values())
    holds = reader.one(_OPEN_HOLDS)[0]
    _require(in_flight == holds, f"{in_flight} trades are in flight and {holds} held")
    for peer in peers.every(reader):
        balance = accounts.by_id(reader, peer.clearing).position.balance
        told, _ = clearing_entries.totals(reader, peer.id)
        _require(balance == told, f"we owe {peer.node} {balance}, by the chain {told}")
    excess = {account.id: _excess(account) for account in accounts.every(reader)}
    return Seen(trades, excess, reader.one(_RECOVERED)[0])


def _entries_of(role: Role, state: State) -> set[int]:
    """Return how many entries may book a trade; a hub's, one on each edge.

    Of those it may know one alone for a while, after it has forgotten both.
    """
    if state not in _BOOKED:
        return {0}
    return {1, 2} if role is Role.HUB else {1}


def _excess(account: Account) -> tuple[int, int]:
    """Return by how much an account is beyond its floor and its ceiling."""
    position, limits = account.position, account.limits
    low, high = limits.floor, limits.ceiling
    return (
        0 if low is None else max(0, low - position.available),
        0 if high is None else max(0, position.balance + position.held_in - high),
    )


def _check_limits(node: str, before: Seen, after: Seen) -> None:
    """Nothing new passes a limit; what was promised before a loss is kept, whatever."""
    if before.recovered != after.recovered:
        return
    for account, sides in after.excess.items():
        for was, now in zip(before.excess.get(account, (0, 0)), sides, strict=True):
            _require(now <= was, f"{node}: account {account} is {now} beyond its limit")


def require_whole(nodes: Iterable[Node], forgetful: set[str]) -> None:
    """Check that nothing is left over, and that both sides of everything are the same.

    `forgetful` nodes were restored from a backup: what was never decided they may have
    lost, and what they found again they have raised an alarm about.
    """
    everyone = tuple(nodes)
    for node in everyone:
        expected = {"recovered"} if node.name in forgetful else set()
        node.read(_require_settled, node.name, expected)
        if not forgetful:
            _require(node.read(_suspended) == 0, f"{node.name} has value in suspense")
    for one, other in combinations(everyone, 2):
        if one.read(peers.by_node, other.name) is None:
            continue
        ours, theirs = _chains(one, other), _chains(other, one)
        turned = [(*row[:4], -row[5], -row[4]) for row in theirs]
        _require(ours == turned, f"{one.name} and {other.name} keep different books")
    Watch(everyone, forgetful).look()
    for node in everyone:
        found = audit(node.folder / FILE)
        _require(found.ok, f"{node.name}: {found.findings}")


def _require_settled(reader: Reader, node: str, expected: set[str]) -> None:
    for wire_id, _, state, *_ in reader.all(_TRADES):
        settled = State(state) not in _IN_FLIGHT
        _require(settled, f"trade {wire_id} is still {state} at {node}")
    waiting = reader.all("SELECT kind, last_error FROM outbox WHERE done_at IS NULL")
    _require(not waiting, f"{node} has still to say {waiting}")
    raised = {(alarm.kind, alarm.details) for alarm in alarms.standing(reader)}
    alarmed = {kind for kind, _ in raised} - expected
    _require(not alarmed, f"{node} raised {raised}")
    for peer in peers.every(reader):
        told = (peer.state, peer.recovering, peer.reconciliation)
        _require(told == ("active", False, "in-sync"), f"{node} to {peer.node}: {told}")


def _suspended(reader: Reader) -> int:
    return int(reader.one(_SUSPENSE)[0])


def _chains(node: Node, other: Node) -> list[Row]:
    def read(reader: Reader) -> list[Row]:
        peer = peers.by_node(reader, other.name)
        assert peer is not None
        return reader.all(_CHAIN, (peer.id,))

    return node.read(read)


def _require(holds: bool, what: str) -> None:  # noqa: FBT001 - it reads as a sentence
    if not holds:
        raise Broken(what)
