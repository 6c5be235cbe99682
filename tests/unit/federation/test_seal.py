"""Sealed words: for the payee's node alone, and bound to the order by their digest."""

from __future__ import annotations

import base64

import pytest

from federation.errors import FederationError
from federation.seal import HIDDEN, BoxKey, Words, description_hash, seal

WORDS = Words(payer="0012@a.example", payee="0007@b.example", description="légumes")
OURS = BoxKey(bytes(range(32)))
OTHERS = BoxKey(bytes(32))


def test_only_the_payees_node_can_read_the_words() -> None:
    sealed = seal(WORDS, OURS.x)

    assert OURS.open(sealed) == WORDS
    with pytest.raises(FederationError):
        OTHERS.open(sealed)


@pytest.mark.parametrize("sealed", ["", "AAAA", "not base64"])
def test_what_is_no_box_is_refused(sealed: str) -> None:
    with pytest.raises(FederationError):
        OURS.open(sealed)


def test_the_order_holds_the_digest_of_the_box_not_of_the_words() -> None:
    first, second = seal(WORDS, OURS.x), seal(WORDS, OURS.x)

    hashes = {description_hash(sealed=first), description_hash(sealed=second)}

    assert len(hashes) == 2
    assert description_hash(description=WORDS.description) not in hashes


def test_a_box_shows_nothing_and_a_key_never_its_seed() -> None:
    assert b"0007" not in base64.b64decode(seal(WORDS, OURS.x))
    assert repr(OURS.seed) not in repr(OURS)
    assert len(OURS.keyid) == 43
    assert HIDDEN == "sealed"
