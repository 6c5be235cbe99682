"""The seller's side: this node decides, once, and signs what it decided.

1. A known id with the same order gets the stored decision; with another, a conflict.
2. Whatever our rules say no to is decided at once, and signed; a person may be asked.
3. The limits, the account and the time are looked at in the transaction that decides.
"""

from __future__ import annotations

import secrets

from msgspec.structs import replace

from cesnode.community import notices
from cesnode.community.notices import Sides
from cesnode.errors import PeerResting, WrongState
from cesnode.ledger import chain
from cesnode.ledger.accounts import Account
from cesnode.ledger.trades import Trade, TradeState, Wish
from cesnode.services import noticing
from cesnode.services.clearing import answers, books, opening, passing
from cesnode.services.clearing.accepting import Asked, asked_of, objection
from cesnode.services.clearing.drafting import direct_hop
from cesnode.services.clearing.here import Desk, seconds
from cesnode.services.clearing.verdicts import abort, append, commit, receipt_of, tell
from cesnode.services.identifiers import uuid7
from cesnode.store import (
    Reader,
    Writer,
    accounts,
    remote_trades,
    requests,
    trades,
)
from cesnode.store.remote_trades import RemoteTrade
from federation.bodies import Cancel, Hop, Prepare
from federation.errors import FederationError, Problem
from federation.objects import Outcome, TradeOrder
from federation.peering import ALLOWED, Need
from federation.signed import Signed
from federation.signing import Reply
from federation.trade import Event, Role, State, advance


def prepare(writer: Writer, desk: Desk, wire_id: str, body: Prepare) -> Reply:
    """Answer an order: with the decision, or that a person will decide."""
    found = opening.opened(writer, desk, wire_id, body)
    order = found.order
    opening.check_hop(desk, order, body)
    if order.value.payee_node != desk.here.node:
        return passing.prepare(writer, desk, found, body)
    known = opening.known(writer, desk, order)
    if known is not None:
        advance(Role.PAYEE, known.state, Event.PREPARE)
        return answers.stored(writer, desk.here, known)
    _require_memory(desk)
    told = opening.told(desk, order.value, body)
    asked = asked_of(writer, desk, order.value, told) if told else None
    both = (told, asked) if told and asked else None
    clearing = accounts.by_id(writer, desk.peer.clearing)
    problem = objection(writer, desk, found, body.hop, both, clearing)
    if problem is not None or asked is None:
        reason = problem or Problem.PAYEE_UNAVAILABLE
        step = advance(Role.PAYEE, State.UNSEEN, Event.REFUSE)
        remote = _refuse(writer, desk, order, body.hop, step.state, reason)
        return answers.stored(writer, desk.here, remote)
    remote = _remote(desk, order, body.hop, State.UNSEEN, sealed=body.sealed)
    if asked.payee.asks and asked.bill is None:
        step = advance(Role.PAYEE, State.UNSEEN, Event.PREPARE_TO_ASK)
        waiting = replace(remote, state=step.state)
        remote = _hold(writer, desk, waiting, asked, clearing)
        return answers.stored(writer, desk.here, remote)
    step = advance(Role.PAYEE, State.UNSEEN, Event.PREPARE)
    remote = replace(remote, state=step.state)
    return _accept(writer, desk, remote, asked, clearing)


def cancel(writer: Writer, desk: Desk, wire_id: str, body: Cancel) -> Reply:
    """Abort what is not decided; what was never heard of gets a tombstone."""
    order = opening.opened(writer, desk, wire_id, body).order
    if order.value.payee_node != desk.here.node:
        return passing.cancel(writer, desk, order)
    known = opening.known(writer, desk, order)
    before = known.state if known else State.UNSEEN
    step = advance(Role.PAYEE, before, Event.CANCEL)
    if step.state is not before:
        _require_memory(desk)
    if known is None:
        hop = direct_hop(order.value)
        known = _refuse(writer, desk, order, hop, step.state, Problem.EXPIRED)
    elif step.state is not before:
        known = abort(writer, desk, known, step.state, Problem.EXPIRED)
        _tell(writer, desk, known, notices.VOIDED)
    return answers.stored(writer, desk.here, known)


def read(reader: Reader, desk: Desk, wire_id: str) -> Reply:
    """Answer what is known of a trade, to the node it came from."""
    known = remote_trades.by_wire_id(reader, wire_id)
    if known is None or known.upstream != desk.peer.id:
        return answers.unknown()
    return answers.stored(reader, desk.here, known)


def approve(
    writer: Writer, desk: Desk, remote: RemoteTrade, *, by: int | None
) -> RemoteTrade:
    """Our member agrees to receive: decide now, all checks again, and tell the peer.

    Raises:
        PeerResting: nothing can be decided with this peer just now.
        WrongState: the time the order was given is over.
        LimitExceeded: the limits of today do not allow it.

    """
    step = advance(Role.PAYEE, remote.state, Event.APPROVE)
    trade = trades.by_id(writer, remote.trade or 0)
    _require_recovered(desk)
    if Need.FINISH not in ALLOWED[desk.peer.state]:
        raise PeerResting(name=desk.peer.name, state=desk.peer.state)
    if remote.expires_at <= desk.now:
        raise WrongState(ref=trade.ref, state="expired", wish=Wish.ACCEPT)
    seq = books.post_pending(writer, desk.exchange, trade, now=desk.now)
    decided = commit(writer, desk, remote, step.state, seq)
    tell(writer, desk, decided)
    _tell(writer, desk, decided, notices.POSTED_ABROAD, but=by)
    return decided


def decline(
    writer: Writer,
    desk: Desk,
    remote: RemoteTrade,
    event: Event,
    *,
    by: int | None = None,
) -> RemoteTrade:
    """Our member does not want it, or nobody answered in time: abort and tell the peer.

    Raises:
        PeerResting: our books with this peer are being recovered.

    """
    _require_recovered(desk)
    step = advance(Role.PAYEE, remote.state, event)
    problem = Problem.EXPIRED if event is Event.LAPSE else Problem.PAYEE_UNAVAILABLE
    decided = abort(writer, desk, remote, step.state, problem)
    tell(writer, desk, decided)
    _tell(writer, desk, decided, notices.VOIDED, but=by)
    return decided


def _require_memory(desk: Desk) -> None:
    """Decide nothing while a peer may know of a decision that we have forgotten."""
    if desk.peer.recovering:
        raise FederationError(Problem.MAINTENANCE, "This node is recovering its books.")


def _require_recovered(desk: Desk) -> None:
    if desk.peer.recovering:
        raise PeerResting(name=desk.peer.name, state="recovering")


def _hold(
    writer: Writer, desk: Desk, remote: RemoteTrade, asked: Asked, clearing: Account
) -> RemoteTrade:
    """Store the trade, and hold it until our member has agreed."""
    trade, _ = _stored(writer, asked.trade)
    sides = (asked.payee.account, clearing)
    remote = replace(remote, trade=trade.id)
    remote_trades.insert(writer, remote)
    books.hold(writer, desk.exchange, trade, sides, now=desk.now)
    noticing.of_trade(writer, trade, notices.TO_CONFIRM, but=None, now=desk.now)
    return remote


def _accept(
    writer: Writer, desk: Desk, remote: RemoteTrade, asked: Asked, clearing: Account
) -> Reply:
    """Post the trade at once, and sign that it is; the limits have been looked at."""
    trade, bill, exchange = asked.trade, asked.bill, desk.exchange
    if bill is not None:
        requests.pay(writer, bill.request_id, wire_id=remote.wire_id)
        seq = books.post_held(writer, exchange, trade, now=desk.now)
    else:
        trade, salt = _stored(writer, replace(trade, state=TradeState.POSTED))
        sides = (asked.payee.account, clearing)
        seq = books.post_new(writer, exchange, trade, sides, salt, now=desk.now)
    noticing.of_trade(writer, trade, notices.POSTED_ABROAD, but=None, now=desk.now)
    receipt = receipt_of(desk, remote.order, Outcome.COMMITTED)
    remote_trades.insert(writer, replace(remote, trade=trade.id, proof=receipt))
    entry = append(writer, desk, remote.order, remote.hop, seq)
    return answers.accepted(receipt, entry)


def _stored(writer: Writer, trade: Trade) -> tuple[Trade, bytes]:
    """Store our side of an order, under another id where a trade of ours has that one."""
    salt = secrets.token_bytes(chain.SALT_BYTES)
    if not trades.insert(writer, trade, salt=salt):
        trade = replace(trade, uuid=uuid7())
        trades.insert(writer, trade, salt=salt)
    return trade, salt


def _tell(
    writer: Writer,
    desk: Desk,
    remote: RemoteTrade,
    sides: Sides,
    *,
    but: int | None = None,
) -> None:
    """Let our member know, and whoever else holds the account."""
    trade = trades.by_id(writer, remote.trade or 0)
    noticing.of_trade(writer, trade, sides, but=but, now=desk.now)


def _refuse(
    writer: Writer,
    desk: Desk,
    order: Signed[TradeOrder],
    hop: Hop,
    state: State,
    problem: Problem,
) -> RemoteTrade:
    """Sign that this order is aborted for ever; no account of ours hears of it."""
    receipt = receipt_of(desk, order, Outcome.ABORTED, problem)
    remote = replace(_remote(desk, order, hop, state), proof=receipt, reason=problem)
    remote_trades.insert(writer, remote)
    return remote


def _remote(
    desk: Desk,
    order: Signed[TradeOrder],
    hop: Hop,
    state: State,
    *,
    sealed: str | None = None,
) -> RemoteTrade:
    return RemoteTrade(
        wire_id=order.value.trade_id,
        role=Role.PAYEE,
        state=state,
        trade=None,
        upstream=desk.peer.id,
        downstream=None,
        order=order,
        hop=hop,
        sealed=sealed,
        proof=None,
        reason=None,
        expires_at=seconds(min(order.value.expires_at, hop.expires_at)),
        created_at=desk.now,
        updated_at=desk.now,
    )
