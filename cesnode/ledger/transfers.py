"""A transfer moves value between accounts: entries that sum to zero, never changed."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

import msgspec


class TransferKind(StrEnum):
    TRADE = "trade"
    LEVY = "levy"  # a levy taken apart from any trade
    FEE = "fee"
    DEMURRAGE = "demurrage"
    REVERSAL = "reversal"
    OPENING = "opening"
    CLEARING = "clearing"  # a trade with another exchange
    SETTLEMENT = "settlement"
    DONATION = "donation"


class Entry(msgspec.Struct, frozen=True):
    """One signed amount in one account, in minor units."""

    account: int
    amount: int


class Transfer(msgspec.Struct, frozen=True):
    """A kind and its entries, at most one an account.

    Made by the functions below; a wrong one cannot exist.
    """

    kind: TransferKind
    entries: tuple[Entry, ...]

    def __post_init__(self) -> None:
        amounts = [entry.amount for entry in self.entries]
        if sum(amounts):
            raise ValueError("the entries of a transfer sum to zero")
        if 0 in amounts:
            raise ValueError("an entry moves something")
        accounts = {entry.account for entry in self.entries}
        if len(accounts) != len(self.entries) or len(accounts) < 2:  # noqa: PLR2004 - double entry
            raise ValueError("a transfer has two accounts or more, each once")


def combine(kind: TransferKind, entries: Iterable[Entry]) -> Transfer:
    """Make a transfer of entries, adding up those of the same account."""
    totals: dict[int, int] = {}
    for entry in entries:
        totals[entry.account] = totals.get(entry.account, 0) + entry.amount
    return Transfer(
        kind, tuple(Entry(account, amount) for account, amount in totals.items() if amount)
    )


class Sale(msgspec.Struct, frozen=True, kw_only=True):
    """A seller provided something to a buyer; both may owe a levy to the community."""

    seller: int
    buyer: int
    amount: int
    community: int
    seller_levy: int = 0
    buyer_levy: int = 0

    def transfer(self, kind: TransferKind = TransferKind.TRADE) -> Transfer:
        levies = self.seller_levy + self.buyer_levy
        return combine(
            kind,
            (
                Entry(self.seller, self.amount - self.seller_levy),
                Entry(self.buyer, -self.amount - self.buyer_levy),
                Entry(self.community, levies),
            ),
        )


def reversal(entries: Iterable[Entry]) -> Transfer:
    """Undo a transfer by a further one, levies included."""
    undone = tuple(Entry(entry.account, -entry.amount) for entry in entries)
    return Transfer(TransferKind.REVERSAL, undone)


def move(kind: TransferKind, *, source: int, target: int, amount: int) -> Transfer:
    """Move one amount from one account to another."""
    return Transfer(kind, (Entry(source, -amount), Entry(target, amount)))
