"""Signatures over objects, which outlive the connection they came by.

A Signed keeps the exact bytes its signature covers; they are stored and shown as they
are, and what is understood is read from them and from nothing else.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeAlias, TypeVar

import msgspec
from typing_extensions import TypeIs

from federation import canonical, wire
from federation.canonical import Json
from federation.errors import schema_invalid, signature_invalid
from federation.fields import TAG
from federation.keys import PrivateKey, PublicKey, base64text, unbase64text
from federation.objects import ChainEntry, SignedObject
from federation.wire import Base64Signature, Body, KeyId

T = TypeVar("T", bound=SignedObject)

_LARGE = re.compile(rb"[0-9]{16}")
"""Digits of which a number could be too large; they may also be those of a text."""

FindKey: TypeAlias = Callable[[str, str], PublicKey | None]
"""From a node's name and a keyid to a key we hold to be that node's."""


class Signature(Body, frozen=True, kw_only=True):
    """A signature as it stands beside its object."""

    keyid: KeyId
    sig: Base64Signature


@dataclass(frozen=True, slots=True)
class Signed(Generic[T]):
    """An object whose signature held, or that we signed."""

    value: T
    content: bytes
    signature: Signature

    @property
    def digest(self) -> str:
        return canonical.digest(self.content)

    @property
    def raw(self) -> msgspec.Raw:
        """The object as a member of a message."""
        return msgspec.Raw(self.content)


def sign(key: PrivateKey, value: T) -> Signed[T]:
    content = write(value)
    return Signed(value, content, signature_of(key, content, type(value)))


def write(value: SignedObject) -> bytes:
    """Return the canonical bytes of an object of our own."""
    content = wire.write(value)
    if content.isascii() and not _LARGE.search(content):
        return content  # Nothing is in it that canonical.encode would refuse.
    built: Json = msgspec.to_builtins(value)
    return canonical.encode(built)


def signature_of(key: PrivateKey, content: bytes, kind: type[SignedObject]) -> Signature:
    return Signature(keyid=key.keyid, sig=base64text(key.sign(preimage(content, kind))))


def open_signed(
    kind: type[T], document: bytes, signature: Signature, find_key: FindKey
) -> Signed[T]:
    """Read an object and prove that the node it names as its signer did sign it."""
    value, content = _understood(kind, document)
    prove(content, kind, signature, find_key(value.signer, signature.keyid))
    return Signed(value, content, signature)


def relayed(kind: type[T], document: bytes, signature: Signature) -> Signed[T]:
    """Read an object whose signer we cannot prove: it is no more than its bearer's word."""
    return Signed(*_understood(kind, document), signature)


def _understood(kind: type[T], document: bytes) -> tuple[T, bytes]:
    """Read an object, and return its canonical bytes with it."""
    value = wire.recognise(document, kind)
    if value is not None:
        return value, document
    parsed = canonical.parse(document)
    if not isinstance(parsed, dict) or parsed.get("type") != _type(kind):
        raise schema_invalid(f"The message should hold a {_type(kind)} here.")
    content = canonical.encode(parsed)
    return wire.convert(parsed, content, kind), content


def restore(kind: type[T], content: bytes, signature: Signature) -> Signed[T]:
    """Read back what was proven, or signed by us, before it was stored."""
    return Signed(msgspec.json.decode(content, type=kind), content, signature)


def holds(signed: Signed[Any], kind: type[T]) -> TypeIs[Signed[T]]:
    """Whether it is an object of this kind that was signed."""
    return isinstance(signed.value, kind)


def prove(
    content: bytes, kind: type[SignedObject], signature: Signature, key: PublicKey | None
) -> None:
    """Refuse a signature that is not this key's over these bytes."""
    if key is None or key.keyid != signature.keyid:
        raise signature_invalid(f"{_type(kind)} signed with keyid {signature.keyid}")
    held = unbase64text(signature.sig)
    if held is None:
        raise signature_invalid(f"the signature of a {_type(kind)} is misspelt")
    key.verify(preimage(content, kind), held)


def preimage(content: bytes, kind: type[SignedObject]) -> bytes:
    """Return the bytes that are signed; for an entry they are its hash."""
    named = f"{TAG}:{_type(kind)}\n".encode() + content
    return hashlib.sha256(named).digest() if kind is ChainEntry else named


def _type(kind: type[SignedObject]) -> str:
    return str(kind.__struct_config__.tag)
