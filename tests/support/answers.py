"""What people say to a trade that exists."""

from __future__ import annotations

from collections.abc import Callable

from cesnode.ledger.trades import Trade
from cesnode.services import trading
from cesnode.store import Writer
from tests.support.exchanges import (
    NOW,
    Person,
    acting_as,
)

Answer = Callable[[Writer, Person, str], Trade]


def accept(writer: Writer, who: Person, ref: str) -> Trade:
    return trading.accept(writer, acting_as(writer, who), ref, now=NOW)


def decline(writer: Writer, who: Person, ref: str) -> Trade:
    return trading.decline(writer, acting_as(writer, who), ref, now=NOW)


def withdraw(writer: Writer, who: Person, ref: str) -> Trade:
    return trading.withdraw(writer, acting_as(writer, who), ref, now=NOW)


def object_to(writer: Writer, who: Person, ref: str) -> Trade:
    actor = acting_as(writer, who)
    return trading.object_to(writer, actor, ref, reason="it never came", now=NOW)


def settle(writer: Writer, who: Person, ref: str) -> Trade:
    return trading.settle(writer, acting_as(writer, who), ref, now=NOW)


def reverse(writer: Writer, who: Person, ref: str) -> Trade:
    actor = acting_as(writer, who)
    return trading.reverse(writer, actor, ref, reason="a mistake", now=NOW)


ANSWERS: tuple[Answer, ...] = (accept, decline, withdraw, object_to, settle, reverse)
