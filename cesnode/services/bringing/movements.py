"""What moved between accounts without being a trade, as one transfer of this ledger."""

from __future__ import annotations

from cesnode.formats.brought import Movement
from cesnode.ledger.money import LARGEST
from cesnode.ledger.transfers import Entry, Transfer, TransferKind, combine
from cesnode.services.bringing.sides import Sides

_FREELY = frozenset(
    {
        TransferKind.LEVY,
        TransferKind.FEE,
        TransferKind.DEMURRAGE,
        TransferKind.OPENING,
        TransferKind.SETTLEMENT,
        TransferKind.DONATION,
    }
)
"""The kinds of transfer that need no trade."""


def transfer_of(sides: Sides, row: Movement) -> tuple[Transfer, dict[int, str]]:
    """Return what a row moves, and the numbers of its accounts.

    Raises:
        ValueError: it cannot be moved; the text says why.

    """
    if row.kind not in _FREELY:
        raise ValueError(f"a {row.kind} cannot be without a trade")
    entries: list[Entry] = []
    numbers: dict[int, str] = {}
    for part in row.moves:
        side = sides.side(part.account, at=row.at)
        if side is None or abs(part.amount) > LARGEST:
            raise ValueError(f"there is no account {part.account}")
        entries.append(Entry(side.account, part.amount))
        numbers[side.account] = side.number
    return combine(TransferKind(row.kind), entries), numbers
