"""Lets people of the demonstration trade with those of its other communities.

Each function looks into one community only.  It touches nobody but the people of the
tables, and tries nothing that would carry them or their exchange past a limit.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from functools import partial
from random import Random

from cesnode.community.exchange import Exchange
from cesnode.community.roles import Role
from cesnode.errors import PeerResting, RateChanged, WrongState
from cesnode.ledger.accounts import Account, AccountState
from cesnode.ledger.money import render
from cesnode.ledger.trades import Channel, Trade, TradeState
from cesnode.services import dealing
from cesnode.services.clearing.addressing import Faraway, own_address, resolve
from cesnode.services.clearing.ordering import price_of
from cesnode.services.demonstration import matching
from cesnode.services.demonstration.cast import CAST
from cesnode.services.demonstration.character import Character
from cesnode.services.demonstration.entering import new_id, voice
from cesnode.services.demonstration.matching import Neighbour, fits
from cesnode.services.orders import Order
from cesnode.store import Reader, Writer, accounts, exchanges, trades
from federation.keys import PrivateKey

_CREDIT_HOURS = 50
"""How many hours of work the communities trust each other with."""
_LOOK_BACK = 100
"""How many of the latest trades are looked through for bills that wait."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What somebody provides, in their own words and currency."""

    seller: Neighbour
    address: str
    amount: str
    description: str


def people(reader: Reader, exchange: Exchange) -> list[Neighbour]:
    """Return those of the tables; nobody, where it is no community of ours."""
    character = CAST.get(exchange.code)
    return matching.neighbours(reader, character) if character else []


def offer(
    reader: Reader, random: Random, *, of_visitor: bool = False, now: int
) -> Offer | None:
    """Find somebody here with something to provide, and room to earn by it.

    The member whom visitors can be wants to be asked by each buyer, so that one is found
    only on purpose.
    """
    exchange = exchanges.load(reader, now)
    around = people(reader, exchange)
    month = datetime.datetime.fromtimestamp(now, datetime.UTC).month
    offered = {
        one.account.id: services
        for one in around
        if _is_visitor(one) is of_visitor
        and (services := matching.services_of(CAST[exchange.code], one.person, month))
    }
    sellers = [one for one in around if one.account.id in offered]
    if not sellers:
        return None
    seller = matching.pick(random, sellers, partial(matching.eagerness, exchange))
    service = random.choice(offered[seller.account.id])
    amount = matching.price(service, random)
    if not fits(seller.account, amount - exchange.rules.levy.seller.on(amount)):
        return None
    return Offer(
        seller=seller,
        address=own_address(exchange, seller.account.number),
        amount=render(amount, exchange.currency),
        description=random.choice(service.phrases),
    )


def buyer(reader: Reader, random: Random, *, now: int) -> str | None:
    """Find somebody here whom a bill may be sent; return their address."""
    exchange = exchanges.load(reader, now)
    able = [
        one
        for one in people(reader, exchange)
        if one.account.state is AccountState.OPEN and not _is_visitor(one)
    ]
    if not able:
        return None
    found = matching.pick(random, able, partial(matching.longing, exchange))
    return own_address(exchange, found.account.number)


def visitor(reader: Reader, *, now: int) -> str | None:
    """Return the address of the member whom visitors can be."""
    exchange = exchanges.load(reader, now)
    addresses = [
        own_address(exchange, one.account.number)
        for one in people(reader, exchange)
        if _is_visitor(one)
    ]
    return addresses[0] if addresses else None


def buy(
    writer: Writer, key: PrivateKey, random: Random, wanted: Offer, *, now: int
) -> Trade | None:
    """Let somebody here buy what is offered elsewhere, if anybody can afford it."""
    exchange = exchanges.load(writer, now)
    seller = resolve(writer, exchange, wanted.address, field="seller")
    assert isinstance(seller, Faraway)  # noqa: S101 - offers come from elsewhere
    cost = price_of(exchange, seller.peer, wanted.amount)
    clearing = accounts.by_id(writer, seller.peer.clearing)
    able = [
        one
        for one in people(writer, exchange)
        if _can_pay(one.account, clearing, cost.source.amount, cost.levy)
    ]
    if not able:
        return None
    payer = matching.pick(random, able, partial(matching.longing, exchange))
    order = _order(random, wanted, seller=wanted.address, buyer=payer.account.number)
    actor = voice(writer, CAST[exchange.code], payer.person)
    return dealing.record(writer, key, actor, order, now=now).trade


def bill(
    writer: Writer, key: PrivateKey, random: Random, given: Offer, to: str, *, now: int
) -> Trade:
    """Let a seller here ask a buyer elsewhere to pay."""
    code = exchanges.load(writer, now).code
    order = _order(random, given, seller=given.seller.account.number, buyer=to)
    actor = voice(writer, CAST[code], given.seller.person)
    return dealing.record(writer, key, actor, order, now=now).trade


def answer(
    writer: Writer, key: PrivateKey, random: Random, *, willing: bool = True, now: int
) -> Trade | None:
    """Let somebody here pay a bill from elsewhere, or decline what cannot be paid.

    Those of the member whom visitors can be are left to the visitor.
    """
    exchange = exchanges.load(writer, now)
    around = {
        one.account.id: one for one in people(writer, exchange) if not _is_visitor(one)
    }
    waiting = [
        trade
        for trade in trades.latest(writer, since="", limit=_LOOK_BACK)
        if trade.state is TradeState.REQUESTED and trade.other and trade.buyer in around
    ]
    if not waiting:
        return None
    trade = random.choice(waiting)
    payer, name = around[trade.buyer], str(trade.uuid)
    actor = voice(writer, CAST[exchange.code], payer.person)
    clearing = accounts.by_id(writer, trade.seller)
    if willing and _can_pay(payer.account, clearing, trade.amount, trade.buyer_levy):
        try:
            return dealing.accept(writer, key, actor, name, now=now)
        except PeerResting:  # It can wait until the exchanges trade again.
            return None
        except (RateChanged, WrongState):  # It costs something else, or is too old.
            pass
    reason = random.choice(CAST[exchange.code].reasons.declined)
    return dealing.decline(writer, key, actor, name, reason=reason, now=now)


def agree(writer: Writer, key: PrivateKey, name: str, *, now: int) -> Trade | None:
    """Let the member whom visitors can be agree to receive, if that is still asked."""
    trade, character = trades.by_name(writer, name), _character(writer, now)
    if trade.state is not TradeState.PENDING:
        return None
    actor = voice(writer, character, character.having(Role.MEMBER))
    return dealing.accept(writer, key, actor, name, now=now)


def pay_back(
    writer: Writer, key: PrivateKey, random: Random, name: str, *, now: int
) -> Trade | None:
    """Let a seller here give back what was paid from elsewhere, while they have it."""
    trade, character = trades.by_name(writer, name), _character(writer, now)
    seller, clearing = (accounts.by_id(writer, one) for one in (trade.seller, trade.buyer))
    if trade.state is not TradeState.POSTED or not _can_pay(
        seller, clearing, trade.amount, 0
    ):
        return None
    actor = voice(writer, character, character.numbered()[seller.number])
    reason = random.choice(character.reasons.mistaken)
    return dealing.reverse(writer, key, actor, name, reason=reason, now=now)


def credit_line(reader: Reader, *, now: int) -> str:
    """Return what a community trusts another with, as its admin would write it."""
    return str(round(_CREDIT_HOURS * exchanges.load(reader, now).currency.hour_value))


def _character(reader: Reader, now: int) -> Character:
    return CAST[exchanges.load(reader, now).code]


def _order(random: Random, offered: Offer, *, seller: str, buyer: str) -> Order:
    return Order(
        id=new_id(random),
        seller=seller,
        buyer=buyer,
        amount=offered.amount,
        description=offered.description,
        channel=Channel.WEB,
    )


def _can_pay(payer: Account, clearing: Account, amount: int, levy: int) -> bool:
    """Whether a payment leaves the payer, and what we owe the others, within limits."""
    return (
        payer.state is AccountState.OPEN
        and fits(payer, -amount - levy)
        and fits(clearing, amount)
    )


def _is_visitor(one: Neighbour) -> bool:
    return bool(one.person.sign_in) and one.person.role is Role.MEMBER
