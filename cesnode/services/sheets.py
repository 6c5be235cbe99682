"""Trading sheets and slips: what somebody in charge types off paper, all of it or nothing.

Every line is a trade like any other and asks for the same rights.  Where one cannot be
entered none is, so that what lies on the table is either done or still to do; and each
has an id made from the sheet's, so that a sheet sent twice is entered once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TypeVar
from uuid import UUID, uuid5

import msgspec

from cesnode.community.roles import Actor
from cesnode.errors import NodeError, SheetRefused
from cesnode.ledger.trades import Channel
from cesnode.services import orders, trading
from cesnode.services.orders import Draft, Order
from cesnode.services.trading import Recorded
from cesnode.store import Reader, Writer, exchanges

T = TypeVar("T")


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a sheet, as it was typed."""

    seller: str
    buyer: str
    amount: str
    description: str


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """Lines by their numbers on the paper; a slip has one.  Its day is that of each."""

    id: UUID
    lines: Mapping[int, Line]
    event_on: str | None = None

    def orders(self) -> Iterator[tuple[int, Order]]:
        channel = Channel.SLIP if len(self.lines) == 1 else Channel.SHEET
        for number, line in self.lines.items():
            yield (
                number,
                Order(
                    id=uuid5(self.id, str(number)),
                    seller=line.seller,
                    buyer=line.buyer,
                    amount=line.amount,
                    description=line.description,
                    event_on=self.event_on,
                    channel=channel,
                ),
            )


def look(reader: Reader, actor: Actor, sheet: Sheet, *, now: int) -> dict[int, Draft]:
    """Return what each line would be.  Changes nothing.

    Raises:
        SheetRefused: some cannot be read, or are not for this actor.

    """
    exchange = exchanges.load(reader, now)
    return _each(sheet, lambda order: orders.draft(reader, exchange, actor, order, now=now))


def enter(writer: Writer, actor: Actor, sheet: Sheet, *, now: int) -> list[Recorded]:
    """Enter every line.

    Raises:
        SheetRefused: some cannot be entered; none was.

    """
    entered = _each(sheet, lambda order: trading.record(writer, actor, order, now=now))
    return list(entered.values())


def _each(sheet: Sheet, work: Callable[[Order], T]) -> dict[int, T]:
    """Work on each line; tell all that is wrong with them together."""
    done: dict[int, T] = {}
    wrong: dict[int, NodeError] = {}
    for number, order in sheet.orders():
        try:
            done[number] = work(order)
        except NodeError as error:
            wrong[number] = error
    if wrong:
        raise SheetRefused(wrong)
    return done
