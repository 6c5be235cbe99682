"""Whatever has to be fetched before a trade can pass through another exchange.

A node beyond a hub is met at its own address, never through the hub; a price is asked of
the hub itself.
"""

from __future__ import annotations

import logging

import msgspec

from cesnode.community.roles import OPERATOR, Actor
from cesnode.errors import NodeError, PeerUnreachable, QuoteRefused
from cesnode.jobs.acquainting import MOST_MET, meet
from cesnode.jobs.voice import Voice
from cesnode.services import foreseeing
from cesnode.services.clearing import honouring, quoting
from cesnode.services.clearing.letters import Answer
from cesnode.services.clearing.quoting import Asked, QuoteView, Wish
from cesnode.services.peering import knowing
from cesnode.store import Reader, Writer, exchanges, peer_keys, peers
from federation.arrival import Arrival
from federation.endpoints import CANCEL, PREPARE, PREPARE_BATCH, QUOTE, TRADE_REQUEST
from federation.errors import FederationError
from federation.transport.client import Call, NoAnswer, Remote
from federation.wire import write

_BROUGHT = (PREPARE, CANCEL, PREPARE_BATCH, TRADE_REQUEST)
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
    await meet_named(voice, wish.seller)
    asked = await store.read(quoting.wished, voice.here, wish, now=now)
    peer = asked.seller.peer
    keys = await store.read(peer_keys.of_peer, peer)
    call = Call(endpoint=QUOTE, body=write(asked.request))
    try:
        answer = await voice.client.ask(Remote(peer.origin, keys), call)
    except (NoAnswer, FederationError) as error:
        why = error.why if isinstance(error, NoAnswer) else error.problem
        await store.write(peers.failed, peer.id, str(error))
        raise PeerUnreachable(peer=peer.name, reason=why) from error
    return await store.write(_kept, voice, asked, Answer(answer.status, answer.body), now)


async def pay_by_rule(voice: Voice) -> None:
    """Let standing rules pay the bills that hubs have brought, at the price of the day."""
    store = voice.store
    for number in await store.read(honouring.untried):
        found = await _price(voice, number)
        now = voice.clock()
        await store.write(honouring.try_rule, voice.here, number, quote=found, now=now)


async def meet_strangers(voice: Voice, arrival: Arrival) -> None:
    """Fetch the cards of far ends we have never met, of orders and bills a hub brings.

    Without one these are refused, so what cannot be fetched is no failure here.
    """
    if arrival.endpoint not in _BROUGHT:
        return
    for node in await voice.store.read(_strangers, arrival):
        try:
            await meet(voice, node)
        except (NodeError, FederationError) as error:
            _log.info("the far node %s was not met: %s", node, error)


async def meet_named(voice: Voice, address: str) -> None:
    """Meet the node an address names, if it is a stranger and a hub may lead there.

    Raises:
        PeerUnreachable, QuoteRefused: it cannot be met.

    """
    store, node = voice.store, quoting.node_in(address)
    if node is None:
        return
    exchange = await store.read(exchanges.load, voice.clock())
    if not await store.read(foreseeing.is_stranger, exchange, address):
        return
    try:
        await meet(voice, node)
    except FederationError as error:
        raise QuoteRefused(peer=node, problem=error.problem) from error


def _kept(writer: Writer, voice: Voice, asked: Asked, told: Answer, now: int) -> QuoteView:
    exchange = exchanges.load(writer, now)
    kept = quoting.keep(writer, voice.here, exchange, asked, told, now)
    return quoting.view(writer, exchange, kept)


async def _price(voice: Voice, number: int) -> str | None:
    """Ask what a bill costs just now; return the quote, if one is given."""
    try:
        wish = await voice.store.read(honouring.question_by_rule, number)
        return None if wish is None else (await quote(voice, OPERATOR, wish)).id
    except NodeError as error:
        _log.info("a bill waits for its buyer, for it has no price: %s", error)
        return None


class _Payer(msgspec.Struct, frozen=True):
    payer_node: str = ""


class _Payee(msgspec.Struct, frozen=True):
    payee_node: str = ""


class _Order(msgspec.Struct, frozen=True):
    order: _Payer = _Payer()


class _Brought(_Order, frozen=True):
    trades: tuple[_Order, ...] = ()
    request: _Payee = _Payee()


def _strangers(reader: Reader, arrival: Arrival) -> list[str]:
    """Return the far ends named in a hub's request of which nothing is known here."""
    hub = peers.by_node(reader, arrival.sender)
    if hub is None or not hub.allow_as_hub:
        return []
    try:
        told = msgspec.json.decode(arrival.verified.body, type=_Brought)
    except msgspec.MsgspecError:
        return []  # It is refused for its form, with the right words.
    nodes = {each.order.payer_node for each in (told, *told.trades)}
    nodes.add(told.request.payee_node)
    return sorted(node for node in nodes if node and not knowing.is_known(reader, node))[
        :MOST_MET
    ]
