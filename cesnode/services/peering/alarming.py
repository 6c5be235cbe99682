"""What a person has to look at: shown, and settled once somebody has."""

from __future__ import annotations

from cesnode.community import words
from cesnode.community.exchange import Exchange
from cesnode.community.roles import OPERATOR, Actor, Permission
from cesnode.errors import UnknownAlarm
from cesnode.ledger.chain import Canonical
from cesnode.ledger.money import render
from cesnode.services import acting
from cesnode.services.clearing import limits
from cesnode.services.clearing.limits import WARN_AT, Usage
from cesnode.services.peering import views
from cesnode.services.peering.views import AlarmView
from cesnode.store import Reader, Writer, alarms, exchanges, peers

NEAR = "near-limit"
"""The alarm that a limit is nearly used."""


def standing(reader: Reader, actor: Actor) -> list[AlarmView]:
    """Return every alarm that nobody has settled, the oldest first.

    Raises:
        NotAllowed

    """
    actor.require(Permission.READ_ALL)
    by_id = {peer.id: peer for peer in peers.every(reader)}
    return [
        views.alarm(reader, one, by_id[one.peer] if one.peer else None)
        for one in alarms.standing(reader)
    ]


def settle(writer: Writer, actor: Actor, alarm: int, *, reason: str, now: int) -> AlarmView:
    """Note that somebody has looked at an alarm, and what they found.

    Raises:
        NotAllowed, UnknownAlarm

    """
    actor.require(Permission.KEEP_PEERS)
    found = alarms.find(writer, alarm)
    if found is None:
        raise UnknownAlarm(alarm=alarm)
    note = words.description(reason)
    alarms.settle(writer, alarm, now=now)
    exchange = exchanges.load(writer, now)
    details: Canonical = {"alarm": found.kind, "about": found.wire_id}
    subject = f"alarm:{alarm}"
    acting.record(
        writer,
        exchange,
        actor,
        "alarm.settled",
        subject,
        details=details,
        note=note,
        now=now,
    )
    peer = peers.by_id(writer, found.peer) if found.peer else None
    return views.alarm(writer, found, peer)


def warn(writer: Writer, *, now: int) -> int:
    """Raise an alarm for each limit that is used to 80 %; settle those that are not.

    Returns how many were raised.
    """
    exchange = exchanges.load(writer, now)
    raised = 0
    for peer in peers.every(writer):
        usages = limits.usages(writer, exchange, peer)
        raised += sum(_warn(writer, exchange, one, peer.id, now=now) for one in usages)
    totals = limits.total_usages(writer)
    return raised + sum(_warn(writer, exchange, one, None, now=now) for one in totals)


def _warn(
    writer: Writer, exchange: Exchange, usage: Usage, peer: int | None, *, now: int
) -> bool:
    kind = f"{NEAR}:{usage.which}"
    if not usage.is_near:
        alarms.settle_about(writer, peer=peer, kind=kind, now=now)
        return False
    used, limit = (render(one, exchange.currency) for one in (usage.used, usage.limit or 0))
    told = f"{used} of {limit}"
    if not alarms.insert(writer, peer=peer, kind=kind, details=told, now=now):
        return False
    details: Canonical = {"limit": usage.limit, "used": usage.used, "at": WARN_AT}
    subject = f"peer:{peers.by_id(writer, peer).node}" if peer else "exchange"
    act = f"limit.{usage.which}_near"
    acting.record(writer, exchange, OPERATOR, act, subject, details=details, now=now)
    return True
