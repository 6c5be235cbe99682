"""Writes numbers, amounts and dates as the readers of one language write them.

Only output: amounts are read by the ledger's own parser, which never guesses.
"""

from __future__ import annotations

import datetime
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from babel import Locale
from babel.dates import format_date, format_skeleton, format_time
from babel.numbers import (
    NumberPattern,
    format_decimal,
    get_currency_name,
    parse_pattern,
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

    def number(self, number: int) -> str:
        return self._write(abs(number), "#,##0", "" if number >= 0 else _MINUS)

    def figure(self, amount: Amount) -> str:
        """Write the number of an amount: 1,250.00 or −4.50."""
        return self._amount(amount, amount.currency.scale)

    def brief(self, amount: Amount) -> str:
        """Write it without the decimals if they are zero, for the edge of a picture."""
        whole = amount.minor % amount.currency.minor_units == 0
        return self._amount(amount, 0 if whole else amount.currency.scale)

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
        return format_skeleton("yMMMM", day, locale=self.locale)

    def month_of(self, text: str) -> str:
        """Write a month that comes as 2026-10."""
        return self.month(datetime.date.fromisoformat(f"{text}-01"))

    def month_name(self, day: datetime.date) -> str:
        return format_date(day, "LLL", locale=self.locale).rstrip(".")

    def day(self, day: datetime.date | str) -> str:
        """Write a date, which may come as ISO 8601."""
        when = datetime.date.fromisoformat(day) if isinstance(day, str) else day
        return _day(when, self.locale)

    def moment(self, at: int) -> str:
        """Write the day and the time of Unix seconds, in universal time."""
        when = datetime.datetime.fromtimestamp(at, datetime.UTC)
        time = format_time(when, "short", locale=self.locale)
        return f"{_day(when.date(), self.locale)}, {time}"

    def _amount(self, amount: Amount, decimals: int) -> str:
        pattern = "#,##0." + "0" * decimals if decimals else "#,##0"
        number = Decimal(abs(amount.minor)).scaleb(-amount.currency.scale)
        return self._write(number, pattern, "" if amount.minor >= 0 else _MINUS)

    def _write(self, number: Decimal | int, pattern: str, sign: str) -> str:
        # Babel's own minus brings marks along that turn it round in right-to-left text.
        return sign + format_decimal(number, _pattern(pattern), locale=self.locale)


def _named(units: Fraction, currency: Currency) -> str:
    return currency.singular if abs(units) == 1 else currency.plural


@lru_cache(_REMEMBERED)
def _day(day: datetime.date, locale: Locale) -> str:
    return format_date(day, "medium", locale=locale)


@lru_cache
def _pattern(pattern: str) -> NumberPattern:
    """Read a pattern once: Babel would read it for every number."""
    return parse_pattern(pattern)


def iso(at: int) -> str:
    """Write Unix seconds for programs."""
    return datetime.datetime.fromtimestamp(at, datetime.UTC).isoformat()


def seconds(instant: str) -> int:
    """Read an RFC 3339 time as Unix seconds."""
    return int(datetime.datetime.fromisoformat(instant).timestamp())
