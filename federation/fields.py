"""The three header fields of a signed message, and the text a signature covers.

Not a parser of structured fields but of exactly what the profile allows: one label, these
components, these parameters in this order, each in its canonical spelling (RFC 9421, 9530).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple, TypeAlias

from federation.errors import FederationError, Problem, signature_invalid
from federation.keys import base64text, unbase64text

Headers: TypeAlias = Sequence[tuple[str, str]]

LABEL = "sig1"
ALGORITHM = "ed25519"
TAG = "cxn-fed-v1"
WINDOW = 300
LONGEST_INPUT = 2048
LONGEST_FIELD = 256

_TEXT = r"[\x20\x21\x23-\x5b\x5d-\x7e]*"
_INPUT = re.compile(
    rf"{LABEL}=(?P<params>\((?P<components>[\x21-\x27\x2a-\x7e ]*)\)"
    r";created=(?P<created>[1-9][0-9]{0,11});expires=(?P<expires>[1-9][0-9]{0,11})"
    rf';nonce="(?P<nonce>{_TEXT})";keyid="(?P<keyid>{_TEXT})"'
    rf';alg="(?P<alg>{_TEXT})";tag="(?P<tag>{_TEXT})")'
)
_SIGNATURE = re.compile(rf"{LABEL}=(?P<value>:(?P<base64>[A-Za-z0-9+/]{{86}}==):)")
_DIGEST = re.compile(r"sha-256=:[A-Za-z0-9+/]{43}=:")
_NONCE = re.compile(r"[\x21\x23-\x5b\x5d-\x7e]{16,64}")
_OTHER_VERSION = re.compile(r"cxn-fed-v[0-9]{1,4}")
_PLAIN = re.compile(r"[\x20-\x7e]*")


class Parameters(NamedTuple):
    """What a Signature-Input says; `text` is its own exact spelling."""

    text: str
    components: str
    created: int
    expires: int
    nonce: str
    keyid: str


class Signature(NamedTuple):
    """A signature and how the field spells it, for the answer to be bound to."""

    content: bytes
    text: str


def only(headers: Headers, name: str, longest: int = LONGEST_FIELD) -> str:
    """Return the value of a field that must occur exactly once."""
    values = [value for other, value in headers if other.lower() == name]
    if len(values) != 1:
        raise signature_invalid(f"{len(values)} lines of {name}")
    (value,) = values
    if len(value) > longest:
        raise signature_invalid(f"{name} is longer than {longest}")
    if not _PLAIN.fullmatch(value) or value != value.strip(" "):
        raise signature_invalid(f"{name} holds what a field may not hold")
    return value


def read_input(value: str) -> Parameters:
    """Read the value of Signature-Input."""
    found = _INPUT.fullmatch(value)
    if found is None:
        raise signature_invalid("Signature-Input is not of the profile")
    if found["tag"] != TAG:
        raise _wrong_tag(found["tag"])
    if found["alg"] != ALGORITHM:
        raise signature_invalid(f"algorithm {found['alg']!r}")
    if not _NONCE.fullmatch(found["nonce"]):
        raise signature_invalid("the nonce does not have 16 to 64 characters")
    created, expires = int(found["created"]), int(found["expires"])
    if not created < expires <= created + WINDOW:
        raise signature_invalid(f"created {created} and expires {expires}")
    return Parameters(
        text=found["params"],
        components=found["components"],
        created=created,
        expires=expires,
        nonce=found["nonce"],
        keyid=found["keyid"],
    )


def write_input(components: str, *, created: int, nonce: str, keyid: str) -> str:
    """Write the parameters as they are signed and sent."""
    return (
        f'({components});created={created};expires={created + WINDOW};nonce="{nonce}"'
        f';keyid="{keyid}";alg="{ALGORITHM}";tag="{TAG}"'
    )


def read_signature(value: str) -> Signature:
    """Read the value of Signature."""
    found = _SIGNATURE.fullmatch(value)
    content = unbase64text(found["base64"]) if found else None
    if found is None or content is None:
        raise signature_invalid("Signature is not of the profile")
    return Signature(content, found["value"])


def write_signature(content: bytes) -> str:
    return f":{base64text(content)}:"


def check_digest(value: str, body: bytes) -> None:
    """Refuse a Content-Digest that is not exactly ours of these very bytes."""
    if not _DIGEST.fullmatch(value):
        raise signature_invalid("Content-Digest is not one sha-256")
    if value != content_digest(body):
        raise signature_invalid("Content-Digest is not that of the body")


def content_digest(body: bytes) -> str:
    return f"sha-256=:{base64text(hashlib.sha256(body).digest())}:"


def signature_base(lines: Iterable[tuple[str, str]], params: str) -> bytes:
    """Return the text a signature covers; `lines` name components as they are spelt."""
    covered = (*lines, ('"@signature-params"', params))
    return "\n".join(f"{name}: {value}" for name, value in covered).encode("ascii")


def _wrong_tag(tag: str) -> FederationError:
    if _OTHER_VERSION.fullmatch(tag):
        detail = f"This node speaks {TAG}, not {tag}."
        return FederationError(Problem.VERSION_UNSUPPORTED, detail)
    return signature_invalid(f"tag {tag!r}")
