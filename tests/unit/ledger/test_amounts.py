"""What people and programs write for an amount, and what is made of it."""

from __future__ import annotations

from fractions import Fraction

import pytest

from cesnode.errors import Code, HoursInvalid, NodeError
from cesnode.ledger.money import (
    LARGEST,
    Currency,
    Measure,
    gift,
    parse,
    render,
)
from tests.support.exchanges import LEAF, refused


def currency(scale: int) -> Currency:
    return Currency(code="OAKV", singular="leaf", plural="leaves", scale=scale)


HOURS = Currency(code="TIME", singular="hour", plural="hours", measure=Measure.TIME)


@pytest.mark.parametrize(
    ("text", "minor"),
    [
        ("12.50", 1250),
        ("12,50", 1250),
        ("12.5", 1250),
        ("12", 1200),
        ("12.00", 1200),
        ("0.01", 1),
        ("0,01", 1),
        ("007", 700),
        ("  3  ", 300),
        ("1234.50", 123450),
        ("1 234,50", 123450),
        ("1\u00a0234,50", 123450),
        ("1\u202f234,50", 123450),
        ("1\u2009234,50", 123450),
        ("1'234.50", 123450),
        ("1’234.50", 123450),
        ("1.234,50", 123450),
        ("1,234.50", 123450),
        ("1.234.567", 123456700),
        ("1,234,567", 123456700),
        ("1,234,567.89", 123456789),
        ("12.5000", 1250),
        ("0.500", 50),
        ("0,500", 50),
        ("\u0661\u0662\u066b\u0665\u0660", 1250),
        ("\u06f1\u06f2\u066b\u06f5\u06f0", 1250),
        ("१२.५०", 1250),
        ("১২.৫০", 1250),
    ],
)
def test_what_is_clear_is_read(text: str, minor: int) -> None:
    assert parse(text, LEAF) == minor


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "abc",
        "12,5o",
        "twelve",
        "-5",
        "+5",
        "−5",
        "5-",
        "1e3",
        "1E999999",
        "0x10",
        "1_000",
        "1.2.3",
        "1,2,3",
        "1.23,456.7",
        "12.34.567",
        "1,234.567,8",
        "..5",
        ".5",
        "5.",
        "5,",
        ",",
        "$5",
        "½",
        "²",
        "①",
        "NaN",
        "inf",
        "1:30",
        "5\n5",
        "5;5",
        "5/2",
        "1" * 40,
        "1.1" * 40,
    ],
)
def test_what_is_no_amount_is_refused(text: str) -> None:
    with refused(Code.AMOUNT_INVALID, field="amount"):
        parse(text, LEAF)


def test_where_hours_count_it_says_how_hours_are_written() -> None:
    with pytest.raises(HoursInvalid, match="like 2 or 1:30"):
        parse("two", HOURS)


@pytest.mark.parametrize(
    "text",
    [
        "12 50",
        "1 2",
        "12 5,00",
        "1 2345",
        "12'50",
        "1’5",
        "1 23,4",
        "1\u066c\u0662\u0663",
        "1 .5",
    ],
)
def test_a_space_stands_only_between_thousands(text: str) -> None:
    """“12'50” is how Catalan hands write 12.50: read as 1250 it costs a hundredfold."""
    with pytest.raises(NodeError) as caught:
        parse(text, LEAF)

    assert caught.value.code in {Code.AMOUNT_INVALID, Code.AMOUNT_AMBIGUOUS}


@pytest.mark.parametrize("scale", range(5))
@pytest.mark.parametrize(
    "text", ["1.234", "1,234", "12.000", "999,999", "\u0661\u066b\u0662\u0663\u0664"]
)
def test_what_can_be_read_in_two_ways_is_asked_about(text: str, scale: int) -> None:
    with refused(Code.AMOUNT_AMBIGUOUS, field="amount"):
        parse(text, currency(scale))


@pytest.mark.parametrize(
    ("text", "scale"), [("1.234", 2), ("1,234", 0), ("12.000", 1), ("1.500", 3)]
)
def test_both_answers_to_the_question_are_amounts(text: str, scale: int) -> None:
    with pytest.raises(NodeError) as caught:
        parse(text, currency(scale))

    small, large = caught.value.values["small"], caught.value.values["large"]
    assert parse(str(small), currency(scale)) < parse(str(large), currency(scale))


@pytest.mark.parametrize(("scale", "minor"), [(3, 1234), (4, 12340)])
def test_a_program_writes_a_dot_only_for_decimals(scale: int, minor: int) -> None:
    assert parse("1.234", currency(scale), dotted=True) == minor


@pytest.mark.parametrize("scale", [0, 1, 2])
def test_a_program_cannot_have_meant_three_decimals_of_two(scale: int) -> None:
    with refused(Code.AMOUNT_AMBIGUOUS):
        parse("1.234", currency(scale), dotted=True)


def test_a_program_s_comma_is_asked_about() -> None:
    with refused(Code.AMOUNT_AMBIGUOUS):
        parse("1,234", currency(3), dotted=True)


@pytest.mark.parametrize(
    ("text", "scale", "below", "above"),
    [
        ("1212.505", 2, "1212.50", "1212.51"),
        ("0,001", 2, "0.00", "0.01"),
        ("1.5", 0, "1", "2"),
        ("1.23", 1, "1.2", "1.3"),
        ("1.00001", 4, "1.0000", "1.0001"),
        ("1.234,567", 2, "1234.56", "1234.57"),
    ],
)
def test_what_is_too_fine_is_refused_with_its_neighbours(
    text: str, scale: int, below: str, above: str
) -> None:
    with pytest.raises(NodeError) as caught:
        parse(text, currency(scale))

    assert caught.value.code is Code.AMOUNT_TOO_PRECISE
    assert caught.value.values["below"] == below
    assert caught.value.values["above"] == above


@pytest.mark.parametrize("text", ["0", "0.00", "0,0", "000", "\u0660"])
def test_nothing_is_not_an_amount(text: str) -> None:
    with refused(Code.AMOUNT_NOT_POSITIVE, field="amount"):
        parse(text, LEAF)


@pytest.mark.parametrize("text", ["10000000000.01", "999999999999999999", "1" * 18 + ".5"])
def test_the_enormous_is_refused(text: str) -> None:
    with refused(Code.AMOUNT_TOO_LARGE, field="amount"):
        parse(text, LEAF)


@pytest.mark.parametrize("scale", range(5))
def test_the_largest_amount_is_read_and_one_more_is_not(scale: int) -> None:
    assert parse(render(LARGEST, currency(scale)), currency(scale), dotted=True) == LARGEST
    with refused(Code.AMOUNT_TOO_LARGE):
        parse(render(LARGEST + 1, currency(scale)), currency(scale), dotted=True)


def test_a_refusal_does_not_repeat_a_whole_page() -> None:
    with pytest.raises(NodeError) as caught:
        parse("x" * 100_000, LEAF)

    assert len(str(caught.value)) < 1_000


@pytest.mark.parametrize(
    ("text", "minor"),
    [
        ("1:30", 150),
        ("0:15", 25),
        ("0:45", 75),
        ("100:00", 10000),
        ("1.5", 150),
        ("\u0662:\u0663\u0660", 250),
    ],
)
def test_a_time_bank_reads_hours_and_minutes(text: str, minor: int) -> None:
    assert parse(text, HOURS) == minor


def test_an_hour_is_read_at_its_worth() -> None:
    tens = Currency(
        code="TENS",
        singular="ten",
        plural="tens",
        measure=Measure.TIME,
        hour_value=Fraction(10),
    )

    assert parse("1:30", tens) == 1500


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("0:20", Code.AMOUNT_TOO_PRECISE),
        ("0:00", Code.AMOUNT_NOT_POSITIVE),
        ("1:60", Code.AMOUNT_INVALID),
        ("1:5", Code.AMOUNT_INVALID),
        ("1:300", Code.AMOUNT_INVALID),
        ("1:30:00", Code.AMOUNT_INVALID),
        (":30", Code.AMOUNT_INVALID),
        ("-1:30", Code.AMOUNT_INVALID),
        ("1234567:00", Code.AMOUNT_INVALID),
    ],
)
def test_a_time_that_is_none_is_refused(text: str, code: Code) -> None:
    with refused(code, field="amount"):
        parse(text, HOURS)


@pytest.mark.parametrize("text", ["", "1", " 1 "])
def test_a_gift_counts_one(text: str) -> None:
    assert gift(text) == 1


@pytest.mark.parametrize("text", ["2", "0", "-1", "1.00", "one"])
def test_a_gift_has_no_value(text: str) -> None:
    with refused(Code.AMOUNT_INVALID, field="amount"):
        gift(text)
