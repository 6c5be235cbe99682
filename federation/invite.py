"""An invitation to peer; it travels between two people, never between two nodes."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import timedelta

from federation.errors import FederationError, Problem
from federation.keys import KEY_SIZE, base64url
from federation.nodes import Reach, check_origin

LASTS = timedelta(days=7)

_INVITE = re.compile(
    r"(?P<origin>https?://[a-z0-9.:-]{1,260})/#cxn-invite="
    r"(?P<token>[A-Za-z0-9_-]{43})\.(?P<keyid>[A-Za-z0-9_-]{43})"
)


@dataclass(frozen=True, slots=True)
class Invite:
    """What one admin hands to another: where, a secret to use once, and whose key."""

    origin: str
    token: str
    keyid: str

    @property
    def text(self) -> str:
        return f"{self.origin}/#cxn-invite={self.token}.{self.keyid}"

    @property
    def token_hash(self) -> str:
        return token_hash(self.token)


def new_invite(origin: str, keyid: str, secret: bytes) -> Invite:
    """Make an invitation of 256 random bits."""
    if len(secret) != KEY_SIZE:
        raise ValueError("a token has 256 bits")
    return Invite(origin, base64url(secret), keyid)


def read_invite(text: str, reach: Reach) -> Invite:
    found = _INVITE.fullmatch(text.strip())
    if found is None:
        detail = "This is not an invitation; please paste it whole."
        raise FederationError(Problem.INVITE_INVALID, detail)
    origin = check_origin(found["origin"], reach)
    return Invite(origin, found["token"], found["keyid"])


def token_hash(token: str) -> str:
    """Return what the inviting node keeps instead of the token."""
    return hashlib.sha256(token.encode()).hexdigest()
