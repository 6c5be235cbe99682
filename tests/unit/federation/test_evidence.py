"""Only what is signed, by whom it must be, about this very order, is a decision."""

from __future__ import annotations

import json

import pytest
from msgspec.structs import replace

from federation import wire
from federation.bodies import Decision, Evidence, Hop, Refusal, Undecided
from federation.chain import entry_hash
from federation.errors import FederationError, Problem
from federation.evidence import check_entry, judge, read_evidence
from federation.keys import PrivateKey
from federation.objects import (
    ChainEntry,
    HopAck,
    Money,
    Outcome,
    TradeOrder,
    TradeReceipt,
)
from federation.signed import FindKey, Signed, sign

NEXT = "b.example"


def told(body: bytes) -> Evidence:
    evidence = read_evidence(body)
    assert evidence is not None
    return evidence


def decision(receipt: Signed[TradeReceipt], entry: Signed[ChainEntry]) -> bytes:
    return wire.write(
        Decision(
            state=receipt.value.outcome,
            receipt=receipt.raw,
            receipt_sig=receipt.signature,
            entry=entry.raw,
            entry_hash=entry_hash(entry),
            entry_sig=entry.signature,
        )
    )


def test_a_receipt_and_its_entry_are_a_decision(
    order: Signed[TradeOrder],
    receipt: Signed[TradeReceipt],
    entry: Signed[ChainEntry],
    find_key: FindKey,
) -> None:
    verdict = judge(told(decision(receipt, entry)), order, NEXT, find_key)

    assert verdict.outcome is Outcome.COMMITTED
    assert verdict.reason is None
    assert (verdict.proof, verdict.entry) == (receipt, entry)


def test_a_refusal_is_a_decision_whatever_its_status_says(
    order: Signed[TradeOrder],
    receipt: Signed[TradeReceipt],
    key_b: PrivateKey,
    find_key: FindKey,
) -> None:
    aborted = sign(
        key_b, replace(receipt.value, outcome=Outcome.ABORTED, reason="limit-exceeded")
    )
    body = wire.write(
        Refusal(
            type=Problem.LIMIT_EXCEEDED.uri,
            title="Trade refused",
            status=422,
            detail="Too much.",
            instance="/",
            receipt=aborted.raw,
            receipt_sig=aborted.signature,
        )
    )

    verdict = judge(told(body), order, NEXT, find_key)

    assert (verdict.outcome, verdict.reason) == (Outcome.ABORTED, "limit-exceeded")
    assert verdict.entry is None


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>404</html>",
        b"{}",
        b'{"state":"COMMITTED"}',
        b'{"receipt":1,"receipt":2}',
        b'{"receipt_sig":1}',
        wire.write(Undecided(state="PENDING", retry_after=60)),
        wire.write(Undecided(state="UNKNOWN")),
    ],
)
def test_what_holds_no_signed_object_is_no_evidence(body: bytes) -> None:
    assert read_evidence(body) is None


def test_half_a_proof_is_none(
    order: Signed[TradeOrder], receipt: Signed[TradeReceipt], find_key: FindKey
) -> None:
    for evidence in (
        Evidence(receipt=receipt.raw),
        Evidence(receipt_sig=receipt.signature),
        Evidence(ack=receipt.raw, ack_sig=receipt.signature),
    ):
        with pytest.raises(FederationError):
            judge(evidence, order, NEXT, find_key)


def test_a_receipt_about_another_order_or_by_another_node_proves_nothing(
    order: Signed[TradeOrder],
    receipt: Signed[TradeReceipt],
    key_a: PrivateKey,
    key_b: PrivateKey,
    find_key: FindKey,
) -> None:
    other_id = "019ac3f0-7c1e-7a52-9b1d-4f3b2a1c0d12"
    for wrong in (
        sign(key_b, replace(receipt.value, order_digest="0" * 64)),
        sign(key_b, replace(receipt.value, trade_id=other_id)),
        sign(key_a, replace(receipt.value, payee_node="a.example")),
        sign(key_a, receipt.value),
    ):
        evidence = Evidence(receipt=wrong.raw, receipt_sig=wrong.signature)
        with pytest.raises(FederationError) as refused:
            judge(evidence, order, NEXT, find_key)
        assert refused.value.problem is Problem.SIGNATURE_INVALID


def ack(order: Signed[TradeOrder], **members: str) -> HopAck:
    base = {"trade_id": order.value.trade_id, "digest": order.digest, "node": NEXT}
    said = base | members
    return HopAck(
        v=1,
        trade_id=said["trade_id"],
        order_digest=said["digest"],
        outcome=Outcome.ABORTED,
        reason="not-routable",
        node=said["node"],
        decided_at=order.value.created_at,
    )


def test_the_next_node_alone_may_say_it_did_not_forward(
    order: Signed[TradeOrder], key_a: PrivateKey, key_b: PrivateKey, find_key: FindKey
) -> None:
    good = sign(key_b, ack(order))

    verdict = judge(Evidence(ack=good.raw, ack_sig=good.signature), order, NEXT, find_key)

    assert (verdict.outcome, verdict.reason) == (Outcome.ABORTED, "not-routable")
    for wrong in (
        sign(key_a, ack(order, node="a.example")),
        sign(key_b, ack(order, digest="0" * 64)),
    ):
        evidence = Evidence(ack=wrong.raw, ack_sig=wrong.signature)
        with pytest.raises(FederationError):
            judge(evidence, order, NEXT, find_key)


def test_an_entry_books_this_trade_at_these_amounts(
    order: Signed[TradeOrder], entry: Signed[ChainEntry], key_b: PrivateKey
) -> None:
    hop = Hop(
        from_node="a.example",
        to_node="b.example",
        amount=2500,
        currency="BTB",
        scale=2,
        expires_at=order.value.expires_at,
    )
    source = order.value.source

    check_entry(entry, order, hop, source)

    dearer = replace(entry.value.debtor_amount, amount=12501)
    for wrong, paid in (
        (sign(key_b, replace(entry.value, debtor_amount=dearer)), source),
        (sign(key_b, replace(entry.value, creditor="c.example")), source),
        (sign(key_b, replace(entry.value, order_digest="0" * 64)), source),
        (entry, Money(amount=1, currency="ACH", scale=2)),
    ):
        with pytest.raises(FederationError) as refused:
            check_entry(wrong, order, hop, paid)
        assert refused.value.problem is Problem.TRADE_CONFLICT


def test_a_decision_is_spelt_as_the_protocol_has_it(
    receipt: Signed[TradeReceipt], entry: Signed[ChainEntry]
) -> None:
    assert sorted(json.loads(decision(receipt, entry))) == [
        "entry",
        "entry_hash",
        "entry_sig",
        "receipt",
        "receipt_sig",
        "state",
    ]
