"""What whoever keeps the exchange sees of its rules, its members and their tokens."""

from __future__ import annotations

import msgspec

from cesnode.community.exchange import Exchange
from cesnode.ledger.accounts import Account
from cesnode.services import account_views, terms, views
from cesnode.services.account_views import AccountView
from cesnode.store import Reader, accounts, members, profiles, tokens
from cesnode.store.tokens import Token


class RulesView(msgspec.Struct, frozen=True, kw_only=True):
    """The house rules, each as it can be given again; null is none."""

    floor: str | None
    ceiling: str | None
    growth: str
    limit_policy: str
    levy_seller: str
    levy_buyer: str
    seller_record: str
    agree_after: int | None
    lapse_after: int
    object_days: int
    record: str
    own_names: bool


class ExchangeView(msgspec.Struct, frozen=True, kw_only=True):
    code: str
    name: str
    origin: str
    allow_private_peers: bool
    kind: str
    unit: str
    units: str
    symbol: str
    scale: int
    hour_value: str
    national: str | None
    rules: RulesView
    founded_at: str


class PersonView(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    email: str | None
    phone: str | None
    mobile: str | None
    roles: list[str]


class MemberCard(AccountView, frozen=True, kw_only=True):
    """An account and the people who hold it."""

    whitelisted: bool
    members: list[PersonView]


class TokenView(msgspec.Struct, frozen=True, kw_only=True):
    id: int
    member: str
    name: str
    scope: str
    label: str
    created_at: str
    revoked_at: str | None


class NewTokenView(msgspec.Struct, frozen=True, kw_only=True):
    """A token just made; its text is shown this once."""

    token: str
    id: int
    member: str
    scope: str
    label: str


def exchange(exchange: Exchange) -> ExchangeView:
    currency, national = exchange.currency, exchange.national
    return ExchangeView(
        code=exchange.code,
        name=exchange.name,
        origin=exchange.origin,
        allow_private_peers=exchange.allow_private_peers,
        kind=currency.measure,
        unit=currency.singular,
        units=currency.plural,
        symbol=currency.symbol,
        scale=currency.scale,
        hour_value=terms.ratio_text(currency.hour_value),
        national=f"{national.code}={terms.ratio_text(national.units)}"
        if national
        else None,
        rules=_rules(exchange),
        founded_at=views.instant(exchange.founded_at),
    )


def member(reader: Reader, exchange: Exchange, account: Account) -> MemberCard:
    return MemberCard(
        **msgspec.structs.asdict(account_views.account(reader, exchange, account)),
        whitelisted=account.whitelisted,
        members=[
            _person(reader, holder) for holder in accounts.members_of(reader, account.id)
        ],
    )


def token(reader: Reader, token: Token) -> TokenView:
    number, name = _first_account(reader, token.member)
    return TokenView(
        id=token.id,
        member=number,
        name=name,
        scope=token.scope,
        label=token.label,
        created_at=views.instant(token.created_at),
        revoked_at=views.instant_or_none(token.revoked_at),
    )


def token_list(reader: Reader) -> list[TokenView]:
    return [token(reader, one) for one in tokens.listed(reader)]


def _rules(exchange: Exchange) -> RulesView:
    rules, currency = exchange.rules, exchange.currency
    return RulesView(
        floor=terms.limit_text(rules.limits.floor, currency),
        ceiling=terms.limit_text(rules.limits.ceiling, currency),
        growth=terms.growth_text(rules.growth, currency),
        limit_policy=rules.limit_policy,
        levy_seller=terms.rate_text(rules.levy.seller, currency),
        levy_buyer=terms.rate_text(rules.levy.buyer, currency),
        seller_record=rules.seller_record,
        agree_after=rules.agree_after_days,
        lapse_after=rules.lapse_after_days,
        object_days=rules.object_days,
        record=rules.trading_record,
        own_names=rules.own_names,
    )


def _person(reader: Reader, member: int) -> PersonView:
    found = members.by_id(reader, member)
    profile = profiles.of_member(reader, member)
    return PersonView(
        name=found.name,
        email=found.email,
        phone=profile.phone or None,
        mobile=profile.mobile or None,
        roles=sorted({grant.role.value for grant in members.grants(reader, member)}),
    )


def _first_account(reader: Reader, member: int) -> tuple[str, str]:
    """Return the number and the name by which a member is called."""
    held = accounts.of_member(reader, member)
    return accounts.names(reader, (min(held),))[min(held)]
