"""What a hub sees in place of an account is told by the key that hid it, for good."""

from __future__ import annotations

from pathlib import Path

from cesnode.services.clearing.addressing import alias, is_alias
from cesnode.services.clearing.here import Here
from cesnode.store import keyring
from federation.keys import PrivateKey

NODE, TRADE, ACCOUNT = "oak.example", "019ac3f0-7c1e-7a52-9b1d-4f3b2a1c0d11", "OAKV0007"


def test_an_alias_is_told_after_its_key_was_followed_by_others(tmp_path: Path) -> None:
    first = keyring.ensure(tmp_path)
    hidden = alias(Here(NODE, first), TRADE, ACCOUNT)
    for _ in range(2):
        keyring.prepare(tmp_path)
        keyring.follow(tmp_path)

    now = Here(NODE, keyring.ensure(tmp_path))

    assert now.key != first
    assert alias(now, TRADE, ACCOUNT) != hidden
    assert is_alias(now, hidden, TRADE, ACCOUNT)
    assert not is_alias(now, hidden, TRADE, "OAKV0008")
    assert not is_alias(Here(NODE, PrivateKey(now.key.seed)), hidden, TRADE, ACCOUNT)
