"""What we grant a peer is changed: it guards us at once, and is told as new terms."""

from __future__ import annotations

from dataclasses import asdict

from cesnode.community.roles import Actor, Permission
from cesnode.errors import WrongPeerState
from cesnode.services import acting
from cesnode.services.clearing.here import Here
from cesnode.services.peering import agreeing, standing
from cesnode.services.peering.wishes import Wishes, limit, settings_of, wished
from cesnode.store import Writer, exchanges, peerings, peers, total_limits
from cesnode.store.peerings import Settings
from cesnode.store.peers import Peer
from cesnode.store.total_limits import TotalLimits
from federation.peering import State

_NOT_YET = frozenset({State.INVITED, State.REQUESTED})


def change(
    writer: Writer, here: Here, actor: Actor, name: str, wishes: Wishes, *, now: int
) -> Peer:
    """Change what is named; only we decide on it, and it holds at once.

    Raises:
        WrongPeerState: the peer is gone, or has still to agree to what we asked for.

    """
    actor.require(Permission.KEEP_PEERS)
    exchange = exchanges.load(writer, now)
    peer = peers.find(writer, name)
    before = settings_of(peer)
    after = wished(exchange, before, wishes)
    tells = _told(before) != _told(after)
    if peer.state is State.CLOSED or (peer.state in _NOT_YET and tells):
        raise WrongPeerState(peer=peer.name, state=peer.state)
    peerings.set_settings(writer, peer.id, after)
    peer = peers.by_id(writer, peer.id)
    standing.guard(writer, exchange, peer, now=now)
    agreeing.renew(writer, here, exchange, peer, now=now)
    standing.record(writer, exchange, actor, "peer.changed", peer, asdict(after), now=now)
    return peer


def set_totals(
    writer: Writer, actor: Actor, *, we_are_owed: str | None, we_owe: str | None, now: int
) -> TotalLimits:
    """Limit what all peers together may owe us, and we them; "none" is no limit.

    Raises:
        NotAllowed, AmountInvalid, FieldInvalid

    """
    actor.require(Permission.KEEP_PEERS)
    exchange, before = exchanges.load(writer, now), total_limits.load(writer)
    after = TotalLimits(
        limit(exchange, "we_are_owed", we_are_owed, before.we_are_owed),
        limit(exchange, "we_owe", we_owe, before.we_owe),
    )
    if after != before:
        total_limits.save(writer, after)
        kind, details = "limits.totals_set", asdict(after)
        acting.record(writer, exchange, actor, kind, "exchange", details=details, now=now)
    return after


def _told(settings: Settings) -> tuple[int, bool, bool]:
    """Return what stands in the terms; the rest is our own business."""
    return settings.credit_line, settings.allow_requests, settings.allow_as_hub
