"""Rates, levies, limits and spans of time in the words people write them.

Each pair of functions undoes one another: what is shown can be given again.
"""

from __future__ import annotations

import re
from fractions import Fraction

from cesnode.errors import N_, FieldInvalid, NodeError
from cesnode.ledger import money
from cesnode.ledger.levy import Rate
from cesnode.ledger.limits import PARTS, Growth
from cesnode.ledger.money import Currency

NONE = "none"

_RATIO = re.compile(r"([0-9]{1,9})(?:[.,]([0-9]{1,9})|/([0-9]{1,9}))?")
_PERCENT = r"(?P<share>[0-9]{1,3}(?:[.,][0-9]{1,4})?) ?%"
_RATE = re.compile(
    rf"(?:{_PERCENT})?(?: ?\+? ?(?P<fixed>[0-9][0-9.,]*))?"
    r"(?: min (?P<least>[0-9.,]+))?(?: max (?P<most>[0-9.,]+))?"
)
_GROWTH = re.compile(rf"{_PERCENT} up to (?P<cap>[0-9.,]+)")
_LONGEST_DAYS = 3_650


def ratio(text: str, *, field: str) -> Fraction:
    """Read "10", "12.5" or "1/3", more than zero."""
    match = _RATIO.fullmatch(text.strip())
    if match is None or not int(match[3] or 1):
        raise FieldInvalid(
            field, N_("“{text}” is not a number like 10, 12.5 or 1/3"), text=text
        )
    value = Fraction(f"{match[1]}.{match[2] or 0}") / int(match[3] or 1)
    if not value:
        raise FieldInvalid(field, N_("it must be more than zero"))
    return value


def ratio_text(value: Fraction) -> str:
    """Write a ratio as a decimal where it is one, else as a fraction."""
    for places in range(10):
        scaled = value * 10**places
        if scaled.denominator == 1:
            whole, part = divmod(int(scaled), 10**places)
            return f"{whole}.{part:0{places}}" if places else str(whole)
    return f"{value.numerator}/{value.denominator}"


def rate(text: str, currency: Currency, *, field: str) -> Rate:
    """Read a levy: "2%", "0.50", "2% + 0.10 min 0.20 max 5" or "none"."""
    tidy = " ".join(text.split())
    if tidy == NONE:
        return Rate()
    match = _RATE.fullmatch(tidy)
    if match is None or not (match["share"] or match["fixed"] or match["least"]):
        example = "2%, 0.50, 2% + 0.10 min 0.20 max 5, or none"
        raise FieldInvalid(
            field,
            N_("“{text}” is not a levy. Write it like {example}"),
            text=text,
            example=example,
        )
    least = _amount(match["least"], currency, field=field) or 0
    most = _amount(match["most"], currency, field=field)
    if most is not None and most < least:
        raise FieldInvalid(field, N_("its most is less than its least"))
    fixed = _amount(match["fixed"], currency, field=field) or 0
    return Rate(_share(match["share"], field=field), fixed, least, most)


def rate_text(rate: Rate, currency: Currency) -> str:
    if rate.is_none:
        return NONE
    parts = [
        *([f"{_percent(rate.share)}"] if rate.share else []),
        *(["+"] if rate.share and rate.fixed else []),
        *([money.render(rate.fixed, currency)] if rate.fixed else []),
        *([f"min {money.render(rate.least, currency)}"] if rate.least else []),
        *([f"max {money.render(rate.most, currency)}"] if rate.most is not None else []),
    ]
    return " ".join(parts)


def growth(text: str, currency: Currency, *, field: str) -> Growth:
    """Read how limits grow with sales: "10% up to 500", or "none"."""
    tidy = " ".join(text.split())
    if tidy == NONE:
        return Growth()
    match = _GROWTH.fullmatch(tidy)
    if match is None:
        raise FieldInvalid(
            field, N_("“{text}” is not like 10% up to 500, or none"), text=text
        )
    cap = _amount(match["cap"], currency, field=field) or 0
    return Growth(_share(match["share"], field=field), cap)


def growth_text(growth: Growth, currency: Currency) -> str:
    if not growth.share:
        return NONE
    return f"{_percent(growth.share)} up to {money.render(growth.cap, currency)}"


def limit(text: str, currency: Currency, *, field: str) -> int | None:
    """Read a floor (zero or less) or a ceiling (zero or more); "none" is no limit."""
    if text == NONE:
        return None
    value = money.parse_signed(text, currency, field=field)
    if (field == "floor" and value > 0) or (field == "ceiling" and value < 0):
        below, above = N_("it must be zero or less"), N_("it must be zero or more")
        reason = below if field == "floor" else above
        raise FieldInvalid(field, reason)
    return value


def limit_text(limit: int | None, currency: Currency) -> str | None:
    return None if limit is None else money.render(limit, currency)


def days(text: str, *, field: str, least: int = 1) -> int:
    if not (text.isascii() and text.isdigit() and least <= int(text[:9]) <= _LONGEST_DAYS):
        reason = N_("“{text}” is not a number of days from {least} to {most}")
        raise FieldInvalid(field, reason, text=text, least=least, most=_LONGEST_DAYS)
    return int(text)


def _amount(text: str | None, currency: Currency, *, field: str) -> int | None:
    if text is None:
        return None
    try:
        return money.parse(text, currency, dotted=True)
    except NodeError as error:
        error.field = field
        raise


def _share(text: str | None, *, field: str) -> int:
    """Return a percentage as parts of a million."""
    share = Fraction((text or "0").replace(",", ".")) * PARTS / 100
    if share > PARTS:
        raise FieldInvalid(field, N_("it is more than the whole"))
    return int(share)


def _percent(share: int) -> str:
    return f"{ratio_text(Fraction(share * 100, PARTS))}%"
