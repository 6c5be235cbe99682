"""Which debts go round, from what the exchanges that take part have told of them.

What is found is only a proposal: each party looks into its own books before it agrees.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from cesnode.community.exchange import Exchange
from cesnode.community.roles import Actor, Permission
from cesnode.services.clearing.setoffs import consenting
from cesnode.store import Reader, exchanges, peers, setoff_debts
from federation.peering import State
from federation.setoff import Debt, circles, rounds
from federation.setoff_objects import MOST_PARTIES

_KEY_LENGTH = 8


@dataclass(frozen=True, slots=True)
class Circle:
    """Debts that go round once, each of the same hours; `key` names them while it does."""

    debts: tuple[Debt, ...]

    @property
    def key(self) -> str:
        text = "\n".join(f"{one.debtor} {one.creditor}" for one in sorted(self.debts))
        return hashlib.sha256(text.encode()).hexdigest()[:_KEY_LENGTH]

    @property
    def hours(self) -> int:
        return self.debts[0].hours

    @property
    def nodes(self) -> tuple[str, ...]:
        return tuple(one.debtor for one in self.debts)


def possible(reader: Reader, actor: Actor, *, now: int) -> list[Circle]:
    """Return the circles that can be proposed to all their parties, the largest first.

    Raises:
        NotAllowed
        NotInCircles: we do not take part.

    """
    actor.require(Permission.READ_ALL)
    consenting.require_part(reader)
    exchange = exchanges.load(reader, now)
    found = circles(_told(reader, exchange, now=now))
    every = [Circle(one) for one in rounds(found, longest=MOST_PARTIES)]
    near = {peer.node for peer in peers.every(reader) if peer.state is State.ACTIVE}
    reachable = [one for one in every if near & set(one.nodes)]
    return sorted(reachable, key=lambda one: (-one.hours, one.key))


def _told(reader: Reader, exchange: Exchange, *, now: int) -> list[Debt]:
    """Return what is owed among those who have told of it.

    Where two say that they owe each other, one spoke too long ago: ours is as of now,
    and of others neither counts.
    """
    since = now - consenting.FRESH
    told = {
        one.value.node: one.value.debts for one in setoff_debts.told(reader, since=since)
    }
    told[exchange.node] = consenting.own_debts(reader, exchange)
    every = {
        (node, one.creditor): one.hours
        for node, debts in told.items()
        for one in debts
        if one.creditor in told and one.creditor != node
    }
    return [
        Debt(debtor, creditor, hours)
        for (debtor, creditor), hours in every.items()
        if debtor == exchange.node or (creditor, debtor) not in every
    ]
