"""The hill of balances counts every account once, with zero in its middle."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cesnode.services.hill import MOST_STEPS, hill

balances = st.lists(st.integers(-(10**12), 10**12), max_size=40)
units = st.sampled_from([1, 10, 100, 10_000])


@given(balances, units)
def test_every_account_stands_on_the_step_of_its_balance(
    found: list[int], least: int
) -> None:
    steps = hill(found, least=least)

    for step in steps:
        assert step.accounts == sum(step.low <= one < step.high for one in found)
    assert sum(step.accounts for step in steps) == len(found)


@given(balances, units)
def test_the_steps_adjoin_and_reach_as_far_down_as_up(found: list[int], least: int) -> None:
    steps = hill(found, least=least)

    assert len(steps) <= MOST_STEPS
    assert [step.high for step in steps[:-1]] == [step.low for step in steps[1:]]
    assert [-step.middle for step in steps] == [step.middle for step in reversed(steps)]


def test_zero_stands_in_the_middle_and_so_does_what_is_next_to_it() -> None:
    steps = hill([0, -4_99, 4_99, -5_01, 5_00, 60_00], least=100)

    around_zero = steps[len(steps) // 2]
    assert (around_zero.low, around_zero.high) == (-5_00, 5_00)
    assert around_zero.accounts == 3


def test_without_accounts_there_is_one_empty_step() -> None:
    (step,) = hill([], least=100)

    assert (step.middle, step.accounts) == (0, 0)
