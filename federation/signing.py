"""Requests and answers between nodes, signed and verified (RFC 9421, one profile).

A Verified is the proof that a request's signature held, a VerifiedAnswer that an answer's
did; only this module may build one, and a test sees to it.  The order of the checks is
part of the protocol: cheap before dear, and nothing is remembered of what is not proven.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from federation.errors import FederationError, Problem, signature_invalid
from federation.fields import (
    LABEL,
    LONGEST_INPUT,
    WINDOW,
    Headers,
    Parameters,
    Signature,
    check_digest,
    content_digest,
    only,
    read_input,
    read_signature,
    signature_base,
    write_input,
    write_signature,
)
from federation.keys import PrivateKey, PublicKey

Fields: TypeAlias = tuple[tuple[str, str], ...]

JSON = "application/json"

_LINE = re.compile(r"[A-Z]{1,16} [\x21-\x7e]{1,2048}")
_BODY = ('"content-type"', '"content-digest"')
_ASKED = ('"@method"', '"@target-uri"')
_ANSWERED = ('"@method";req', '"@target-uri";req', f'"signature";key="{LABEL}";req')


class Stamp(NamedTuple):
    """When a message was signed, and what makes it unlike any other."""

    created: int
    nonce: str


@dataclass(frozen=True, slots=True)
class Reply:
    """What a node answers, before it is signed."""

    status: int
    body: bytes = b""
    content_type: str = JSON
    retry_after: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A request as it came; `target_uri` is built from our own public origin."""

    method: str
    target_uri: str
    headers: Headers
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An answer as it came."""

    status: int
    headers: Headers
    body: bytes


@dataclass(frozen=True, slots=True)
class Sender:
    """A node, and the key of it that we have pinned."""

    node: str
    key: PublicKey


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A request that is well formed and still to be proven."""

    request: Request
    parameters: Parameters
    signature: Signature

    @property
    def keyid(self) -> str:
        return self.parameters.keyid


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What an answer is bound to: the request it answers."""

    method: str
    target_uri: str
    signature: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """A request whose signature held."""

    sender: str
    keyid: str
    nonce: str
    sent: Sent
    body: bytes


@dataclass(frozen=True, slots=True)
class VerifiedAnswer:
    """An answer whose signature held."""

    status: int
    content_type: str
    body: bytes


def sign_request(
    key: PrivateKey, *, method: str, target_uri: str, body: bytes, stamp: Stamp
) -> tuple[Fields, Sent]:
    """Return the header fields of a signed request, and what its answer is bound to."""
    content = _content(JSON, body)
    lines = (*zip(_ASKED, (method, target_uri), strict=True), *content)
    fields, text = _sign(key, lines, stamp)
    sent = Sent(method=method, target_uri=target_uri, signature=text)
    return (*_headers(content), *fields), sent


def read_request(request: Request) -> Claim:
    """Check form alone: sizes, syntax, tag, algorithm, parameters."""
    if not _LINE.fullmatch(f"{request.method} {request.target_uri}"):
        raise signature_invalid("the request line holds what it may not hold")
    parameters = read_input(only(request.headers, "signature-input", LONGEST_INPUT))
    signature = read_signature(only(request.headers, "signature"))
    expected = (*_ASKED, *(_BODY if request.body else ()))
    if parameters.components != " ".join(expected):
        raise signature_invalid(f"covers {parameters.components[:200]}")
    if request.body and only(request.headers, "content-type") != JSON:
        raise signature_invalid("the content type is not application/json")
    return Claim(request=request, parameters=parameters, signature=signature)


def verify_request(claim: Claim, sender: Sender | None, now: int) -> Verified:
    """Prove a claim with the key pinned for its keyid, or refuse it."""
    if sender is None or sender.key.keyid != claim.keyid:
        detail = "This node knows no peer with that key."
        raise FederationError(Problem.PEER_UNKNOWN, detail, reason=f"keyid {claim.keyid}")
    request = claim.request
    _check_time(claim.parameters, now)
    content = _check_content(request.headers, request.body)
    asked = zip(_ASKED, (request.method, request.target_uri), strict=True)
    base = signature_base((*asked, *content), claim.parameters.text)
    sender.key.verify(base, claim.signature.content)
    return Verified(
        sender=sender.node,
        keyid=claim.keyid,
        nonce=claim.parameters.nonce,
        sent=sent_of(claim),
        body=request.body,
    )


def sent_of(claim: Claim) -> Sent:
    request = claim.request
    return Sent(
        method=request.method,
        target_uri=request.target_uri,
        signature=claim.signature.text,
    )


def sign_answer(key: PrivateKey, sent: Sent, reply: Reply, stamp: Stamp) -> Fields:
    """Return the header fields of an answer, signed and bound to the request."""
    content = _content(reply.content_type, reply.body)
    lines = (('"@status"', str(reply.status)), *content, *_bound(sent))
    fields, _ = _sign(key, lines, stamp)
    return (*_headers(content), *fields)


def verify_answer(
    answer: Answer, sent: Sent, keys: Mapping[str, PublicKey], now: int
) -> VerifiedAnswer:
    """Prove an answer to be the peer's, and to this very request; `keys` is by keyid."""
    parameters = read_input(only(answer.headers, "signature-input", LONGEST_INPUT))
    signature = read_signature(only(answer.headers, "signature"))
    key = keys.get(parameters.keyid)
    if key is None:
        raise signature_invalid(f"answered with keyid {parameters.keyid}")
    _check_time(parameters, now)
    content = _check_content(answer.headers, answer.body)
    lines = (('"@status"', str(answer.status)), *content, *_bound(sent))
    if parameters.components != " ".join(name for name, _ in lines):
        raise signature_invalid(f"the answer covers {parameters.components[:200]}")
    key.verify(signature_base(lines, parameters.text), signature.content)
    content_type = content[0][1] if content else ""
    return VerifiedAnswer(answer.status, content_type, answer.body)


def _sign(key: PrivateKey, lines: Fields, stamp: Stamp) -> tuple[Fields, str]:
    components = " ".join(name for name, _ in lines)
    params = write_input(
        components, created=stamp.created, nonce=stamp.nonce, keyid=key.keyid
    )
    text = write_signature(key.sign(signature_base(lines, params)))
    fields = (("Signature-Input", f"{LABEL}={params}"), ("Signature", f"{LABEL}={text}"))
    return fields, text


def _content(content_type: str, body: bytes) -> Fields:
    if not body:
        return ()
    return tuple(zip(_BODY, (content_type, content_digest(body)), strict=True))


def _headers(content: Fields) -> Fields:
    return tuple((name.strip('"').title(), value) for name, value in content)


def _check_content(headers: Headers, body: bytes) -> Fields:
    if not body:
        return ()
    digest = only(headers, "content-digest")
    check_digest(digest, body)
    return tuple(zip(_BODY, (only(headers, "content-type"), digest), strict=True))


def _bound(sent: Sent) -> Fields:
    values = (sent.method, sent.target_uri, sent.signature)
    return tuple(zip(_ANSWERED, values, strict=True))


def _check_time(parameters: Parameters, now: int) -> None:
    if abs(now - parameters.created) <= WINDOW and now <= parameters.expires:
        return
    raise FederationError(
        Problem.CLOCK_SKEW,
        f"The message is dated {parameters.created}, and here it is {now}:"
        f" please check both clocks.",
        members={"your_time": parameters.created, "our_time": now},
    )
