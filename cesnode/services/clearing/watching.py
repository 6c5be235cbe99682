"""Trades that wait too long: people are called, nothing is decided.

After a quarter of an hour it is worth knowing, after a day both admins should look, and
after a week an admin may end it by force (protocol 9.9).
"""

from __future__ import annotations

from cesnode.store import Writer, alarms, remote_trades
from federation.trade import State

MAY_BE_FORCED = 7 * 86_400
"""Seconds after which an admin may end a trade by force."""

FORCED = "forced"
"""The alarm that tells that the other node has ended a trade by force."""

WAITING = "waiting"
"""The alarm that is worth knowing, and calls nobody yet."""

_AGES = ((MAY_BE_FORCED, "may-be-forced"), (86_400, "stuck"), (900, WAITING))
_KINDS = tuple(kind for _, kind in _AGES)


def watch(writer: Writer, *, now: int) -> int:
    """Raise an alarm for each trade that has been held too long; return how many.

    The alarms of a trade that waits no more, or already for longer, are settled.
    """
    alarms.settle_decided(writer, _KINDS, now=now)
    youngest = min(age for age, _ in _AGES)
    raised = 0
    for remote in remote_trades.in_flight(writer, before=now - youngest):
        if remote.state is not State.HELD:
            continue
        kind = next(kind for age, kind in _AGES if now - remote.created_at >= age)
        for milder in _KINDS[_KINDS.index(kind) + 1 :]:
            alarms.settle_about(
                writer, peer=remote.peer, kind=milder, wire_id=remote.wire_id, now=now
            )
        raised += alarms.insert(
            writer, peer=remote.peer, kind=kind, wire_id=remote.wire_id, now=now
        )
    return raised
