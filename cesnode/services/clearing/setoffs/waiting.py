"""Set-offs that are not decided for long: people are called, nothing is decided.

As with trades: after a quarter of an hour it is worth knowing, after a day both admins
should look, and after a week what is reserved may be given up.
"""

from __future__ import annotations

from cesnode.services.clearing.here import Here
from cesnode.services.clearing.setoffs import consenting, deciding, post, ruling
from cesnode.services.clearing.watching import MAY_BE_FORCED
from cesnode.store import Writer, alarms, exchanges, setoff_debts, setoffs
from cesnode.store.setoffs import Setoff
from federation.setoff_states import UNDECIDED, SetoffState

REST = 3600
"""Seconds after which a party that has given no word is brought the proposal again."""

_AGES = dict(zip(deciding.WAITS, (900, 86_400, MAY_BE_FORCED), strict=True))


def tend(writer: Writer, here: Here, *, now: int) -> int:
    """Decide what we coordinate and can be decided by now; call people to the rest.

    Returns how many alarms were raised.
    """
    exchange = exchanges.load(writer, now)
    setoff_debts.forget(writer, before=now - consenting.FRESH)
    raised = 0
    for setoff in setoffs.undecided(writer):
        ruling.conclude(writer, here, exchange, setoff, now=now)
        if deciding.known(writer, setoff.id).state not in UNDECIDED:
            continue
        if setoff.proposal.value.coordinator == here.node:
            _remind(writer, setoff, now=now)
        raised += _watch(writer, setoff, now=now)
    return raised


def _remind(writer: Writer, setoff: Setoff, *, now: int) -> None:
    """Bring a proposal of ours again to who has not answered, and may have forgotten it."""
    answered = {one.value.node for one in setoffs.words_about(writer, setoff.id)}
    for peer in post.parties(writer, setoff.proposal.value):
        if peer.node not in answered:
            post.remind(writer, setoff, peer, rest=REST, now=now)


def _watch(writer: Writer, setoff: Setoff, *, now: int) -> bool:
    """Raise the alarm of how long something is reserved, in place of a milder one."""
    reached = [
        kind
        for kind, age in _AGES.items()
        if setoff.state is SetoffState.ACCEPTED and now - (setoff.accepted_at or now) >= age
    ]
    for kind in reached[:-1]:
        alarms.settle_about(writer, peer=setoff.via, kind=kind, wire_id=setoff.id, now=now)
    return bool(reached) and alarms.insert(
        writer, peer=setoff.via, kind=reached[-1], wire_id=setoff.id, now=now
    )
