"""Debts that go round in circles: what all of them can cross out, and still owe the same.

Each debt is counted in one unit for all, hours.  What is crossed out of them is a
circulation: every node is forgiven as much as it forgives, so nobody's position changes.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from itertools import pairwise

import msgspec

from federation.rates import Unit

SCALE = 4
"""An hour is counted in ten thousandths, rounded down."""


class Debt(msgspec.Struct, frozen=True, order=True):
    """What a debtor owes a creditor, in ten thousandths of an hour."""

    debtor: str
    creditor: str
    hours: int


def circles(debts: Iterable[Debt]) -> list[Debt]:
    """Return how much of each debt can be crossed out, as much as possible in all.

    Raises:
        ValueError: two debts of one debtor to one creditor, or one of nothing or less.

    """
    # Slow to load, and seldom needed: not for every command about peers.
    import networkx as nx  # type: ignore[import-untyped]  # noqa: PLC0415

    graph = nx.DiGraph()
    for debt in debts:
        if graph.has_edge(debt.debtor, debt.creditor) or debt.debtor == debt.creditor:
            raise ValueError(f"{debt.debtor} owes {debt.creditor} twice, or itself")
        if debt.hours <= 0:
            raise ValueError(f"{debt.debtor} owes {debt.creditor} nothing")
        graph.add_edge(debt.debtor, debt.creditor, capacity=debt.hours, weight=-1)
    if not graph:
        return []
    _, flow = nx.network_simplex(graph)
    return sorted(
        Debt(debtor, creditor, hours)
        for debtor, creditors in flow.items()
        for creditor, hours in creditors.items()
        if hours
    )


def rounds(debts: Iterable[Debt], *, longest: int) -> list[tuple[Debt, ...]]:
    """Take a circulation apart into circles, in each of which a node stands once.

    A circle needs only its own nodes to agree, and tells them of nobody else's debts.
    Those of more than `longest` nodes are left out.
    """
    left: dict[str, dict[str, int]] = {}
    for debt in sorted(debts):
        left.setdefault(debt.debtor, {})[debt.creditor] = debt.hours
    found = []
    while left:
        path = _circle(left, min(left))
        hours = min(left[debtor][creditor] for debtor, creditor in path)
        for debtor, creditor in path:
            _take(left, debtor, creditor, hours)
        if len(path) <= longest:
            found.append(tuple(Debt(*ends, hours) for ends in path))
    return found


def hours_of(amount: int, unit: Unit) -> int:
    """Return what an amount in the smallest part of a currency is in the common unit."""
    return int(amount * unit.hours * 10**SCALE / 10**unit.scale)


def amount_of(hours: int, unit: Unit) -> int:
    """Return the most of a currency that so much of the common unit is worth."""
    return int(Fraction(hours, 10**SCALE) / unit.hours * 10**unit.scale)


def _circle(left: dict[str, dict[str, int]], start: str) -> list[tuple[str, str]]:
    """Follow debts until a node is met again; return the way from there to there."""
    seen = [start]
    while True:
        after = min(left[seen[-1]])
        if after in seen:
            circle = [*seen[seen.index(after) :], after]
            return list(pairwise(circle))
        seen.append(after)


def _take(left: dict[str, dict[str, int]], debtor: str, creditor: str, hours: int) -> None:
    left[debtor][creditor] -= hours
    if not left[debtor][creditor]:
        del left[debtor][creditor]
    if not left[debtor]:
        del left[debtor]
