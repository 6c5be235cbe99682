"""A statement: the entries of one account for a period, between two balances."""

from __future__ import annotations

import msgspec


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One entry as its owner reads it.  Amounts in minor units, times in Unix seconds."""

    seq: int
    recorded_at: int
    event_on: str | None
    kind: str
    amount: int
    balance: int
    levy: int  # this side's part of the trade's levies
    ref: str | None
    other_number: str | None
    other_name: str | None
    description: str | None  # None where the text was erased


class Statement(msgspec.Struct, frozen=True, kw_only=True):
    """Lines in the order they were recorded; `opening` + their sum = `closing`.

    `cursor` is where the next page goes on, or None.
    """

    opening: int
    lines: tuple[Line, ...]
    closing: int
    cursor: int | None = None

    def __post_init__(self) -> None:
        if self.opening + sum(line.amount for line in self.lines) != self.closing:
            raise ValueError("a statement's lines lead from its opening to its closing")
