"""Holds value for a trade with another exchange, and ends the hold, as clearing does."""

from __future__ import annotations

from uuid import uuid4

from cesnode.ledger import chain
from cesnode.ledger.trades import Channel, Trade, TradeState
from cesnode.ledger.transfers import TransferKind, move
from cesnode.services.posting import check_limits, post
from cesnode.store import (
    Writer,
    accounts,
    exchanges,
    holds,
    trades,
)


def reserve(writer: Writer, seller: int, buyer: int, amount: int, *, now: int) -> int:
    entries = move(
        TransferKind.CLEARING, source=buyer, target=seller, amount=amount
    ).entries
    sides = [accounts.by_id(writer, one) for one in (seller, buyer)]
    check_limits(exchanges.load(writer, now), entries, sides)
    trade = Trade(
        id=trades.next_id(writer),
        uuid=uuid4(),
        state=TradeState.HELD,
        seller=seller,
        buyer=buyer,
        other="VILA0007",
        amount=amount,
        seller_levy=0,
        buyer_levy=0,
        description="bread",
        event_on="2026-01-01",
        channel=Channel.IMPORT,  # So that no signed order of it has to be kept.
        entered_by=None,
        on_behalf_of=None,
        created_at=now,
    )
    assert trades.insert(writer, trade, salt=bytes(16))
    holds.insert(writer, trade=trade.id, entries=entries, now=now)
    return trade.id


def release(writer: Writer, trade_id: int, *, posts: bool, now: int) -> None:
    exchange = exchanges.load(writer, now)
    trade = trades.by_id(writer, trade_id)
    hold = holds.open_of(writer, trade_id)
    assert hold is not None
    seq = None
    if posts:
        seller, buyer = (accounts.by_id(writer, n) for n in (trade.seller, trade.buyer))
        seq = post(
            writer,
            exchange,
            move(
                TransferKind.CLEARING,
                source=trade.buyer,
                target=trade.seller,
                amount=trade.amount,
            ),
            {seller.id: seller.number, buyer.id: buyer.number},
            now=now,
            trade=trade,
            facts=chain.trade_record(trade, seller.number, buyer.number),
        )
    holds.end(writer, hold, seq=seq, now=now)
    trades.move_on(writer, trade, TradeState.POSTED if posts else TradeState.VOIDED)
