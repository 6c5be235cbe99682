"""From an answer to a decision: which signatures must stand under what, and match.

An HTTP status decides nothing.  What is not proven here is "not decided yet", never "no".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import msgspec

from federation import canonical
from federation.bodies import Evidence, Hop
from federation.errors import FederationError, Problem, signature_invalid
from federation.objects import (
    ChainEntry,
    Change,
    HopAck,
    Money,
    Outcome,
    SignedObject,
    TradeOrder,
    TradeReceipt,
)
from federation.signed import FindKey, Signature, Signed, open_signed

T = TypeVar("T", bound=SignedObject)


@dataclass(frozen=True, slots=True)
class Verdict:
    """A proven decision: the payee's node's receipt, or a hub's word not to forward."""

    proof: Signed[TradeReceipt] | Signed[HopAck]
    entry: Signed[ChainEntry] | None = None

    @property
    def outcome(self) -> Outcome:
        return self.proof.value.outcome

    @property
    def reason(self) -> str | None:
        return self.proof.value.reason


def read_evidence(body: bytes) -> Evidence | None:
    """Return the signed parts of an answer; None where there are none."""
    try:
        canonical.parse(body)
        evidence = msgspec.json.decode(body, type=Evidence)
    except (FederationError, msgspec.MsgspecError):
        return None
    return None if evidence == Evidence() else evidence


def judge(
    evidence: Evidence, order: Signed[TradeOrder], next_node: str, find_key: FindKey
) -> Verdict:
    """Prove a decision about our order, or refuse the evidence.

    `next_node` is the node we sent the order to: it alone may say it did not forward it.
    """
    receipt = _opened(TradeReceipt, evidence.receipt, evidence.receipt_sig, find_key)
    ack = _opened(HopAck, evidence.ack, evidence.ack_sig, find_key)
    if receipt is not None:
        _check_about(receipt.value, order)
        if receipt.value.payee_node != order.value.payee_node:
            raise signature_invalid(f"receipt by {receipt.value.payee_node}")
        entry = _opened(ChainEntry, evidence.entry, evidence.entry_sig, find_key)
        return Verdict(receipt, entry)
    if ack is None:
        raise signature_invalid("the answer proves nothing")
    _check_about(ack.value, order)
    if ack.value.node != next_node:
        raise signature_invalid(f"hop-ack by {ack.value.node}")
    return Verdict(ack)


def check_entry(
    entry: Signed[ChainEntry], order: Signed[TradeOrder], hop: Hop, debtor_amount: Money
) -> None:
    """Refuse an entry that does not book this order on this edge at these amounts."""
    held = entry.value
    arriving = Change(amount=hop.amount, currency=hop.currency, scale=hop.scale)
    leaving = Change(
        amount=debtor_amount.amount,
        currency=debtor_amount.currency,
        scale=debtor_amount.scale,
    )
    booked = (held.debtor, held.creditor, held.trade_id, held.order_digest)
    asked = (hop.from_node, hop.to_node, order.value.trade_id, order.digest)
    amounts = (held.debtor_amount, held.creditor_amount)
    if booked != asked or amounts != (leaving, arriving):
        detail = "The entry does not book the trade it was written for."
        raise FederationError(Problem.TRADE_CONFLICT, detail)


def _check_about(told: TradeReceipt | HopAck, order: Signed[TradeOrder]) -> None:
    if (told.trade_id, told.order_digest) != (order.value.trade_id, order.digest):
        raise signature_invalid(f"about another order: {told.order_digest}")


def _opened(
    kind: type[T], raw: msgspec.Raw, signature: Signature | None, find_key: FindKey
) -> Signed[T] | None:
    if not raw or signature is None:
        return None
    return open_signed(kind, bytes(raw), signature, find_key)
