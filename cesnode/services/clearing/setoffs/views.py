"""Set-offs as people are shown them: what is possible, what was asked, what came of it."""

from __future__ import annotations

import msgspec

from cesnode.community.exchange import Exchange
from cesnode.community.roles import Actor, Permission
from cesnode.ledger.money import render
from cesnode.services.clearing.here import seconds
from cesnode.services.clearing.setoffs import consenting, deciding, finding
from cesnode.services.clearing.setoffs.finding import Circle
from cesnode.services.views import instant, instant_or_none
from cesnode.store import Reader, exchanges, peers, setoff_debts, setoff_parts, setoffs
from cesnode.store.setoffs import Setoff
from federation.setoff import SCALE
from federation.setoff_objects import SetoffAccept
from federation.setoff_states import UNDECIDED


class EdgeView(msgspec.Struct, frozen=True, kw_only=True):
    """How much of a debt is crossed out, in hours; the names as we know them."""

    debtor: str
    creditor: str
    hours: str


class CircleView(msgspec.Struct, frozen=True, kw_only=True):
    """Debts that go round; `key` names them as long as they do."""

    key: str
    hours: str
    edges: list[EdgeView]


class PartView(msgspec.Struct, frozen=True, kw_only=True):
    """What a set-off changes between us and a neighbour, in our currency."""

    peer: str
    we_owe: bool
    amount: str
    booked: bool


class SetoffView(msgspec.Struct, frozen=True, kw_only=True):
    """A set-off: who proposed it, and what we reserve or have booked for it.

    Who has agreed, refused or not answered is known to its coordinator; others know of
    themselves and of whose words pass through them.  `contradicted`: its coordinator
    signed both decisions, and people have to talk.
    """

    id: str
    coordinator: str
    by_us: bool
    state: str
    why: str | None
    edges: list[EdgeView]
    parts: list[PartView]
    agreed: list[str]
    refused: list[str]
    missing: list[str]
    contradicted: bool
    heard_at: str
    expires_at: str
    decided_at: str | None


class PossibleView(msgspec.Struct, frozen=True, kw_only=True):
    """What could be proposed now, and whose debts it was reckoned from."""

    takes_part: bool
    circles: list[CircleView]
    told: list[str]


def possible(reader: Reader, actor: Actor, *, now: int) -> PossibleView:
    """Return the circles there are, if we take part.

    Raises:
        NotAllowed

    """
    actor.require(Permission.READ_ALL)
    if not setoff_debts.takes_part(reader):
        return PossibleView(takes_part=False, circles=[], told=[])
    since = now - consenting.FRESH
    told = [one.value.node for one in setoff_debts.told(reader, since=since)]
    names = _names(reader, exchanges.load(reader, now))
    return PossibleView(
        takes_part=True,
        circles=[_circle(one, names) for one in finding.possible(reader, actor, now=now)],
        told=[names.get(node, node) for node in told],
    )


def every(reader: Reader, exchange: Exchange, actor: Actor) -> list[SetoffView]:
    """Return all set-offs, the latest first.

    Raises:
        NotAllowed

    """
    actor.require(Permission.READ_ALL)
    return [_view(reader, exchange, one) for one in setoffs.every(reader)]


def one(reader: Reader, exchange: Exchange, actor: Actor, setoff_id: str) -> SetoffView:
    """Return a set-off.

    Raises:
        NotAllowed, UnknownSetoff

    """
    actor.require(Permission.READ_ALL)
    return _view(reader, exchange, deciding.known(reader, setoff_id))


def hours_text(hours: int) -> str:
    """Write ten thousandths of an hour as hours."""
    whole, part = divmod(hours, 10**SCALE)
    return f"{whole}.{part:0{SCALE}}"


def _circle(circle: Circle, names: dict[str, str]) -> CircleView:
    edges = [
        EdgeView(
            debtor=names.get(one.debtor, one.debtor),
            creditor=names.get(one.creditor, one.creditor),
            hours=hours_text(one.hours),
        )
        for one in circle.debts
    ]
    return CircleView(key=circle.key, hours=hours_text(circle.hours), edges=edges)


def _view(reader: Reader, exchange: Exchange, setoff: Setoff) -> SetoffView:
    proposal, names = setoff.proposal.value, _names(reader, exchange)
    words = {one.value.node: one.value for one in setoffs.words_about(reader, setoff.id)}
    by_us = proposal.coordinator == exchange.node
    asked = proposal.parties if by_us else {exchange.node}  # Others tell us nothing.
    missing = asked - words.keys() if setoff.state in UNDECIDED else set()
    agreed = {node for node, one in words.items() if isinstance(one, SetoffAccept)}
    return SetoffView(
        id=setoff.id,
        coordinator=names.get(proposal.coordinator, proposal.coordinator),
        by_us=by_us,
        state=setoff.state,
        why=setoff.why or setoff.ending,
        edges=[
            EdgeView(
                debtor=names.get(edge.debtor, edge.debtor),
                creditor=names.get(edge.creditor, edge.creditor),
                hours=hours_text(edge.hours),
            )
            for edge in proposal.edges
        ],
        parts=[
            PartView(
                peer=peers.by_id(reader, part.peer).name,
                we_owe=part.we_owe,
                amount=render(part.amount, exchange.currency),
                booked=part.transfer is not None,
            )
            for part in setoff_parts.of_setoff(reader, setoff.id)
        ],
        agreed=_named(agreed, names),
        refused=_named(words.keys() - agreed, names),
        missing=_named(missing, names),
        contradicted=setoff.contradiction is not None,
        heard_at=instant(setoff.heard_at),
        expires_at=instant(seconds(proposal.expires_at)),
        decided_at=instant_or_none(setoff.decided_at),
    )


def _named(nodes: set[str] | frozenset[str], names: dict[str, str]) -> list[str]:
    return sorted(names.get(node, node) for node in nodes)


def _names(reader: Reader, exchange: Exchange) -> dict[str, str]:
    known = {peer.node: peer.name for peer in peers.every(reader)}
    return {**known, exchange.node: exchange.name}
