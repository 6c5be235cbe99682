"""Gets to know nodes beyond our peers by their own cards, and again when they changed.

A node that was met is believed by a key that was pinned then, or by one that such a key
vouches for; one that has moved shows the way itself, at its name's own address or at the
last where it was found.  What a hub says of it counts for nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from itertools import islice

import msgspec

from cesnode.errors import NodeError, PeerUnreachable
from cesnode.jobs.voice import Voice
from cesnode.services.peering import inviting, knowing
from cesnode.services.peering.knowing import Met
from cesnode.store import Reader, distant, exchanges, peers
from federation.discovery import Card, key_of, signer
from federation.errors import FederationError
from federation.nodes import origin_of
from federation.signed import Signature
from federation.transport.client import NoAnswer

MOST_MET = 4
"""Nodes that one request of a hub can make us fetch the cards of."""
_MOST_MOVES = 3
_log = logging.getLogger(__name__)


async def meet(voice: Voice, node: str) -> None:
    """Fetch a node's card from where it lives, as far as we or its name can tell.

    Raises:
        PeerUnreachable: nothing is there, or no card.
        FederationError: it is not the node that was met before, or may not be asked.

    """
    origin = await voice.store.read(_last_seen_at, node, voice.clock())
    try:
        first = await voice.client.fetch_card(origin)
        card = await _followed(voice, first)
        told = await _rotations(voice, node, first, card)
    except NoAnswer as error:
        raise PeerUnreachable(peer=node, reason=error.why, field="seller") from error
    met = Met(node=node, first=first, card=card, rotations=told)
    await voice.store.write(knowing.remember, met, now=voice.clock())


async def know_signers(voice: Voice, sender: str, body: bytes) -> None:
    """Meet again whoever has signed what a hub brings with a key unknown here.

    What cannot be fetched is no failure here: it stays unproven.
    """
    for node in await voice.store.read(_changed, sender, body):
        try:
            await meet(voice, node)
        except (NodeError, FederationError) as error:
            _log.info("the far node %s was not met again: %s", node, error)


async def _followed(voice: Voice, card: Card) -> Card:
    """Go on to where a card says that its node is now."""
    for _ in range(_MOST_MOVES):
        if card.elsewhere is None:
            break
        card = await voice.client.fetch_card(card.elsewhere)
    return card


async def _rotations(
    voice: Voice, node: str, first: Card, card: Card
) -> tuple[tuple[bytes, Signature], ...]:
    """Fetch what vouches for the key of a card, where it is not known by itself."""
    pinned = await voice.store.read(distant.keys, node)
    keyid = signer(card)
    is_known = keyid in {key.keyid for key in pinned}
    if is_known or (not pinned and key_of(first, keyid) is not None):
        return ()
    told = await voice.client.fetch_succession(card.origin)
    return tuple((bytes(each.rotation), each.rotation_sig) for each in told.rotations)


def _last_seen_at(reader: Reader, node: str, now: int) -> str:
    known = distant.by_node(reader, node)
    if known is not None:
        return known.facts.origin
    return origin_of(node, inviting.reach_of(exchanges.load(reader, now)))


class _Signature(msgspec.Struct, frozen=True):
    keyid: str = ""


class _Order(msgspec.Struct, frozen=True):
    payer_node: str = ""


class _Payees(msgspec.Struct, frozen=True):
    payee_node: str = ""


class _Part(msgspec.Struct, frozen=True):
    """Whatever of a message a far node may have signed, wherever it stands in it."""

    order: _Order = _Order()
    order_sig: _Signature | None = None
    receipt: _Payees = _Payees()
    receipt_sig: _Signature | None = None
    request: _Payees = _Payees()
    request_sig: _Signature | None = None

    def signers(self) -> Iterator[tuple[str, str]]:
        named = (
            (self.order.payer_node, self.order_sig),
            (self.receipt.payee_node, self.receipt_sig),
            (self.request.payee_node, self.request_sig),
        )
        yield from ((node, sig.keyid) for node, sig in named if node and sig)


class _Answered(msgspec.Struct, frozen=True):
    body: _Part = _Part()


class _Message(_Part, frozen=True):
    trades: tuple[_Part, ...] = ()
    entries: tuple[_Part, ...] = ()
    answers: tuple[_Answered, ...] = ()

    def parts(self) -> Iterator[_Part]:
        yield self
        yield from self.trades
        yield from self.entries
        yield from (each.body for each in self.answers)


def _changed(reader: Reader, sender: str, body: bytes) -> list[str]:
    """Return the far nodes, met before, of whom a hub brings a key that we do not know."""
    hub = peers.by_node(reader, sender)
    if not body or hub is None or not hub.allow_as_hub:
        return []
    try:
        told = msgspec.json.decode(body, type=_Message)
    except msgspec.MsgspecError:
        return []  # It is refused for its form, with the right words.
    named = {pair for part in told.parts() for pair in part.signers()}
    changed = (
        node
        for node, keyid in sorted(named)
        if distant.by_node(reader, node) is not None
        and distant.key(reader, node, keyid) is None
    )
    return list(islice(dict.fromkeys(changed), MOST_MET))
