"""Helping a member to come in, by those who may."""

from __future__ import annotations

from cesnode.community.exchange import Exchange
from cesnode.community.roles import Actor, Permission, Scope
from cesnode.ledger.accounts import Account
from cesnode.services import identities
from cesnode.services.membership import naming, recording
from cesnode.store import Reader, Writer, exchanges, members


def set_password(
    writer: Writer, actor: Actor, name: str, *, password_hash: str, now: int
) -> Account:
    """Give a member a new password; it arrives here already hashed.

    Whoever keeps members may help one who has no role; who has one could otherwise be
    impersonated, so only who gives roles may help there.
    """
    exchange = exchanges.load(writer, now)
    account, member = helped(writer, exchange, actor, name)
    identities.set_password(writer, member, password_hash, now=now)
    recording.record(writer, exchange, actor, "member.password_set", account, now=now)
    return account


def helped(
    reader: Reader, exchange: Exchange, actor: Actor, name: str
) -> tuple[Account, int]:
    """Return an account, and its member, whom the actor may help to come in."""
    actor.require_scope(Scope.ADMIN)
    account = naming.held(reader, exchange, name)
    member = naming.holder(reader, account)
    if actor.member != member:
        actor.require(Permission.KEEP_MEMBERS)
        if members.grants(reader, member):
            actor.require(Permission.GRANT_ROLES)
    return account, member
