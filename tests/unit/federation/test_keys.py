"""Keys, thumbprints, and the one spelling of base64."""

from __future__ import annotations

import pytest

from federation.errors import FederationError, Problem
from federation.keys import (
    PrivateKey,
    PublicKey,
    base64text,
    base64url,
    unbase64text,
    unbase64url,
)


def test_a_signature_holds_for_its_message_and_key_alone(
    key_a: PrivateKey, key_b: PrivateKey
) -> None:
    signature = key_a.sign(b"message")

    key_a.public.verify(b"message", signature)
    for key, message, sent in (
        (key_a, b"massage", signature),
        (key_b, b"message", signature),
        (key_a, b"message", signature[:-1]),
        (key_a, b"message", bytes(64)),
    ):
        with pytest.raises(FederationError) as refused:
            key.public.verify(message, sent)
        assert refused.value.problem is Problem.SIGNATURE_INVALID


def test_a_seed_is_never_shown(key_b: PrivateKey) -> None:
    assert repr(key_b.seed) not in repr(key_b)


def test_a_key_is_read_from_its_text(key_a: PrivateKey) -> None:
    assert PublicKey.from_text(key_a.public.text) == key_a.public


@pytest.mark.parametrize("text", ["", "AA", "A" * 42, "A" * 44, "A" * 42 + "B", "+" * 43])
def test_a_key_that_is_misspelt_is_refused(text: str) -> None:
    with pytest.raises(FederationError) as refused:
        PublicKey.from_text(text)

    assert refused.value.problem is Problem.SCHEMA_INVALID


def test_a_key_has_32_bytes() -> None:
    with pytest.raises(FederationError):
        PublicKey(bytes(31))


def test_base64_has_one_spelling() -> None:
    assert unbase64text(base64text(b"ab")) == b"ab"
    assert unbase64url(base64url(b"ab"), 2) == b"ab"
    for misspelt in ("YWI", "YWJ=", "YW I=", "é", "=", "YWI=\n"):
        assert unbase64text(misspelt) is None
    with pytest.raises(FederationError):
        unbase64url("é", 2)
