"""Nodes beyond our peers: met by their own card, and held to the keys it first showed."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from cesnode.community.roles import OPERATOR
from cesnode.services import acting
from cesnode.services.peering.introducing import facts_of
from cesnode.services.views import instant
from cesnode.store import Reader, Writer, distant, exchanges, peers
from cesnode.store.distant import Distant
from federation.discovery import Card, fingerprint_words, public_key, signer
from federation.errors import FederationError, Problem
from federation.rotation import successors
from federation.signed import Signature


class DistantView(msgspec.Struct, frozen=True, kw_only=True):
    """A node we have no agreement with, and the peer it was last reached through."""

    node: str
    name: str
    currency: str
    via: str | None
    met_at: str
    fingerprints: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Met:
    """A node as it was found: `card` is where the one at its last address led to.

    `rotations` tell how its keys followed one another, the oldest first.
    """

    node: str
    first: Card
    card: Card
    rotations: tuple[tuple[bytes, Signature], ...] = ()


def remember(writer: Writer, met: Met, *, now: int) -> None:
    """Keep a card that was fetched from where it lives; its first keys are pinned.

    Raises:
        FederationError: it is of another node, or signed by none of the keys that were
            pinned nor by one that they vouch for, or cannot be shown.

    """
    facts = facts_of(met.card)
    pinned = distant.keys(writer, met.node)
    known = pinned or tuple(public_key(jwk) for jwk in met.first.keys)
    shown = successors(met.node, known, met.rotations)
    if facts.node != met.node:
        detail = f"{met.node} was looked for, and {facts.node} was found."
        raise FederationError(Problem.NOT_ROUTABLE, detail)
    if signer(met.card) not in {key.keyid for key in shown}:
        detail = f"{facts.node} shows other keys than when it was first met."
        raise FederationError(Problem.SIGNATURE_INVALID, detail)
    if not pinned:
        exchange = exchanges.load(writer, now)
        details = {"keyid": shown[0].keyid, "name": facts.name}
        subject = f"node:{facts.node}"
        acting.record(
            writer, exchange, OPERATOR, "node.met", subject, details=details, now=now
        )
    distant.put(writer, facts, shown, now=now)


def is_known(reader: Reader, node: str) -> bool:
    """Whether a node is a peer, or was met before."""
    if peers.at_host(reader, node) is not None:
        return True
    return distant.at_host(reader, node) is not None


def has_hub(reader: Reader) -> bool:
    """Whether any exchange passes trades on for us."""
    return any(peer.allow_as_hub for peer in peers.every(reader))


def every(reader: Reader) -> list[DistantView]:
    return [_view(reader, one) for one in distant.every(reader)]


def _view(reader: Reader, one: Distant) -> DistantView:
    facts = one.facts
    return DistantView(
        node=facts.node,
        name=facts.name,
        currency=facts.currency_name,
        via=peers.by_id(reader, one.hub).code if one.hub else None,
        met_at=instant(one.met_at),
        fingerprints=[
            fingerprint_words(key.keyid) for key in distant.keys(reader, facts.node)
        ],
    )
