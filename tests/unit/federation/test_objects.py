"""Signed objects: what they may hold, who must have signed, and what is then believed."""

from __future__ import annotations

import json
from typing import Any

import pytest

from federation import wire
from federation.errors import FederationError, Problem
from federation.keys import PrivateKey
from federation.objects import (
    ChainEntry,
    HopAck,
    Outcome,
    SignedObject,
    TradeOrder,
    TradeReceipt,
)
from federation.signed import (
    FindKey,
    Signature,
    Signed,
    open_signed,
    relayed,
    restore,
    sign,
)

TOLD = {"amount": 1, "currency": "ACH", "scale": 2}


def changed(signed: Signed[Any], **members: object) -> bytes:
    told = json.loads(signed.content)
    told.update(members)
    return json.dumps(
        {name: value for name, value in told.items() if value != "-"}
    ).encode()


def test_an_order_is_read_back_as_it_was_signed(
    order: Signed[TradeOrder], find_key: FindKey
) -> None:
    read = open_signed(TradeOrder, order.content, order.signature, find_key)

    assert read == order
    assert bytes(read.raw) == order.content


def test_another_spelling_of_the_same_object_is_kept_in_its_canonical_one(
    order: Signed[TradeOrder], find_key: FindKey
) -> None:
    pretty = json.dumps(json.loads(order.content), indent=2).encode()

    read = open_signed(TradeOrder, pretty, order.signature, find_key)

    assert read.content == order.content


@pytest.mark.parametrize(
    "members",
    [
        {"surprise": 1},
        {"trade_id": "019ac3f0-7c1e-4a52-9b1d-4f3b2a1c0d11"},
        {"trade_id": "-"},
        {"payer_node": "c.example"},
        {"payee_node": "c.example"},
        {"payer": "0012@b.example"},
        {"payee": "0007@a.example"},
        {"payee": "0007"},
        {"payer": "zero twelve@a.example"},
        {"source": TOLD | {"amount": 0}},
        {"source": TOLD | {"amount": -1}},
        {"source": TOLD | {"amount": 2**53}},
        {"source": TOLD | {"amount": "1"}},
        {"source": TOLD | {"amount": True}},
        {"source": TOLD | {"scale": 10}},
        {"source": TOLD | {"scale": -1}},
        {"source": TOLD | {"currency": "ach"}},
        {"source": TOLD | {"rate": 1}},
        {"description_hash": "00"},
        {"created_at": "2026-11-21T22:26:40"},
        {"created_at": "2026-11-31T22:26:40Z"},
        {"created_at": 1795300000},
        {"expires_at": "2026-11-21T22:26:40Z"},
        {"path": ["a.example"]},
        {"path": []},
        {"path": ["a.example", "a.example", "b.example"]},
        {"path": ["b.example", "a.example"]},
        {"path": ["a.example", *(f"{n}.x" for n in range(15)), "b.example"]},
        {"type": "trade-receipt"},
        {"type": "-"},
        {"v": "1"},
        {"quote_id": "q 77"},
    ],
)
def test_an_order_of_another_form_is_refused(
    members: dict[str, object], order: Signed[TradeOrder], find_key: FindKey
) -> None:
    with pytest.raises(FederationError) as refused:
        open_signed(TradeOrder, changed(order, **members), order.signature, find_key)

    assert refused.value.problem in {Problem.SCHEMA_INVALID, Problem.VERSION_UNSUPPORTED}


@pytest.mark.parametrize("version", [0, 2, None, "1", True])
def test_another_version_of_an_object_is_said_to_be_one(
    version: object, order: Signed[TradeOrder], find_key: FindKey
) -> None:
    with pytest.raises(FederationError) as refused:
        open_signed(TradeOrder, changed(order, v=version), order.signature, find_key)

    wanted = Problem.SCHEMA_INVALID if version is True else Problem.VERSION_UNSUPPORTED
    assert refused.value.problem is wanted


def test_an_object_without_a_version_is_refused(order: Signed[TradeOrder]) -> None:
    with pytest.raises(FederationError) as refused:
        wire.read(changed(order, v="-"), TradeOrder)

    assert refused.value.problem is Problem.SCHEMA_INVALID


def test_a_changed_order_is_not_signed(
    order: Signed[TradeOrder], find_key: FindKey
) -> None:
    dearer = changed(order, dest=TOLD | {"amount": 2501, "currency": "BTB"})

    with pytest.raises(FederationError) as refused:
        open_signed(TradeOrder, dearer, order.signature, find_key)

    assert refused.value.problem is Problem.SIGNATURE_INVALID


def test_only_the_node_that_must_sign_can(
    order: Signed[TradeOrder], key_b: PrivateKey, find_key: FindKey
) -> None:
    forged = sign(key_b, order.value)

    with pytest.raises(FederationError) as refused:
        open_signed(TradeOrder, forged.content, forged.signature, find_key)

    assert refused.value.problem is Problem.SIGNATURE_INVALID


def test_a_signature_names_the_key_it_was_made_with(
    order: Signed[TradeOrder], key_a: PrivateKey, key_b: PrivateKey
) -> None:
    misnamed = Signature(keyid=key_b.keyid, sig=order.signature.sig)

    with pytest.raises(FederationError) as refused:
        open_signed(TradeOrder, order.content, misnamed, lambda *_: key_a.public)

    assert refused.value.problem is Problem.SIGNATURE_INVALID


def test_a_signature_is_for_one_type_of_object(
    receipt: Signed[TradeReceipt], key_b: PrivateKey, find_key: FindKey
) -> None:
    """The same bytes under another name are another message."""
    told = json.loads(receipt.content)
    ack = HopAck(
        v=1,
        trade_id=told["trade_id"],
        order_digest=told["order_digest"],
        outcome=Outcome.ABORTED,
        node="b.example",
        decided_at=receipt.value.decided_at,
    )

    with pytest.raises(FederationError):
        open_signed(HopAck, sign(key_b, ack).content, receipt.signature, find_key)


@pytest.mark.parametrize("sig", ["A" * 85 + "B" + "==", "A" * 86 + "=="])
def test_a_signature_that_is_none_is_refused(
    sig: str, order: Signed[TradeOrder], find_key: FindKey
) -> None:
    signature = Signature(keyid=order.signature.keyid, sig=sig)

    with pytest.raises(FederationError) as refused:
        open_signed(TradeOrder, order.content, signature, find_key)

    assert refused.value.problem is Problem.SIGNATURE_INVALID


def test_a_hub_cannot_say_committed(receipt: Signed[TradeReceipt]) -> None:
    told = json.loads(receipt.content)
    told["node"] = told.pop("payee_node")
    told["type"] = "hop-ack"

    with pytest.raises(FederationError) as refused:
        wire.read(json.dumps(told).encode(), HopAck)

    assert "a hub can only abort" in str(refused.value)


DEBT = {"amount": 5, "currency": "ACH", "scale": 2}
RELIEF = DEBT | {"amount": -5}
NOTHING = DEBT | {"amount": 0}
NO_TRADE = {"trade_id": "-", "order_digest": "-"}


@pytest.mark.parametrize(
    ("members", "why"),
    [
        ({"creditor": "a.example"}, "debtor and creditor differ"),
        ({"trade_id": "-"}, "exactly if"),
        ({"kind": "writeoff"}, "exactly if"),
        ({"order_digest": "-"}, "names the object"),
        ({"kind": "settlement"} | NO_TRADE, "names the object"),
        ({"debtor_amount": RELIEF}, "wrong sign"),
        ({"creditor_amount": NOTHING}, "wrong sign"),
        ({"kind": "writeoff"} | NO_TRADE, "wrong sign"),
        ({"kind": "limit"} | NO_TRADE, "wrong sign"),
        ({"seq": 0}, "seq"),
        ({"kind": "gift"}, "kind"),
    ],
)
def test_an_entry_of_another_form_is_refused(
    members: dict[str, object], why: str, entry: Signed[ChainEntry]
) -> None:
    with pytest.raises(FederationError) as refused:
        wire.read(changed(entry, **members), ChainEntry)

    assert why in str(refused.value)


@pytest.mark.parametrize(("kind", "amount"), [("writeoff", RELIEF), ("limit", NOTHING)])
def test_an_entry_need_not_be_of_a_trade(
    kind: str, amount: dict[str, object], entry: Signed[ChainEntry]
) -> None:
    told = changed(
        entry, kind=kind, debtor_amount=amount, creditor_amount=amount, **NO_TRADE
    )

    assert wire.read(told, ChainEntry).kind == kind


def test_every_signed_object_names_its_signer() -> None:
    for kind in SignedObject.__subclasses__():
        assert kind.signed_by in kind.__struct_fields__


def test_what_was_proven_is_read_back_from_the_store(order: Signed[TradeOrder]) -> None:
    assert restore(TradeOrder, order.content, order.signature) == order


def test_what_is_only_handed_on_is_read_and_not_proven(order: Signed[TradeOrder]) -> None:
    unproven = Signature(keyid=order.signature.keyid, sig="A" * 86 + "==")

    read = relayed(TradeOrder, order.content, unproven)

    assert (read.value, read.digest) == (order.value, order.digest)
    assert read.signature == unproven
