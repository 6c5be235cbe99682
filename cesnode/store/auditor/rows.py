"""Transfers and trades as they are read, and what the chain keeps of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from cesnode.store.auditor.chain import NULL, quote

TRADE = """t.id, t.uuid, t.state, t.seller_id, t.buyer_id, t.other, t.amount,
    t.seller_levy, t.buyer_levy, t.event_on, t.channel, t.entered_by, t.on_behalf_of,
    t.created_at, t.asked"""
TRANSFER = """x.seq, x.kind, x.trade_id, x.reverses, x.recorded_at, x.text_digest, x.hash,
    t.uuid, t.seller_id, t.buyer_id, t.other, t.amount, t.seller_levy, t.buyer_levy,
    t.event_on, t.channel, t.entered_by, t.on_behalf_of, t.created_at, t.asked,
    CAST(t.description AS BLOB), t.salt"""

FACTS = (
    '{"amount":%d,"asked":%s,"buyer":%s,"buyer_levy":%d,"channel":%s,"created_at":%d,'
    '"entered_by":%s,"event_on":%s,"id":%s,"on_behalf_of":%s,"other":%s,"seller":%s,'
    '"seller_levy":%d}'
)
RECORD = (
    '{"entries":[%s],"kind":%s,"recorded_at":%d,"reverses":%s,"seq":%d,"text":%s,'
    '"trade":%s}'
)

Lines = list[tuple[int, int, int]]
"""Account, amount and balance after; in the order of the accounts' numbers."""


class TradeRow(NamedTuple):
    id: int
    uuid: bytes
    state: str
    seller: int
    buyer: int
    other: str | None
    amount: int
    seller_levy: int
    buyer_levy: int
    event_on: str
    channel: str
    entered_by: int | None
    on_behalf_of: int | None
    created_at: int
    asked: int


class TransferRow(NamedTuple):
    """A transfer and, from `uuid` on, the trade it is of; None throughout if of none."""

    seq: int
    kind: str
    trade: int | None
    reverses: int | None
    recorded_at: int
    text_digest: bytes | None
    hash: bytes
    uuid: bytes
    seller: int
    buyer: int
    other: str | None
    amount: int
    seller_levy: int
    buyer_levy: int
    event_on: str
    channel: str
    entered_by: int | None
    on_behalf_of: int | None
    created_at: int
    asked: int
    words: bytes | None
    salt: bytes | None


# Filled in rather than encoded, because every transfer there is passes through it.


def record(row: TransferRow, lines: Lines, facts: str, quoted: Mapping[int, str]) -> str:
    """Lay out a transfer for hashing, in canonical form."""
    return RECORD % (
        ",".join(
            [f"[{quoted[account]},{amount},{after}]" for account, amount, after in lines]
        ),
        quote(row.kind),
        row.recorded_at,
        NULL if row.reverses is None else row.reverses,
        row.seq,
        NULL if row.text_digest is None else f'"{row.text_digest.hex()}"',
        facts,
    )


def facts(trade: TradeRow | TransferRow, quoted: Mapping[int, str]) -> str:
    """Lay out what the chain keeps of a trade: all but its words and its state."""
    return FACTS % (
        trade.amount,
        "true" if trade.asked else "false",
        quoted[trade.buyer],
        trade.buyer_levy,
        quote(trade.channel),
        trade.created_at,
        NULL if trade.entered_by is None else trade.entered_by,
        quote(trade.event_on),
        name(trade.uuid),
        NULL if trade.on_behalf_of is None else trade.on_behalf_of,
        NULL if trade.other is None else quote(trade.other),
        quoted[trade.seller],
        trade.seller_levy,
    )


def name(uuid: bytes) -> str:
    """Write a UUID as a canonical string."""
    digits = uuid.hex()
    return f'"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"'


def moves(trade: TradeRow | TransferRow, community: int) -> dict[int, int]:
    """Say what a trade moves, levies included, by account."""
    amounts = {
        trade.seller: trade.amount - trade.seller_levy,
        trade.buyer: -trade.amount - trade.buyer_levy,
    }
    levies = trade.seller_levy + trade.buyer_levy
    if levies or 0 in amounts.values():
        amounts[community] = amounts.get(community, 0) + levies
        return {account: amount for account, amount in amounts.items() if amount}
    return amounts
