"""Finds two neighbours of whom one has what the other wants, within their limits.

Whoever stands low rather sells, whoever stands high rather buys; people like to trade
in their own area and with those they are used to.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from random import Random

from cesnode.community.exchange import Exchange
from cesnode.ledger.accounts import Account, AccountState
from cesnode.ledger.limits import breach
from cesnode.ledger.money import render
from cesnode.services.demonstration.character import Character, Person, Service
from cesnode.services.orders import levies
from cesnode.store import Reader, accounts

_ZEAL = 8  # How much readier somebody at one limit is than somebody at the other.
_NEAR = 2
_USED_TO = 4
_CIRCLE = 7  # Every so manieth neighbour is one they are used to.


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A person of the tables, and the account as it stands."""

    person: Person
    account: Account


@dataclass(frozen=True, slots=True, kw_only=True)
class Deal:
    """What two neighbours agree on; the amount is text, as they would write it."""

    seller: Neighbour
    buyer: Neighbour
    amount: str
    description: str


def neighbours(reader: Reader, character: Character) -> list[Neighbour]:
    """Return everybody who has joined, in the order of their numbers.

    Whoever has the number but not the name is no one of ours, and is left in peace.
    """
    people = character.numbered()
    return [
        Neighbour(person, account)
        for account in accounts.every(reader)
        if (person := people.get(account.number)) and person.name == account.name
    ]


def find(
    reader: Reader,
    exchange: Exchange,
    character: Character,
    random: Random,
    *,
    month: int,
    buyer: str | None = None,
) -> Deal | None:
    """Return a deal that both sides can afford, with a certain buyer if one is named."""
    around = neighbours(reader, character)
    sellers = [one for one in around if services_of(character, one.person, month)]
    buyers = [
        one
        for one in around
        if one.account.state is AccountState.OPEN and buyer in {None, one.account.number}
    ]
    while sellers:
        seller = pick(random, sellers, partial(eagerness, exchange))
        sellers.remove(seller)
        service = random.choice(services_of(character, seller.person, month))
        amount = price(service, random)
        able = [one for one in buyers if within_limits(exchange, seller, one, amount)]
        if able:
            return Deal(
                seller=seller,
                buyer=pick(random, able, partial(_interest, exchange, seller)),
                amount=render(amount, exchange.currency),
                description=random.choice(service.phrases),
            )
    return None


def price(service: Service, random: Random) -> int:
    return random.randrange(service.least, service.most + 1, service.step)


def within_limits(
    exchange: Exchange, seller: Neighbour, buyer: Neighbour, amount: int
) -> bool:
    """Whether these are two accounts which this trade would leave within their limits."""
    if seller.account.id == buyer.account.id:
        return False
    seller_levy, buyer_levy = levies(exchange, seller.account, buyer.account, amount)
    return fits(seller.account, amount - seller_levy) and fits(
        buyer.account, -amount - buyer_levy
    )


def fits(account: Account, change: int) -> bool:
    return breach(account.position, change, account.limits) is None


def services_of(character: Character, person: Person, month: int) -> list[Service]:
    """Return what somebody offers in a month."""
    offered = (character.services[offer] for offer in person.offers)
    return [service for service in offered if month in service.months]


def pick(
    random: Random, among: list[Neighbour], weight: Callable[[Neighbour], int]
) -> Neighbour:
    (picked,) = random.choices(among, [weight(one) for one in among])
    return picked


def eagerness(exchange: Exchange, seller: Neighbour) -> int:
    return seller.person.sells * (1 + _ZEAL - _height(exchange, seller.account))


def longing(exchange: Exchange, buyer: Neighbour) -> int:
    return buyer.person.buys * (1 + _height(exchange, buyer.account))


def _interest(exchange: Exchange, seller: Neighbour, buyer: Neighbour) -> int:
    interest = longing(exchange, buyer)
    if buyer.person.area == seller.person.area:
        interest *= _NEAR
    if (buyer.account.id + seller.account.id) % _CIRCLE == 0:
        interest *= _USED_TO
    return interest


def _height(exchange: Exchange, account: Account) -> int:
    """Return where a balance stands between the usual limits: from 0 to _ZEAL."""
    floor = exchange.rules.limits.floor or 0
    ceiling = exchange.rules.limits.ceiling or 0
    height = _ZEAL * (account.position.balance - floor) // (ceiling - floor)
    return min(max(height, 0), _ZEAL)
