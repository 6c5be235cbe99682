"""Reading what was written gives the same amount, and no text breaks the reader."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cesnode.errors import AmountAmbiguous, NodeError
from cesnode.ledger.money import LARGEST, Currency, Measure, parse, parse_signed, render

currencies = st.builds(
    Currency,
    code=st.just("OAKV"),
    singular=st.just("leaf"),
    plural=st.just("leaves"),
    scale=st.integers(0, 4),
    measure=st.sampled_from([Measure.MUTUAL, Measure.TIME]),
    hour_value=st.fractions(Fraction(1, 100), 100),
)
amounts = st.integers(1, LARGEST)
number_like = st.text(
    alphabet="0123456789.,:-+ '’\u00a0\u202f\u2009\u0660\u0661\u0662\u066b\u066ceE_∞½",
    max_size=30,
)


@given(amounts, currencies)
def test_parse_undoes_render(amount: int, currency: Currency) -> None:
    assert parse(render(amount, currency), currency, dotted=True) == amount


@given(st.integers(-LARGEST, LARGEST), currencies)
def test_a_limit_is_read_as_it_was_written(limit: int, currency: Currency) -> None:
    assert parse_signed(render(limit, currency), currency, field="floor") == limit


@given(text=st.one_of(st.text(), number_like), currency=currencies, dotted=st.booleans())
def test_any_text_is_an_amount_or_a_refusal(
    text: str, currency: Currency, *, dotted: bool
) -> None:
    amount = outcome(lambda: parse(text, currency, dotted=dotted), field="amount")

    assert amount is None or 1 <= amount <= LARGEST


@given(st.one_of(st.text(), number_like), currencies)
def test_any_text_is_a_limit_or_a_refusal(text: str, currency: Currency) -> None:
    amount = outcome(lambda: parse_signed(text, currency, field="ceiling"), field="ceiling")

    assert amount is None or -LARGEST <= amount <= LARGEST


@given(amounts, currencies, st.sampled_from(".,"))
def test_no_mark_is_taken_for_another(amount: int, currency: Currency, mark: str) -> None:
    """Either mark is the decimal one or a question is asked: never a thousand times."""
    text = render(amount, currency).replace(".", mark)

    assert outcome(lambda: parse(text, currency), field="amount") in {amount, None}


@given(st.integers(1, 999), st.integers(0, 999), currencies, st.sampled_from(".,"))
def test_one_mark_before_three_digits_is_always_asked_about(
    whole: int, part: int, currency: Currency, mark: str
) -> None:
    text = f"{whole}{mark}{part:03}"

    with pytest.raises(AmountAmbiguous) as caught:
        parse(text, currency)

    small, large = (str(caught.value.values[name]) for name in ("small", "large"))
    assert small != large
    assert parse(large, currency) == (whole * 1000 + part) * currency.minor_units


@given(st.integers(1, 10**9), currencies, st.sampled_from([" ", "\u00a0", "\u202f", "’"]))
def test_thousands_may_be_set_apart(whole: int, currency: Currency, space: str) -> None:
    grouped = f"{whole:,}".replace(",", space)

    minor = whole * currency.minor_units

    read = outcome(lambda: parse(grouped, currency), field="amount")

    assert read == (minor if minor <= LARGEST else None)


def outcome(work: Callable[[], int], *, field: str) -> int | None:
    """Return an amount, or None for a refusal, which has to name its field."""
    try:
        return work()
    except NodeError as refusal:
        if refusal.field != field or not str(refusal):
            raise
        return None
