"""A party of a set-off: looks into its own books, reserves, and gives its word once.

The word given is kept before it is said, and what it says is reserved with it: trades
that would leave less of the debts are refused until the coordinator has decided.
"""

from __future__ import annotations

from cesnode.community import words
from cesnode.community.exchange import Exchange
from cesnode.community.roles import Actor, Permission
from cesnode.errors import (
    DebtSmaller,
    Ended,
    PeerResting,
    SetoffTooEarly,
    SetoffTooLate,
    SetoffTooSmall,
    UnknownPeer,
)
from cesnode.ledger.money import Amount
from cesnode.services.clearing import debts
from cesnode.services.clearing.here import Here, moment, own_unit, seconds
from cesnode.services.clearing.setoffs import (
    booking,
    consenting,
    deciding,
    post,
    recording,
    ruling,
)
from cesnode.services.clearing.watching import MAY_BE_FORCED
from cesnode.store import (
    Reader,
    Writer,
    alarms,
    exchanges,
    peers,
    setoff_parts,
    setoffs,
)
from cesnode.store.peers import Peer
from cesnode.store.setoffs import Setoff
from federation.errors import FederationError
from federation.peering import State
from federation.setoff import amount_of
from federation.setoff_objects import OwnAmount, SetoffAccept, SetoffEdge, SetoffRefusal
from federation.setoff_states import SetoffEvent, SetoffStep, advance
from federation.signed import sign
from federation.wire import VERSION


def agree(writer: Writer, here: Here, actor: Actor, setoff_id: str, *, now: int) -> Setoff:
    """Agree to a set-off that somebody proposed, and reserve what it takes.

    Raises:
        NotAllowed, UnknownSetoff, NotInCircles, Ended, SetoffTooLate
        PeerResting: the agreement with a neighbour in the circle rests.
        DebtSmaller: not so much is owed, or not so much can be reserved.
        SetoffTooSmall: it is less than the smallest part of our currency.

    """
    actor.require(Permission.KEEP_PEERS)
    setoff, exchange = deciding.known(writer, setoff_id), exchanges.load(writer, now)
    consenting.require_part(writer)
    recording.record(writer, exchange, actor, "setoff.agreed", setoff, now=now)
    accept(writer, here, exchange, setoff, now=now)
    return deciding.known(writer, setoff_id)


def decline(
    writer: Writer, here: Here, actor: Actor, setoff_id: str, *, why: str, now: int
) -> Setoff:
    """Refuse a set-off that somebody proposed; nothing of it will be done.

    Raises:
        NotAllowed, UnknownSetoff, Ended

    """
    actor.require(Permission.KEEP_PEERS)
    setoff, exchange = deciding.known(writer, setoff_id), exchanges.load(writer, now)
    step, told = _step(setoff, SetoffEvent.DECLINE), words.description(why)
    word = sign(
        here.key,
        SetoffRefusal(
            v=VERSION,
            setoff_id=setoff.id,
            proposal_digest=setoff.proposal.digest,
            node=here.node,
            why=told,
            refused_at=moment(now),
        ),
    )
    setoffs.put_word(writer, setoff.id, word, now=now)
    setoffs.set_state(writer, setoff, step.state, why=told, now=now)
    post.send_word(writer, setoff, word, now=now)
    recording.record(writer, exchange, actor, "setoff.declined", setoff, note=told, now=now)
    _answered(writer, here, exchange, setoff, now=now)
    return deciding.known(writer, setoff_id)


def force(writer: Writer, actor: Actor, setoff_id: str, *, reason: str, now: int) -> Setoff:
    """Give up what is reserved for a set-off that nobody decides, after a week.

    Our acceptance is not taken back: should the bundle come after all, it is booked.

    Raises:
        NotAllowed, UnknownSetoff, Ended
        SetoffTooEarly

    """
    actor.require(Permission.KEEP_PEERS)
    setoff, exchange = deciding.known(writer, setoff_id), exchanges.load(writer, now)
    step, why = _step(setoff, SetoffEvent.FORCE), words.description(reason)
    allowed_from = (setoff.accepted_at or now) + MAY_BE_FORCED
    if now < allowed_from:
        raise SetoffTooEarly(day=moment(allowed_from).date().isoformat())
    setoffs.set_state(writer, setoff, step.state, why=why, now=now)
    recording.record(writer, exchange, actor, "setoff.forced", setoff, note=why, now=now)
    return deciding.known(writer, setoff_id)


def accept(
    writer: Writer, here: Here, exchange: Exchange, setoff: Setoff, *, now: int
) -> None:
    """Promise our part, having looked that it is there."""
    step, proposal = _step(setoff, SetoffEvent.AGREE), setoff.proposal.value
    if now >= seconds(proposal.expires_at):
        raise SetoffTooLate(day=proposal.expires_at.date().isoformat())
    amounts = tuple(
        _own_amount(writer, here, exchange, edge) for edge in proposal.edges_of(here.node)
    )
    word = sign(
        here.key,
        SetoffAccept(
            v=VERSION,
            setoff_id=setoff.id,
            proposal_digest=setoff.proposal.digest,
            node=here.node,
            amounts=amounts,
            accepted_at=moment(now),
        ),
    )
    setoffs.put_word(writer, setoff.id, word, now=now)
    for _, part in booking.parts_in(writer, here, word.value):
        setoff_parts.put(writer, part)
    setoffs.set_state(writer, setoff, step.state, why=None, now=now)
    post.send_word(writer, setoff, word, now=now)
    _answered(writer, here, exchange, setoff, now=now)


def _own_amount(
    reader: Reader, here: Here, exchange: Exchange, edge: SetoffEdge
) -> OwnAmount:
    """Return what an edge is in our currency, if so much stands and is free."""
    we_owe = edge.debtor == here.node
    peer = _neighbour(reader, edge.creditor if we_owe else edge.debtor)
    debt = debts.we_owe(reader, peer) if we_owe else debts.they_owe(reader, peer)
    amount = amount_of(edge.hours, own_unit(exchange))
    if not amount:
        raise SetoffTooSmall(currency=exchange.currency.plural)
    within = consenting.hours_in(exchange, peer, debt) >= edge.hours
    if amount > debt.free or not within:
        free = max(0, min(debt.free, amount - 1))
        raise DebtSmaller(
            owed=Amount(free, exchange.currency),
            excess=Amount(amount - free, exchange.currency),
        )
    money = debts.own_money(exchange, amount)
    return OwnAmount(debtor=edge.debtor, creditor=edge.creditor, amount=money)


def _neighbour(reader: Reader, node: str) -> Peer:
    peer = peers.by_node(reader, node)
    if peer is None:
        raise UnknownPeer(peer=node)
    if peer.recovering:
        raise PeerResting(name=peer.name, state="recovering")
    if peer.state is not State.ACTIVE:
        raise PeerResting(name=peer.name, state=peer.state)
    return peer


def _step(setoff: Setoff, event: SetoffEvent) -> SetoffStep:
    try:
        return advance(setoff.state, event)
    except FederationError:
        raise Ended(state=setoff.state) from None


def _answered(
    writer: Writer, here: Here, exchange: Exchange, setoff: Setoff, *, now: int
) -> None:
    """Call nobody any more; where we coordinate it, ours was perhaps the last word."""
    alarms.settle_about(
        writer, peer=setoff.via, kind=deciding.ASKS, wire_id=setoff.id, now=now
    )
    given = deciding.known(writer, setoff.id)
    ruling.conclude(writer, here, exchange, given, now=now)
