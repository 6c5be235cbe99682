"""Brings over the trades that wait for a buyer to agree; nothing moves by that."""

from __future__ import annotations

import secrets

from cesnode.formats.told import Request
from cesnode.ledger import chain
from cesnode.ledger.money import LARGEST
from cesnode.ledger.trades import Channel, Trade, TradeState
from cesnode.services import acting
from cesnode.services.bringing.booking import Booking
from cesnode.services.bringing.sides import Side, uuid_of
from cesnode.store import trades


def ask(booking: Booking, row: Request) -> bool:
    """Let one wait here too; False if it does already, or cannot."""
    sides = booking.sides
    seller, buyer = sides.side(row.seller), sides.side(row.buyer)
    columns, reason, column = booking.columns, "", ""
    if seller is None or buyer is None:
        reason, column = (
            (f"there is no account {row.seller}", columns.seller)
            if seller is None
            else (f"there is no account {row.buyer}", columns.buyer)
        )
    elif seller.account == buyer.account:
        reason, column = "seller and buyer are the same account", columns.buyer
    elif row.amount > LARGEST:
        reason, column = "the amount is larger than any can be", columns.amount
    else:
        return _ask(booking, row, seller, buyer)
    booking.problems.add(row.file, row.row, column, f"{reason}; left out")
    return False


def _ask(booking: Booking, row: Request, seller: Side, buyer: Side) -> bool:
    exchange, writer = booking.exchange, booking.writer
    content = f"request {row.seller} {row.buyer} {row.amount} {row.event_on}"
    trade = Trade(
        id=trades.next_id(writer),
        uuid=uuid_of(exchange.code, row.uuid or content, row.uuid or None, row.at),
        state=TradeState.REQUESTED,
        seller=seller.account,
        buyer=buyer.account,
        other=None,
        amount=row.amount,
        seller_levy=0,
        buyer_levy=0,
        description=row.description,
        event_on=row.event_on,
        channel=Channel.IMPORT,
        entered_by=booking.sides.member(row.entered_by),
        on_behalf_of=None,
        created_at=row.at,
        asked=row.asked,
    )
    if not trades.insert(writer, trade, salt=secrets.token_bytes(chain.SALT_BYTES)):
        return False  # It waits here already, or was answered here.
    actor, now = booking.actor, booking.now
    acting.entered(writer, exchange, actor, "trade.requested", trade, now=now)
    return True
