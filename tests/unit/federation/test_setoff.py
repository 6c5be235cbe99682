"""Debts that go round in circles are found, and nobody's position changes by them."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from itertools import permutations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from federation.rates import Unit
from federation.setoff import Debt, amount_of, circles, hours_of, rounds

NODES = ("a.example", "b.example", "c.example", "d.example")
WAYS = tuple(permutations(NODES[:3], 2))


def debts_of(amounts: dict[tuple[str, str], int]) -> list[Debt]:
    return [Debt(*way, amount) for way, amount in amounts.items() if amount]


def positions(debts: list[Debt]) -> dict[str, int]:
    owed = Counter[str]()
    for debt in debts:
        owed[debt.debtor] -= debt.hours
        owed[debt.creditor] += debt.hours
    return {node: amount for node, amount in owed.items() if amount}


def test_what_goes_round_is_crossed_out_up_to_the_smallest_debt() -> None:
    a, b, c, _ = NODES

    found = circles([Debt(a, b, 50), Debt(b, c, 30), Debt(c, a, 70), Debt(a, c, 9)])

    assert Counter({one: one.hours for one in found}).total() == 108
    assert Debt(b, c, 30) in found


def test_without_a_circle_there_is_nothing_to_cross_out() -> None:
    a, b, c, _ = NODES

    assert circles([Debt(a, b, 50), Debt(b, c, 30)]) == []
    assert circles([]) == []


@pytest.mark.parametrize(
    "debts",
    [
        [Debt("a.example", "b.example", 1), Debt("a.example", "b.example", 2)],
        [Debt("a.example", "a.example", 1)],
        [Debt("a.example", "b.example", 0)],
        [Debt("a.example", "b.example", -5)],
    ],
)
def test_debts_that_cannot_be_are_refused(debts: list[Debt]) -> None:
    with pytest.raises(ValueError, match="owes"):
        circles(debts)


@given(st.dictionaries(st.sampled_from(tuple(permutations(NODES, 2))), st.integers(0, 99)))
def test_nobody_gains_or_loses_and_no_debt_is_crossed_out_twice(
    amounts: dict[tuple[str, str], int],
) -> None:
    found = circles(debts_of(amounts))

    assert positions(found) == {}
    assert all(0 < one.hours <= amounts[one.debtor, one.creditor] for one in found)


@given(st.dictionaries(st.sampled_from(WAYS), st.integers(0, 3)))
def test_nothing_more_can_be_crossed_out(amounts: dict[tuple[str, str], int]) -> None:
    """By trying all there is, which for three nodes and small debts can be done."""
    ways = list(amounts)
    best = max(
        sum(part)
        for part in product(*(range(amounts[way] + 1) for way in ways))
        if not positions(debts_of(dict(zip(ways, part, strict=True))))
    )

    assert sum(one.hours for one in circles(debts_of(amounts))) == best


def test_amounts_become_hours_and_back_never_more_than_they_were() -> None:
    leaf = Unit("OAKV", 2, Fraction(1, 10))
    odd = Unit("WAHA", 3, Fraction(3, 10))

    assert hours_of(10_00, leaf) == 1_0000
    assert amount_of(1_0000, leaf) == 10_00
    for amount in range(1, 500):
        assert amount_of(hours_of(amount, odd), odd) <= amount


@given(st.dictionaries(st.sampled_from(tuple(permutations(NODES, 2))), st.integers(0, 99)))
def test_a_circulation_is_taken_apart_into_circles_without_anything_left(
    amounts: dict[tuple[str, str], int],
) -> None:
    found = circles(debts_of(amounts))

    taken = rounds(found, longest=len(NODES))

    whole = Counter({(one.debtor, one.creditor): one.hours for one in found})
    parts = Counter[tuple[str, str]]()
    for circle in taken:
        assert len({one.debtor for one in circle}) == len(circle)
        assert [one.creditor for one in circle] == [
            one.debtor for one in (*circle[1:], circle[0])
        ]
        assert len({one.hours for one in circle}) == 1
        parts.update({(one.debtor, one.creditor): one.hours for one in circle})
    assert parts == whole


def test_circles_that_are_too_long_are_left_out() -> None:
    around = zip(NODES, (*NODES[1:], NODES[0]), strict=True)

    assert rounds([Debt(*ends, 5) for ends in around], longest=3) == []
