"""Who may act for which account, and who may see which trade.

1. A buyer's own payment takes effect at once; a seller's record as the house rules say.
2. Whoever acts for another needs the permission in that other's area.
"""

from __future__ import annotations

import msgspec

from cesnode.community.exchange import Exchange
from cesnode.community.roles import Actor, Permission, Scope
from cesnode.community.rules import RecordShown, SellerRecord
from cesnode.errors import NotAllowed, UnknownMember, UnknownTrade
from cesnode.ledger.accounts import Account, AccountKind, parse_number
from cesnode.ledger.trades import Trade
from cesnode.store import Reader, accounts, members, trades


class Entering(msgspec.Struct, frozen=True):
    """How a trade is entered: with effect at once or not, and for whom if for another."""

    at_once: bool
    on_behalf_of: int | None


def member_actor(reader: Reader, member: int, scope: Scope = Scope.ADMIN) -> Actor:
    """Return a member with the accounts and roles of this moment."""
    return Actor(
        member=member,
        accounts=accounts.of_member(reader, member),
        grants=members.grants(reader, member),
        scope=scope,
    )


def member_of(reader: Reader, exchange: Exchange, text: str, *, field: str) -> int:
    """Return the (first) member of the account that a person named."""
    number = parse_number(text, exchange.code, field=field).number
    account = accounts.by_number(reader, number, field=field)
    holders = accounts.members_of(reader, account.id)
    if not holders:
        raise UnknownMember(number=number, field=field)
    return holders[0]


def entering(actor: Actor, exchange: Exchange, seller: Account, buyer: Account) -> Entering:
    """Say how this actor may enter a trade between these accounts.

    Raises:
        NotAllowed: neither account is the actor's own or in the actor's care.
        ScopeTooNarrow: the token is not for this.

    """
    if actor.owns(buyer.id):
        actor.require_scope(Scope.TRADE)
        return Entering(at_once=True, on_behalf_of=None)
    if actor.owns(seller.id):
        actor.require_scope(Scope.TILL)
        return Entering(_seller_suffices(exchange, seller), None)
    actor.require_scope(Scope.TRADE)
    for_buyer, for_seller = stands_in(actor, buyer), stands_in(actor, seller)
    if not (for_buyer or for_seller):
        raise NotAllowed(permission=Permission.TRADE_FOR_OTHERS.value)
    return Entering(
        at_once=for_buyer or _seller_suffices(exchange, seller),
        on_behalf_of=seller.id if for_seller else buyer.id,
    )


def stands_in(actor: Actor, account: Account) -> bool:
    if account.kind is AccountKind.COMMUNITY and actor.may(Permission.KEEP_MONEY):
        return True
    return actor.may(Permission.TRADE_FOR_OTHERS, area=account.area)


def may_read_entries(actor: Actor, account: Account) -> bool:
    """Whether this actor may read an account's entries."""
    return (
        actor.owns(account.id)
        or account.kind.is_open
        or actor.may(Permission.READ_ALL, area=account.area)
    )


def may_see_record(exchange: Exchange, actor: Actor, account: Account) -> bool:
    """Whether this actor may see what an account's trades come to."""
    return may_see_records(exchange, actor) or may_read_entries(actor, account)


def may_see_records(exchange: Exchange, actor: Actor) -> bool:
    """Whether this actor may see what everybody's trades come to."""
    is_open = exchange.rules.trading_record is RecordShown.MEMBERS
    return is_open or actor.may(Permission.READ_ALL)


def require_record(exchange: Exchange, actor: Actor, account: Account) -> None:
    """Raise NotAllowed unless this actor may see what an account's trades come to."""
    if not may_see_record(exchange, actor, account):
        raise NotAllowed(permission=Permission.READ_ALL.value)


def require_care(reader: Reader, actor: Actor, member: int) -> None:
    """Raise NotAllowed unless this is about the actor, or the actor keeps members.

    Raises:
        UnknownMember: there is no such member.

    """
    actor.require_scope(Scope.ADMIN)
    if actor.member != member:
        actor.require(Permission.KEEP_MEMBERS)
    if not members.exists(reader, member):
        raise UnknownMember(number=str(member))


def require_side(actor: Actor, account: Account) -> None:
    """The account's own members may answer for it, and those who stand in for them."""
    actor.require_scope(Scope.TRADE)
    if not (actor.owns(account.id) or stands_in(actor, account)):
        raise NotAllowed(permission=Permission.TRADE_FOR_OTHERS.value)


def visible_trade(reader: Reader, actor: Actor, name: str) -> Trade:
    """Find a trade by reference or id; to a stranger it does not exist."""
    trade = trades.by_name(reader, name)
    if actor.owns(trade.seller) or actor.owns(trade.buyer) or _entered(actor, trade):
        return trade
    for side in (trade.seller, trade.buyer):
        account = accounts.by_id(reader, side)
        if account.kind.is_open or actor.may(Permission.READ_ALL, area=account.area):
            return trade
    raise UnknownTrade(ref=name)


def require_settling(actor: Actor, buyer: Account) -> None:
    """The buyer may take an objection back, and whoever mediates."""
    actor.require_scope(Scope.TRADE)
    if not actor.owns(buyer.id):
        actor.require(Permission.REVERSE_TRADES, area=buyer.area)


def require_reversal(actor: Actor, trade: Trade, seller: Account, buyer: Account) -> None:
    """The seller may give back, and who entered it; else who has the right.

    A buyer alone may not: what was received has been paid for.
    """
    if actor.owns(seller.id) or (_entered(actor, trade) and not actor.owns(buyer.id)):
        actor.require_scope(Scope.TRADE)
    elif not actor.may(Permission.REVERSE_TRADES, area=seller.area):
        actor.require(Permission.REVERSE_TRADES, area=buyer.area)


def _entered(actor: Actor, trade: Trade) -> bool:
    return actor.member is not None and actor.member == trade.entered_by


def _seller_suffices(exchange: Exchange, seller: Account) -> bool:
    rule = exchange.rules.seller_record
    return rule is SellerRecord.AT_ONCE or (
        rule is SellerRecord.WHITELISTED and seller.whitelisted
    )
