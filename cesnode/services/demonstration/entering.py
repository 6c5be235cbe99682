"""Enters a deal the way those two people would: web, till, or the coordinator's sheet."""

from __future__ import annotations

import datetime
from random import Random
from uuid import UUID

from cesnode.community.roles import Actor, Role
from cesnode.ledger.accounts import AccountKind
from cesnode.ledger.trades import Channel, Trade
from cesnode.services import trading
from cesnode.services.authority import member_actor
from cesnode.services.demonstration.character import Character, Person
from cesnode.services.demonstration.matching import Deal, Neighbour
from cesnode.services.orders import Order
from cesnode.store import Reader, Writer, accounts

_PAPER = (Channel.SHEET, Channel.SHEET, Channel.SLIP)
_DAYS_ON_PAPER = 6
_BUYERS_WHO_PAY = 0.25


_THOUSANDS = 3


def enter(
    writer: Writer,
    character: Character,
    random: Random,
    deal: Deal,
    *,
    asking: bool = False,
    now: int,
) -> Trade:
    """Record a deal, or only ask for it, by whom and by which channel is usual."""
    by, channel = _way(random, deal, asking=asking)
    order = Order(
        id=new_id(random),
        seller=deal.seller.account.number,
        buyer=deal.buyer.account.number,
        amount=as_written(deal.amount),
        description=deal.description,
        event_on=_days_ago(random, now) if channel in _PAPER else None,
        channel=channel,
        asking=asking,
    )
    actor = voice(writer, character, by.person)
    return trading.record(writer, actor, order, now=now).trade


def voice(reader: Reader, character: Character, person: Person) -> Actor:
    """Return who speaks for a person: themselves, or the coordinator of the area."""
    if person.on_paper:
        person = character.having(Role.COORDINATOR)
    account = accounts.by_number(reader, character.number(person))
    member, *_ = accounts.members_of(reader, account.id)
    return member_actor(reader, member)


def new_id(random: Random) -> UUID:
    return UUID(int=random.getrandbits(128), version=4)


def _way(random: Random, deal: Deal, *, asking: bool) -> tuple[Neighbour, Channel]:
    seller, buyer = deal.seller, deal.buyer
    if asking:
        return seller, Channel.WEB
    if seller.person.on_paper:
        return seller, random.choice(_PAPER)
    if seller.person.kind is AccountKind.COMPANY:
        return seller, Channel.TILL
    pays = not buyer.person.on_paper and random.random() < _BUYERS_WHO_PAY
    return (buyer if pays else seller), Channel.WEB


def _days_ago(random: Random, now: int) -> str:
    """Return the date of what was written down some days before it was entered."""
    today = datetime.datetime.fromtimestamp(now, datetime.UTC).date()
    return (today - datetime.timedelta(days=random.randrange(_DAYS_ON_PAPER))).isoformat()


def as_written(amount: str) -> str:
    """Write an amount as people do: three decimals would be taken for thousands."""
    return f"{amount}0" if len(amount.partition(".")[2]) == _THOUSANDS else amount
