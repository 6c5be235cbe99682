"""Debts that go round in circles: what all of them can cross out, and still owe the same.

Each debt is counted in one unit for all, hours.  What is crossed out of them is a
circulation: every node is forgiven as much as it forgives, so nobody's position changes.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

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


def hours_of(amount: int, unit: Unit) -> int:
    """Return what an amount in the smallest part of a currency is in the common unit."""
    return int(amount * unit.hours * 10**SCALE / 10**unit.scale)


def amount_of(hours: int, unit: Unit) -> int:
    """Return the most of a currency that so much of the common unit is worth."""
    return int(Fraction(hours, 10**SCALE) / unit.hours * 10**unit.scale)
