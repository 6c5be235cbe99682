"""Statements two nodes sign together: how long their two chains are, and how they end.

The form is C2SP's signed note: a text, an empty line, and a line for each signature.
Both nodes write the same text, so the peer's signature under ours is its agreement.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from federation.chain import Edge, Head
from federation.errors import FederationError, Problem, schema_invalid, signature_invalid
from federation.keys import PrivateKey, PublicKey, base64text, unbase64text

_DASH = "\u2014"
_ED25519 = b"\x01"
_HASH_SIZE = 4


@dataclass(frozen=True, slots=True)
class Note:
    """A text and the signature lines under it."""

    text: str
    signatures: tuple[str, ...]

    @property
    def document(self) -> str:
        return self.text + "\n" + "".join(f"{line}\n" for line in self.signatures)


def statement(peering_id: str, heads: Mapping[Edge, Head]) -> str:
    """Write what both nodes should find: the same on either side."""
    lines = [
        f"{edge.debtor} {edge.creditor} {head.seq} {head.hash}"
        for edge, head in sorted(heads.items())
    ]
    size = sum(head.seq for head in heads.values())
    root = hashlib.sha256("\n".join(lines).encode()).digest()
    told = [f"cxn-fed/peering/{peering_id}", str(size), base64text(root), *lines]
    return "".join(f"{line}\n" for line in told)


def sign_note(text: str, name: str, key: PrivateKey) -> Note:
    return Note(text, (_line(text, name, key),))


def cosign(note: Note, own_text: str, name: str, key: PrivateKey) -> Note:
    """Put our signature under a peer's note, if it says what we say."""
    if note.text != own_text:
        detail = "The statement of this node differs."
        raise FederationError(
            Problem.CHECKPOINT_MISMATCH, detail, members={"mine": own_text}
        )
    return Note(note.text, (*note.signatures, _line(note.text, name, key)))


def read_note(document: str) -> Note:
    """Take a note apart; nothing is proven yet."""
    text, found, rest = document.rpartition("\n\n")
    lines = rest.removesuffix("\n").split("\n")
    if not found or not rest.endswith("\n"):
        raise schema_invalid("The note is not a signed note.")
    if not all(line.startswith(f"{_DASH} ") for line in lines):
        raise schema_invalid("The note is not a signed note.")
    return Note(text + "\n", tuple(lines))


def prove_note(note: Note, name: str, key: PublicKey) -> None:
    """Refuse a note that this node has not signed with this key."""
    start = f"{_DASH} {name} "
    for line in note.signatures:
        held = unbase64text(line.removeprefix(start)) if line.startswith(start) else None
        if held is not None and held[:_HASH_SIZE] == _key_hash(name, key):
            key.verify(note.text.encode(), held[_HASH_SIZE:])
            return
    raise signature_invalid(f"the note bears no signature of {name}")


def verifier_key(name: str, key: PublicKey) -> str:
    """Write a key as C2SP's tools read it: name, hash and key."""
    return f"{name}+{_key_hash(name, key).hex()}+{base64text(_ED25519 + key.x)}"


def read_verifier_key(text: str) -> tuple[str, PublicKey]:
    name, _, rest = text.partition("+")
    held = unbase64text(rest.partition("+")[2])
    if held is None or held[:1] != _ED25519:
        raise schema_invalid("The text is not an Ed25519 verifier key.")
    key = PublicKey(held[1:])
    if verifier_key(name, key) != text:
        raise schema_invalid("The verifier key does not have the hash it should have.")
    return name, key


def _line(text: str, name: str, key: PrivateKey) -> str:
    signature = _key_hash(name, key.public) + key.sign(text.encode())
    return f"{_DASH} {name} {base64text(signature)}"


def _key_hash(name: str, key: PublicKey) -> bytes:
    return hashlib.sha256(name.encode() + b"\n" + _ED25519 + key.x).digest()[:_HASH_SIZE]
