"""A hub's part: an order that is neither from nor for anybody here is passed on, or not.

1. What is passed on is held on both edges first; from then on only the payee's node can
   say no, and we answer nothing of our own accord.
2. An order goes from the payer's own node to the payee's own node, with us alone between.
3. After an old backup was put back, an order from before may have been passed on already:
   it is taken up again whatever our rules say, and the payee's node is asked to abort it.
"""

from __future__ import annotations

from http import HTTPStatus

from msgspec.structs import replace

from cesnode.errors import NodeError
from cesnode.services.clearing import answers, books, letters, opening, transit
from cesnode.services.clearing.accepting import quoted
from cesnode.services.clearing.drafting import direct_hop
from cesnode.services.clearing.here import Desk, moment, own_unit, peer_unit, seconds
from cesnode.services.clearing.limits import require_volume
from cesnode.services.clearing.opening import Opened
from cesnode.services.clearing.transit import Toll
from cesnode.services.posting import check_limits
from cesnode.store import (
    Reader,
    Writer,
    accounts,
    holds,
    outbox,
    peers,
    remote_trades,
    trades,
)
from cesnode.store.peers import Peer
from cesnode.store.remote_trades import RemoteTrade
from federation import hops, rates
from federation.bodies import CancelWhy, Hop, Prepare, Undecided
from federation.chain import Edge
from federation.errors import FederationError, Problem, schema_invalid
from federation.objects import HopQuote, Mode, TradeOrder
from federation.peering import State as PeerState
from federation.signed import Signed
from federation.signing import Reply
from federation.trade import Effect, Event, Role, State, advance
from federation.wire import write

FORWARDED = "FORWARDED"


def prepare(writer: Writer, desk: Desk, found: Opened, body: Prepare) -> Reply:
    """Answer an order that is for another node: passed on, or never to be."""
    order = found.order
    if body.sealed is None:
        raise schema_invalid("What passes a hub is sealed for the payee's node.")
    known = opening.known(writer, desk, order)
    if known is not None:
        return _again(writer, desk, known, body.hop)
    onward = peers.by_node(writer, order.value.payee_node)
    _require_memory(desk.peer, onward)
    problem = _objection(writer, desk, found, onward, body.hop)
    if onward is None or (problem and not _is_old(desk, onward, order.value)):
        reason = problem or Problem.NOT_ROUTABLE
        return _refuse(writer, desk, order, body.hop, reason, Event.REFUSE)
    remote = _take_on(writer, desk, onward, order, body)
    if problem is None:
        _send_on(writer, desk, remote)
    else:
        letters.cancel(writer, desk, remote, CancelWhy.UNKNOWN)
    return answers.stored(writer, desk.here, remote)


def cancel(writer: Writer, desk: Desk, order: Signed[TradeOrder]) -> Reply:
    """Abort what was never passed on; of what was, ask the payee's node to."""
    known = opening.known(writer, desk, order)
    onward = peers.by_node(writer, order.value.payee_node)
    if known is None:
        _require_memory(desk.peer, onward)
        if onward is not None and _is_old(desk, onward, order.value):
            detail = "This node may have passed the order on; please send it again."
            raise FederationError(Problem.BUSY, detail)
        hop = direct_hop(order.value)
        return _refuse(writer, desk, order, hop, Problem.EXPIRED, Event.CANCEL)
    step = advance(Role.HUB, known.state, Event.CANCEL)
    if Effect.QUEUE_CANCEL in step.effects:
        letters.cancel(writer, desk, known, CancelWhy.USER)
        return Reply(HTTPStatus.ACCEPTED, write(Undecided(state=FORWARDED)))
    return answers.stored(writer, desk.here, known)


def price(desk: Desk, onward: Peer, dest: int) -> Toll:
    """Return what has to arrive here so that `dest` arrives at the node after us."""
    ours = own_unit(desk.exchange)
    onwards = rates.source_for(dest, rates.rate(ours, peer_unit(onward)))
    return Toll(rates.through_hub(onwards, desk.peer.hub_fee), onwards)


def require_passage(desk: Desk, onward: Peer | None, path: tuple[str, ...]) -> Peer:
    """Return the peer a way leads on to, if trades may pass between it and the asker.

    Raises:
        FederationError: the way is too long, or nothing passes here on it just now.

    """
    if path[:1] != (desk.peer.node,) or path[1:-1] != (desk.here.node,):
        detail = "This node passes on from the payer's own node to the payee's own node."
        raise FederationError(Problem.HOP_LIMIT, detail)
    if onward is None or not (desk.peer.allow_as_hub and onward.allow_as_hub):
        detail = "Trades do not pass through here on that way."
        raise FederationError(Problem.NOT_ROUTABLE, detail)
    if {desk.peer.state, onward.state} != {PeerState.ACTIVE}:
        raise FederationError(Problem.PEER_PAUSED, "One of the two peerings rests.")
    return onward


def _objection(
    reader: Reader, desk: Desk, found: Opened, onward: Peer | None, hop: Hop
) -> Problem | None:
    """Say why an order is not passed on, if it is not."""
    order, now = found.order.value, moment(desk.now)
    if not found.proven:  # It comes from another hub; with one in between we know both.
        return Problem.HOP_LIMIT
    try:
        onward = require_passage(desk, onward, order.path)
        hops.check_time(min(order.expires_at, hop.expires_at), now)
        hops.onward_expiry(hop.expires_at, now)
        _check_price(reader, desk, onward, order, hop)
        _check_limits(reader, desk, onward, order, hop)
    except FederationError as error:
        return error.problem
    except NodeError:  # One of the limits; which of them is nobody else's business.
        return Problem.LIMIT_EXCEEDED
    return None


def _price(reader: Reader, desk: Desk, onward: Peer, order: TradeOrder) -> Toll:
    """Return what passes for this order: as we quoted it, else by the rates of today."""
    quote = quoted(reader, desk, order)
    if quote is not None and isinstance(quote.value, HopQuote):
        arriving = quote.value.arriving.amount
        return Toll(arriving, arriving - quote.value.fee)
    return price(desk, onward, order.dest.amount)


def _toll(reader: Reader, desk: Desk, onward: Peer, order: TradeOrder, hop: Hop) -> Toll:
    """Return what passes: never more than arrives, whatever rounding says."""
    wanted = _price(reader, desk, onward, order)
    return Toll(hop.amount, min(wanted.onward, hop.amount))


def _check_price(
    reader: Reader, desk: Desk, onward: Peer, order: TradeOrder, hop: Hop
) -> None:
    ours, up, down = own_unit(desk.exchange), peer_unit(desk.peer), peer_unit(onward)
    units = (hop.currency, hop.scale, order.dest.currency, order.dest.scale)
    if units != (ours.currency, ours.scale, down.currency, down.scale):
        raise FederationError(Problem.AMOUNT_INVALID, "The hop is in another currency.")
    if quoted(reader, desk, order) is None:
        asked = (order.source, ours.money(hop.amount))
        rates.check_rate(Mode.FIXED_RECEIVE, asked, up, ours)
    if abs(hop.amount - _price(reader, desk, onward, order).arriving) > rates.TOLERANCE:
        detail = "The price has changed since the quote; please look at the new one."
        raise FederationError(Problem.RATE_CHANGED, detail)


def _check_limits(
    reader: Reader, desk: Desk, onward: Peer, order: TradeOrder, hop: Hop
) -> None:
    now, toll = desk.now, _toll(reader, desk, onward, order, hop)
    require_volume(reader, desk.exchange, desk.peer, -toll.arriving, now=now)
    require_volume(reader, desk.exchange, onward, toll.onward, now=now)
    trade = transit.draft(reader, order, desk.peer, onward, toll, now=now)
    sides = [accounts.by_id(reader, each.clearing) for each in (desk.peer, onward)]
    check_limits(desk.exchange, books.movement(trade).entries, sides)


def _again(writer: Writer, desk: Desk, known: RemoteTrade, hop: Hop) -> Reply:
    """Answer an order that came before; if its entry here was lost, write it now."""
    advance(Role.HUB, known.state, Event.PREPARE)
    edge = Edge(desk.peer.node, desk.here.node)
    if transit.lacks(writer, edge, known):
        _require_memory(desk.peer)
        ours = own_unit(desk.exchange)
        asked = (known.order.value.source, ours.money(hop.amount))
        rates.check_rate(Mode.FIXED_RECEIVE, asked, peer_unit(desk.peer), ours)
        transit.complete_upstream(writer, desk, known, hop)
    return answers.stored(writer, desk.here, known)


def _take_on(
    writer: Writer, desk: Desk, onward: Peer, order: Signed[TradeOrder], body: Prepare
) -> RemoteTrade:
    """Hold on both edges what the order moves; the limits have been looked at."""
    step = advance(Role.HUB, State.UNSEEN, Event.PREPARE)
    toll = _toll(writer, desk, onward, order.value, body.hop)
    trade = transit.draft(writer, order.value, desk.peer, onward, toll, now=desk.now)
    trades.insert(writer, trade, salt=b"")
    holds.insert(
        writer, trade=trade.id, entries=books.movement(trade).entries, now=desk.now
    )
    remote = replace(
        _remote(desk, order, body.hop, step.state),
        trade=trade.id,
        downstream=onward.id,
        sealed=body.sealed,
        expires_at=seconds(body.hop.expires_at - hops.MARGIN),
    )
    remote_trades.insert(writer, remote)
    return remote


def _send_on(writer: Writer, desk: Desk, remote: RemoteTrade) -> None:
    order = remote.order
    prepare = Prepare(
        order=order.raw,
        order_sig=order.signature,
        hop=transit.onward_hop(writer, desk, remote),
        sealed=remote.sealed,
    )
    outbox.add(
        writer,
        peer=remote.peer,
        kind="prepare",
        wire_id=remote.wire_id,
        parameters={"trade_id": remote.wire_id},
        body=write(prepare),
        now=desk.now,
    )


def _refuse(
    writer: Writer,
    desk: Desk,
    order: Signed[TradeOrder],
    hop: Hop,
    problem: Problem,
    event: Event,
) -> Reply:
    """Sign that this order goes no further, and never will."""
    step = advance(Role.HUB, State.UNSEEN, event)
    remote = _remote(desk, order, hop, step.state)
    ack = transit.acknowledge(desk, remote, problem)
    remote = replace(remote, proof=ack, reason=problem)
    remote_trades.insert(writer, remote)
    return answers.stored(writer, desk.here, remote)


def _remote(desk: Desk, order: Signed[TradeOrder], hop: Hop, state: State) -> RemoteTrade:
    return RemoteTrade(
        wire_id=order.value.trade_id,
        role=Role.HUB,
        state=state,
        trade=None,
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


def _is_old(desk: Desk, onward: Peer, order: TradeOrder) -> bool:
    """Whether we may have passed an order on and forgotten it since (rule 3)."""
    recovered = [each.recovered_at or 0 for each in (desk.peer, onward)]
    return seconds(order.created_at) <= max(recovered)


def _require_memory(*sides: Peer | None) -> None:
    """Pass nothing on while a peer may know of something that we have forgotten."""
    if any(each is not None and each.recovering for each in sides):
        raise FederationError(Problem.MAINTENANCE, "This node is recovering its books.")
