"""What formats write of the ledger: one posting at a time."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from cesnode.ledger.chain import Canonical
from cesnode.ledger.trades import Trade


@dataclass(frozen=True, slots=True)
class Line:
    """An entry: the number of its account, what it moves, and where that led."""

    number: str
    amount: int
    balance: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """A transfer with its entries, and with the trade it is of, if it is of one."""

    seq: int
    kind: str
    recorded_at: int
    lines: tuple[Line, ...]
    trade: Trade | None
    record: Canonical
    hash: bytes

    @property
    def day(self) -> datetime.date:
        return day(self.recorded_at)


def day(seconds: int) -> datetime.date:
    return datetime.datetime.fromtimestamp(seconds, datetime.UTC).date()


def instant(seconds: int) -> str:
    moment = datetime.datetime.fromtimestamp(seconds, datetime.UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
