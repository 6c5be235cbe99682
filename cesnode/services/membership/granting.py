"""Roles, given and taken by those who may."""

from __future__ import annotations

from cesnode.community.exchange import Exchange
from cesnode.community.roles import BY_AREA, Actor, Grant, Permission, Role
from cesnode.errors import N_, FieldInvalid
from cesnode.ledger.accounts import Account
from cesnode.services.membership import naming, recording
from cesnode.store import Writer, members


def grant(
    writer: Writer,
    exchange: Exchange,
    actor: Actor,
    account: Account,
    role: Role,
    *,
    now: int,
) -> None:
    actor.require(Permission.GRANT_ROLES)
    area = account.area if role in BY_AREA else None
    if role in BY_AREA and area is None:
        raise FieldInvalid("area", N_("a {role} is one of an area; name it"), role=role)
    member = naming.holder(writer, account)
    members.grant(writer, member, Grant(role, area))
    details = {"role": role, "area": area}
    recording.record(
        writer, exchange, actor, "role.granted", account, details=details, now=now
    )


def revoke(
    writer: Writer,
    exchange: Exchange,
    actor: Actor,
    account: Account,
    role: Role,
    *,
    now: int,
) -> None:
    actor.require(Permission.GRANT_ROLES)
    member = naming.holder(writer, account)
    members.revoke(writer, member, role)
    details = {"role": role}
    recording.record(
        writer, exchange, actor, "role.revoked", account, details=details, now=now
    )
