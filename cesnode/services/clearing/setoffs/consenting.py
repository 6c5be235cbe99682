"""Whether we take part in set-offs, and what we then tell others of our debts.

1. Nothing is told until an admin has allowed it; then our peers that ask hear what we owe
   whom, in hours, signed, and what our own peers told us of theirs.  So a debt is known
   to the debtor's peers and to their peers, and to nobody further.
2. What we tell is what nothing in flight can change, counted in both currencies of the
   debt: the less of the two.
"""

from __future__ import annotations

from cesnode.community.exchange import Exchange
from cesnode.community.roles import Actor, Permission
from cesnode.errors import NotInCircles
from cesnode.services import acting
from cesnode.services.clearing import debts
from cesnode.services.clearing.arrivals import desk_of
from cesnode.services.clearing.debts import Debt
from cesnode.services.clearing.here import Desk, Here, moment, own_unit, peer_unit
from cesnode.services.clearing.letters import Answer, told
from cesnode.services.incoming import Incoming
from cesnode.store import Reader, Writer, exchanges, outbox, peers, setoff_debts
from cesnode.store.outbox import Letter
from cesnode.store.peers import Peer
from federation.bodies import MOST_TOLD, SetoffPaper, ToldDebts
from federation.errors import FederationError, Problem
from federation.peering import State
from federation.setoff import hours_of
from federation.setoff_objects import MOST_DEBTS, Owed, SetoffDebts
from federation.signed import Signed, open_signed, relayed, sign
from federation.signing import Reply
from federation.wire import VERSION, read, write

LETTER = "setoff_debts"
FRESH = 7 * 86_400
"""Seconds after which what was told of debts is told and reckoned with no more."""

_OK = range(200, 300)


def allow(writer: Writer, actor: Actor, *, takes_part: bool, now: int) -> bool:
    """Take part in set-offs, or no more; what was agreed to is kept all the same.

    Raises:
        NotAllowed

    """
    actor.require(Permission.KEEP_PEERS)
    if takes_part != setoff_debts.takes_part(writer):
        setoff_debts.set_takes_part(writer, takes_part=takes_part)
        exchange, kind = exchanges.load(writer, now), "setoffs.allowed"
        kind = kind if takes_part else "setoffs.left"
        acting.record(writer, exchange, actor, kind, "exchange", now=now)
    return takes_part


def require_part(reader: Reader) -> None:
    if not setoff_debts.takes_part(reader):
        raise NotInCircles


def own_debts(reader: Reader, exchange: Exchange) -> tuple[Owed, ...]:
    """Return what we owe each peer, as far as it can be crossed out now."""
    found = [
        Owed(creditor=peer.node, hours=hours)
        for peer in peers.every(reader)
        if peer.state is State.ACTIVE and not peer.recovering
        if (hours := hours_in(exchange, peer, debts.we_owe(reader, peer)))
    ]
    return tuple(sorted(found, key=lambda one: one.creditor))


def hours_in(exchange: Exchange, peer: Peer, debt: Debt) -> int:
    """Return what may be crossed out of a debt, in the unit that all understand."""
    own = hours_of(max(0, debt.free), own_unit(exchange))
    return min(own, hours_of(max(0, debt.other), peer_unit(peer)))


def ask(writer: Writer, here: Here, *, now: int) -> list[Peer]:
    """Ask our peers what they owe, those that are there; return whom we have asked."""
    asked = [peer for peer in peers.every(writer) if peer.state is State.ACTIVE]
    name = f"debts@{here.node}"
    outbox.settle(writer, name, kinds=(LETTER,), now=now)
    for peer in asked:
        outbox.add(
            writer,
            peer=peer.id,
            kind=LETTER,
            wire_id=name,
            parameters={},
            body=b"",
            now=now,
        )
    return asked


def show(writer: Writer, incoming: Incoming) -> Reply:
    """Tell a peer what we owe, and what our peers told us, but for what it told itself."""
    desk = desk_of(writer, incoming)
    if not setoff_debts.takes_part(writer):
        detail = "This exchange takes part in no set-offs."
        raise FederationError(Problem.NOT_FOUND, detail)
    own = sign(
        desk.here.key,
        SetoffDebts(
            v=VERSION,
            node=desk.here.node,
            debts=own_debts(writer, desk.exchange)[:MOST_DEBTS],
            as_of=moment(desk.now),
        ),
    )
    since = desk.now - FRESH
    others = setoff_debts.told_by_themselves(writer, since=since)
    every = [own, *(one for one in others if one.value.node != desk.peer.node)]
    papers = (SetoffPaper(paper=one.raw, paper_sig=one.signature) for one in every)
    return Reply(200, write(ToldDebts(debts=tuple(papers)[:MOST_TOLD])))


def heard(writer: Writer, desk: Desk, letter: Letter, answer: Answer) -> None:
    """Keep what a peer tells: its own debts proven, those of others on its word."""
    if answer.status not in _OK:
        outbox.done(writer, letter.id, answer=None, now=desk.now)
        return
    for paper in read(answer.body, ToldDebts).debts:
        signed = _opened(writer, desk, paper)
        if signed is not None:
            setoff_debts.put(writer, signed, bearer=desk.peer.id)
    told(writer, desk, letter, answer)


def _opened(writer: Writer, desk: Desk, paper: SetoffPaper) -> Signed[SetoffDebts] | None:
    """Return what is told of a node that we do not hear from directly, or is proven."""
    document = bytes(paper.paper)
    signed = relayed(SetoffDebts, document, paper.paper_sig)
    node = signed.value.node
    if signed.value.as_of > moment(desk.now + FRESH):
        return None
    if node == desk.peer.node:
        find_key = desk.here.find_key(writer)
        return open_signed(SetoffDebts, document, paper.paper_sig, find_key)
    known = peers.by_node(writer, node)
    return None if node == desk.here.node or known is not None else signed
