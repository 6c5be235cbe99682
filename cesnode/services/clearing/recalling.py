"""Makes again what a node has forgotten: a trade that its own signature proves.

After an old backup was put back, the pages of a peer's chain bring orders and receipts of
which nothing is known here any more.
"""

from __future__ import annotations

import secrets
from uuid import UUID

from cesnode.ledger import chain
from cesnode.ledger.accounts import SystemAccount
from cesnode.ledger.trades import Channel, Trade, TradeState
from cesnode.services.clearing.addressing import own_number
from cesnode.services.clearing.here import Desk, seconds
from cesnode.services.clearing.ordering import direct_hop
from cesnode.services.identifiers import uuid7
from cesnode.store import (
    Reader,
    Writer,
    accounts,
    alarms,
    exchanges,
    remote_trades,
    requests,
    trades,
)
from cesnode.store.remote_trades import RemoteTrade
from cesnode.store.requests import Direction
from federation.objects import TradeOrder
from federation.signed import Signed
from federation.trade import Role, State


def recall(
    writer: Writer, desk: Desk, order: Signed[TradeOrder], role: Role
) -> RemoteTrade:
    """Store a forgotten trade as one of which nothing was heard yet.

    The limits do not matter any more, what was promised was promised; whether somebody
    is now beyond them is for people to see, so an alarm is raised.
    """
    value = order.value
    trade = _billed(writer, desk, value, role) or _trade(writer, desk, value, role)
    payer = role is Role.PAYER
    remote = RemoteTrade(
        wire_id=value.trade_id,
        role=role,
        state=State.UNSEEN,
        trade=trade.id,
        upstream=None if payer else desk.peer.id,
        downstream=desk.peer.id if payer else None,
        order=order,
        hop=direct_hop(value),
        sealed=None,
        proof=None,
        reason=None,
        expires_at=seconds(value.expires_at),
        created_at=desk.now,
        updated_at=desk.now,
    )
    remote_trades.insert(writer, remote)
    alarms.insert(
        writer, peer=desk.peer.id, kind="recovered", wire_id=value.trade_id, now=desk.now
    )
    return remote


def _billed(writer: Writer, desk: Desk, order: TradeOrder, role: Role) -> Trade | None:
    """Return the bill that the order paid, where we still know the bill."""
    bill = requests.by_id(writer, order.request_id) if order.request_id else None
    wanted = Direction.RECEIVED if role is Role.PAYER else Direction.SENT
    if bill is None or (bill.peer, bill.direction) != (desk.peer.id, wanted):
        return None
    trade = trades.by_id(writer, bill.trade)
    if trade.state is not TradeState.REQUESTED:
        return None
    requests.pay(writer, bill.request_id, wire_id=order.trade_id)
    return trade


def _trade(writer: Writer, desk: Desk, order: TradeOrder, role: Role) -> Trade:
    payer = role is Role.PAYER
    number = own_number(desk.exchange, order.payer if payer else order.payee)
    account = accounts.find(writer, number) if number else None
    member = account.id if account else _suspense(writer, desk)
    seller_levy, buyer_levy = _levies(writer, order, role)
    trade = Trade(
        id=trades.next_id(writer),
        uuid=_free_id(writer, order.trade_id),
        state=TradeState.HELD if payer else TradeState.PENDING,
        seller=desk.peer.clearing if payer else member,
        buyer=member if payer else desk.peer.clearing,
        other=order.payee if payer else order.payer,
        amount=order.source.amount if payer else order.dest.amount,
        seller_levy=seller_levy,
        buyer_levy=buyer_levy,
        description=None,
        event_on=order.created_at.date().isoformat(),
        channel=Channel.FEDERATION,
        entered_by=None,
        on_behalf_of=None,
        created_at=desk.now,
    )
    trades.insert(writer, trade, salt=secrets.token_bytes(chain.SALT_BYTES))
    return trade


def _levies(reader: Reader, order: TradeOrder, role: Role) -> tuple[int, int]:
    """Return what our side owed the community on the day of the order."""
    levy = exchanges.load(reader, seconds(order.created_at)).rules.levy
    if role is Role.PAYEE:
        return levy.seller.on(order.dest.amount), 0
    return 0, 0 if order.refund_of else levy.buyer.on(order.source.amount)


def _free_id(reader: Reader, wire_id: str) -> UUID:
    wanted = UUID(wire_id)
    return wanted if trades.by_uuid(reader, wanted) is None else uuid7()


def _suspense(writer: Writer, desk: Desk) -> int:
    """Return the account for what belongs to nobody we know any more."""
    return accounts.system(writer, desk.exchange.code, SystemAccount.SUSPENSE, now=desk.now)
