"""The people who start a set-off: they propose a circle, and may withdraw it."""

from __future__ import annotations

from cesnode.community import words
from cesnode.community.roles import Actor, Permission
from cesnode.errors import NotOurSetoff, UnknownCircle
from cesnode.services.clearing.here import Here, moment
from cesnode.services.clearing.setoffs import (
    agreeing,
    deciding,
    finding,
    post,
    recording,
    ruling,
)
from cesnode.services.clearing.setoffs.finding import Circle
from cesnode.services.identifiers import uuid7
from cesnode.store import Writer, exchanges, setoffs
from cesnode.store.setoffs import Setoff
from federation.setoff_objects import SetoffEdge, SetoffProposal
from federation.signed import sign
from federation.wire import VERSION

TIME_TO_AGREE = 14 * 86_400
"""Seconds in which a party may agree; nothing is released when they are over."""


def propose(writer: Writer, here: Here, actor: Actor, key: str, *, now: int) -> Setoff:
    """Propose a circle to all its parties; where we are one of them, we agree to it.

    Raises:
        NotAllowed, NotInCircles
        UnknownCircle: the debts do not go round any more.

    """
    actor.require(Permission.KEEP_PEERS)
    every = finding.possible(writer, actor, now=now)
    circle = next((one for one in every if one.key == key), None)
    if circle is None:
        raise UnknownCircle(circle=key)
    proposal = sign(here.key, _proposal(here, circle, now=now))
    setoffs.insert(writer, proposal, via=None, now=now)
    setoff = deciding.known(writer, proposal.value.setoff_id)
    exchange = exchanges.load(writer, now)
    recording.record(writer, exchange, actor, "setoff.proposed", setoff, now=now)
    post.propose(writer, setoff, now=now)
    if here.node in proposal.value.parties:
        agreeing.accept(writer, here, exchange, setoff, now=now)
    return deciding.known(writer, setoff.id)


def withdraw(
    writer: Writer, here: Here, actor: Actor, setoff_id: str, *, why: str, now: int
) -> Setoff:
    """Decide that a set-off of ours is not done; where our books were lost, ask first.

    Raises:
        NotAllowed, UnknownSetoff, Ended
        NotOurSetoff: another exchange coordinates it.

    """
    actor.require(Permission.KEEP_PEERS)
    setoff = deciding.known(writer, setoff_id)
    coordinator = setoff.proposal.value.coordinator
    if coordinator != here.node:
        raise NotOurSetoff(name=coordinator)
    deciding.require_undecided(setoff)
    exchange, told = exchanges.load(writer, now), words.description(why)
    setoffs.wish_to_end(writer, setoff, why=told)
    recording.record(
        writer, exchange, actor, "setoff.withdrawn", setoff, note=told, now=now
    )
    wished = deciding.known(writer, setoff_id)
    ruling.conclude(writer, here, exchange, wished, now=now)
    return deciding.known(writer, setoff_id)


def _proposal(here: Here, circle: Circle, *, now: int) -> SetoffProposal:
    edges = sorted(circle.debts)
    return SetoffProposal(
        v=VERSION,
        setoff_id=str(uuid7()),
        coordinator=here.node,
        edges=tuple(
            SetoffEdge(debtor=one.debtor, creditor=one.creditor, hours=one.hours)
            for one in edges
        ),
        proposed_at=moment(now),
        expires_at=moment(now + TIME_TO_AGREE),
    )
