"""What a decision does here: it is kept, passed on, and the books follow it.

Whoever tells it, by a letter or by an entry of a chain, it is the same step: every
signature in it has held, the first decision counts, and the other one is a proof.
"""

from __future__ import annotations

from cesnode.community.exchange import Exchange
from cesnode.community.roles import OPERATOR, Actor, Permission
from cesnode.errors import Ended, NoContradiction, UnknownSetoff
from cesnode.services.clearing import hearing
from cesnode.services.clearing.here import Desk, Here
from cesnode.services.clearing.setoffs import booking, post, recording
from cesnode.store import (
    Reader,
    Writer,
    alarms,
    exchanges,
    outbox,
    peers,
    setoff_debts,
    setoffs,
)
from cesnode.store.peers import Peer
from cesnode.store.setoffs import Ruling, Setoff
from federation.bodies import Link
from federation.errors import schema_invalid
from federation.objects import ChainEntry
from federation.setoff_objects import SetoffBundle, open_bundle, proposal_in
from federation.setoff_states import (
    UNDECIDED,
    SetoffEffect,
    SetoffEvent,
    SetoffState,
    advance,
)
from federation.signed import Signed, holds

ASKS = "setoff"
"""The alarm that asks our people for an answer."""
WAITS = ("setoff-waiting", "setoff-stuck", "setoff-may-be-forced")
"""The alarms that tell how long something is reserved."""


def known(reader: Reader, setoff_id: str) -> Setoff:
    """Return a set-off.

    Raises:
        UnknownSetoff

    """
    found = setoffs.find(reader, setoff_id)
    if found is None:
        raise UnknownSetoff(setoff=setoff_id)
    return found


def remember(
    writer: Writer, here: Here, bundle: Signed[SetoffBundle], via: Peer, *, now: int
) -> Setoff:
    """Return the set-off of a proven bundle; one we have forgotten is kept anew."""
    found = setoffs.find(writer, bundle.value.setoff_id)
    if found is not None:
        return found
    proposal = proposal_in(bundle.value, here.find_key(writer))
    ours = proposal.value.coordinator == here.node
    setoffs.insert(writer, proposal, via=None if ours else via.id, now=now)
    return known(writer, bundle.value.setoff_id)


def take(
    writer: Writer,
    here: Here,
    exchange: Exchange,
    setoff: Setoff,
    ruling: Ruling,
    *,
    via: Peer | None,
    applying: bool = False,
    now: int,
) -> Setoff:
    """Act on a proven decision, told by `via`; with `applying`, by an entry of its own."""
    held = setoff.decision
    if held is not None and held.digest == ruling.digest:
        return setoff
    event = _event(ruling)
    step = advance(setoff.state, event)
    but = via.id if via else None
    if held is not None:  # Whatever the other one is, the coordinator has signed two.
        _accuse(writer, here, exchange, setoff, ruling, via, now=now)
        return known(writer, setoff.id)
    setoffs.decide(writer, setoff, step.state, ruling, now=now)
    _call_nobody(writer, setoff, now=now)
    if SetoffEffect.FLAG in step.effects:
        alarms.insert(writer, peer=but, kind="recovered", wire_id=setoff.id, now=now)
    if holds(ruling, SetoffBundle):
        skip = but if applying else None
        booking.commit(writer, here, exchange, ruling, but=skip, now=now)
        setoff_debts.forget(writer, before=now + 1)  # They are not what they were.
    post.spread(writer, setoff, ruling, but=but, now=now)
    recording.record(writer, exchange, OPERATOR, f"setoff.{step.state}", setoff, now=now)
    return known(writer, setoff.id)


def enter(writer: Writer, desk: Desk, entry: Signed[ChainEntry], link: Link) -> bool:
    """Apply an entry of a set-off; return False where people have to decide first.

    Raises:
        FederationError: the bundle that it comes with does not prove it.

    """
    bundle = _bundle_of(writer, desk, entry, link)
    setoff = remember(writer, desk.here, bundle, desk.peer, now=desk.now)
    setoff = take(
        writer,
        desk.here,
        desk.exchange,
        setoff,
        bundle,
        via=desk.peer,
        applying=True,
        now=desk.now,
    )
    if setoff.bundle is None or setoff.bundle.digest != bundle.digest:
        return False
    booking.book(writer, desk, entry, bundle)
    return True


def honour(writer: Writer, here: Here, actor: Actor, setoff_id: str, *, now: int) -> Setoff:
    """Hold to the bundle, though the coordinator has also signed an abort.

    Raises:
        NotAllowed, UnknownSetoff
        NoContradiction: it is not so that both exist, and the abort came first.

    """
    actor.require(Permission.KEEP_PEERS)
    setoff = known(writer, setoff_id)
    bundle = setoff.contradiction
    if setoff.state is not SetoffState.ABORTED or bundle is None:
        raise NoContradiction(setoff=setoff_id)
    if not holds(bundle, SetoffBundle):
        raise NoContradiction(setoff=setoff_id)
    advance(setoff.state, SetoffEvent.HONOUR)
    exchange = exchanges.load(writer, now)
    setoffs.honour(writer, setoff, bundle)
    booking.commit(writer, here, exchange, bundle, now=now)
    recording.record(writer, exchange, actor, "setoff.honoured", setoff, now=now)
    return known(writer, setoff_id)


def require_undecided(setoff: Setoff) -> None:
    if setoff.state not in UNDECIDED:
        raise Ended(state=setoff.state)


def _event(ruling: Ruling) -> SetoffEvent:
    is_bundle = isinstance(ruling.value, SetoffBundle)
    return SetoffEvent.BUNDLE if is_bundle else SetoffEvent.ABORT


def _bundle_of(
    writer: Writer, desk: Desk, entry: Signed[ChainEntry], link: Link
) -> Signed[SetoffBundle]:
    """Return the bundle an entry books: proven, or proven before."""
    known_one = setoffs.by_decision(writer, entry.value.order_digest or "")
    if known_one is not None and known_one.bundle is not None:
        return known_one.bundle
    if link.order_sig is None:
        raise schema_invalid("An entry of a set-off comes with the bundle.")
    find_key = desk.here.find_key(writer)
    bundle = open_bundle(bytes(link.order), link.order_sig, find_key)
    if bundle.digest != entry.value.order_digest:
        raise schema_invalid("The entry does not book the bundle it comes with.")
    if desk.here.node not in bundle.value.proposal.parties:
        raise schema_invalid("This node is no part of the set-off.")
    return bundle


def _accuse(
    writer: Writer,
    here: Here,
    exchange: Exchange,
    setoff: Setoff,
    ruling: Ruling,
    via: Peer | None,
    *,
    now: int,
) -> None:
    """Keep the proof that the coordinator signed two decisions, and stop with it."""
    if setoff.contradiction is not None:
        return
    setoffs.contradict(writer, setoff, ruling)
    coordinator = peers.by_node(writer, setoff.proposal.value.coordinator)
    if coordinator is not None:
        desk = Desk(here, exchange, coordinator, now)
        hearing.freeze(writer, desk, "contradiction", setoff.id)
    else:
        alarms.insert(
            writer,
            peer=via.id if via else None,
            kind="contradiction",
            wire_id=setoff.id,
            now=now,
        )
    recording.record(writer, exchange, OPERATOR, "setoff.contradicted", setoff, now=now)
    post.spread(writer, setoff, ruling, but=via.id if via else None, now=now)


def _call_nobody(writer: Writer, setoff: Setoff, *, now: int) -> None:
    kinds = (post.PROPOSAL_LETTER, post.WORD_LETTER)
    outbox.settle(writer, setoff.id, kinds=kinds, now=now)
    for kind in (ASKS, *WAITS):
        alarms.settle_about(writer, peer=setoff.via, kind=kind, wire_id=setoff.id, now=now)
