"""Rates, levies and limits as people write them, and as they are written back."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cesnode.errors import Code, NodeError
from cesnode.ledger.levy import Rate
from cesnode.ledger.limits import Growth
from cesnode.services import terms
from tests.support.exchanges import LEAF, refused

minor = st.integers(1, 10**9)
shares = st.integers(1, 1_000_000)


@pytest.mark.parametrize(
    ("text", "value"),
    [("10", Fraction(10)), ("12.5", Fraction(25, 2)), ("0,25", Fraction(1, 4)),
     ("1/3", Fraction(1, 3)), (" 7 ", Fraction(7))],
)  # fmt: skip
def test_a_ratio_is_read(text: str, value: Fraction) -> None:
    assert terms.ratio(text, field="hour_value") == value


@pytest.mark.parametrize("text", ["", "0", "-1", "ten", "1/0", "1e9", "1.2.3", "0/5"])
def test_what_is_no_ratio_is_refused_with_its_field(text: str) -> None:
    with refused(Code.FIELD_INVALID, field="hour_value"):
        terms.ratio(text, field="hour_value")


@given(st.fractions(min_value=Fraction(1, 999), max_value=999, max_denominator=999))
def test_a_ratio_written_is_read_back(value: Fraction) -> None:
    assert terms.ratio(terms.ratio_text(value), field="hour_value") == value


@pytest.mark.parametrize(
    ("text", "rate"),
    [
        ("none", Rate()),
        ("2%", Rate(20_000)),
        ("2.5 %", Rate(25_000)),
        ("0.50", Rate(0, 50)),
        ("2% + 0.10", Rate(20_000, 10)),
        ("2%+0.10", Rate(20_000, 10)),
        ("1,5%  min 0.20  max 5", Rate(15_000, 0, 20, 500)),
        ("100%", Rate(1_000_000)),
    ],
)
def test_a_levy_is_read(text: str, rate: Rate) -> None:
    assert terms.rate(text, LEAF, field="levy") == rate


@pytest.mark.parametrize(
    "text", ["", "some", "%", "-2%", "101%", "2% 3%", "max 5", "1% min 5 max 2", "0.001"]
)
def test_what_is_no_levy_is_refused_with_its_field(text: str) -> None:
    with pytest.raises(NodeError) as caught:
        terms.rate(text, LEAF, field="levy_buyer")

    assert caught.value.field == "levy_buyer"


@given(
    st.builds(
        Rate, shares, st.just(0) | minor, st.just(0) | st.integers(1, 100),
        st.none() | st.integers(100, 10**9),
    )
)  # fmt: skip
def test_a_levy_written_is_read_back(rate: Rate) -> None:
    assert terms.rate(terms.rate_text(rate, LEAF), LEAF, field="levy") == rate


@given(st.builds(Growth, shares, minor))
def test_a_growth_written_is_read_back(growth: Growth) -> None:
    text = terms.growth_text(growth, LEAF)

    assert terms.growth(text, LEAF, field="growth") == growth


@pytest.mark.parametrize("text", ["", "10%", "up to 5", "10% up to", "ten"])
def test_what_is_no_growth_is_refused(text: str) -> None:
    with refused(Code.FIELD_INVALID, field="growth"):
        terms.growth(text, LEAF, field="growth")


@pytest.mark.parametrize(
    ("text", "field", "value"),
    [("none", "floor", None), ("-100", "floor", -100_00), ("0", "floor", 0),
     ("500,50", "ceiling", 500_50), ("none", "ceiling", None)],
)  # fmt: skip
def test_a_limit_is_read(text: str, field: str, value: int | None) -> None:
    assert terms.limit(text, LEAF, field=field) == value


@pytest.mark.parametrize(("text", "field"), [("1", "floor"), ("-1", "ceiling")])
def test_a_limit_on_the_wrong_side_of_zero_is_refused(text: str, field: str) -> None:
    with refused(Code.FIELD_INVALID, field=field):
        terms.limit(text, LEAF, field=field)


@pytest.mark.parametrize("text", ["0", "-1", "3651", "1.5", "²", "9" * 5_000])
def test_what_is_no_number_of_days_is_refused(text: str) -> None:
    with refused(Code.FIELD_INVALID, field="lapse_after"):
        terms.days(text, field="lapse_after")
