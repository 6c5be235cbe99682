"""Whatever has to be fetched before a trade can pass through another exchange.

A node beyond a hub is met at its own address, never through the hub; a price is asked of
the hub itself.
"""

from __future__ import annotations

import logging

import msgspec

from cesnode.community.roles import Actor
from cesnode.errors import NodeError, PeerUnreachable, QuoteRefused, UnknownPeer
from cesnode.jobs.voice import Voice
from cesnode.services.clearing import quoting
from cesnode.services.clearing.letters import Answer
from cesnode.services.clearing.quoting import Asked, QuoteView, Wish
from cesnode.services.peering import inviting, knowing
from cesnode.store import Reader, Writer, exchanges, peers
from federation.arrival import Arrival
from federation.endpoints import CANCEL, PREPARE, PREPARE_BATCH, QUOTE
from federation.errors import FederationError
from federation.nodes import origin_of
from federation.transport.client import Call, NoAnswer, Remote
from federation.wire import write

_ORDERS = (PREPARE, CANCEL, PREPARE_BATCH)
_MOST_MET = 4
"""Nodes that one request of a hub can make us fetch the cards of."""
_log = logging.getLogger(__name__)


async def quote(voice: Voice, actor: Actor, wish: Wish) -> QuoteView:
    """Ask what a trade costs, of the seller's node or of the hub before it.

    Raises:
        PeerUnreachable, QuoteRefused: there is no price.
        NodeError: the wish itself is refused, with its field.

    """
    store, now = voice.store, voice.clock()
    exchange = await store.read(exchanges.load, now)
    await store.read(quoting.require_buyer, exchange, actor, wish)
    await _meet_seller(voice, wish)
    asked = await store.read(quoting.wished, voice.here, wish, now=now)
    peer = asked.seller.peer
    keys = await store.read(peers.keys, peer)
    call = Call(endpoint=QUOTE, body=write(asked.request))
    try:
        answer = await voice.client.ask(Remote(peer.origin, keys), call)
    except (NoAnswer, FederationError) as error:
        why = error.why if isinstance(error, NoAnswer) else error.problem
        await store.write(peers.failed, peer.id, str(error))
        raise PeerUnreachable(peer=peer.name, reason=why) from error
    return await store.write(_kept, voice, asked, Answer(answer.status, answer.body), now)


async def meet_payers(voice: Voice, arrival: Arrival) -> None:
    """Fetch the cards of payers' nodes we have never met, of orders that a hub brings.

    Without one its orders are refused, so what cannot be fetched is no failure here.
    """
    if arrival.endpoint not in _ORDERS:
        return
    for node in await voice.store.read(_strangers, arrival):
        try:
            await meet(voice, node)
        except (NodeError, FederationError) as error:
            _log.info("the payer's node %s was not met: %s", node, error)


async def meet(voice: Voice, node: str) -> None:
    """Fetch a node's card from where its name says it lives.

    Raises:
        PeerUnreachable: nothing is there, or no card.
        FederationError: it is not the node that was met before, or may not be asked.

    """
    exchange = await voice.store.read(exchanges.load, voice.clock())
    origin = origin_of(node, inviting.reach_of(exchange))
    try:
        card = await voice.client.fetch_card(origin)
    except NoAnswer as error:
        raise PeerUnreachable(peer=node, reason=error.why, field="seller") from error
    await voice.store.write(knowing.remember, card, now=voice.clock())


async def _meet_seller(voice: Voice, wish: Wish) -> None:
    """Meet the seller's node where somebody here passes trades on to it."""
    node = quoting.node_in(wish.seller)
    if node is None or await voice.store.read(knowing.is_known, node):
        return
    if not await voice.store.read(knowing.has_hub):
        raise UnknownPeer(peer=wish.seller, field="seller")
    try:
        await meet(voice, node)
    except FederationError as error:
        raise QuoteRefused(peer=node, problem=error.problem) from error


def _kept(writer: Writer, voice: Voice, asked: Asked, told: Answer, now: int) -> QuoteView:
    exchange = exchanges.load(writer, now)
    kept = quoting.keep(writer, voice.here, exchange, asked, told, now)
    return quoting.view(writer, exchange, kept)


class _Ends(msgspec.Struct, frozen=True):
    payer_node: str = ""


class _Order(msgspec.Struct, frozen=True):
    order: _Ends = _Ends()


class _Orders(_Order, frozen=True):
    trades: tuple[_Order, ...] = ()


def _strangers(reader: Reader, arrival: Arrival) -> list[str]:
    """Return the payers' nodes named in a hub's request of which nothing is known here."""
    hub = peers.by_node(reader, arrival.sender)
    if hub is None or not hub.allow_as_hub:
        return []
    try:
        told = msgspec.json.decode(arrival.verified.body, type=_Orders)
    except msgspec.MsgspecError:
        return []  # It is refused for its form, with the right words.
    nodes = {each.order.payer_node for each in (told, *told.trades)}
    return sorted(node for node in nodes if node and not knowing.is_known(reader, node))[
        :_MOST_MET
    ]
