"""A newcomer, and the account that is opened for them."""

from __future__ import annotations

from dataclasses import dataclass

from cesnode.community import words
from cesnode.community.roles import Actor, Permission, Role
from cesnode.errors import N_, FieldInvalid
from cesnode.ledger.accounts import Account, AccountKind, number
from cesnode.services import areas, identities
from cesnode.services.membership import granting, limiting, recording
from cesnode.store import Writer, accounts, exchanges, members


@dataclass(frozen=True, slots=True, kw_only=True)
class Newcomer:
    """A member to be added with an account of their own, in the words they were given."""

    name: str
    email: str | None = None
    kind: AccountKind = AccountKind.INDIVIDUAL
    role: Role = Role.MEMBER
    area: str | None = None
    floor: str | None = None
    ceiling: str | None = None
    password_hash: str | None = None


def add(writer: Writer, actor: Actor, newcomer: Newcomer, *, now: int) -> Account:
    """Give a newcomer the next account number."""
    actor.require(Permission.KEEP_MEMBERS)
    exchange = exchanges.load(writer, now)
    name = words.name(newcomer.name)
    email = words.email(newcomer.email) if newcomer.email else None
    if not newcomer.kind.is_personal or newcomer.kind is AccountKind.COMMUNITY:
        raise FieldInvalid("kind", N_("no member can hold an account of this kind"))
    area = areas.named(writer, newcomer.area)
    account = accounts.insert(
        writer,
        number=number(exchange.code, accounts.next_serial(writer)),
        name=name,
        kind=newcomer.kind,
        now=now,
        area=area,
    )
    member = members.insert(writer, name=name, email=email, now=now)
    accounts.add_holder(writer, account=account, member=member)
    opened = accounts.by_id(writer, account)
    details = {
        "kind": opened.kind,
        "area_id": opened.area,
        "opened_at": now,
        "whitelisted": 0,
        "accepts_requests_up_to": None,
        "approves_receipts": 0,
    }
    recording.record(
        writer, exchange, actor, "account.opened", opened, details=details, now=now
    )
    if newcomer.password_hash is not None:
        identities.set_password(writer, member, newcomer.password_hash, now=now)
    if newcomer.role is not Role.MEMBER:
        granting.grant(writer, exchange, actor, opened, newcomer.role, now=now)
    limiting.set_limits(
        writer, exchange, actor, opened, newcomer.floor, newcomer.ceiling, now=now
    )
    return accounts.by_id(writer, account)
