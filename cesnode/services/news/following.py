"""Secret addresses by which a member's own programs follow the calendar.

A calendar program cannot sign in.  Whoever knows the address reads what its member may
read in the calendar, and nothing else; its member ends it whenever they wish.
"""

from __future__ import annotations

import hashlib
import secrets

from cesnode.community import words
from cesnode.community.roles import Actor, Scope
from cesnode.errors import N_, NotAllowed, UnknownCalendar
from cesnode.services.authority import member_actor
from cesnode.store import Reader, Writer, events, members

_SECRET_BYTES = 18


def make(writer: Writer, actor: Actor, *, now: int) -> str:
    """Return the secret of a new address; an earlier one leads nowhere from now on."""
    secret = secrets.token_urlsafe(_SECRET_BYTES)
    events.set_address(writer, _member(actor), _digest(secret), now=now)
    return secret


def end(writer: Writer, actor: Actor) -> None:
    events.remove_address(writer, _member(actor))


def made_at(reader: Reader, actor: Actor) -> int | None:
    """Return when an actor's address was made, if there is one."""
    return events.address_made_at(reader, _member(actor))


def follower(reader: Reader, secret: str) -> Actor:
    """Return whose address this is, with no more rights than to read.

    Raises:
        UnknownCalendar: it is nobody's, or that of somebody who has left.

    """
    member = events.addressed(reader, _digest(secret)) if words.is_text(secret) else None
    if member is None or not members.is_active(reader, member):
        raise UnknownCalendar
    return member_actor(reader, member, Scope.READ)


def _member(actor: Actor) -> int:
    actor.require_scope(Scope.ADMIN)
    if actor.member is None:
        raise NotAllowed(permission=N_("have a calendar of their own"))
    return actor.member


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
