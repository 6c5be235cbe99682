"""The golden vectors, and the two nodes they speak of."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from federation import wire
from federation.keys import PrivateKey, unbase64url
from federation.objects import ChainEntry, TradeOrder, TradeReceipt
from federation.signed import FindKey, Signed, sign

FIXTURES = Path(__file__).parents[2] / "protocol" / "fixtures.json"


@pytest.fixture(scope="session")
def vectors() -> dict[str, Any]:
    told: dict[str, Any] = json.loads(FIXTURES.read_text())
    return told


@pytest.fixture(scope="session")
def key_a(vectors: dict[str, Any]) -> PrivateKey:
    return PrivateKey(unbase64url(vectors["keys"]["A"]["seed_b64u"], 32))


@pytest.fixture(scope="session")
def key_b(vectors: dict[str, Any]) -> PrivateKey:
    return PrivateKey(bytes.fromhex(vectors["keys"]["B"]["seed_hex"]))


@pytest.fixture
def order(vectors: dict[str, Any], key_a: PrivateKey) -> Signed[TradeOrder]:
    told = json.dumps(vectors["profile"]["order"]).encode()
    return sign(key_a, wire.read(told, TradeOrder))


@pytest.fixture
def receipt(vectors: dict[str, Any], key_b: PrivateKey) -> Signed[TradeReceipt]:
    told = json.dumps(vectors["profile"]["receipt"]).encode()
    return sign(key_b, wire.read(told, TradeReceipt))


@pytest.fixture
def entry(vectors: dict[str, Any], key_b: PrivateKey) -> Signed[ChainEntry]:
    told = json.dumps(vectors["profile"]["chain_entry"]).encode()
    return sign(key_b, wire.read(told, ChainEntry))


@pytest.fixture
def find_key(key_a: PrivateKey, key_b: PrivateKey) -> FindKey:
    known = {"a.example": key_a.public, "b.example": key_b.public}
    return lambda node, keyid: (
        key if (key := known.get(node)) and key.keyid == keyid else None
    )
