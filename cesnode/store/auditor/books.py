"""What the parts of the audit share: the founding, the accounts, what was counted."""

from __future__ import annotations

from array import array
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from cesnode.store.auditor.chain import Founding, quote
from cesnode.store.auditor.findings import Findings
from cesnode.store.auditor.sqlite import sqlite3
from cesnode.store.auditor.trades import Fates

UNMOVED: Mapping[str, object] = MappingProxyType({"known_as": None})
"""What holds for an exchange of which no act tells that it moved."""

UNTOLD: Mapping[str, object] = MappingProxyType(
    {
        "state": "open",
        "lock_reason": None,
        "own_floor": 0,
        "floor": None,
        "own_ceiling": 0,
        "ceiling": None,
    }
)
"""What an account is as long as no act tells otherwise."""

_FOUNDING = "SELECT code, scale, measure, founded_at FROM exchange WHERE id = 1"


@dataclass(slots=True)
class Tally:
    """What the entries of one account add up to."""

    balance: int = 0
    held_out: int = 0
    held_in: int = 0
    sales: int = 0
    purchases: int = 0
    sold: int = 0
    bought: int = 0
    last_trade_at: int | None = None

    def count_sale(self, amount: int, at: int) -> None:
        self.sales += amount
        self.sold += 1
        self.last_trade_at = at

    def count_purchase(self, amount: int, at: int) -> None:
        self.purchases += amount
        self.bought += 1
        self.last_trade_at = at

    def undo_sale(self, amount: int) -> None:
        self.sales -= amount
        self.sold -= 1

    def undo_purchase(self, amount: int) -> None:
        self.purchases -= amount
        self.bought -= 1

    def add(self, later: Tally) -> None:
        """Add what was counted in a later part of the ledger."""
        self.balance += later.balance
        self.sales += later.sales
        self.purchases += later.purchases
        self.sold += later.sold
        self.bought += later.bought
        if later.last_trade_at is not None:
            self.last_trade_at = later.last_trade_at


class Tallies(dict[int, Tally]):
    """By account; a row may name one there is not, which must not stop us."""

    def __missing__(self, account: int) -> Tally:
        return self.setdefault(account, Tally())


class Numbers(dict[int, str]):
    """By account; one there is not has no number."""

    def __missing__(self, account: int) -> str:
        return f"#{account}"


class Quoted(dict[int, str]):
    """The numbers as canonical strings."""

    def __missing__(self, account: int) -> str:
        return quote(f"#{account}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """What is the same for all of the ledger."""

    founding: Founding
    numbers: Numbers
    quoted: Quoted
    community: int


def basis(connection: sqlite3.Connection) -> Basis | None:
    """Read what the ledger rests on; None if the exchange itself is gone."""
    row = connection.execute(_FOUNDING).fetchone()
    if row is None:
        return None
    founding = Founding(*row)
    numbers = Numbers(connection.execute("SELECT id, number FROM accounts"))
    ids = {number: account for account, number in numbers.items()}
    return Basis(
        founding=founding,
        numbers=numbers,
        quoted=Quoted((account, quote(number)) for account, number in numbers.items()),
        community=ids.get(f"{founding.code}0000", 0),
    )


@dataclass(slots=True)
class Part:
    """What was counted and found in some of the transfers, or in all up to one."""

    count: int = 0
    entries: int = 0
    tallies: Tallies = field(default_factory=Tallies)
    postings: array[int] = field(default_factory=lambda: array("q"))
    reversals: array[int] = field(default_factory=lambda: array("q"))
    findings: Findings = field(default_factory=Findings)
    head: bytes = b""
    starts_elsewhere: bool = False


@dataclass(slots=True)
class Told:
    """What acts tell of rows that may change: the last word counts."""

    accounts: dict[str, dict[str, object]] = field(default_factory=dict)
    exchange: dict[str, object] = field(default_factory=lambda: dict(UNMOVED))
    rates: list[Mapping[str, object]] = field(default_factory=list)
    levies: list[Mapping[str, object]] = field(default_factory=list)
    held_at: dict[int, int] = field(default_factory=dict)
    voided_at: dict[int, int] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class Books:
    """The whole of it, while it is put together."""

    basis: Basis
    tallies: Tallies
    fates: Fates
    findings: Findings
    told: Told = field(default_factory=Told)
