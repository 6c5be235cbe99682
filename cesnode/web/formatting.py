"""Writes numbers, amounts and dates as the readers of one language write them.

Only output: amounts are read by the ledger's own parser, which never guesses.
"""

from __future__ import annotations

import datetime
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from babel import Locale
from babel.core import get_global
from babel.dates import format_date, format_skeleton, format_time
from babel.numbers import (
    format_decimal,
    get_currency_name,
    get_decimal_symbol,
    get_group_symbol,
)

from cesnode.community.exchange import National
from cesnode.ledger.money import Amount, Currency

_MINUS = "\u2212"
_REMEMBERED = 4_096
_FINEST = Decimal("0.0001")


class Formats:
    """How one language writes things."""

    def __init__(self, code: str) -> None:
        self.locale = Locale.parse(code)
        self._group = get_group_symbol(self.locale)
        self._point = get_decimal_symbol(self.locale)

    def number(self, number: int) -> str:
        return self._write(number, 0)

    def figure(self, amount: Amount) -> str:
        """Write the number of an amount: 1,250.00 or −4.50."""
        return self._write(amount.minor, amount.currency.scale)

    def brief(self, amount: Amount) -> str:
        """Write it without the decimals if they are zero, for the edge of a picture."""
        rest = amount.minor % amount.currency.minor_units
        if rest:
            return self.figure(amount)
        return self._write(amount.minor // amount.currency.minor_units, 0)

    def signed(self, amount: Amount) -> str:
        """Write it with its sign; zero has none."""
        return ("+" if amount.minor > 0 else "") + self.figure(amount)

    def units(self, amount: Amount) -> str:
        """Write what the amount is counted in: leaf or leaves."""
        return _named(Fraction(amount.minor, amount.currency.minor_units), amount.currency)

    def rate(self, units: Fraction, currency: Currency) -> str:
        """Write how many units something is worth: 10 leaves, 0.25 leaves."""
        exact = Decimal(units.numerator) / units.denominator
        about = exact.quantize(_FINEST)
        sign = "" if Fraction(about) == units else "≈ "
        written = format_decimal(about, "#,##0.####", locale=self.locale)
        return f"{sign}{written} {_named(units, currency)}"

    def ratio(self, ratio: Fraction) -> str:
        """Write how many times as much something is: 1.25."""
        exact = Decimal(ratio.numerator) / ratio.denominator
        return format_decimal(exact, "#,##0.##", locale=self.locale)

    def money(self, national: National) -> str:
        """Write one of a national currency: 1 euro."""
        name = get_currency_name(national.code, count=1, locale=self.locale)
        return f"1 {name}"

    def month(self, day: datetime.date) -> str:
        return _month(day.replace(day=1), self.locale)

    def month_of(self, text: str) -> str:
        """Write a month that comes as 2026-10."""
        return self.month(datetime.date.fromisoformat(f"{text}-01"))

    def month_name(self, day: datetime.date) -> str:
        return _month_name(day.replace(day=1), self.locale)

    def day(self, day: datetime.date | str) -> str:
        """Write a date, which may come as ISO 8601."""
        when = datetime.date.fromisoformat(day) if isinstance(day, str) else day
        return _day(when, self.locale)

    @property
    def first_weekday(self) -> int:
        """Return the day on which a week begins on the wall: 0 for Monday, 6 for Sunday.

        That of the country in which most speak the language, as for dates.
        """
        country = get_global("likely_subtags")[str(self.locale)]
        return Locale.parse(country).first_week_day

    def day_of_week(self, day: datetime.date) -> str:
        """Write which day of the week it is: Mon."""
        return format_date(day, "ccc", locale=self.locale)

    def letter_of_week(self, day: datetime.date) -> str:
        """Write which day of the week it is where there is room for a letter: M."""
        return format_date(day, "ccccc", locale=self.locale)

    def weekday(self, day: datetime.date) -> str:
        """Write a date with its day of the week."""
        return _weekday(day, self.locale)

    def hour(self, hour: datetime.time) -> str:
        """Write a time of the day: 7:30 PM or 19:30."""
        return format_time(hour, "short", locale=self.locale)

    def moment(self, at: int) -> str:
        """Write the day and the time of Unix seconds, in universal time."""
        when = datetime.datetime.fromtimestamp(at, datetime.UTC)
        return self.together(_day(when.date(), self.locale), self.hour(when.time()))

    def together(self, day: str, hour: str) -> str:
        """Write a day and an hour of it, with the comma that the language has for that."""
        return str(self.locale.datetime_formats["medium"]).format(hour, day)

    def _write(self, minor: int, scale: int) -> str:
        """Write a whole number of the smallest parts, of which 10**scale make one.

        A page has some hundred of these.  Babel reads and rounds decimals for each,
        which takes thirty times as long; and its own minus brings marks along that turn
        it round in right-to-left text.
        """
        whole, rest = divmod(abs(minor), 10**scale)
        sign = "" if minor >= 0 else _MINUS
        part = f"{self._point}{rest:0{scale}}" if scale else ""
        return sign + f"{whole:,}".replace(",", self._group) + part


def _named(units: Fraction, currency: Currency) -> str:
    return currency.singular if abs(units) == 1 else currency.plural


@lru_cache(_REMEMBERED)
def _day(day: datetime.date, locale: Locale) -> str:
    return format_date(day, "medium", locale=locale)


@lru_cache(_REMEMBERED)
def _weekday(day: datetime.date, locale: Locale) -> str:
    return format_skeleton("yMMMEd", day, locale=locale)


@lru_cache(_REMEMBERED)
def _month(first: datetime.date, locale: Locale) -> str:
    return format_skeleton("yMMMM", first, locale=locale)


@lru_cache(_REMEMBERED)
def _month_name(first: datetime.date, locale: Locale) -> str:
    return format_date(first, "LLL", locale=locale).rstrip(".")


def iso(at: int) -> str:
    """Write Unix seconds for programs."""
    return datetime.datetime.fromtimestamp(at, datetime.UTC).isoformat()


def seconds(instant: str) -> int:
    """Read an RFC 3339 time as Unix seconds."""
    return int(datetime.datetime.fromisoformat(instant).timestamp())
