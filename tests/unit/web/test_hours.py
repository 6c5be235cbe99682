"""Hours and minutes in two fields are one amount, and stand in their fields again."""

from __future__ import annotations

from fractions import Fraction

import pytest

from cesnode.ledger.money import Currency, Measure, parse, render
from cesnode.web.hours import QUARTERS, Parted, joined, parted

HOURS = Currency(
    code="TIME", singular="hour", plural="hours", scale=2, measure=Measure.TIME
)


@pytest.mark.parametrize(
    ("hours", "minutes", "read"),
    [
        ("1", "30", "1:30"),
        ("", "45", "0:45"),
        ("2", "00", "2"),
        (" 2 ", "15", "2:15"),
        ("1.5", "00", "1.5"),
        ("1:30", "00", "1:30"),
        ("", "00", ""),
        ("1.5", "30", "1.5:30"),
    ],
)
def test_two_fields_are_read_as_one(hours: str, minutes: str, read: str) -> None:
    sent = {"amount.hours": hours, "amount.minutes": minutes, "to": "TIME0002"}

    assert joined(sent) == {"amount": read, "to": "TIME0002"}


def test_hours_without_minutes_are_whole() -> None:
    assert joined({"amount.hours": "3"}) == {"amount": "3"}


def test_a_form_without_such_fields_stays_as_it_is() -> None:
    assert joined({"amount": "12.50"}) == {"amount": "12.50"}


@pytest.mark.parametrize(
    ("text", "hours", "minutes"),
    [
        ("1:30", "1", "30"),
        ("1.5", "1", "30"),
        ("0,25", "0", "15"),
        ("2", "2", "00"),
        ("", "", "00"),
        (None, "", "00"),
        ("1:20", "1", "20"),
        ("1.33", "1.33", "00"),
        ("two", "two", "00"),
        ("1.5:30", "1.5", "30"),
    ],
)
def test_what_was_typed_stands_in_its_fields(
    text: str | None, hours: str, minutes: str
) -> None:
    assert parted(text) == Parted(hours, minutes)


def test_minutes_between_the_quarters_can_be_kept() -> None:
    assert parted("1:20").choices == ("00", "15", "20", "30", "45")
    assert parted("1:15").choices == QUARTERS


@pytest.mark.parametrize("minutes", QUARTERS)
def test_every_choice_is_an_amount_that_stands_in_the_fields_again(minutes: str) -> None:
    text = joined({"amount.hours": "3", "amount.minutes": minutes})["amount"]

    written = render(parse(text, HOURS), HOURS)

    assert parted(written) == Parted("3", minutes)


@pytest.mark.parametrize(
    ("measure", "scale", "hour_value", "counts"),
    [
        (Measure.TIME, 2, 1, True),
        (Measure.TIME, 1, 1, False),
        (Measure.TIME, 0, 60, True),
        (Measure.MUTUAL, 2, 1, False),
    ],
)
def test_only_what_counts_quarters_of_an_hour_asks_for_them(
    measure: Measure, scale: int, hour_value: int, *, counts: bool
) -> None:
    currency = Currency(
        code="TIME",
        singular="hour",
        plural="hours",
        scale=scale,
        measure=measure,
        hour_value=Fraction(hour_value),
    )

    assert currency.counts_quarters is counts
