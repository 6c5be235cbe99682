"""Ed25519 keys by their RFC 7638 thumbprints, and the strict base64 of the wire."""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass, field
from functools import lru_cache

from nacl.exceptions import CryptoError
from nacl.signing import SigningKey, VerifyKey

from federation.errors import schema_invalid, signature_invalid

KEY_SIZE = 32
SIGNATURE_SIZE = 64


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A key others sign with; `keyid` is its thumbprint."""

    x: bytes
    keyid: str = field(init=False)
    _verifier: VerifyKey = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if len(self.x) != KEY_SIZE:
            raise schema_invalid("An Ed25519 key has 32 bytes.")
        object.__setattr__(self, "keyid", thumbprint("Ed25519", self.x))
        object.__setattr__(self, "_verifier", VerifyKey(self.x))

    @staticmethod
    def from_text(x: str) -> PublicKey:
        return _read(x)

    @property
    def text(self) -> str:
        return base64url(self.x)

    def verify(self, message: bytes, signature: bytes) -> None:
        try:
            self._verifier.verify(message, signature)
        except (CryptoError, ValueError):
            raise signature_invalid(f"not signed by {self.keyid}") from None


@lru_cache(maxsize=256)
def _read(x: str) -> PublicKey:
    """Read a key; to make it ready for verifying costs more than to remember it."""
    return PublicKey(unbase64url(x, KEY_SIZE))


@dataclass(frozen=True, slots=True)
class PrivateKey:
    """A key of our own; its seed is never shown.

    `before` are those it follows: what was hidden with them is told by them alone.
    """

    seed: bytes = field(repr=False)
    before: tuple[PrivateKey, ...] = field(default=(), repr=False, compare=False)
    public: PublicKey = field(init=False)
    _signer: SigningKey = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        signer = SigningKey(self.seed)
        object.__setattr__(self, "_signer", signer)
        object.__setattr__(self, "public", PublicKey(bytes(signer.verify_key)))

    @property
    def keyid(self) -> str:
        return self.public.keyid

    def sign(self, message: bytes) -> bytes:
        return self._signer.sign(message).signature


def thumbprint(curve: str, x: bytes) -> str:
    """Return the RFC 7638 thumbprint of an octet key pair."""
    members = f'{{"crv":"{curve}","kty":"OKP","x":"{base64url(x)}"}}'
    return base64url(hashlib.sha256(members.encode()).digest())


def base64url(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def unbase64url(text: str, size: int) -> bytes:
    """Read unpadded base64url of exactly `size` bytes, in its one spelling."""
    padded = text + "=" * (-len(text) % 4)
    content = _decode(padded, altchars=b"-_")
    if content is None or len(content) != size or base64url(content) != text:
        raise schema_invalid(f"{text[:50]!r} is not base64url of {size} bytes.")
    return content


def base64text(content: bytes) -> str:
    return base64.b64encode(content).decode()


def unbase64text(text: str) -> bytes | None:
    """Read padded base64 in its one spelling; None for any other."""
    content = _decode(text, altchars=None)
    return content if content is not None and base64text(content) == text else None


def _decode(text: str, *, altchars: bytes | None) -> bytes | None:
    try:
        return base64.b64decode(text, altchars=altchars, validate=True)
    except (binascii.Error, ValueError):
        return None
