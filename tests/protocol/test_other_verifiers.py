"""What our node signs holds for software that is not ours, in three languages."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import shutil
import subprocess
import time
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from http_message_signatures import (
    HTTPMessageSignaturesException,
    HTTPMessageVerifier,
    HTTPSignatureKeyResolver,
    algorithms,
)
from typing_extensions import override

from federation import wire
from federation.fields import TAG
from federation.keys import PrivateKey, PublicKey
from federation.objects import ChainEntry, TradeOrder, TradeReceipt
from federation.signed import Signed, preimage, sign
from federation.signing import Reply, Stamp, sign_answer, sign_request

HERE = Path(__file__).with_name("node")
URI = "https://b.example/fed/v1/trades/019ac3f0-7c1e-7a52-9b1d-4f3b2a1c0d11"


@dataclass(frozen=True)
class Message:
    """A request as the Python verifier wants to see one."""

    method: str
    url: str
    headers: dict[str, str]


@dataclass(frozen=True)
class Bound:
    """An answer, with the request it answers."""

    status_code: int
    headers: dict[str, str]
    request: Message


@pytest.fixture
def exchange(vectors: dict[str, Any], key_a: PrivateKey, key_b: PrivateKey) -> Bound:
    """Sign a request and its answer, dated today: other verifiers look at the clock."""
    body = vectors["profile"]["prepare_request"]["body"].encode()
    stamp = Stamp(int(time.time()), "a-nonce-of-21-letters")
    asked, sent = sign_request(key_a, method="PUT", target_uri=URI, body=body, stamp=stamp)
    answered = sign_answer(key_b, sent, Reply(201, b'{"state":"COMMITTED"}'), stamp)
    return Bound(201, dict(answered), Message("PUT", URI, dict(asked)))


@pytest.fixture
def objects(
    vectors: dict[str, Any], key_a: PrivateKey, key_b: PrivateKey
) -> list[Signed[Any]]:
    def read(key: PrivateKey, name: str, kind: type[Any]) -> Signed[Any]:
        told = json.dumps(vectors["profile"][name]).encode()
        return sign(key, wire.read(told, kind))

    return [
        read(key_a, "order", TradeOrder),
        read(key_b, "receipt", TradeReceipt),
        read(key_b, "chain_entry", ChainEntry),
    ]


class Pinned(HTTPSignatureKeyResolver):
    """The keys of both nodes, as the Python verifier asks for them."""

    def __init__(self, *keys: PublicKey) -> None:
        self._keys = {key.keyid: Ed25519PublicKey.from_public_bytes(key.x) for key in keys}

    @override
    def resolve_public_key(self, key_id: str) -> Ed25519PublicKey:
        return self._keys[key_id]

    @override
    def resolve_private_key(self, key_id: str) -> None:
        raise NotImplementedError


def test_a_python_verifier_finds_request_and_answer_to_hold(
    exchange: Bound, key_a: PrivateKey, key_b: PrivateKey
) -> None:
    verifier = HTTPMessageVerifier(
        signature_algorithm=algorithms.ED25519,
        key_resolver=Pinned(key_a.public, key_b.public),
    )
    age = timedelta(seconds=300)

    for message in (exchange.request, exchange):
        (result,) = verifier.verify(message, max_age=age, expect_tag=TAG)
        assert '"content-digest"' in result.covered_components

    wrong = replace(exchange, request=replace(exchange.request, method="POST"))
    for message in (wrong.request, wrong):
        with pytest.raises(HTTPMessageSignaturesException):
            verifier.verify(message, max_age=age, expect_tag=TAG)


@pytest.fixture(scope="session")
def verifiers() -> Path:
    """Install the two npm verifiers, once, outside of the checkout."""
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        pytest.skip("node and npm are needed to ask the verifiers written for them")
    lock = (HERE / "package-lock.json").read_bytes()
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    home = cache / "cesnode-tests" / f"node-{hashlib.sha256(lock).hexdigest()[:16]}"
    home.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json", ".npmrc", "verify.mjs"):
        shutil.copy(HERE / name, home / name)
    if not (home / "node_modules" / ".package-lock.json").exists():
        done = subprocess.run(  # noqa: S603
            [npm, "ci", "--prefix", home, "--ignore-scripts"],
            cwd=home,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        if done.returncode:
            pytest.skip(f"the npm verifiers could not be installed: {done.stderr[-300:]}")
    return home


def as_told(bound: Bound) -> dict[str, Any]:
    request = bound.request
    return {
        "request": {
            "method": request.method,
            "url": request.url,
            "headers": request.headers,
        },
        "answer": {"status": bound.status_code, "headers": bound.headers},
    }


def test_two_npm_verifiers_and_nodes_own_crypto_agree(
    verifiers: Path,
    exchange: Bound,
    objects: list[Signed[Any]],
    key_a: PrivateKey,
    key_b: PrivateKey,
) -> None:
    other_target = replace(exchange, request=replace(exchange.request, url=f"{URI}?x=1"))
    told = {
        "keys": [{"keyid": key.keyid, "x": key.public.text} for key in (key_a, key_b)],
        "exchanges": [as_told(exchange), as_told(other_target)],
        "objects": [
            {
                "keyid": each.signature.keyid,
                "message": base64.b64encode(message).decode(),
                "signature": each.signature.sig,
            }
            for each in objects
            for genuine in [preimage(each.content, type(each.value))]
            for message in (genuine, genuine + b" ")
        ],
    }

    done = subprocess.run(  # noqa: S603
        ["node", verifiers / "verify.mjs"],  # noqa: S607
        input=json.dumps(told),
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )

    everyone = {"http-message-signatures": True, "http-message-sig": True}
    nobody = dict.fromkeys(everyone, False)
    assert json.loads(done.stdout) == {
        "exchanges": [
            {"request": everyone, "answer": everyone},
            {"request": nobody, "answer": nobody},
        ],
        "objects": [True, False] * len(objects),
    }


def test_a_receipt_holds_under_openssl(
    objects: list[Signed[Any]], key_b: PrivateKey, tmp_path: Path
) -> None:
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl is not installed here")
    _, receipt, _ = objects
    key = Ed25519PublicKey.from_public_bytes(key_b.public.x).public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    message = preimage(receipt.content, TradeReceipt)
    (tmp_path / "key.pem").write_bytes(key)
    (tmp_path / "sig").write_bytes(base64.b64decode(receipt.signature.sig))

    def verdict(content: bytes) -> int:
        (tmp_path / "receipt").write_bytes(content)
        asked = "pkeyutl -verify -pubin -inkey key.pem -rawin -in receipt -sigfile sig"
        return subprocess.run(  # noqa: S603
            [openssl, *asked.split()], cwd=tmp_path, capture_output=True, check=False
        ).returncode

    assert verdict(message) == 0
    assert verdict(message + b" ") != 0


def test_the_lock_file_names_no_registry() -> None:
    assert b"http://" not in (HERE / "package-lock.json").read_bytes()
    assert b"https://" not in (HERE / "package-lock.json").read_bytes()
