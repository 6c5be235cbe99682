"""What is inside the requests and answers of each endpoint.

A signed object stands in a body as the bytes that were signed (`Raw`), beside its
signature.  An answer is read leniently but for its signed parts: only they count.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import msgspec

from federation.discovery import Card
from federation.objects import Allowance, Mode, Money
from federation.signed import Signature
from federation.wire import (
    ABSENT,
    Address,
    Base64,
    Body,
    CurrencyCode,
    Hash,
    Line,
    Moment,
    Natural,
    NodeName,
    Positive,
    Scale,
    Text,
    Token,
    TradeId,
    Version,
)

LARGEST_BATCH = 64
LONGEST_PAGE = 200
MOST_TOLD = 32
MOST_ROTATIONS = 64


class Hop(
    Body,
    frozen=True,
    kw_only=True,
    omit_defaults=True,
    rename={"from_node": "from", "to_node": "to"},
):
    """One edge of the way: what arrives at its far end, in that node's currency.

    `leaving` is what the near end books for it, in its own; on the first edge, where it
    is absent, that is the order's `source`.
    """

    from_node: NodeName
    to_node: NodeName
    amount: Positive
    currency: CurrencyCode
    scale: Scale
    expires_at: Moment
    leaving: Money | None = None


class Prepare(Body, frozen=True, kw_only=True, omit_defaults=True):
    """An order on its way; the words of it in the open, or sealed for the payee's node."""

    order: msgspec.Raw
    order_sig: Signature
    hop: Hop
    description: Line | None = None
    sealed: Base64 | None = None

    def __post_init__(self) -> None:
        if (self.description is None) == (self.sealed is None):
            raise ValueError("either description or sealed is given")


class PrepareBatch(Body, frozen=True, kw_only=True):
    """Orders gathered for one peer; each is signed on its own and decided on its own."""

    trades: Annotated[
        tuple[msgspec.Raw, ...], msgspec.Meta(min_length=1, max_length=LARGEST_BATCH)
    ]


class BatchAnswer(Body, frozen=True, kw_only=True, omit_defaults=True):
    """What the same order would have been answered alone."""

    status: int
    body: msgspec.Raw
    retry_after: int | None = None


class BatchAnswers(Body, frozen=True, kw_only=True):
    """Answers to a batch, in its order."""

    answers: tuple[BatchAnswer, ...]


class CancelWhy(StrEnum):
    EXPIRED = "expired"
    USER = "user"
    UNKNOWN = "unknown"


class Cancel(Body, frozen=True, kw_only=True):
    """A wish to abort, with the order, so that a tombstone can be bound to it."""

    order: msgspec.Raw
    order_sig: Signature
    why: CancelWhy


class Forced(Body, frozen=True, kw_only=True):
    """The payer's node gave up waiting: its order, and its signed word that it did."""

    order: msgspec.Raw
    order_sig: Signature
    statement: msgspec.Raw
    statement_sig: Signature


class Evidence(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The signed parts of whatever a trade was answered with."""

    receipt: msgspec.Raw = ABSENT
    receipt_sig: Signature | None = None
    ack: msgspec.Raw = ABSENT
    ack_sig: Signature | None = None
    entry: msgspec.Raw = ABSENT
    entry_hash: Hash | None = None
    entry_sig: Signature | None = None


class Decision(Evidence, frozen=True, kw_only=True, omit_defaults=True):
    """A decision as it is told: at once, again, or late."""

    state: str


class Refusal(Evidence, frozen=True, kw_only=True, omit_defaults=True):
    """A decision not to trade, as a problem document around the signed receipt."""

    type: str
    title: str
    status: int
    detail: str
    instance: str


class Undecided(Body, frozen=True, kw_only=True, omit_defaults=True):
    """What is known of a trade that is not decided; nothing may be done upon it."""

    state: str
    retry_after: int | None = None


class QuoteRequest(Body, frozen=True, kw_only=True):
    """A wish to know the price; the currency is that of the fixed side."""

    payee: Address
    mode: Mode
    amount: Positive
    currency: CurrencyCode
    scale: Scale
    path: tuple[NodeName, ...]


class QuoteAnswer(Body, frozen=True, kw_only=True):
    """A signed quote, and the payee's name if the payee shows it.

    The payee's node signs a trade-quote, a hub a hop-quote.
    """

    quote: msgspec.Raw
    quote_sig: Signature
    payee_label: Line | None


class TradeRequest(Body, frozen=True, kw_only=True):
    """A bill: the payee's node asks the payer's node for an order."""

    request_id: TradeId
    payer: Address
    payee: Address
    dest: Money
    description: Line
    expires_at: Moment


class Declined(Body, frozen=True, kw_only=True):
    """The payer will not pay a bill."""

    why: Line


class Proposal(Body, frozen=True, kw_only=True):
    """What a node offers as the terms of a peering, on its own side."""

    credit_line: Allowance
    share_offers: Token
    allow_requests: bool
    allow_as_hub: bool


class PeeringRequest(Body, frozen=True, kw_only=True):
    """An invitation taken up; the card holds the key the request is signed with."""

    token: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_-]{43}\Z")]
    card: Card
    proposed: Proposal


class Terms(Body, frozen=True, kw_only=True):
    """An agreement as one side or both have signed it."""

    agreement: msgspec.Raw
    signatures: Annotated[tuple[Signature, ...], msgspec.Meta(min_length=1, max_length=2)]


class Pause(Body, frozen=True, kw_only=True):
    """The peering rests, or goes on."""

    paused: bool
    why: Line


class ChainQuery(Body, frozen=True, kw_only=True):
    after: Natural = 0
    limit: Annotated[int, msgspec.Meta(ge=1, le=LONGEST_PAGE)] = LONGEST_PAGE


class ChainHead(Body, frozen=True, kw_only=True):
    seq: Natural
    hash: Hash


class Link(Body, frozen=True, kw_only=True, omit_defaults=True):
    """An entry with all that is needed to recover what it books.

    `order` is the signed object whose digest the entry names: an order, a settlement,
    the bundle of a set-off.
    """

    entry: msgspec.Raw
    entry_sig: Signature
    receipt: msgspec.Raw = ABSENT
    receipt_sig: Signature | None = None
    order: msgspec.Raw = ABSENT
    order_sig: Signature | None = None
    sealed: Base64 | None = None


class ChainPage(Body, frozen=True, kw_only=True):
    """A part of a chain, in its order, and where the chain ends."""

    head: ChainHead
    entries: tuple[Link, ...]


class Checkpoint(Body, frozen=True, kw_only=True):
    """A statement as a signed note, to be co-signed or contradicted."""

    note: Text


class SettlementNotice(Body, frozen=True, kw_only=True):
    """The debtor's signed word that it has settled; the creditor books it, or not."""

    settlement: msgspec.Raw
    settlement_sig: Signature


class SetoffPaper(Body, frozen=True, kw_only=True):
    """Something signed about a set-off; it says itself what it is, and who signed it."""

    paper: msgspec.Raw
    paper_sig: Signature


class SetoffStand(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How a set-off stands at a node, and what proves it: a decision, or its own word."""

    state: str
    paper: msgspec.Raw = ABSENT
    paper_sig: Signature | None = None


class ToldDebts(Body, frozen=True, kw_only=True):
    """What a node tells of its debts, and what its own peers have told it of theirs."""

    debts: Annotated[tuple[SetoffPaper, ...], msgspec.Meta(max_length=MOST_TOLD)]


class Dispute(Body, frozen=True, kw_only=True):
    """A claim about a trade; it moves no money."""

    dispute_id: TradeId
    trade_id: TradeId
    claim: Line
    evidence: Annotated[tuple[Hash, ...], msgspec.Meta(max_length=20)]


class DisputeOutcome(StrEnum):
    OPEN = "open"
    REFUND = "refund"
    SETTLED = "settled"
    WRITTEN_OFF = "written-off"
    WITHDRAWN = "withdrawn"


class DisputeChange(Body, frozen=True, kw_only=True):
    outcome: DisputeOutcome
    why: Line


class Note(
    Body,
    frozen=True,
    kw_only=True,
    omit_defaults=True,
    rename={"from_member": "from", "to_member": "to"},
):
    """A message between members, passed on by their nodes.

    Who writes is named only if they wish it.
    """

    message_id: TradeId
    from_member: Address
    to_member: Address
    subject: Line
    text: Text
    from_name: Line | None = None


class Rotation(Body, frozen=True, kw_only=True):
    """A node's next key."""

    rotation: msgspec.Raw
    rotation_sig: Signature


class Succession(Body, frozen=True, kw_only=True):
    """How a node's keys followed one another, each named by the one before it."""

    v: Version
    node: NodeName
    rotations: Annotated[tuple[Rotation, ...], msgspec.Meta(max_length=MOST_ROTATIONS)]


class OffersQuery(Body, frozen=True, kw_only=True):
    since: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9._:-]{0,128}\Z")] = ""
