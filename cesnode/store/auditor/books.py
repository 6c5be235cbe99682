"""What the parts of the audit share: the founding, the accounts, the fates of trades."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from cesnode.store.auditor.findings import Findings
from cesnode.store.auditor.trades import Fates

LEDGER = "cesnode-ledger-v1\n"
ACTS = "cesnode-acts-v1\n"

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


@dataclass(slots=True)
class Tally:
    """What the entries of one account add up to; `running` is the last one's word."""

    number: str
    running: int = 0
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


class Tallies(dict[int, Tally]):
    """A row may name an account there is not; that is found, and must not stop us."""

    def __missing__(self, account: int) -> Tally:
        return self.setdefault(account, Tally(f"#{account}"))


@dataclass(slots=True)
class Told:
    """What acts tell of rows that may change: the last word counts."""

    accounts: dict[str, dict[str, object]] = field(default_factory=dict)
    exchange: dict[str, object] = field(default_factory=dict)
    rates: list[Mapping[str, object]] = field(default_factory=list)
    levies: list[Mapping[str, object]] = field(default_factory=list)
    held_at: dict[int, int] = field(default_factory=dict)
    voided_at: dict[int, int] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class Books:
    code: str
    scale: int
    founding: Mapping[str, object]
    tallies: Tallies
    numbers: Mapping[int, str]
    quoted: Mapping[int, str]
    community: int
    fates: Fates
    findings: Findings
    told: Told = field(default_factory=Told)
