"""An order as it came in: whether it is proven, its way, and what of it we may read.

1. The order's payer is a member of our peer, or of a node beyond it; then the peer is a
   hub and our debtor, and whose key the order must bear is known from that node's card.
2. Nothing is changed here.
"""

from __future__ import annotations

from dataclasses import dataclass

from cesnode.services.clearing.here import Desk
from cesnode.services.clearing.wording import require_legible
from cesnode.store import Reader, peer_keys, remote_trades
from cesnode.store.remote_trades import RemoteTrade
from federation import hops
from federation.bodies import Cancel, Prepare
from federation.errors import FederationError, Problem, schema_invalid
from federation.objects import TradeOrder
from federation.seal import description_hash
from federation.signed import Signed, prove, relayed


@dataclass(frozen=True, slots=True)
class Opened:
    """An order on its way; not `proven` where its payer's key is unknown here."""

    order: Signed[TradeOrder]
    proven: bool


@dataclass(frozen=True, slots=True)
class Told:
    """Who pays whom and for what, as only the payee's node may know it."""

    payer: str
    payee: str
    description: str


def opened(reader: Reader, desk: Desk, wire_id: str, body: Prepare | Cancel) -> Opened:
    """Read an order, prove it if we can, and see that it may come from this peer.

    Raises:
        FederationError: it is not proven though it could be, or not on its way to us.

    """
    signature = body.order_sig
    order = relayed(TradeOrder, bytes(body.order), signature)
    payer_node = order.value.payer_node
    proven = is_known(reader, desk, payer_node, signature.keyid)
    if proven:
        key = desk.here.find_key(reader)(payer_node, signature.keyid)
        prove(order.content, TradeOrder, signature, key)
    if order.value.trade_id != wire_id:
        raise schema_invalid("The order is that of another trade.")
    hops.check_sender(order.value, desk.here.node, desk.peer.node)
    return Opened(order, proven)


def known(reader: Reader, desk: Desk, order: Signed[TradeOrder]) -> RemoteTrade | None:
    """Return what became of an order that came before; the same id means the same order."""
    found = remote_trades.by_wire_id(reader, order.value.trade_id)
    if found is None:
        return None
    if found.order.digest != order.digest or found.upstream != desk.peer.id:
        detail = "This id was used for another order."
        raise FederationError(Problem.TRADE_CONFLICT, detail)
    return found


def check_hop(desk: Desk, order: Signed[TradeOrder], body: Prepare) -> None:
    """Refuse what is not what it says, before anything is remembered of it."""
    value, hop = order.value, body.hop
    if (hop.from_node, hop.to_node) != (desk.peer.node, desk.here.node):
        raise schema_invalid("The hop does not lead from you to us.")
    if (hop.leaving is None) != (hop.from_node == value.payer_node):
        raise schema_invalid("The hop does not say what it takes from the node before it.")
    arriving = (hop.amount, hop.currency, hop.scale)
    wanted = (value.dest.amount, value.dest.currency, value.dest.scale)
    if value.payee_node == desk.here.node and arriving != wanted:
        raise schema_invalid("The hop does not bring what the order says.")
    told = description_hash(description=body.description, sealed=body.sealed)
    if told != value.description_hash:
        raise schema_invalid("The description is not the one that was signed.")
    if body.description is not None:
        require_legible(body.description)


def told(desk: Desk, order: TradeOrder, body: Prepare) -> Told | None:
    """Return what the payee's node may know; None where what is sealed is not for us."""
    if body.sealed is None:
        return Told(order.payer, order.payee, body.description or "")
    return unsealed(desk, order, body.sealed)


def unsealed(desk: Desk, order: TradeOrder, sealed: str) -> Told | None:
    """Open the words a hub could not read; None where they are not for us, or not true."""
    if desk.here.box is None:
        return None
    try:
        words = desk.here.box.open(sealed)
        require_legible(words.description)
    except FederationError:
        return None
    nodes = tuple(each.rpartition("@")[2] for each in (words.payer, words.payee))
    if nodes != (order.payer_node, order.payee_node):
        return None
    return Told(words.payer, words.payee, words.description)


def is_known(reader: Reader, desk: Desk, node: str, keyid: str) -> bool:
    """Whether we can tell a node's signature: our own, a peer's, or of one we have met.

    One that has a new key of which nothing was learnt is as unknown as one never met; a
    key that is somebody else's tells that it is not the node's.
    """
    if node in {desk.here.node, desk.peer.node}:
        return True
    found = desk.here.find_key(reader)(node, keyid)
    return found is not None or peer_keys.owner(reader, keyid) is not None
