"""Ending by force what no answer ever came to: in writing, by an admin, after a week.

Our member gets back what was held.  The other node may have committed all the same: our
signed word is sent to it for ever, and if it then shows a receipt the trade is booked
after all, against suspense.
"""

from __future__ import annotations

from cesnode.community import notices, words
from cesnode.community.roles import Actor, Permission
from cesnode.errors import TooEarly, WrongState
from cesnode.ledger.trades import Trade, TradeState
from cesnode.services import acting, noticing
from cesnode.services.authority import visible_trade
from cesnode.services.clearing import books, deciding
from cesnode.services.clearing.arrivals import desk_of
from cesnode.services.clearing.hearing import ABOUT_THE_ORDER
from cesnode.services.clearing.here import Desk, here_of, moment
from cesnode.services.clearing.watching import FORCED, MAY_BE_FORCED
from cesnode.services.incoming import Incoming
from cesnode.store import (
    Reader,
    Writer,
    alarms,
    exchanges,
    forced_voids,
    outbox,
    peers,
    remote_trades,
    trades,
)
from cesnode.store.remote_trades import RemoteTrade
from federation.bodies import Cancel, CancelWhy, Forced
from federation.errors import schema_invalid
from federation.keys import PrivateKey
from federation.objects import ForcedVoid
from federation.signed import Signed, open_signed, sign
from federation.signing import Reply
from federation.trade import Event, Role, State, advance
from federation.wire import VERSION, write

LETTER = "forced_void"


def force(
    writer: Writer, key: PrivateKey, actor: Actor, name: str, *, reason: str, now: int
) -> Trade:
    """Release what is held for a trade without the other node's word.

    Raises:
        NotAllowed, UnknownTrade
        WrongState: it does not wait for another node.
        TooEarly: it has not waited for a week.

    """
    actor.require(Permission.KEEP_PEERS)
    why = words.description(reason)
    trade = visible_trade(writer, actor, name)
    remote = remote_trades.of_trade(writer, trade.id)
    if remote is None or remote.role is not Role.PAYER or remote.state is not State.HELD:
        raise WrongState(ref=trade.ref, state=trade.state, wish="ended by force")
    allowed_from = remote.created_at + MAY_BE_FORCED
    if now < allowed_from:
        raise TooEarly(ref=trade.ref, day=moment(allowed_from).date().isoformat())
    exchange = exchanges.load(writer, now)
    peer = peers.by_id(writer, remote.peer)
    desk = Desk(here_of(exchange, key), exchange, peer, now)
    _force(writer, desk, remote, trade, why)
    subject = f"trade:{trade.uuid}"
    acting.record(writer, exchange, actor, "trade.forced", subject, note=why, now=now)
    return trades.by_id(writer, trade.id)


def told(writer: Writer, incoming: Incoming) -> Reply:
    """The payer's node gave up: keep its word, and answer as to any wish to cancel."""
    desk = desk_of(writer, incoming)
    body = incoming.arrival.body(Forced)
    wire_id = incoming.arrival.parameter("trade_id")
    statement = _statement(writer, desk, wire_id, body)
    wish = Cancel(order=body.order, order_sig=body.order_sig, why=CancelWhy.UNKNOWN)
    reply = deciding.cancel(writer, desk, wire_id, wish)
    remote = remote_trades.by_wire_id(writer, wire_id)
    if remote is None or remote.order.digest != statement.value.order_digest:
        raise schema_invalid("The statement is about another order.")
    if forced_voids.insert(writer, statement, now=desk.now):
        peer, now = desk.peer.id, desk.now
        alarms.insert(writer, peer=peer, kind=FORCED, wire_id=wire_id, now=now)
    return reply


def _force(writer: Writer, desk: Desk, remote: RemoteTrade, trade: Trade, why: str) -> None:
    step = advance(Role.PAYER, remote.state, Event.FORCE)
    statement = sign(
        desk.here.key,
        ForcedVoid(
            v=VERSION,
            trade_id=remote.wire_id,
            order_digest=remote.order.digest,
            payer_node=desk.here.node,
            why=why,
            forced_at=moment(desk.now),
        ),
    )
    books.void(writer, trade, TradeState.VOIDED, now=desk.now)
    noticing.of_trade(writer, trade, notices.VOIDED, but=None, now=desk.now)
    remote_trades.move_on(writer, remote, step.state, now=desk.now)
    forced_voids.insert(writer, statement, now=desk.now)
    outbox.settle(writer, remote.wire_id, kinds=ABOUT_THE_ORDER, now=desk.now)
    body = Forced(
        order=remote.order.raw,
        order_sig=remote.order.signature,
        statement=statement.raw,
        statement_sig=statement.signature,
    )
    outbox.add(
        writer,
        peer=desk.peer.id,
        kind=LETTER,
        wire_id=remote.wire_id,
        parameters={"trade_id": remote.wire_id},
        body=write(body),
        now=desk.now,
    )


def _statement(
    reader: Reader, desk: Desk, wire_id: str, body: Forced
) -> Signed[ForcedVoid]:
    find_key = desk.here.find_key(reader)
    signed = open_signed(ForcedVoid, bytes(body.statement), body.statement_sig, find_key)
    value = signed.value
    if (value.trade_id, value.payer_node) != (wire_id, desk.peer.node):
        raise schema_invalid("The statement is about another trade.")
    return signed
