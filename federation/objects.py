"""The signed objects: what two nodes can prove to each other, and to a third, years later.

Each names its own signer.  Members that are None are absent; none may be added.
"""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

import msgspec

from federation.wire import (
    Address,
    CurrencyCode,
    Hash,
    Integer,
    KeyId,
    Line,
    Moment,
    Natural,
    NodeName,
    Positive,
    Reason,
    Scale,
    Token,
    TradeId,
    Url,
    Version,
)

LONGEST_PATH = 16


class Money(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An amount above zero in the smallest part of a currency."""

    amount: Positive
    currency: CurrencyCode
    scale: Scale


class Change(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an entry adds to a debt, or takes from it."""

    amount: Integer
    currency: CurrencyCode
    scale: Scale


class Allowance(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How much a node lets another owe; nothing, to begin with."""

    amount: Natural
    currency: CurrencyCode
    scale: Scale


class Rate(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One unit of a currency is n/d hours."""

    n: Positive
    d: Positive


class Outcome(StrEnum):
    COMMITTED = "COMMITTED"
    ABORTED = "ABORTED"


class Mode(StrEnum):
    FIXED_SEND = "fixed-send"
    FIXED_RECEIVE = "fixed-receive"


class EntryKind(StrEnum):
    TRADE = "trade"
    SETTLEMENT = "settlement"
    SETOFF = "setoff"
    WRITEOFF = "writeoff"
    LIMIT = "limit"


class SignedObject(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    omit_defaults=True,
    tag_field="type",
):
    """Base of all that is signed."""

    signed_by: ClassVar[str]
    """The member that names the node whose key must have signed."""

    v: Version

    @property
    def signer(self) -> str:
        return str(getattr(self, self.signed_by))


class TradeOrder(SignedObject, frozen=True, kw_only=True, tag="trade-order"):
    """What the payer's node promises, if the payee's node accepts."""

    signed_by: ClassVar[str] = "payer_node"

    trade_id: TradeId
    payer_node: NodeName
    payee_node: NodeName
    payer: Address
    payee: Address
    source: Money
    dest: Money
    quote_id: Token | None = None
    description_hash: Hash
    created_at: Moment
    expires_at: Moment
    path: tuple[NodeName, ...]
    refund_of: TradeId | None = None
    request_id: TradeId | None = None

    def __post_init__(self) -> None:
        path, payer_node, payee_node = self.path, self.payer_node, self.payee_node
        if not path or path[0] != payer_node or path[-1] != payee_node:
            raise ValueError("the path leads from payer_node to payee_node")
        if not 1 < len(set(path)) == len(path) <= LONGEST_PATH:
            raise ValueError("the path has 2 to 16 different nodes")
        if self.payer.rpartition("@")[2] != payer_node:
            raise ValueError("the payer is a member of payer_node")
        if self.payee.rpartition("@")[2] != payee_node:
            raise ValueError("the payee is a member of payee_node")
        if self.created_at >= self.expires_at:
            raise ValueError("expires_at is after created_at")


class TradeQuote(SignedObject, frozen=True, kw_only=True, tag="trade-quote"):
    """A price the payee's node will keep to for a while."""

    signed_by: ClassVar[str] = "payee_node"

    quote_id: Token
    payee_node: NodeName
    payee_ref: Address
    mode: Mode
    source: Money
    dest: Money
    path_fee: Natural
    expires_at: Moment


class HopQuote(SignedObject, frozen=True, kw_only=True, tag="hop-quote"):
    """What a hub asks for passing an amount on, of which it keeps `fee` of `arriving`."""

    signed_by: ClassVar[str] = "node"

    quote_id: Token
    node: NodeName
    payer_node: NodeName
    payee_node: NodeName
    source: Money
    arriving: Money
    fee: Natural
    dest: Money
    expires_at: Moment


class TradeReceipt(SignedObject, frozen=True, kw_only=True, tag="trade-receipt"):
    """The decision, which only the payee's node can take, and only once."""

    signed_by: ClassVar[str] = "payee_node"

    trade_id: TradeId
    order_digest: Hash
    outcome: Outcome
    reason: Reason | None = None
    payee_node: NodeName
    decided_at: Moment


class HopAck(SignedObject, frozen=True, kw_only=True, tag="hop-ack"):
    """A hub's word that it has not forwarded a trade, and never will."""

    signed_by: ClassVar[str] = "node"

    trade_id: TradeId
    order_digest: Hash
    outcome: Outcome
    reason: Reason | None = None
    node: NodeName
    decided_at: Moment

    def __post_init__(self) -> None:
        if self.outcome is not Outcome.ABORTED:
            raise ValueError("a hub can only abort")


class ChainEntry(SignedObject, frozen=True, kw_only=True, tag="chain-entry"):
    """One link of what a debtor owes a creditor, written by the creditor.

    `order_digest` is that of the signed object the entry books: an order, a settlement,
    the bundle of a set-off.
    """

    signed_by: ClassVar[str] = "creditor"

    debtor: NodeName
    creditor: NodeName
    seq: Positive
    prev: Hash
    kind: EntryKind
    trade_id: TradeId | None = None
    order_digest: Hash | None = None
    debtor_amount: Change
    creditor_amount: Change

    def __post_init__(self) -> None:
        if self.debtor == self.creditor:
            raise ValueError("debtor and creditor differ")
        if (self.kind is EntryKind.TRADE) != (self.trade_id is not None):
            raise ValueError("an entry has a trade_id exactly if it is of a trade")
        if self.order_digest is None and self.kind in _BOOKS_AN_OBJECT:
            raise ValueError(f"a {self.kind} entry names the object it books")
        wanted = _SIGN[self.kind]
        if {_sign(self.debtor_amount), _sign(self.creditor_amount)} != {wanted}:
            raise ValueError(f"the amounts of a {self.kind} entry have the wrong sign")


class ForcedVoid(SignedObject, frozen=True, kw_only=True, tag="forced-void"):
    """The payer's node gave up waiting; a later COMMITTED receipt still binds it."""

    signed_by: ClassVar[str] = "payer_node"

    trade_id: TradeId
    order_digest: Hash
    payer_node: NodeName
    why: Line
    forced_at: Moment


class Settlement(SignedObject, frozen=True, kw_only=True, tag="settlement"):
    """The debtor's word that part of a debt was settled outside, in goods or money."""

    signed_by: ClassVar[str] = "debtor"

    settlement_id: TradeId
    debtor: NodeName
    creditor: NodeName
    debtor_amount: Money
    creditor_amount: Money
    what: Line
    settled_at: Moment


class KeyRotation(SignedObject, frozen=True, kw_only=True, tag="key-rotation"):
    """A node's next key, vouched for by the present one."""

    signed_by: ClassVar[str] = "node"

    node: NodeName
    old_kid: KeyId
    new_x: KeyId
    effective_at: Moment


class NodeMove(SignedObject, frozen=True, kw_only=True, tag="node-move"):
    """A node's word that it is reached at another address; its name stays what it was.

    Of two the one with the higher `serial` counts.  `effective_at` is when the node means
    to be there; nothing is decided by it.
    """

    signed_by: ClassVar[str] = "node"

    node: NodeName
    old_origin: Url
    new_origin: Url
    kid: KeyId
    serial: Positive
    effective_at: Moment


_BOOKS_AN_OBJECT = frozenset({EntryKind.TRADE, EntryKind.SETTLEMENT, EntryKind.SETOFF})

_SIGN = {
    EntryKind.TRADE: 1,
    EntryKind.SETTLEMENT: -1,
    EntryKind.SETOFF: -1,
    EntryKind.WRITEOFF: -1,
    EntryKind.LIMIT: 0,
}


def _sign(change: Change) -> int:
    return (change.amount > 0) - (change.amount < 0)
