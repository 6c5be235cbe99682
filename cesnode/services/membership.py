"""Members and their accounts: joining, limits, locks, roles, leaving."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cesnode.community import words
from cesnode.community.exchange import Exchange
from cesnode.community.notices import Kind
from cesnode.community.roles import BY_AREA, Actor, Grant, Permission, Role, Scope
from cesnode.errors import (
    AccountNotEmpty,
    FieldInvalid,
    UnknownAccount,
    UnknownMember,
    WrongAccountState,
)
from cesnode.ledger.accounts import Account, AccountKind, AccountState, number, parse_number
from cesnode.ledger.chain import Canonical
from cesnode.ledger.money import Amount, parse_signed
from cesnode.services import acting, identities, noticing
from cesnode.services.mailing import address_changed
from cesnode.services.market import publishing
from cesnode.store import (
    Reader,
    Writer,
    accounts,
    exchanges,
    listings,
    members,
    searching,
    sign_ins,
    tokens,
    trades,
)

NONE = "none"
"""What stands for "no limit"; "default" stands for the exchange's."""
DEFAULT = "default"


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


def add(writer: Writer, actor: Actor, newcomer: Newcomer, *, now: int) -> Account:
    """Give a newcomer the next account number."""
    actor.require(Permission.KEEP_MEMBERS)
    exchange = exchanges.load(writer, now)
    name = words.name(newcomer.name)
    email = words.email(newcomer.email) if newcomer.email else None
    if not newcomer.kind.is_personal or newcomer.kind is AccountKind.COMMUNITY:
        raise FieldInvalid("kind", f"no member can hold a {newcomer.kind} account")
    area = _area(writer, newcomer.area)
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
    _record(writer, exchange, actor, "account.opened", opened, details=details, now=now)
    if newcomer.password_hash is not None:
        identities.set_password(writer, member, newcomer.password_hash, now=now)
    if newcomer.role is not Role.MEMBER:
        _grant(writer, exchange, actor, opened, newcomer.role, now=now)
    _set_limits(writer, exchange, actor, opened, newcomer.floor, newcomer.ceiling, now=now)
    return accounts.by_id(writer, account)


def change(
    writer: Writer, actor: Actor, name: str, changes: Changes, *, now: int
) -> Account:
    """Change what is given; each part asks for its own permission."""
    exchange = exchanges.load(writer, now)
    account = _personal(writer, exchange, name)
    facts = (changes.name, changes.email, changes.area, changes.whitelisted)
    if any(fact is not None for fact in facts):
        actor.require(Permission.KEEP_MEMBERS)
        _change_facts(writer, actor, account, changes, now=now)
        account = accounts.by_id(writer, account.id)
        details = {"area_id": account.area, "whitelisted": int(account.whitelisted)}
        _record(
            writer, exchange, actor, "account.changed", account, details=details, now=now
        )
    _set_standing_rules(writer, exchange, actor, account, changes, now=now)
    if changes.role is not None:
        _grant(writer, exchange, actor, account, changes.role, now=now)
    if changes.without_role is not None:
        _revoke(writer, exchange, actor, account, changes.without_role, now=now)
    _set_limits(writer, exchange, actor, account, changes.floor, changes.ceiling, now=now)
    return accounts.by_id(writer, account.id)


def lock(writer: Writer, actor: Actor, name: str, *, reason: str, now: int) -> Account:
    """Keep an account from buying; the reason is shown to its member."""
    actor.require(Permission.KEEP_MEMBERS)
    exchange = exchanges.load(writer, now)
    account = _held(writer, exchange, name)
    _require_state(account, AccountState.OPEN, AccountState.LOCKED)
    reason = words.description(reason, field="reason")
    accounts.set_state(writer, account.id, AccountState.LOCKED, reason)
    _record(writer, exchange, actor, "account.locked", account, note=reason, now=now)
    _tell(writer, actor, account, Kind.LOCKED, {"reason": reason}, now=now)
    return accounts.by_id(writer, account.id)


def unlock(writer: Writer, actor: Actor, name: str, *, now: int) -> Account:
    actor.require(Permission.KEEP_MEMBERS)
    exchange = exchanges.load(writer, now)
    account = _held(writer, exchange, name)
    _require_state(account, AccountState.LOCKED)
    accounts.set_state(writer, account.id, AccountState.OPEN)
    _record(writer, exchange, actor, "account.unlocked", account, now=now)
    _tell(writer, actor, account, Kind.UNLOCKED, {}, now=now)
    return accounts.by_id(writer, account.id)


def close(writer: Writer, actor: Actor, name: str, *, now: int) -> Account:
    """Close an account whose balance is settled; its number is never given again."""
    actor.require(Permission.KEEP_MEMBERS)
    exchange = exchanges.load(writer, now)
    return end(writer, exchange, actor, _held(writer, exchange, name), now=now)


def end(
    writer: Writer, exchange: Exchange, actor: Actor, account: Account, *, now: int
) -> Account:
    """Close an account for who may do so; whoever has no other leaves with it.

    Raises:
        AccountNotEmpty: it has a balance, or trades that are not done.
        WrongAccountState: it is closed.

    """
    _require_state(account, AccountState.OPEN, AccountState.LOCKED)
    position = account.position
    in_flight = position.held_out or position.held_in or trades.has_open(writer, account.id)
    if position.balance or in_flight:
        balance = Amount(position.balance, exchange.currency)
        raise AccountNotEmpty(number=account.number, balance=balance)
    accounts.set_state(writer, account.id, AccountState.CLOSED)
    publishing.hide_all(writer, account.id, now=now)
    _record(writer, exchange, actor, "account.closed", account, now=now)
    _tell(writer, actor, account, Kind.CLOSED, {}, now=now)
    for member in accounts.members_of(writer, account.id):
        _leave(writer, member, now=now)
    return accounts.by_id(writer, account.id)


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
    _record(writer, exchange, actor, "member.password_set", account, now=now)
    return account


def helped(
    reader: Reader, exchange: Exchange, actor: Actor, name: str
) -> tuple[Account, int]:
    """Return an account, and its member, whom the actor may help to come in."""
    actor.require_scope(Scope.ADMIN)
    account = _held(reader, exchange, name)
    member = _holder(reader, account)
    if actor.member != member:
        actor.require(Permission.KEEP_MEMBERS)
        if members.grants(reader, member):
            actor.require(Permission.GRANT_ROLES)
    return account, member


def find(reader: Reader, exchange: Exchange, text: str) -> Account:
    """Return the account that somebody named."""
    address = parse_number(text, exchange.code, field="number")
    return accounts.by_number(reader, address.number, field="number")


def _personal(reader: Reader, exchange: Exchange, text: str) -> Account:
    """Return an account that members or the community trade with."""
    account = find(reader, exchange, text)
    if not account.kind.is_personal:
        raise UnknownAccount(number=account.number, field="number")
    return account


def _held(reader: Reader, exchange: Exchange, text: str) -> Account:
    """Return an account that members hold; the community's own is nobody's."""
    account = _personal(reader, exchange, text)
    if account.kind is AccountKind.COMMUNITY:
        raise WrongAccountState(number=account.number, state="the community’s own")
    return account


def _holder(reader: Reader, account: Account) -> int:
    """Return the (first) member of an account."""
    holders = accounts.members_of(reader, account.id)
    if not holders:
        raise UnknownMember(number=account.number, field="number")
    return holders[0]


def _leave(writer: Writer, member: int, *, now: int) -> None:
    """Whoever has no account any more has no say any more."""
    if all(
        accounts.by_id(writer, account).state is AccountState.CLOSED
        for account in accounts.of_member(writer, member)
    ):
        members.leave(writer, member)
        sign_ins.remove_member(writer, member)
        tokens.revoke_all(writer, member, now=now)


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
        area = _area(writer, changes.area)
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
    _record(writer, exchange, actor, "account.changed", account, details=details, now=now)


def _most(exchange: Exchange, text: str) -> int | None:
    if text == NONE:
        return None
    field = "pays_bills_up_to"
    value = parse_signed(text, exchange.currency, field=field)
    if value < 0:
        raise FieldInvalid(field, "it must be zero or more")
    return value


def _area(writer: Writer, text: str | None) -> int | None:
    if text is None:
        return None
    name = words.name(text, field="area")
    found = members.area(writer, name)
    return found if found is not None else members.insert_area(writer, name)


def _grant(
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
        raise FieldInvalid("area", f"a {role} is one of an area; name it")
    member = _holder(writer, account)
    members.grant(writer, member, Grant(role, area))
    details = {"role": role, "area": area}
    _record(writer, exchange, actor, "role.granted", account, details=details, now=now)


def _revoke(
    writer: Writer,
    exchange: Exchange,
    actor: Actor,
    account: Account,
    role: Role,
    *,
    now: int,
) -> None:
    actor.require(Permission.GRANT_ROLES)
    member = _holder(writer, account)
    members.revoke(writer, member, role)
    details = {"role": role}
    _record(writer, exchange, actor, "role.revoked", account, details=details, now=now)


def _set_limits(
    writer: Writer,
    exchange: Exchange,
    actor: Actor,
    account: Account,
    floor: str | None,
    ceiling: str | None,
    *,
    now: int,
) -> None:
    if floor is None and ceiling is None:
        return
    actor.require(Permission.SET_LIMITS)
    details: dict[str, int | str | None] = {}
    if floor is not None:
        value = _limit(exchange, floor, field="floor")
        accounts.set_floor(writer, account.id, value, own=floor != DEFAULT)
        details["floor"] = DEFAULT if floor == DEFAULT else value
    if ceiling is not None:
        value = _limit(exchange, ceiling, field="ceiling")
        accounts.set_ceiling(writer, account.id, value, own=ceiling != DEFAULT)
        details["ceiling"] = DEFAULT if ceiling == DEFAULT else value
    _record(writer, exchange, actor, "limits.set", account, details=details, now=now)


def _limit(exchange: Exchange, text: str, *, field: str) -> int | None:
    if text in {NONE, DEFAULT}:
        return None
    value = parse_signed(text, exchange.currency, field=field)
    if (field == "floor" and value > 0) or (field == "ceiling" and value < 0):
        side = "zero or less" if field == "floor" else "zero or more"
        raise FieldInvalid(field, f"it must be {side}")
    return value


def _require_state(account: Account, *states: AccountState) -> None:
    if account.state not in states:
        raise WrongAccountState(number=account.number, state=account.state)


def _tell(
    writer: Writer,
    actor: Actor,
    account: Account,
    kind: Kind,
    details: Mapping[str, str],
    *,
    now: int,
) -> None:
    noticing.tell_holders(
        writer, account.id, kind, details=details, but=actor.member, now=now
    )


def _record(
    writer: Writer,
    exchange: Exchange,
    actor: Actor,
    kind: str,
    account: Account,
    *,
    details: Canonical | None = None,
    note: str | None = None,
    now: int,
) -> None:
    subject = f"account:{account.number}"
    acting.record(
        writer, exchange, actor, kind, subject, details=details, note=note, now=now
    )
