"""Invitations: a secret that one admin hands to another, to be used once."""

from __future__ import annotations

import secrets

from cesnode.community.exchange import Exchange
from cesnode.community.roles import Actor, Permission
from cesnode.errors import N_, FieldInvalid, InviteInvalid, InviteOwn
from cesnode.services import acting
from cesnode.services.clearing.here import Here
from cesnode.services.peering.wishes import credit_line_of
from cesnode.store import Reader, Writer, exchanges, invites
from cesnode.store.invites import Given
from federation.errors import FederationError, Problem
from federation.invite import LASTS, Invite, new_invite, read_invite
from federation.keys import KEY_SIZE
from federation.nodes import Reach, check_origin

EXPIRED = "expired"
"""Why an invitation does not hold, where its holder may be told."""
KNOWN = "known"


def invite(
    writer: Writer, here: Here, actor: Actor, *, credit_line: str | None, now: int
) -> Invite:
    """Make an invitation; whoever takes it up may owe us so much, if we then approve."""
    actor.require(Permission.KEEP_PEERS)
    exchange = exchanges.load(writer, now)
    require_reachable(exchange)
    made = new_invite(exchange.origin, here.key.keyid, secrets.token_bytes(KEY_SIZE))
    line = credit_line_of(exchange, credit_line)
    expires_at = now + int(LASTS.total_seconds())
    invites.insert(
        writer,
        token_hash=made.token_hash,
        credit_line=line,
        expires_at=expires_at,
        now=now,
    )
    details = {"credit_line": line, "expires_at": expires_at}
    subject = f"invite:{made.token_hash[:8]}"
    acting.record(writer, exchange, actor, "invite.made", subject, details=details, now=now)
    return made


def reach_of(exchange: Exchange) -> Reach:
    """Return how far this exchange lets its node go."""
    return Reach(private=exchange.allow_private_peers)


def require_reachable(exchange: Exchange) -> None:
    """Refuse to speak from an address at which no other exchange could answer."""
    try:
        check_origin(exchange.origin, reach_of(exchange))
    except FederationError:
        raise FieldInvalid(
            "origin",
            N_(
                "other exchanges cannot reach {origin}. Set the public address"
                " (cesnode exchange set --origin https://…), or --allow-private-peers to"
                " try things out on one machine"
            ),
            origin=exchange.origin,
        ) from None


def read(exchange: Exchange, here: Here, text: str) -> Invite:
    """Read an invitation that somebody pasted.

    Raises:
        InviteInvalid: it is not one, or leads to where this node does not go.
        InviteOwn: it is our own.

    """
    try:
        invite = read_invite(text, reach_of(exchange))
    except FederationError as error:
        raise InviteInvalid(reason=error.detail) from None
    if invite.origin == exchange.origin or invite.keyid == here.key.keyid:
        raise InviteOwn
    return invite


def require_given(reader: Reader, token_hash: str, *, now: int) -> Given:
    """Find an invitation of ours by its token's hash; a used one is found too.

    Raises:
        FederationError: we gave none of this token, or too long ago.

    """
    given = invites.find(reader, token_hash)
    if given is None:
        detail = "This node has given no such invitation."
        raise FederationError(Problem.INVITE_INVALID, detail)
    if given.used_at is None and given.expires_at <= now:
        raise FederationError(
            Problem.INVITE_INVALID,
            "The invitation is too old; please ask for a new one.",
            members={"why": EXPIRED},
        )
    return given
