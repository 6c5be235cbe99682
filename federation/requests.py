"""Bills that pass a hub: signed by the payee's node, and sealed for the payer's.

A bill between neighbours is the plain bodies.TradeRequest.  One that passes a hub says in
the open only how much is asked and which way it goes; a hub can lose it, and do no more.
"""

from __future__ import annotations

from typing import ClassVar

import msgspec

from federation.bodies import TradeRequest
from federation.errors import FederationError, Problem
from federation.objects import Money, SignedObject
from federation.signed import Signature
from federation.wire import ABSENT, Base64, Body, Hash, Moment, NodeName, TradeId, read

EDGES = 2
"""A bill passes one hub: it leads to an order, which passes no more."""


class RelayedRequest(SignedObject, frozen=True, kw_only=True, tag="trade-request"):
    """The payee's node asks for `dest`; who is asked, by whom and for what is sealed."""

    signed_by: ClassVar[str] = "payee_node"

    request_id: TradeId
    payee_node: NodeName
    payer_node: NodeName
    dest: Money
    description_hash: Hash
    created_at: Moment
    expires_at: Moment
    path: tuple[NodeName, ...]

    def __post_init__(self) -> None:
        if self.path[:1] != (self.payee_node,) or self.path[-1:] != (self.payer_node,):
            raise ValueError("the path leads from payee_node to payer_node")
        if len(set(self.path)) != len(self.path):
            raise ValueError("the path has different nodes")
        if self.created_at >= self.expires_at:
            raise ValueError("expires_at is after created_at")


class RelayedBill(Body, frozen=True, kw_only=True):
    """A bill as it travels on both edges of its way, in the same bytes."""

    request: msgspec.Raw
    request_sig: Signature
    sealed: Base64


class _Form(msgspec.Struct, frozen=True):
    request: msgspec.Raw = ABSENT


def bill_in(document: bytes) -> TradeRequest | RelayedBill:
    """Read a bill in the form it came in: in the open, or signed and sealed.

    Raises:
        FederationError: it is of neither.

    """
    try:
        is_relayed = msgspec.json.decode(document, type=_Form).request != ABSENT
    except msgspec.MsgspecError:
        is_relayed = False  # It is refused below, with the right words.
    return read(document, RelayedBill) if is_relayed else read(document, TradeRequest)


def check_way(request: RelayedRequest, own: str, sender: str) -> None:
    """Refuse a bill that comes another way than it says, or too long a one."""
    if len(request.path) - 1 != EDGES:
        detail = "A bill passes one exchange on its way, no more and no fewer."
        raise FederationError(Problem.HOP_LIMIT, detail)
    if (sender, own) not in zip(request.path, request.path[1:], strict=False):
        detail = f"The way of this bill does not lead from {sender} to {own}."
        raise FederationError(Problem.NOT_ROUTABLE, detail)
