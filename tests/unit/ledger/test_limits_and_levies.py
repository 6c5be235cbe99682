"""How far a balance may go, how trust grows, and what the community takes."""

from __future__ import annotations

import pytest

from cesnode.ledger.levy import Rate
from cesnode.ledger.limits import Breach, Growth, Limits, Position, breach

BAND = Limits(-100, 500)


@pytest.mark.parametrize(
    ("position", "change", "passed"),
    [
        (Position(0), -100, None),
        (Position(0), -101, Breach(-101, -100)),
        (Position(0), 500, None),
        (Position(0), 501, Breach(501, 500)),
        (Position(50), -150, None),
        (Position(50), -151, Breach(-101, -100)),
        (Position(0), 0, None),
        (Position(-200), 0, None),
        (Position(600), 0, None),
        # What brings an account nearer to its band is always allowed.
        (Position(-200), 1, None),
        (Position(-200), 600, None),
        (Position(600), -1, None),
        (Position(600), -700, None),
        # ... but not through it and out at the other side, nor further away.
        (Position(-200), 701, Breach(501, 500)),
        (Position(600), -701, Breach(-101, -100)),
        (Position(-200), -1, Breach(-201, -100)),
        (Position(600), 1, Breach(601, 500)),
        # What is held counts, each against its own side.
        (Position(0, held_out=60), -40, None),
        (Position(0, held_out=60), -41, Breach(-101, -100)),
        (Position(0, held_in=60), -100, None),
        (Position(0, held_in=60), 440, None),
        (Position(0, held_in=60), 441, Breach(501, 500)),
        (Position(0, held_out=60), 500, None),
    ],
)
def test_the_band_holds(position: Position, change: int, passed: Breach | None) -> None:
    assert breach(position, change, BAND) == passed


@pytest.mark.parametrize("change", [-(10**15), 10**15])
def test_without_limits_there_is_nothing_to_pass(change: int) -> None:
    assert breach(Position(), change, Limits()) is None


def test_a_breach_says_by_how_much() -> None:
    assert Breach(-130, -100).excess == 30
    assert Breach(520, 500).excess == 20


def test_available_is_what_is_not_promised() -> None:
    assert Position(100, held_out=30, held_in=50).available == 70


@pytest.mark.parametrize("wrong", [{"floor": 1}, {"ceiling": -1}])
def test_a_band_contains_zero(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="zero"):
        Limits(**wrong)


@pytest.mark.parametrize(
    ("growth", "sales", "floor"),
    [
        (Growth(), 1_000, -100),
        (Growth(share=100_000, cap=50), 0, -100),
        (Growth(share=100_000, cap=50), 99, -109),
        (Growth(share=100_000, cap=50), 500, -150),
        (Growth(share=100_000, cap=50), 10**9, -150),
        (Growth(share=100_000, cap=0), 10**9, -100),
    ],
)
def test_trust_grows_with_what_was_sold(growth: Growth, sales: int, floor: int) -> None:
    assert growth.widen(BAND, sales=sales) == Limits(floor, 500)


def test_what_has_no_floor_needs_no_growth() -> None:
    assert Growth(share=100_000, cap=50).widen(Limits(None, 5), sales=100) == Limits(
        None, 5
    )


@pytest.mark.parametrize(
    ("rate", "amount", "levy"),
    [
        (Rate(), 100, 0),
        (Rate(share=20_000), 10_000, 200),
        (Rate(share=20_000), 24, 0),
        (Rate(share=20_000), 25, 1),  # half a unit is rounded up
        (Rate(share=20_000), 74, 1),
        (Rate(share=20_000), 75, 2),
        (Rate(share=500_000), 1, 1),
        (Rate(share=1), 10**12, 10**6),
        (Rate(share=1_000_000), 77, 77),
        (Rate(fixed=5), 1, 5),
        (Rate(share=20_000, fixed=5), 10_000, 205),
        (Rate(share=20_000, least=50), 100, 50),
        (Rate(share=20_000, least=50), 10_000, 200),
        (Rate(least=50), 1, 50),
        (Rate(share=20_000, most=150), 10_000, 150),
        (Rate(share=20_000, most=150), 100, 2),
        (Rate(share=20_000, most=0), 10_000, 0),
        (Rate(share=20_000, fixed=10, least=30, most=100), 100, 30),
        (Rate(share=20_000, fixed=10, least=30, most=100), 10_000, 100),
    ],
)
def test_a_levy_is_worked_out_to_the_unit(rate: Rate, amount: int, levy: int) -> None:
    assert rate.on(amount) == levy


@pytest.mark.parametrize(
    "wrong",
    [{"share": -1}, {"share": 1_000_001}, {"fixed": -1}, {"least": -1}, {"most": -1}],
)
def test_a_levy_that_cannot_be_is_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="levy"):
        Rate(**wrong)
