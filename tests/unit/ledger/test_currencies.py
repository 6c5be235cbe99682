"""What a currency can be, how its amounts are written, and limits in it."""

from __future__ import annotations

from fractions import Fraction

import pytest

from cesnode.errors import NodeError
from cesnode.ledger.money import (
    Amount,
    Currency,
    Measure,
    parse_signed,
    render,
)
from tests.support.exchanges import LEAF


def currency(scale: int) -> Currency:
    return Currency(code="OAKV", singular="leaf", plural="leaves", scale=scale)


def test_a_gift_is_counted_in_whole_gifts() -> None:
    with pytest.raises(ValueError, match="gift"):
        Currency(
            code="GIFT", singular="gift", plural="gifts", scale=2, measure=Measure.GIFT
        )


@pytest.mark.parametrize(
    ("text", "minor"),
    [
        ("-100", -10000),
        ("−100", -10000),
        ("-12.50", -1250),
        ("0", 0),
        ("-0", 0),
        ("0.00", 0),
        ("0,0", 0),
        (" 500 ", 50000),
        ("\u0660", 0),
    ],
)
def test_a_limit_may_be_zero_or_negative(text: str, minor: int) -> None:
    assert parse_signed(text, LEAF, field="floor") == minor


@pytest.mark.parametrize("text", ["--5", "- - 5", "-", "", "1.234", "-1,234", "none"])
def test_a_limit_that_is_none_names_its_field(text: str) -> None:
    with pytest.raises(NodeError) as caught:
        parse_signed(text, LEAF, field="floor")

    assert caught.value.field == "floor"


@pytest.mark.parametrize(
    ("minor", "scale", "text"),
    [
        (1250, 2, "12.50"),
        (-1250, 2, "-12.50"),
        (-5, 2, "-0.05"),
        (0, 2, "0.00"),
        (7, 0, "7"),
        (-7, 0, "-7"),
        (5, 4, "0.0005"),
        (-5, 1, "-0.5"),
    ],
)
def test_an_amount_is_written_plainly(minor: int, scale: int, text: str) -> None:
    assert render(minor, currency(scale)) == text


def test_an_amount_says_its_unit() -> None:
    assert str(Amount(1250, LEAF)) == "12.50 leaves"


@pytest.mark.parametrize("scale", [-1, 5])
def test_a_currency_counts_at_most_four_decimals(scale: int) -> None:
    with pytest.raises(ValueError, match="scale"):
        currency(scale)


def test_an_hour_is_worth_something() -> None:
    with pytest.raises(ValueError, match="hour"):
        Currency(code="OAKV", singular="leaf", plural="leaves", hour_value=Fraction(0))
