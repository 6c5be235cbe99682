"""Hands what a peer asks to the handler of its endpoint, in one transaction.

The order is that of the protocol: nonce, then peering, then content.  What a request is
refused for undoes the handler's work alone: that it was heard stays noted, so the same
request is a replay the next time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from cesnode.services import reconciling
from cesnode.services.clearing import arrivals as clearing
from cesnode.services.clearing import disputing, forcing, relieving
from cesnode.services.clearing.here import Here
from cesnode.services.clearing.setoffs import arrivals as setoffs
from cesnode.services.clearing.setoffs import consenting
from cesnode.services.guests import hosting, seats
from cesnode.services.incoming import Handler, Incoming
from cesnode.services.market import sharing
from cesnode.services.messages import relaying
from cesnode.services.peering import arrivals, following, introducing
from cesnode.store import Writer, peer_keys, peers
from federation import endpoints
from federation.arrival import Arrival
from federation.discovery import Card
from federation.errors import FederationError, Problem
from federation.keys import PrivateKey
from federation.peering import State
from federation.seal import BoxKey
from federation.signing import Reply

HANDLERS: Mapping[str, Handler] = MappingProxyType(
    {
        endpoints.PEERING_READ.name: arrivals.read,
        endpoints.PEERING_TERMS.name: arrivals.terms,
        endpoints.PEERING_PAUSE.name: arrivals.pause,
        endpoints.PING.name: arrivals.ping,
        endpoints.KEY_ROTATE.name: arrivals.rotate_key,
        endpoints.NODE_MOVE.name: following.heard,
        endpoints.CHECKPOINT.name: reconciling.asked,
        endpoints.QUOTE.name: clearing.quote,
        endpoints.PREPARE.name: clearing.prepare,
        endpoints.PREPARE_BATCH.name: clearing.prepare_batch,
        endpoints.TRADE_READ.name: clearing.read,
        endpoints.CANCEL.name: clearing.cancel,
        endpoints.RESULT.name: clearing.result,
        endpoints.TRADE_REQUEST.name: clearing.trade_request,
        endpoints.TRADE_REQUEST_DECLINE.name: clearing.request_decline,
        endpoints.CHAIN.name: clearing.chain,
        endpoints.CHAIN_NEWS.name: clearing.chain_news,
        endpoints.FORCED_VOID.name: forcing.told,
        endpoints.DISPUTE.name: disputing.opened,
        endpoints.DISPUTE_CHANGE.name: disputing.changed,
        endpoints.SETTLEMENT.name: clearing.settlement,
        endpoints.SETTLEMENT_DECLINE.name: relieving.declined,
        endpoints.SETOFF_DEBTS.name: consenting.show,
        endpoints.SETOFF.name: setoffs.proposed,
        endpoints.SETOFF_ACCEPT.name: setoffs.word,
        endpoints.SETOFF_BUNDLE.name: setoffs.decided,
        endpoints.SETOFF_ABORT.name: setoffs.decided,
        endpoints.OFFERS.name: sharing.show,
        endpoints.MESSAGE.name: relaying.received,
        endpoints.GROUPS.name: hosting.cards,
        endpoints.GROUP_WISH.name: hosting.wished,
        endpoints.GROUP_LOG.name: hosting.log,
        endpoints.GROUP_SEAT.name: seats.seated,
        endpoints.GROUP_NEWS.name: seats.news,
    }
)
"""By the name of the endpoint; an invitation taken up is receive_stranger()'s."""


def receive(
    writer: Writer,
    arrival: Arrival,
    *,
    key: PrivateKey,
    box: BoxKey,
    own: str,
    now: int,
) -> Reply | FederationError:
    """Answer a peer's request; a refusal is returned, for what was noted to be kept."""
    peer = peers.by_node(writer, arrival.sender)
    if peer is None:
        return FederationError(Problem.PEER_UNKNOWN, "This node has no such peer.")
    incoming = Incoming(arrival=arrival, peer=peer, key=key, box=box, own=own, now=now)

    def handle() -> Reply:
        handler = HANDLERS.get(arrival.endpoint.name)
        if handler is None:
            detail = "This node does not offer that."
            raise FederationError(Problem.NOT_FOUND, detail)
        return handler(writer, incoming)

    peers.seen(writer, peer.id, now)
    return _admitted(writer, arrival, peer.state, handle, now=now)


def receive_stranger(
    writer: Writer, arrival: Arrival, found: Card, *, key: PrivateKey, own: str, now: int
) -> Reply | FederationError:
    """Answer whoever takes up an invitation; `found` was fetched from where it lives."""

    def handle() -> Reply:
        return introducing.requested(writer, Here(own, key), arrival, found, now=now)

    return _admitted(writer, arrival, State.INVITED, handle, now=now)


def _admitted(
    writer: Writer,
    arrival: Arrival,
    state: State,
    handle: Callable[[], Reply],
    *,
    now: int,
) -> Reply | FederationError:
    try:
        arrival.admit(
            state, lambda keyid, nonce: peer_keys.remember_nonce(writer, keyid, nonce, now)
        )
        with writer.part():
            return handle()
    except FederationError as error:
        return error
