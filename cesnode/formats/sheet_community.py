"""Reads community.csv of our own tables, and what is said beside it, as one exchange."""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import StrEnum
from fractions import Fraction
from typing import TypeVar

from cesnode.community.rules import RecordShown, SellerRecord
from cesnode.errors import FileInvalid
from cesnode.formats import cells
from cesnode.formats.brought import Facts, House, Wanted
from cesnode.formats.reading import Reading, name_of
from cesnode.formats.sheet_adverts import categories
from cesnode.formats.tables import Line
from cesnode.ledger.limits import LimitPolicy
from cesnode.ledger.money import MOST_SCALE, Currency, Measure

NAME = "community.csv"
_USUAL = {
    Measure.MUTUAL: ("unit", "units", 2),
    Measure.TIME: ("hour", "hours", 2),
    Measure.GIFT: ("gift", "gifts", 0),
}
_LONGEST_SYMBOL = 8
_RATIO = re.compile(r"([0-9]{1,12}(?:\.[0-9]{1,6})?)(?:/([0-9]{1,12}))?")

E = TypeVar("E", bound=StrEnum)


def community(reading: Reading | None, wanted: Wanted, shelves: Reading | None) -> Facts:
    """Put together what the table says, and what is said at the command line.

    Raises:
        FileInvalid: a cell without which no amount can be read is none that can be.

    """
    line = next(iter(reading.table), None) if reading is not None else None
    row = _Row(reading, line)
    unsaid = wanted.unsaid
    code = (wanted.code or row.text("code") or unsaid.code or "").upper()
    usual = unsaid.measure or Measure.MUTUAL
    measure = wanted.measure or row.word("measure", Measure, usual)
    currency = _currency(row, code, measure, wanted)
    return Facts(
        code=code,
        name=name_of(wanted.name or "", row.text("name"), code),
        currency=currency,
        named=bool(wanted.units or row.text("units")),
        hour_known=bool(row.text("hour_value")) or measure is not Measure.MUTUAL,
        floor=row.may("floor", lambda text: cells.amount(text, currency)),
        ceiling=row.may("ceiling", lambda text: cells.amount(text, currency)),
        limit_policy=row.word("limit_policy", LimitPolicy, LimitPolicy.BLOCK),
        levy_seller=row.text("levy_seller") or None,
        levy_buyer=row.text("levy_buyer") or None,
        national=row.text("national") or None,
        founded_at=row.may("founded_at", cells.moment),
        house=House(
            growth=row.text("growth") or None,
            seller_record=row.word("seller_record", SellerRecord, SellerRecord.AT_ONCE),
            agree_after=row.text("agree_after") or None,
            lapse_after=row.text("lapse_after") or None,
            object_days=row.text("object_days") or None,
            record=row.word("record", RecordShown, RecordShown.MEMBERS),
        ),
        categories=categories(shelves) if shelves is not None else (),
    )


class _Row:
    """The one row of the table, or none: then every cell is empty."""

    def __init__(self, reading: Reading | None, line: Line | None) -> None:
        self._reading = reading
        self._line = line

    def text(self, column: str) -> str:
        if self._reading is None or self._line is None:
            return ""
        return self._reading.words(self._line, column)

    def may(self, column: str, read: Callable[[str], int]) -> int | None:
        if self._reading is None or self._line is None:
            return None
        return self._reading.may(self._line, column, read, None)

    def word(self, column: str, kind: type[E], default: E) -> E:
        text = self.text(column)
        if not text:
            return default
        try:
            return kind(text)
        except ValueError:
            raise _invalid(column, text, f"one of {', '.join(kind)}") from None


def _currency(row: _Row, code: str, measure: Measure, wanted: Wanted) -> Currency:
    singular, plural, usual = _USUAL[measure]
    scale = usual
    if wanted.scale is not None:
        scale = wanted.scale
    elif not row.text("scale") and wanted.unsaid.scale is not None:
        scale = wanted.unsaid.scale
    elif text := row.text("scale"):
        if not (text.isascii() and text.isdigit() and int(text) <= MOST_SCALE):
            raise _invalid("scale", text, f"0 to {MOST_SCALE}")
        scale = int(text)
    if measure is Measure.GIFT and scale:
        raise _invalid("scale", str(scale), "0, for gifts are counted whole")
    return Currency(
        code=code,
        singular=name_of(wanted.unit or "", row.text("unit"), singular),
        plural=name_of(wanted.units or "", row.text("units"), plural),
        symbol=row.text("symbol")[:_LONGEST_SYMBOL],
        scale=scale,
        measure=measure,
        hour_value=_ratio(row.text("hour_value") or "1"),
    )


def _ratio(text: str) -> Fraction:
    found = _RATIO.fullmatch(text)  # Fraction itself would compute "1e999999999".
    under = int(found[2] or 1) if found else 0
    value = Fraction(found[1]) / under if found and under else Fraction(0)
    if value <= 0:
        raise _invalid("hour_value", text, "a value like 10 or 21/2")
    return value


def _invalid(column: str, text: str, wanted: str) -> FileInvalid:
    return FileInvalid(file=NAME, reason=f"its {column} “{text[:40]}” is not {wanted}")
