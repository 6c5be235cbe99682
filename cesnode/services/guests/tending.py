"""What time asks of groups across exchanges: hearing them, and parting with exchanges."""

from __future__ import annotations

from cesnode.services.guests import boarding, copying, hosting, receiving
from cesnode.services.market.gathering import HEARD, LASTS
from cesnode.store import Writer, group_copies, group_log, groups, peers
from cesnode.store.peers import Peer


def tend(writer: Writer, *, now: int) -> None:
    """Ask every exchange what is new in its groups; forget those that are parted with."""
    for peer in peers.every(writer):
        if peer.own_state in HEARD and peer.shares_groups:
            copying.ask_cards(writer, peer, now=now)
            copying.drop_stale(writer, peer, before=now - LASTS)
            _ask_logs(writer, peer, now=now)
        else:
            copying.drop_all(writer, peer, now=now)
            receiving.part_with(writer, peer.id, now=now)
    boarding.end_day(writer, now=now)
    group_log.forget_answers(writer, before=now - hosting.REMEMBERED)


def _ask_logs(writer: Writer, peer: Peer, *, now: int) -> None:
    for number in groups.of_peer(writer, peer.id):
        group = groups.find(writer, number)
        if group is not None and group_copies.inside(writer, number):
            copying.ask_log(writer, group, now=now)
