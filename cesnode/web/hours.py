"""Hours and minutes typed into fields of their own: a telephone's digits have no colon.

The field NAME of a form is then sent as NAME.hours and NAME.minutes, and read as if
“1:30” had been typed.  The ledger's parser decides what that is worth.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from typing import NamedTuple

HOURS, MINUTES = ".hours", ".minutes"
QUARTERS = ("00", "15", "30", "45")

_CLOCK = re.compile(r"(?P<hours>.*):(?P<minutes>[0-9]{2})")
_DECIMAL = re.compile(r"[0-9]{1,9}[.,][0-9]{1,4}")
_HOUR = 60


class Parted(NamedTuple):
    """What stands in the two fields."""

    hours: str
    minutes: str

    @property
    def choices(self) -> tuple[str, ...]:
        """The minutes to choose from: quarters, and what stands there already."""
        return tuple(sorted({*QUARTERS, self.minutes}))


def joined(sent: Mapping[str, str]) -> Mapping[str, str]:
    """Return the fields of a form with those of two parts as one."""
    names = [name.removesuffix(HOURS) for name in sent if name.endswith(HOURS)]
    parts = {name + part for name in names for part in (HOURS, MINUTES)}
    rest = {name: text for name, text in sent.items() if name not in parts}
    whole = {
        name: _join(sent[name + HOURS].strip(), sent.get(name + MINUTES, ""))
        for name in names
    }
    return rest | whole


def parted(text: str | None) -> Parted:
    """Part what stands in a field: “1:30” and “1.5” are one hour and 30 minutes.

    What cannot be parted, for whatever reason, stands with the hours as it was typed.
    """
    tidy = (text or "").strip()
    if clock := _CLOCK.fullmatch(tidy):
        return Parted(clock["hours"], clock["minutes"])
    if _DECIMAL.fullmatch(tidy):
        minutes = Fraction(tidy.replace(",", ".")) * _HOUR
        if minutes.denominator == 1:
            hours, rest = divmod(minutes.numerator, _HOUR)
            return Parted(str(hours), f"{rest:02}")
    return Parted(tidy, QUARTERS[0])


def _join(hours: str, minutes: str) -> str:
    if minutes in {"", QUARTERS[0]}:
        return hours
    return f"{hours or 0}:{minutes}"
