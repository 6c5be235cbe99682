"""Quotes in simulated federations: asked for over the wire, and answered at once."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from uuid import UUID

from cesnode.errors import NodeError
from cesnode.services import foreseeing
from cesnode.services.clearing import honouring, quoting
from cesnode.services.clearing.addressing import Faraway, resolve
from cesnode.services.clearing.letters import Answer
from cesnode.services.clearing.quoting import Asked
from cesnode.store import Reader, Writer, exchanges, remote_trades, trades
from cesnode.store.quotes import Kept
from federation.endpoints import QUOTE
from federation.errors import FederationError
from federation.wire import write
from tests.support.nodes import Node
from tests.support.wire import ask, prove, receive


def quoted(
    node: Node,
    nodes: Mapping[str, Node],
    seller: str,
    amount: str,
    *,
    via: str | None = None,
) -> str | None:
    """Return the id of a fresh quote, where one is needed and given."""

    def look(reader: Reader) -> Asked | None:
        exchange = exchanges.load(reader, node.now)
        found = resolve(reader, exchange, seller, field="seller", via=via)
        if not isinstance(found, Faraway) or found.beyond is None:
            return None
        return quoting.ask(node.here, found, amount)

    try:
        asked = node.read(look)
        return None if asked is None else fetch(node, nodes, asked).quote.value.quote_id
    except (NodeError, FederationError):
        return None


def quoted_back(node: Node, nodes: Mapping[str, Node], uuid: UUID) -> str | None:
    """Return the id of a fresh quote for paying a trade back, where one is needed."""

    def look(reader: Reader) -> tuple[Faraway, str] | None:
        trade = trades.by_uuid(reader, uuid)
        assert trade is not None
        remote = remote_trades.of_known_trade(reader, trade.id)
        return foreseeing.refund_to(reader, trade, remote)

    try:
        found = node.read(look)
    except NodeError:
        return None
    if found is None or found[0].beyond is None:
        return None
    return quoted(node, nodes, found[0].address, found[1])


def quoted_bill(node: Node, nodes: Mapping[str, Node], uuid: UUID) -> str | None:
    """Return the id of a fresh quote for agreeing to a bill, where one is needed."""

    def look(reader: Reader) -> int:
        trade = trades.by_uuid(reader, uuid)
        assert trade is not None
        return trade.id

    return quoted_for_rule(node, nodes, node.read(look))


def quoted_for_rule(node: Node, nodes: Mapping[str, Node], bill: int) -> str | None:
    """Return the id of a fresh quote for a bill, by the number of its trade."""
    wish = node.read(honouring.question_by_rule, bill)
    if wish is None:
        return None
    return quoted(node, nodes, wish.seller, wish.amount, via=wish.via)


def fetch(node: Node, nodes: Mapping[str, Node], asked: Asked) -> Kept:
    """Ask for a quote, and keep the answer.

    Raises:
        QuoteRefused: none was given.
        FederationError: the answer proves nothing.

    """
    parcel = ask(node, asked.seller.peer.node, QUOTE, body=write(asked.request))
    proven = prove(parcel, receive(nodes[parcel.receiver], parcel.request))
    told = Answer(proven.status, proven.body)
    return node.write(partial(_keep, node=node, asked=asked, told=told))


def _keep(writer: Writer, *, node: Node, asked: Asked, told: Answer) -> Kept:
    exchange = exchanges.load(writer, node.now)
    return quoting.keep(writer, node.here, exchange, asked, told, node.now)
