"""What stands between two exchanges beside single trades, as people are shown it."""

from __future__ import annotations

import msgspec

from cesnode.community.exchange import Exchange
from cesnode.community.roles import Actor, Permission
from cesnode.ledger.money import render
from cesnode.services.clearing import limits
from cesnode.services.peering import views
from cesnode.services.peering.views import UsageView
from cesnode.services.terms import limit_text
from cesnode.services.views import instant, instant_or_none
from cesnode.store import Reader, disputes, peers, settlements, total_limits
from cesnode.store.disputes import Dispute
from cesnode.store.settlements import Settlement


class SettlementView(msgspec.Struct, frozen=True, kw_only=True):
    """A debt settled outside; the amount is ours, `theirs` the same in their currency.

    `by_us` tells that we were the debtor.
    """

    id: str
    peer: str
    by_us: bool
    amount: str
    theirs: str
    what: str
    state: str
    why: str | None
    proposed_at: str
    ended_at: str | None


class DisputeView(msgspec.Struct, frozen=True, kw_only=True):
    """A dispute about a trade; `by_us` tells that we opened it."""

    id: str
    peer: str
    trade: str | None
    by_us: bool
    claim: str
    evidence: list[str]
    outcome: str
    why: str | None
    opened_at: str
    ended_at: str | None


class TotalsView(msgspec.Struct, frozen=True, kw_only=True):
    """What all peers together may owe us, and we all of them; None is no limit."""

    we_are_owed: str | None
    we_owe: str | None
    near_limits: list[UsageView]


def every_settlement(
    reader: Reader, exchange: Exchange, actor: Actor
) -> list[SettlementView]:
    """Return all settlements, the latest first.

    Raises:
        NotAllowed

    """
    actor.require(Permission.READ_ALL)
    return [settlement(reader, exchange, one) for one in settlements.every(reader)]


def every_dispute(reader: Reader, actor: Actor) -> list[DisputeView]:
    """Return all disputes, the latest first.

    Raises:
        NotAllowed

    """
    actor.require(Permission.READ_ALL)
    return [dispute(reader, one) for one in disputes.every(reader)]


def totals(reader: Reader, exchange: Exchange, actor: Actor) -> TotalsView:
    """Return the limits over all peers, and which of them is nearly used.

    Raises:
        NotAllowed

    """
    actor.require(Permission.READ_ALL)
    found = total_limits.load(reader)
    return TotalsView(
        we_are_owed=limit_text(found.we_are_owed, exchange.currency),
        we_owe=limit_text(found.we_owe, exchange.currency),
        near_limits=views.near_limits(exchange, limits.total_usages(reader)),
    )


def settlement(reader: Reader, exchange: Exchange, one: Settlement) -> SettlementView:
    peer = peers.by_id(reader, one.peer)
    return SettlementView(
        id=one.id,
        peer=peer.code,
        by_us=one.ours,
        amount=render(one.own_amount, exchange.currency),
        theirs=views.in_units(one.other_amount, peer.scale),
        what=one.word.value.what,
        state=one.state,
        why=one.why,
        proposed_at=instant(one.proposed_at),
        ended_at=instant_or_none(one.ended_at),
    )


def dispute(reader: Reader, one: Dispute) -> DisputeView:
    return DisputeView(
        id=one.dispute_id,
        peer=peers.by_id(reader, one.peer).code,
        trade=views.ref_of(reader, one.wire_id),
        by_us=one.ours,
        claim=one.claim,
        evidence=list(one.evidence),
        outcome=one.outcome,
        why=one.why,
        opened_at=instant(one.opened_at),
        ended_at=instant_or_none(one.ended_at),
    )
