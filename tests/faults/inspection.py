"""Compares a node's file with what its customers were told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from uuid import UUID

from cesnode.store.auditor import audit
from cesnode.store.database import FILE
from cesnode.store.store import reading
from tests.faults.customers import Purchase, Told

_TRADES = """
WITH counted AS (SELECT seq, count(*) AS entries FROM entries GROUP BY seq)
SELECT t.uuid, s.number, b.number, t.amount, t.state, count(x.seq), min(x.seq),
    sum(c.entries)
FROM trades AS t
JOIN accounts AS s ON s.id = t.seller_id
JOIN accounts AS b ON b.id = t.buyer_id
LEFT JOIN transfers AS x ON x.trade_id = t.id
LEFT JOIN counted AS c ON c.seq = x.seq
GROUP BY t.id
"""
_ENTRIES = 3  # The seller's, the buyer's and the community's.


@dataclass(frozen=True, slots=True)
class Recorded:
    """A trade as the file has it, and what was posted for it."""

    seller: str
    buyer: str
    amount: int
    state: str
    transfers: int
    seq: int | None
    entries: int | None

    @property
    def is_whole(self) -> bool:
        return (self.state, self.transfers, self.entries) == ("posted", 1, _ENTRIES)

    def is_as_asked(self, wish: Purchase) -> bool:
        amount = int(wish.amount.replace(".", ""))
        return (self.seller, self.buyer, self.amount) == (wish.seller, wish.buyer, amount)


def recorded(folder: Path) -> dict[UUID, Recorded]:
    with reading(folder) as reader:
        return {UUID(bytes=row[0]): Recorded(*row[1:]) for row in reader.all(_TRADES)}


def wrongs(folder: Path, journals: Iterable[Told]) -> list[str]:
    """Say all that is wrong with the file, measured by its own rules and by journals."""
    told = list(journals)
    trades = recorded(folder)
    return [
        *(finding.line for finding in audit(folder / FILE).findings),
        *_half_or_strange(told, trades),
        *(wrong for each in told for wrong in _lost_or_moved(each, trades)),
    ]


def _half_or_strange(
    told: Iterable[Told], trades: Mapping[UUID, Recorded]
) -> Iterator[str]:
    asked = {wish.id: wish for each in told for wish in each.asked.values()}
    for uuid, trade in trades.items():
        if not trade.is_whole:
            yield f"{uuid} is half: {trade}"
        if uuid not in asked or not trade.is_as_asked(asked[uuid]):
            yield f"{uuid} was asked as {asked.get(uuid)}, and recorded as {trade}"


def _lost_or_moved(told: Told, trades: Mapping[UUID, Recorded]) -> Iterator[str]:
    """What was answered before the next was asked stands before it in the ledger.

    What was refused and asked again has been asked earlier, and may stand anywhere.
    """
    yield from (f"{uuid} is lost" for uuid in told.acknowledged if uuid not in trades)
    places = {
        uuid: trades[uuid].seq or 0
        for uuid in told.acknowledged
        if uuid in trades and uuid not in told.refused
    }
    for (earlier, before), (later, after) in pairwise(places.items()):
        if after < before:
            yield f"{later} stands before {earlier}"
