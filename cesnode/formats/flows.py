"""What rows come to: for each account, and between two at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from cesnode.community.market import Price
from cesnode.formats.brought import Advert, Dealing, Move, Movement, Outside

Rows = Iterable[tuple[str, ...]]
Tables = Mapping[str, tuple[tuple[str, ...], Rows]]
"""For each file its header and its rows, to be written one after another."""


class Pair(NamedTuple):
    """An amount that went from one account to another."""

    source: str
    target: str
    amount: int


def pairs(movement: Movement) -> Iterator[Pair]:
    """Take a movement of many accounts apart into amounts between two."""
    givers = [(one.account, -one.amount) for one in movement.moves if one.amount < 0]
    for one in movement.moves:
        wanted = one.amount
        while wanted > 0:
            source, rest = givers.pop(0)
            amount = min(wanted, rest)
            yield Pair(source, one.account, amount)
            wanted -= amount
            if rest > amount:
                givers.insert(0, (source, rest - amount))


def effects(row: Dealing | Movement, treasury: str) -> Iterator[Move]:
    """Say what a row adds to each account; the other exchange is @CODE."""
    if isinstance(row, Movement):
        yield from row.moves
        return
    sign = -1 if row.undoes else 1
    yield Move(side_name(row.seller), sign * (row.amount - row.seller_levy))
    yield Move(side_name(row.buyer), -sign * (row.amount + row.buyer_levy))
    yield Move(treasury, sign * (row.seller_levy + row.buyer_levy))


def side_name(side: str | Outside) -> str:
    return f"@{side.code}" if isinstance(side, Outside) else side


def price_in_words(advert: Advert) -> str:
    """Say a price on one line, for systems that have but one cell for it."""
    unit = f"/ {advert.unit}" if advert.unit else ""
    money = f"+ {advert.money}" if advert.money else ""
    said = advert.price or ("" if advert.way in {None, Price.OPEN} else advert.way)
    return " ".join(part for part in (said, unit, money) if part)
