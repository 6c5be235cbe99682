"""What is changed of a member: facts, standing rules, roles and limits."""

from __future__ import annotations

from dataclasses import dataclass

from cesnode.community import words
from cesnode.community.exchange import Exchange
from cesnode.community.roles import Actor, Permission, Role, Scope
from cesnode.errors import N_, FieldInvalid
from cesnode.ledger.accounts import Account
from cesnode.ledger.money import parse_signed
from cesnode.services import areas, identities
from cesnode.services.mailing import address_changed
from cesnode.services.membership import granting, limiting, naming, recording
from cesnode.store import Writer, accounts, exchanges, listings, members, searching


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What to change of a member; None leaves a thing as it is."""

    name: str | None = None
    email: str | None = None
    area: str | None = None
    role: Role | None = None
    without_role: Role | None = None
    floor: str | None = None
    ceiling: str | None = None
    whitelisted: bool | None = None
    approves_receipts: bool | None = None
    pays_bills_up_to: str | None = None


def change(
    writer: Writer, actor: Actor, name: str, changes: Changes, *, now: int
) -> Account:
    """Change what is given; each part asks for its own permission."""
    exchange = exchanges.load(writer, now)
    account = naming.personal(writer, exchange, name)
    facts = (changes.name, changes.email, changes.area, changes.whitelisted)
    if any(fact is not None for fact in facts):
        actor.require(Permission.KEEP_MEMBERS)
        _change_facts(writer, actor, account, changes, now=now)
        account = accounts.by_id(writer, account.id)
        details = {"area_id": account.area, "whitelisted": int(account.whitelisted)}
        recording.record(
            writer, exchange, actor, "account.changed", account, details=details, now=now
        )
    _set_standing_rules(writer, exchange, actor, account, changes, now=now)
    if changes.role is not None:
        granting.grant(writer, exchange, actor, account, changes.role, now=now)
    if changes.without_role is not None:
        granting.revoke(writer, exchange, actor, account, changes.without_role, now=now)
    limiting.set_limits(
        writer, exchange, actor, account, changes.floor, changes.ceiling, now=now
    )
    return accounts.by_id(writer, account.id)


def _change_facts(
    writer: Writer, actor: Actor, account: Account, changes: Changes, *, now: int
) -> None:
    holders = accounts.members_of(writer, account.id)
    if changes.name is not None:
        name = words.name(changes.name)
        accounts.set_name(writer, account.id, name)
        searching.index_account(writer, account.id)
        if len(holders) == 1:
            members.set_name(writer, holders[0], name)
    if changes.email is not None:
        for member in holders[:1]:
            before = members.by_id(writer, member)
            members.set_email(writer, member, words.email(changes.email))
            address_changed(writer, before, now=now)
            # Who could choose where another's password is mailed to could be that other.
            if not members.grants(writer, member) or actor.may(Permission.GRANT_ROLES):
                identities.change_email(writer, member, changes.email)
    if changes.area is not None:
        area = areas.named(writer, changes.area)
        accounts.set_area(writer, account.id, area)
        listings.set_area(writer, account.id, area)
    if changes.whitelisted is not None:
        accounts.set_whitelisted(writer, account.id, whitelisted=changes.whitelisted)


def _set_standing_rules(
    writer: Writer,
    exchange: Exchange,
    actor: Actor,
    account: Account,
    changes: Changes,
    *,
    now: int,
) -> None:
    """Say what another exchange may do without asking; a member's own affair."""
    if changes.approves_receipts is None and changes.pays_bills_up_to is None:
        return
    actor.require_scope(Scope.ADMIN)
    if not actor.owns(account.id):
        actor.require(Permission.KEEP_MEMBERS)
    approves, most = accounts.standing_rules(writer, account.id)
    if changes.approves_receipts is not None:
        approves = changes.approves_receipts
    if changes.pays_bills_up_to is not None:
        most = _most(exchange, changes.pays_bills_up_to)
    accounts.set_standing_rules(
        writer, account.id, approves_receipts=approves, accepts_up_to=most
    )
    details = {"accepts_requests_up_to": most, "approves_receipts": int(approves)}
    recording.record(
        writer, exchange, actor, "account.changed", account, details=details, now=now
    )


def _most(exchange: Exchange, text: str) -> int | None:
    if text == limiting.NONE:
        return None
    field = "pays_bills_up_to"
    value = parse_signed(text, exchange.currency, field=field)
    if value < 0:
        raise FieldInvalid(field, N_("it must be zero or more"))
    return value
