"""Tokens and passwords: what proves to the node who asks.

A token is 256 random bits; only its digest is stored.  A password is stored as
argon2id (OWASP: 19 MiB, two passes), hashed away from the event loop by the caller.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass

import nacl.exceptions
import nacl.pwhash.argon2id

from cesnode.community import words
from cesnode.community.roles import Actor, Permission, Scope
from cesnode.errors import (
    N_,
    FieldInvalid,
    PasswordCommon,
    PasswordWeak,
    TokenInvalid,
    UnknownToken,
)
from cesnode.services import acting, common_passwords
from cesnode.services.authority import member_of
from cesnode.store import Reader, Writer, exchanges, tokens

TOKEN_PREFIX = "ces_"  # noqa: S105 - lets scanners and people recognise one
LEAST_PASSWORD = 8
_PASSES, _MEMORY = 2, 19 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class NewToken:
    """A token just made; its text is shown this once."""

    id: int
    text: str
    scope: Scope


def create_token(
    writer: Writer, actor: Actor, holder: str, *, scope: Scope, label: str, now: int
) -> NewToken:
    """Make a token for a member, who is named by an account number."""
    actor.require_scope(Scope.ADMIN)
    exchange = exchanges.load(writer, now)
    member = member_of(writer, exchange, holder, field="member")
    if actor.member != member:
        actor.require(Permission.KEEP_TOKENS)
    label = words.label(label)
    text = TOKEN_PREFIX + secrets.token_urlsafe(32)
    serial = tokens.insert(
        writer, member=member, digest=_digest(text), scope=scope, label=label, now=now
    )
    details = {"member": member, "scope": scope}
    subject = f"token:{serial}"
    acting.record(
        writer, exchange, actor, "token.created", subject, details=details, now=now
    )
    return NewToken(serial, text, scope)


def revoke_token(writer: Writer, actor: Actor, serial: int, *, now: int) -> None:
    actor.require_scope(Scope.ADMIN)
    if actor.is_operator or tokens.holder(writer, serial) != actor.member:
        actor.require(Permission.KEEP_TOKENS)
    exchange = exchanges.load(writer, now)
    if not tokens.revoke(writer, serial, now=now):
        raise UnknownToken(number=serial)
    acting.record(writer, exchange, actor, "token.revoked", f"token:{serial}", now=now)


def token_actor(reader: Reader, text: str) -> Actor:
    """Return the member whose token this is, with the rights of this moment.

    Raises:
        TokenInvalid: the token is unknown or revoked, or its member has left.

    """
    found = tokens.actor(reader, _digest(text)) if words.is_text(text) else None
    if found is None:
        raise TokenInvalid
    return found


def hash_password(password: str) -> str:
    """Hash a password; takes some 25 ms and 19 MiB, so never on the event loop."""
    if not words.is_text(password):
        raise FieldInvalid("password", N_("it holds what is no character"))
    if len(password) < LEAST_PASSWORD:
        raise PasswordWeak(least=LEAST_PASSWORD)
    if common_passwords.is_common(password):
        raise PasswordCommon
    return nacl.pwhash.argon2id.str(
        password.encode(), opslimit=_PASSES, memlimit=_MEMORY
    ).decode()


def verify_password(stored: str, password: str) -> bool:
    if not words.is_text(password):
        return False
    try:
        return nacl.pwhash.verify(stored.encode(), password.encode())
    except nacl.exceptions.InvalidkeyError:
        return False


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()
