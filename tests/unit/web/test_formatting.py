"""Numbers are written as readers write them, and never turned round."""

from __future__ import annotations

import datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from babel.numbers import format_decimal

from cesnode.community.exchange import National
from cesnode.ledger.money import Amount, Currency, Measure
from cesnode.web.formatting import Formats
from cesnode.web.languages import LANGUAGES
from tests.support.exchanges import LEAF

GIFT = Currency(code="GIFT", singular="gift", plural="gifts", scale=0, measure=Measure.GIFT)
FINE = Currency(code="FINE", singular="grain", plural="grains", scale=4)


@pytest.mark.parametrize(
    ("code", "written"),
    [
        ("en", "−1,234,567.80"),
        ("es", "−1.234.567,80"),
        ("fr", "−1\u202f234\u202f567,80"),
        ("de", "−1.234.567,80"),
        ("ar", "−1,234,567.80"),
    ],
)
def test_an_amount_is_written_as_the_language_writes_it(code: str, written: str) -> None:
    assert Formats(code).figure(Amount(-123456780, LEAF)) == written


@pytest.mark.parametrize("code", LANGUAGES)
def test_no_number_carries_marks_that_turn_it_round(code: str) -> None:
    formats = Formats(code)
    written = [
        formats.figure(Amount(-5, LEAF)),
        formats.signed(Amount(5, LEAF)),
        formats.number(-1234),
    ]

    assert [
        text for text in written if not set("\u200e\u200f\u061c").isdisjoint(text)
    ] == []


def test_every_decimal_of_the_currency_is_written_and_no_other() -> None:
    formats = Formats("en")

    assert formats.figure(Amount(7, GIFT)) == "7"
    assert formats.figure(Amount(7, FINE)) == "0.0007"
    assert formats.figure(Amount(0, LEAF)) == "0.00"


def test_the_edge_of_a_picture_leaves_zeros_out() -> None:
    formats = Formats("en")

    assert formats.brief(Amount(-100_00, LEAF)) == "−100"
    assert formats.brief(Amount(12_50, LEAF)) == "12.50"


def test_a_sign_stands_before_what_was_given_or_received_and_not_before_zero() -> None:
    formats = Formats("en")

    assert formats.signed(Amount(1_00, LEAF)) == "+1.00"
    assert formats.signed(Amount(-1_00, LEAF)) == "−1.00"
    assert formats.signed(Amount(0, LEAF)) == "0.00"


def test_one_unit_has_the_name_of_one() -> None:
    formats = Formats("en")

    assert formats.units(Amount(1_00, LEAF)) == "leaf"
    assert formats.units(Amount(1_01, LEAF)) == "leaves"
    assert formats.units(Amount(0, LEAF)) == "leaves"


@pytest.mark.parametrize(
    ("units", "written"),
    [
        (Fraction(10), "10 leaves"),
        (Fraction(1), "1 leaf"),
        (Fraction(1, 4), "0.25 leaves"),
        (Fraction(1, 3), "≈ 0.3333 leaves"),
        (Fraction(12_345, 10), "1,234.5 leaves"),
    ],
)
def test_a_rate_says_where_it_is_rounded(units: Fraction, written: str) -> None:
    assert Formats("en").rate(units, LEAF) == written


def test_a_national_currency_has_its_name_in_the_language() -> None:
    rand = National("ZAR", Fraction(10))

    assert Formats("en").money(rand) == "1 South African rand"
    assert Formats("es").money(rand) == "1 rand sudafricano"


def test_a_month_has_a_long_and_a_short_name() -> None:
    day = datetime.date(2026, 11, 1)

    assert Formats("en").month(day) == "November 2026"
    assert Formats("fr").month_name(day) == "nov"
    assert Formats("ar").month_name(day) == "نوفمبر"


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("scale", [0, 2, 4])
def test_a_number_is_written_as_babel_writes_it(code: str, scale: int) -> None:
    """Ours is thirty times as fast; what a language does with digits is Babel's to know."""
    formats = Formats(code)
    currency = Currency(code="FINE", singular="grain", plural="grains", scale=scale)
    pattern = f"#,##0.{'0' * scale}" if scale else "#,##0"

    for minor in (0, 7, 999, 1_000, 12_345, 999_999, 1_000_000, 10**12 + 1):
        exact = Decimal(minor).scaleb(-scale)
        written = format_decimal(exact, pattern, locale=formats.locale)
        assert formats.figure(Amount(minor, currency)) == written


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_moment_has_one_kind_of_comma(code: str) -> None:
    written = Formats(code).moment(1_752_592_000)

    assert not ({",", "،"} <= set(written))
    assert ("," in written) == (code not in {"ar", "pt"})
