"""Makes again what a node has forgotten: a trade that its own signature proves.

After an old backup was put back, the pages of a peer's chain bring orders and receipts of
which nothing is known here any more.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from uuid import UUID

from cesnode.ledger import chain
from cesnode.ledger.accounts import Account
from cesnode.ledger.trades import Channel, Trade, TradeState
from cesnode.services.clearing import suspending, transit
from cesnode.services.clearing.addressing import is_alias, own_number
from cesnode.services.clearing.here import Desk, seconds
from cesnode.services.clearing.opening import unsealed
from cesnode.services.identifiers import uuid7
from cesnode.store import (
    Reader,
    Writer,
    accounts,
    alarms,
    exchanges,
    peers,
    remote_trades,
    requests,
    trades,
)
from cesnode.store.remote_trades import RemoteTrade
from cesnode.store.requests import Direction
from federation.errors import schema_invalid
from federation.hops import is_beyond
from federation.objects import ChainEntry, TradeOrder
from federation.signed import Signed
from federation.trade import Role, State


@dataclass(frozen=True, slots=True)
class Forgotten:
    """An order of which we know nothing any more, our part in it, and an entry of it."""

    order: Signed[TradeOrder]
    role: Role
    entry: ChainEntry
    sealed: str | None = None


def role_in(order: TradeOrder, own: str) -> Role:
    """Return the part a node has in an order."""
    ends = {order.payer_node: Role.PAYER, order.payee_node: Role.PAYEE}
    return ends.get(own, Role.HUB)


def recall(writer: Writer, desk: Desk, forgotten: Forgotten) -> RemoteTrade:
    """Store a forgotten trade as one of which nothing was heard yet.

    The limits do not matter any more, what was promised was promised; whether somebody
    is now beyond them is for people to see, so an alarm is raised.

    Raises:
        FederationError: it is said to have passed through here, and cannot have.

    """
    value = forgotten.order.value
    upstream, downstream = _sides(writer, desk, forgotten)
    remote = RemoteTrade(
        wire_id=value.trade_id,
        role=forgotten.role,
        state=State.UNSEEN,
        trade=_recalled(writer, desk, forgotten),
        upstream=upstream,
        downstream=downstream,
        order=forgotten.order,
        hop=transit.hop_of(forgotten.entry, value),
        sealed=forgotten.sealed,
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


def _sides(
    reader: Reader, desk: Desk, forgotten: Forgotten
) -> tuple[int | None, int | None]:
    """Return the peers before and after us on the order's way."""
    if forgotten.role is Role.PAYER:
        return None, desk.peer.id
    if forgotten.role is Role.PAYEE:
        return desk.peer.id, None
    order = forgotten.order.value
    ends = [peers.by_node(reader, node) for node in (order.payer_node, order.payee_node)]
    upstream, downstream = ends
    if upstream is None or downstream is None:
        raise schema_invalid("The entry is of a trade that cannot have passed here.")
    return upstream.id, downstream.id


def _recalled(writer: Writer, desk: Desk, forgotten: Forgotten) -> int | None:
    """Return our member's side; what only passed here is booked edge by edge, without."""
    order, role = forgotten.order.value, forgotten.role
    if role is Role.HUB:
        return None
    trade = _billed(writer, desk, order, role) or _trade(writer, desk, forgotten)
    return trade.id


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


def _trade(writer: Writer, desk: Desk, forgotten: Forgotten) -> Trade:
    order, role = forgotten.order.value, forgotten.role
    payer = role is Role.PAYER
    account, other = _member(writer, desk, forgotten)
    member = account.id if account else suspending.account(writer, desk)
    seller_levy, buyer_levy = _levies(writer, order, role)
    trade = Trade(
        id=trades.next_id(writer),
        uuid=_free_id(writer, order.trade_id),
        state=TradeState.HELD if payer else TradeState.PENDING,
        seller=desk.peer.clearing if payer else member,
        buyer=member if payer else desk.peer.clearing,
        other=other,
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


def _member(reader: Reader, desk: Desk, forgotten: Forgotten) -> tuple[Account | None, str]:
    """Return which account of ours an order meant, and who the other side was."""
    order, payer = forgotten.order.value, forgotten.role is Role.PAYER
    own, other = (order.payer, order.payee) if payer else (order.payee, order.payer)
    if not payer and forgotten.sealed is not None:
        told = unsealed(desk, order, forgotten.sealed)
        own, other = (told.payee, told.payer) if told else (own, other)
    if payer and is_beyond(order):
        return _behind(reader, desk, order), other
    number = own_number(desk.exchange, own)
    return (accounts.find(reader, number) if number else None), other


def _behind(reader: Reader, desk: Desk, order: TradeOrder) -> Account | None:
    """Return the account that an order hides from the hub, if a key of ours tells it."""
    for account in accounts.every(reader):
        if is_alias(desk.here, order.payer, order.trade_id, account.number):
            return account
    return None


def _levies(reader: Reader, order: TradeOrder, role: Role) -> tuple[int, int]:
    """Return what our side owed the community on the day of the order."""
    levy = exchanges.load(reader, seconds(order.created_at)).rules.levy
    if role is Role.PAYEE:
        return levy.seller.on(order.dest.amount), 0
    return 0, 0 if order.refund_of else levy.buyer.on(order.source.amount)


def _free_id(reader: Reader, wire_id: str) -> UUID:
    wanted = UUID(wire_id)
    return wanted if trades.by_uuid(reader, wanted) is None else uuid7()
