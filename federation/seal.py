"""Words only the payee's node may read, carried past a hub in a sealed box (X25519).

The order holds a digest of the box, not of the words: short words could be guessed.
Erasing the box later leaves every signature standing.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox

from federation import wire
from federation.errors import schema_invalid
from federation.keys import base64text, thumbprint, unbase64text
from federation.wire import Address, Body, Line

HIDDEN = "sealed"
"""Stands for the member in the addresses a hub can see."""


class Words(Body, frozen=True, kw_only=True):
    """What a hub need not know."""

    payer: Address
    payee: Address
    description: Line
    contact: Line = ""


@dataclass(frozen=True, slots=True)
class BoxKey:
    """The key that opens what is sealed for us."""

    seed: bytes = field(repr=False)
    _key: PrivateKey = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_key", PrivateKey(self.seed))

    @property
    def x(self) -> bytes:
        return bytes(self._key.public_key)

    @property
    def keyid(self) -> str:
        return thumbprint("X25519", self.x)

    def open(self, sealed: str) -> Words:
        """Read what was sealed for us, or refuse it."""
        box = unbase64text(sealed)
        try:
            words = SealedBox(self._key).decrypt(box or b"")
        except (CryptoError, TypeError, ValueError):
            raise schema_invalid("The sealed words cannot be opened here.") from None
        return wire.read(words, Words)


def seal(words: Words, x: bytes) -> str:
    """Seal words for the node whose card shows the box key `x`."""
    return base64text(SealedBox(PublicKey(x)).encrypt(wire.write(words)))


def description_hash(*, description: str | None = None, sealed: str | None = None) -> str:
    """Return what the order holds of its words: of the box if there is one."""
    text = description if sealed is None else sealed
    return hashlib.sha256((text or "").encode()).hexdigest()
