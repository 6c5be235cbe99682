"""Rates: the worked example of the protocol, rounding, fees and what is refused."""

from __future__ import annotations

from fractions import Fraction

import pytest

from federation.errors import FederationError, Problem
from federation.objects import Mode, Money, Rate
from federation.rates import (
    Fee,
    Unit,
    check_rate,
    convert,
    dest_for,
    rate,
    source_for,
    through_hub,
)

ACH = Unit.at("ACH", 2, Rate(n=1, d=10))
HUB = Unit.at("HUB", 2, Rate(n=1, d=1))
BTB = Unit.at("BTB", 2, Rate(n=1, d=2))
FINE = Unit.at("FINE", 4, Rate(n=3, d=7))


def test_the_worked_example_is_exact() -> None:
    hours = source_for(2500, rate(HUB, BTB))
    leaves = source_for(through_hub(hours, Fee()), rate(ACH, HUB))

    assert (hours, leaves) == (1250, 12500)


@pytest.mark.parametrize(
    ("mode", "amount", "source", "dest"),
    [
        (Mode.FIXED_RECEIVE, 2500, 12500, 2500),
        (Mode.FIXED_SEND, 12500, 12500, 2500),
        (Mode.FIXED_SEND, 12504, 12504, 2500),
    ],
)
def test_one_side_is_fixed_and_the_other_follows(
    mode: Mode, amount: int, source: int, dest: int
) -> None:
    paid, arriving = convert(mode, amount, ACH, BTB)

    assert paid == Money(amount=source, currency="ACH", scale=2)
    assert arriving == Money(amount=dest, currency="BTB", scale=2)


def test_scales_are_part_of_the_rate() -> None:
    assert rate(ACH, FINE) == Fraction(3, 7) * 10 / 100
    assert source_for(1, rate(ACH, FINE)) == 1
    assert dest_for(1, rate(FINE, ACH)) == 0


def test_a_fee_is_a_share_rounded_up_and_a_fixed_part() -> None:
    fee = Fee(Fraction(1, 100), 2)

    assert through_hub(101, fee) == 101 + 2 + 2


@pytest.mark.parametrize("amount", [0, -1, 2**53])
def test_an_amount_that_cannot_be_traded_is_refused(amount: int) -> None:
    with pytest.raises(FederationError) as refused:
        convert(Mode.FIXED_RECEIVE, amount, ACH, BTB)

    assert refused.value.problem is Problem.AMOUNT_INVALID


def test_nothing_arriving_is_refused() -> None:
    with pytest.raises(FederationError) as refused:
        convert(Mode.FIXED_SEND, 4, ACH, BTB)

    assert refused.value.problem is Problem.AMOUNT_INVALID


def test_a_unit_is_worth_something() -> None:
    with pytest.raises(FederationError):
        Unit("NIL", 2, Fraction(0))


@pytest.mark.parametrize(
    ("mode", "source", "dest", "fee"),
    [
        (Mode.FIXED_RECEIVE, 12500, 2500, 0),
        (Mode.FIXED_RECEIVE, 12501, 2500, 0),
        (Mode.FIXED_RECEIVE, 12499, 2500, 0),
        (Mode.FIXED_RECEIVE, 12600, 2500, 100),
        (Mode.FIXED_SEND, 12500, 2501, 0),
        (Mode.FIXED_SEND, 12600, 2500, 100),
    ],
)
def test_a_difference_of_one_is_rounding(
    mode: Mode, source: int, dest: int, fee: int
) -> None:
    check_rate(mode, (ACH.money(source), BTB.money(dest)), ACH, BTB, fee=fee)


@pytest.mark.parametrize(
    ("mode", "source", "dest"),
    [
        (Mode.FIXED_RECEIVE, 12502, 2500),
        (Mode.FIXED_RECEIVE, 12498, 2500),
        (Mode.FIXED_SEND, 12500, 2502),
        (Mode.FIXED_SEND, 12500, 2498),
    ],
)
def test_more_than_one_is_another_rate(mode: Mode, source: int, dest: int) -> None:
    with pytest.raises(FederationError) as refused:
        check_rate(mode, (ACH.money(source), BTB.money(dest)), ACH, BTB)

    assert refused.value.problem is Problem.RATE_CHANGED
    assert set(refused.value.members) == {"ours", "yours"}


def test_another_currency_is_refused() -> None:
    for paid, arriving in (
        (HUB.money(12500), BTB.money(2500)),
        (ACH.money(12500), HUB.money(2500)),
    ):
        with pytest.raises(FederationError) as refused:
            check_rate(Mode.FIXED_RECEIVE, (paid, arriving), ACH, BTB)
        assert refused.value.problem is Problem.AMOUNT_INVALID
