"""Builds exchanges, people and orders to test with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from cesnode.community.exchange import Exchange
from cesnode.community.roles import OPERATOR, Actor, Role, Scope
from cesnode.community.rules import HouseRules
from cesnode.errors import Code, NodeError
from cesnode.ledger.accounts import AccountKind
from cesnode.ledger.levy import Levy, Rate
from cesnode.ledger.limits import Limits, Position
from cesnode.ledger.money import Currency
from cesnode.ledger.trades import Channel
from cesnode.services import authority, founding, trading
from cesnode.services.membership import adding
from cesnode.services.orders import Order
from cesnode.store import Reader, Writer, accounts, exchanges, schema
from cesnode.store.database import Row

HOUR = 3_600
DAY = 24 * HOUR
FOUNDED = 1_750_000_000
NOW = FOUNDED + 30 * DAY

LEAF = Currency(code="OAKV", singular="leaf", plural="leaves", hour_value=Fraction(10))
BAND = Limits(-100_00, 500_00)
BOTH_SIDES = Levy(seller=Rate(20_000), buyer=Rate(20_000))
"""Two per cent on either side: a sale of 100 is +98, -102 and +4."""


def oakvale(currency: Currency = LEAF, rules: HouseRules | None = None) -> Exchange:
    return Exchange(
        name="Oakvale Exchange",
        origin="http://127.0.0.1:8101",
        allow_private_peers=True,
        founded_at=FOUNDED,
        currency=currency,
        rules=rules or HouseRules(limits=BAND),
    )


def found(folder: Path, exchange: Exchange | None = None) -> Path:
    """Make a data folder with a fresh exchange in it."""
    made = exchange or oakvale()
    schema.create(folder, lambda writer: founding.found(writer, made, now=FOUNDED))
    return folder


@dataclass(frozen=True, slots=True)
class Person:
    """A member and the account they joined with."""

    number: str
    account: int
    member: int


def join(
    writer: Writer,
    name: str,
    *,
    kind: AccountKind = AccountKind.INDIVIDUAL,
    role: Role = Role.MEMBER,
    area: str | None = None,
) -> Person:
    newcomer = adding.Newcomer(name=name, kind=kind, role=role, area=area)
    account = adding.add(writer, OPERATOR, newcomer, now=NOW)
    (member,) = accounts.members_of(writer, account.id)
    return Person(account.number, account.id, member)


def acting_as(reader: Reader, person: Person, scope: Scope = Scope.ADMIN) -> Actor:
    """Return the person with the accounts and roles of this moment."""
    return authority.member_actor(reader, person.member, scope)


def set_rules(writer: Writer, **changes: Any) -> None:  # noqa: ANN401 - HouseRules checks
    rules = replace(exchanges.load(writer, NOW).rules, **changes)
    exchanges.update_rules(writer, rules)
    exchanges.add_levy(writer, rules.levy, since=FOUNDED)


def order(
    seller: Person | str,
    buyer: Person | str,
    amount: str = "10",
    *,
    id: UUID | None = None,  # noqa: A002 - the field's own name
    description: str = "a box of vegetables",
    event_on: str | None = None,
    channel: Channel = Channel.API,
    asking: bool = False,
) -> Order:
    return Order(
        id=id or uuid4(),
        seller=seller if isinstance(seller, str) else seller.number,
        buyer=buyer if isinstance(buyer, str) else buyer.number,
        amount=amount,
        description=description,
        event_on=event_on,
        channel=channel,
        asking=asking,
    )


def position(reader: Reader, person: Person) -> Position:
    return accounts.by_id(reader, person.account).position


def balances(reader: Reader, *people: Person) -> tuple[int, ...]:
    return tuple(position(reader, person).balance for person in people)


def treasury(reader: Reader) -> int:
    return accounts.by_number(reader, "OAKV0000").position.balance


def total(reader: Reader) -> int:
    (balance,) = reader.one("SELECT sum(balance) FROM standings")
    return int(balance)


def dump(reader: Reader) -> Mapping[str, list[Row]]:
    """Return every row of every table."""
    tables = reader.all("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
    return {name: reader.all(f'SELECT * FROM "{name}"') for (name,) in tables}  # noqa: S608


@contextmanager
def refused(code: Code, *, field: str | None = None) -> Iterator[None]:
    """Expect a refusal with this code that names this field (None: any)."""
    with pytest.raises(NodeError) as caught:
        yield
    assert caught.value.code is code
    if field is not None:
        assert caught.value.field == field
    assert str(caught.value)


def record_as(writer: Writer, who: Person, wanted: Order) -> trading.Recorded:
    return trading.record(writer, acting_as(writer, who), wanted, now=NOW)
