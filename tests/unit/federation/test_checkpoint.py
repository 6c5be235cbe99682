"""Statements both sides write alike, signed and co-signed as C2SP notes."""

from __future__ import annotations

import base64
import hashlib

import pytest

from federation.chain import Edge, Head
from federation.checkpoint import (
    Note,
    cosign,
    prove_note,
    read_note,
    read_verifier_key,
    sign_note,
    statement,
    verifier_key,
)
from federation.errors import FederationError, Problem
from federation.keys import PrivateKey

HEADS = {
    Edge("b.example", "a.example"): Head(12, "b" * 64),
    Edge("a.example", "b.example"): Head(30, "a" * 64),
}
TEXT = statement("p-1", HEADS)


def test_both_sides_write_the_same_statement() -> None:
    other = statement("p-1", dict(reversed(HEADS.items())))
    lines = [f"a.example b.example 30 {'a' * 64}", f"b.example a.example 12 {'b' * 64}"]
    root = base64.b64encode(hashlib.sha256("\n".join(lines).encode()).digest()).decode()

    assert other == TEXT
    assert TEXT.splitlines() == ["cxn-fed/peering/p-1", "42", root, *lines]


def test_a_statement_is_signed_and_cosigned(key_a: PrivateKey, key_b: PrivateKey) -> None:
    note = cosign(sign_note(TEXT, "a.example", key_a), TEXT, "b.example", key_b)

    read = read_note(note.document)

    assert read == note
    prove_note(read, "a.example", key_a.public)
    prove_note(read, "b.example", key_b.public)


def test_a_statement_that_differs_is_not_cosigned(
    key_a: PrivateKey, key_b: PrivateKey
) -> None:
    theirs = sign_note(statement("p-2", HEADS), "a.example", key_a)

    with pytest.raises(FederationError) as refused:
        cosign(theirs, TEXT, "b.example", key_b)

    assert refused.value.problem is Problem.CHECKPOINT_MISMATCH
    assert refused.value.members == {"mine": TEXT}


def test_a_note_not_signed_by_this_node_proves_nothing(
    key_a: PrivateKey, key_b: PrivateKey
) -> None:
    note = sign_note(TEXT, "a.example", key_a)
    changed = Note(TEXT.replace("30", "31"), note.signatures)
    misspelt = Note(TEXT, ("\u2014 a.example !",))

    for wrong, name, key in (
        (note, "b.example", key_a),
        (note, "a.example", key_b),
        (changed, "a.example", key_a),
        (misspelt, "a.example", key_a),
    ):
        with pytest.raises(FederationError) as refused:
            prove_note(wrong, name, key.public)
        assert refused.value.problem is Problem.SIGNATURE_INVALID


@pytest.mark.parametrize(
    "document", ["", "text\n", "text\n\n", "text\n\nline\n", "text\n\n\u2014 a x"]
)
def test_what_is_no_note_is_refused(document: str) -> None:
    with pytest.raises(FederationError) as refused:
        read_note(document)

    assert refused.value.problem is Problem.SCHEMA_INVALID


def test_a_verifier_key_is_read_as_it_is_written(key_a: PrivateKey) -> None:
    text = verifier_key("a.example", key_a.public)

    assert read_verifier_key(text) == ("a.example", key_a.public)
    for wrong in ("", text[:-1], text.replace("a.", "b."), "a.example+00+AgAA"):
        with pytest.raises(FederationError):
            read_verifier_key(wrong)
