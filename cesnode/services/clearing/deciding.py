"""The seller's side: this node decides, once, and signs what it decided.

1. A known id with the same order gets the stored decision; with another, a conflict.
2. Whatever our rules say no to is decided at once, and signed; a person may be asked.
3. The limits, the account and the time are looked at in the transaction that decides.
"""

from __future__ import annotations

import secrets

from msgspec.structs import replace

from cesnode.errors import PeerResting, WrongState
from cesnode.ledger import chain
from cesnode.ledger.accounts import Account
from cesnode.ledger.trades import Wish
from cesnode.services.clearing import answers, books
from cesnode.services.clearing.accepting import bill_of, draft, objection, payee_of
from cesnode.services.clearing.here import Desk, seconds
from cesnode.services.clearing.ordering import direct_hop
from cesnode.services.clearing.verdicts import abort, commit, receipt_of, tell
from cesnode.services.clearing.wording import require_legible
from cesnode.store import (
    Reader,
    Writer,
    remote_trades,
    requests,
    trades,
)
from cesnode.store.remote_trades import RemoteTrade
from federation import hops
from federation.bodies import Cancel, Hop, Prepare
from federation.errors import FederationError, Problem, schema_invalid
from federation.objects import Outcome, TradeOrder
from federation.peering import ALLOWED, Need
from federation.seal import description_hash
from federation.signed import Signed, open_signed
from federation.signing import Reply
from federation.trade import Event, Role, State, advance


def prepare(writer: Writer, desk: Desk, wire_id: str, body: Prepare) -> Reply:
    """Answer an order: with the decision, or that a person will decide."""
    order = _opened(writer, desk, wire_id, body)
    _check_hop(desk, order, body)
    known = _known(writer, desk, order)
    if known is not None:
        advance(Role.PAYEE, known.state, Event.PREPARE)
        return answers.stored(writer, desk.here, known)
    _require_memory(desk)
    payee = payee_of(writer, desk.exchange, order.value)
    problem = objection(writer, desk, order.value, payee)
    if problem is not None or payee is None:
        reason = problem or Problem.PAYEE_UNAVAILABLE
        step = advance(Role.PAYEE, State.UNSEEN, Event.REFUSE)
        remote = _refuse(writer, desk, order, body.hop, step.state, reason)
        return answers.stored(writer, desk.here, remote)
    asks = payee.asks and bill_of(writer, order.value, payee.account) is None
    event = Event.PREPARE_TO_ASK if asks else Event.PREPARE
    step = advance(Role.PAYEE, State.UNSEEN, event)
    remote = _accept(writer, desk, order, body, payee.account, step.state)
    return answers.stored(writer, desk.here, remote, first=True)


def cancel(writer: Writer, desk: Desk, wire_id: str, body: Cancel) -> Reply:
    """Abort what is not decided; what was never heard of gets a tombstone."""
    order = _opened(writer, desk, wire_id, body)
    known = _known(writer, desk, order)
    before = known.state if known else State.UNSEEN
    step = advance(Role.PAYEE, before, Event.CANCEL)
    if step.state is not before:
        _require_memory(desk)
    if known is None:
        hop = direct_hop(order.value)
        known = _refuse(writer, desk, order, hop, step.state, Problem.EXPIRED)
    elif step.state is not before:
        known = abort(writer, desk, known, step.state, Problem.EXPIRED)
    return answers.stored(writer, desk.here, known)


def read(reader: Reader, desk: Desk, wire_id: str) -> Reply:
    """Answer what is known of a trade, to the node it came from."""
    known = remote_trades.by_wire_id(reader, wire_id)
    if known is None or known.upstream != desk.peer.id:
        return answers.unknown()
    return answers.stored(reader, desk.here, known)


def approve(writer: Writer, desk: Desk, remote: RemoteTrade) -> RemoteTrade:
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
    return decided


def decline(writer: Writer, desk: Desk, remote: RemoteTrade, event: Event) -> RemoteTrade:
    """Our member does not want it, or nobody answered in time: abort and tell the peer.

    Raises:
        PeerResting: our books with this peer are being recovered.

    """
    _require_recovered(desk)
    step = advance(Role.PAYEE, remote.state, event)
    problem = Problem.EXPIRED if event is Event.LAPSE else Problem.PAYEE_UNAVAILABLE
    decided = abort(writer, desk, remote, step.state, problem)
    tell(writer, desk, decided)
    return decided


def _require_memory(desk: Desk) -> None:
    """Decide nothing while a peer may know of a decision that we have forgotten."""
    if desk.peer.recovering:
        raise FederationError(Problem.MAINTENANCE, "This node is recovering its books.")


def _require_recovered(desk: Desk) -> None:
    if desk.peer.recovering:
        raise PeerResting(name=desk.peer.name, state="recovering")


def _opened(
    reader: Reader, desk: Desk, wire_id: str, body: Prepare | Cancel
) -> Signed[TradeOrder]:
    """Prove an order, and that it is for this node, from the one that sent it."""
    find_key = desk.here.find_key(reader)
    order = open_signed(TradeOrder, bytes(body.order), body.order_sig, find_key)
    value = order.value
    if value.trade_id != wire_id:
        raise schema_invalid("The order is that of another trade.")
    hops.check_sender(value, desk.here.node, desk.peer.node)
    if (value.payer_node, value.payee_node) != (desk.peer.node, desk.here.node):
        detail = "This node does not take part in trades between others."
        raise FederationError(Problem.NOT_ROUTABLE, detail)
    return order


def _check_hop(desk: Desk, order: Signed[TradeOrder], body: Prepare) -> None:
    """Refuse what is not what it says, before anything is remembered of it."""
    value, hop = order.value, body.hop
    if (hop.from_node, hop.to_node) != (desk.peer.node, desk.here.node):
        raise schema_invalid("The hop does not lead from you to us.")
    if (hop.amount, hop.currency, hop.scale) != (
        value.dest.amount,
        value.dest.currency,
        value.dest.scale,
    ):
        raise schema_invalid("The hop does not bring what the order says.")
    told = description_hash(description=body.description, sealed=body.sealed)
    if told != value.description_hash:
        raise schema_invalid("The description is not the one that was signed.")
    if body.description is not None:
        require_legible(body.description)


def _known(reader: Reader, desk: Desk, order: Signed[TradeOrder]) -> RemoteTrade | None:
    known = remote_trades.by_wire_id(reader, order.value.trade_id)
    if known is None:
        return None
    if known.order.digest != order.digest or known.upstream != desk.peer.id:
        detail = "This id was used for another order."
        raise FederationError(Problem.TRADE_CONFLICT, detail)
    return known


def _accept(
    writer: Writer,
    desk: Desk,
    order: Signed[TradeOrder],
    body: Prepare,
    payee: Account,
    state: State,
) -> RemoteTrade:
    """Store the trade; post it at once, or hold it until our member has agreed."""
    bill = bill_of(writer, order.value, payee)
    if bill is not None:
        trade = trades.by_id(writer, bill.trade)
        requests.pay(writer, bill.request_id, wire_id=order.value.trade_id)
    else:
        trade = draft(writer, desk, order.value, payee)
        trade = replace(trade, description=body.description)
        trades.insert(writer, trade, salt=secrets.token_bytes(chain.SALT_BYTES))
    remote = _remote(desk, order, body.hop, State.PENDING, trade=trade.id)
    remote_trades.insert(writer, remote)
    if state is State.PENDING:
        books.hold(writer, desk.exchange, trade, now=desk.now)
        return remote
    seq = books.post_held(writer, desk.exchange, trade, now=desk.now)
    return commit(writer, desk, remote, state, seq)


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
    remote = replace(
        _remote(desk, order, hop, state, trade=None), proof=receipt, reason=problem
    )
    remote_trades.insert(writer, remote)
    return remote


def _remote(
    desk: Desk, order: Signed[TradeOrder], hop: Hop, state: State, *, trade: int | None
) -> RemoteTrade:
    return RemoteTrade(
        wire_id=order.value.trade_id,
        role=Role.PAYEE,
        state=state,
        trade=trade,
        upstream=desk.peer.id,
        downstream=None,
        order=order,
        hop=hop,
        sealed=None,
        proof=None,
        reason=None,
        expires_at=seconds(order.value.expires_at),
        created_at=desk.now,
        updated_at=desk.now,
    )
