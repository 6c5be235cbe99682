"""Amounts are whole numbers of the currency's smallest unit, everywhere.

parse() and render() are the only functions that ever see a decimal point.
1. A text with one clear meaning is read; one with two is refused with a question.
2. Nothing is rounded on the way in: what is finer than the currency is refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from typing_extensions import override

from cesnode.errors import (
    AmountAmbiguous,
    AmountInvalid,
    AmountNotPositive,
    AmountTooLarge,
    AmountTooPrecise,
    HoursInvalid,
    NodeError,
)

LARGEST = 10**12
"""No single amount has more minor units.  A million of them stay within 2**63."""

MOST_SCALE = 4
_MINOR_UNITS = (1, 10, 100, 1_000, 10_000)
_THOUSAND = 3
_MOST_SHOWN = 40
_GROUPING = dict.fromkeys(map(ord, "\u00a0\u202f\u2009'’\u066c"), " ")
_DIGITS = {
    zero + value: str(value)
    for zero in (0x660, 0x6F0, 0x966, 0x9E6)  # Arabic, Persian, Devanagari, Bengali
    for value in range(10)
} | {0x66B: "."}
_PLAIN = re.compile(r"([0-9]{1,13})(?:\.([0-9]{1,2}))?")
_NUMBER = re.compile(
    r"(?P<whole>[0-9]{1,18}|[0-9]{1,3}(?P<group>[ .,])[0-9]{3}(?:(?P=group)[0-9]{3}){0,4})"
    r"(?:(?P<mark>[.,])(?P<part>[0-9]{1,18}))?"
)
_CLOCK = re.compile(r"([0-9]{1,6}):([0-5][0-9])")


class Measure(StrEnum):
    """What a currency counts."""

    MUTUAL = "mutual"  # units of value
    TIME = "time"  # hours; shown and read as hours and minutes too
    GIFT = "gift"  # no value: each trade counts one given and one received


@dataclass(frozen=True, slots=True, kw_only=True)
class Currency:
    """A unit of account.  `hour_value`: units that an hour of ordinary work is worth."""

    code: str
    singular: str
    plural: str
    symbol: str = ""
    scale: int = 2
    measure: Measure = Measure.MUTUAL
    hour_value: Fraction = Fraction(1)

    def __post_init__(self) -> None:
        if not 0 <= self.scale <= MOST_SCALE:
            raise ValueError(f"a scale of {self.scale} is not between 0 and {MOST_SCALE}")
        if self.measure is Measure.GIFT and self.scale:
            raise ValueError("a gift is counted whole")
        if self.hour_value <= 0:
            raise ValueError("an hour must be worth more than nothing")

    @property
    def minor_units(self) -> int:
        return _MINOR_UNITS[self.scale]

    @property
    def counts_quarters(self) -> bool:
        """Whether it counts time, and a quarter of an hour exactly."""
        quarter = self.hour_value * self.minor_units / 4
        return self.measure is Measure.TIME and quarter.denominator == 1


@dataclass(frozen=True, slots=True)
class Amount:
    """A number of minor units together with its currency, for people to read."""

    minor: int
    currency: Currency

    @override
    def __str__(self) -> str:
        return f"{render(self.minor, self.currency)} {self.currency.plural}"


def parse(text: str, currency: Currency, *, dotted: bool = False) -> int:
    """Read "12.50", "12,50", "1 234,5" or, in a time bank, "1:30" as minor units.

    `dotted` is for programs, which always write the decimal point as a dot: only
    then is "1.234" clear in a currency of three or four decimals.

    Raises:
        AmountInvalid: it is not a number, or is negative; HoursInvalid where hours count.
        AmountAmbiguous: it can be read in two ways ("1.234").
        AmountTooPrecise: it is finer than the currency counts.
        AmountTooLarge: it is beyond LARGEST.
        AmountNotPositive: it is zero.

    """
    if plain := _PLAIN.fullmatch(text):  # What programs and most people write.
        part = plain[2] or ""
        if len(part) <= currency.scale:
            minor = int(plain[1] + part.ljust(currency.scale, "0"))
            return _within(minor, text, currency)
    tidy = text.strip().translate(_GROUPING).translate(_DIGITS)
    clock = _CLOCK.fullmatch(tidy)
    if clock and currency.measure is Measure.TIME:
        hours = Fraction(int(clock[1]) * 60 + int(clock[2]), 60)
        value = hours * currency.hour_value
    else:
        value = _decimal(tidy, text, currency, dotted=dotted)
    return _positive(value * currency.minor_units, text, currency)


def render(amount: int, currency: Currency) -> str:
    """Write 1250 as "12.50": plain digits, a dot, a minus; parse() reads it back."""
    scale = currency.scale
    if not scale:
        return str(amount)
    sign = "-" if amount < 0 else ""
    digits = str(abs(amount)).zfill(scale + 1)
    return f"{sign}{digits[:-scale]}.{digits[-scale:]}"


def parse_signed(text: str, currency: Currency, *, field: str) -> int:
    """Read a limit: an amount that may be zero or negative."""
    tidy = text.strip()
    negative = tidy.startswith(("-", "−"))
    try:
        amount = parse(tidy[1:] if negative else tidy, currency, dotted=True)
    except AmountNotPositive:
        return 0
    except NodeError as error:
        error.field = field
        raise
    return -amount if negative else amount


def _decimal(tidy: str, text: str, currency: Currency, *, dotted: bool) -> Fraction:
    found = _NUMBER.fullmatch(tidy)
    if found is None or _is_mixed(found):
        is_time = currency.measure is Measure.TIME
        raise (HoursInvalid if is_time else AmountInvalid)(text=_shown(text))
    whole, part = re.sub("[ .,]", "", found["whole"]), found["part"] or ""
    value = Fraction(f"{whole}.{part or 0}")
    in_thousands = len(part) == _THOUSAND and len(found["whole"]) <= _THOUSAND
    clear = dotted and found["mark"] == "." and currency.scale >= _THOUSAND
    if in_thousands and not found["group"] and not whole.startswith("0") and not clear:
        raise AmountAmbiguous(
            text=text, small=_nearest(value, currency), large=f"{whole}{part}"
        )
    if len(part.rstrip("0")) > currency.scale:
        raise _too_precise(value, text, currency)
    return value


def _is_mixed(found: re.Match[str]) -> bool:
    """Whether one sign would have to be both the decimal point and a thousands mark."""
    return found["mark"] is not None and found["mark"] == found["group"]


def _nearest(value: Fraction, currency: Currency) -> str:
    """Write the decimal reading so that it can be given again without a question."""
    written = render(int(value * currency.minor_units), currency)
    return written + "0" if currency.scale == _THOUSAND else written


def _shown(text: str) -> str:
    return text if len(text) <= _MOST_SHOWN else text[:_MOST_SHOWN] + "…"


def _positive(minor: Fraction, text: str, currency: Currency) -> int:
    if minor.denominator != 1:
        raise _too_precise(minor / currency.minor_units, text, currency)
    return _within(int(minor), text, currency)


def _within(minor: int, text: str, currency: Currency) -> int:
    if minor > LARGEST:
        raise AmountTooLarge(text=_shown(text), most=render(LARGEST, currency))
    if minor == 0:
        raise AmountNotPositive
    return minor


def _too_precise(value: Fraction, text: str, currency: Currency) -> AmountTooPrecise:
    below = int(value * currency.minor_units)
    return AmountTooPrecise(
        text=_shown(text), below=render(below, currency), above=render(below + 1, currency)
    )


def gift(text: str) -> int:
    """Read the amount of a gift: each counts one, whatever it was."""
    if text.strip() not in {"", "1"}:
        raise AmountInvalid(text=_shown(text))
    return 1
