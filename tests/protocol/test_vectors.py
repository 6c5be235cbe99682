"""Every golden vector, byte for byte."""

from __future__ import annotations

import json
from typing import Any

import pytest

from federation import wire
from federation.bodies import Hop, Prepare
from federation.chain import Edge, entry_hash, genesis
from federation.checkpoint import prove_note, read_note, read_verifier_key, verifier_key
from federation.errors import FederationError
from federation.fields import (
    content_digest,
    read_input,
    read_signature,
    signature_base,
)
from federation.keys import PrivateKey, base64text
from federation.objects import ChainEntry, TradeOrder, TradeReceipt
from federation.seal import description_hash
from federation.signed import sign
from federation.signing import Stamp, sign_request


def as_json(value: object) -> bytes:
    return json.dumps(value).encode()


def test_keys_have_their_published_thumbprints(
    vectors: dict[str, Any], key_a: PrivateKey, key_b: PrivateKey
) -> None:
    for name, key in (("A", key_a), ("B", key_b)):
        assert key.keyid == vectors["keys"][name]["jwk_thumbprint"]
        assert key.public.text == vectors["keys"][name]["x"]


def test_example_b26_of_rfc_9421_is_reproduced(
    vectors: dict[str, Any], key_a: PrivateKey
) -> None:
    example = vectors["rfc9421_b26"]
    lines = [
        ('"date"', "Tue, 20 Apr 2021 02:07:55 GMT"),
        ('"@method"', "POST"),
        ('"@path"', "/foo"),
        ('"@authority"', "example.com"),
        ('"content-type"', "application/json"),
        ('"content-length"', "18"),
    ]
    params = f"({' '.join(name for name, _ in lines)});created=1618884473"

    base = signature_base(lines, f'{params};keyid="test-key-ed25519"')

    assert base.decode() == example["signature_base"]
    assert base64text(key_a.sign(base)) == example["signature"]
    digest = content_digest(example["body"].encode())
    assert digest == f"sha-256=:{example['content_digest_sha256']}:"


def test_the_order_has_its_canonical_bytes_and_digest(
    vectors: dict[str, Any], key_a: PrivateKey
) -> None:
    profile = vectors["profile"]

    order = sign(key_a, wire.read(as_json(profile["order"]), TradeOrder))

    assert order.content.decode() == profile["order_jcs"]
    assert order.digest == profile["order_digest"]
    assert order.value.description_hash == description_hash(description="veg box")


def test_the_prepare_request_is_reproduced_to_the_last_header(
    vectors: dict[str, Any], key_a: PrivateKey
) -> None:
    profile = vectors["profile"]
    golden = profile["prepare_request"]
    order = sign(key_a, wire.read(as_json(profile["order"]), TradeOrder))
    hop = Hop(
        from_node="a.example",
        to_node="b.example",
        amount=2500,
        currency="BTB",
        scale=2,
        expires_at=order.value.expires_at,
    )

    body = wire.write(
        Prepare(order=order.raw, order_sig=order.signature, hop=hop, description="veg box")
    )
    headers, _ = sign_request(
        key_a,
        method=golden["method"],
        target_uri=golden["uri"],
        body=body,
        stamp=Stamp(1795300000, "bm9uY2UtMDAwMQ"),
    )

    assert body.decode() == golden["body"]
    assert {name.lower(): value for name, value in headers} == golden["headers"]


def test_the_golden_request_signs_well_but_its_nonce_is_too_short_to_be_accepted(
    vectors: dict[str, Any], key_a: PrivateKey
) -> None:
    golden = vectors["profile"]["prepare_request"]
    headers = golden["headers"]

    key_a.public.verify(
        golden["signature_base"].encode(),
        read_signature(headers["signature"]).content,
    )

    with pytest.raises(FederationError) as refused:
        read_input(headers["signature-input"])
    assert "nonce" in refused.value.reason


def test_receipt_and_entry_are_reproduced(
    vectors: dict[str, Any], key_b: PrivateKey
) -> None:
    profile = vectors["profile"]

    receipt = sign(key_b, wire.read(as_json(profile["receipt"]), TradeReceipt))
    entry = sign(key_b, wire.read(as_json(profile["chain_entry"]), ChainEntry))

    assert receipt.signature.sig == profile["receipt_sig_B"]
    assert entry_hash(entry) == profile["chain_entry_hash"]
    assert entry.signature.sig == profile["chain_entry_sig_B"]


def test_the_chain_begins_where_the_vector_begins(vectors: dict[str, Any]) -> None:
    start = genesis(Edge("a.example", "b.example"), "p-1")

    assert start.hash == vectors["profile"]["chain_genesis"]


def test_the_note_of_c2sp_is_proven(vectors: dict[str, Any]) -> None:
    told = vectors["c2sp_note"]
    name, key = read_verifier_key(told["vkey"])
    note = read_note(told["note"])

    prove_note(note, name, key)

    assert note.document == told["note"]
    assert verifier_key(name, key) == told["vkey"]
