"""Says what came of a run: how much there is, how much is new, which balances differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from cesnode.community.market import Kind
from cesnode.ledger.money import render
from cesnode.services.bringing.booking import Booking
from cesnode.services.bringing.gathering import Gathered
from cesnode.services.bringing.sides import OUTSIDE
from cesnode.store import brought

_VIRTUAL = "VIRT"
"""Ends the key under which CES states what all other exchanges together come to."""


class Difference(msgspec.Struct, frozen=True):
    """A balance that is not what the files state; `why` where that is known."""

    account: str
    file: str
    ours: str
    why: str


class Added(msgspec.Struct, frozen=True, kw_only=True):
    """What this run added; a second run of the same files adds nothing.

    `updated` counts the accounts that were here, and of which it took something over.
    """

    members: int
    accounts: int
    trades: int
    offerings: int
    wants: int
    requests: int = 0
    updated: int = 0


NOTHING = Added(members=0, accounts=0, trades=0, offerings=0, wants=0)


class Brought(msgspec.Struct, frozen=True, kw_only=True):
    """What the files hold, what of it was added, and what is not as they say."""

    code: str
    system: str
    members: int
    accounts: int
    trades: int
    offerings: int
    wants: int
    requests: int
    added: Added
    differences: tuple[Difference, ...]


def result_of(
    booking: Booking,
    found: Gathered,
    adverts: Mapping[Kind, tuple[int, int]],
    *,
    asked: Sequence[bool],
    updated: int,
) -> Brought:
    persons = sum(len(one.sharers) for one in found.holders if one.serial != 0)
    return Brought(
        code=booking.exchange.code,
        system=found.system,
        members=persons,
        accounts=len(found.holders),
        trades=booking.trades + booking.repeated,
        offerings=adverts[Kind.OFFERING][0],
        wants=adverts[Kind.WANT][0],
        requests=len(asked),
        added=Added(
            members=booking.sides.people.persons,
            accounts=len(booking.sides.people.new),
            trades=booking.trades,
            offerings=adverts[Kind.OFFERING][1],
            wants=adverts[Kind.WANT][1],
            requests=sum(asked),
            updated=updated,
        ),
        differences=_differences(booking, found),
    )


def _differences(booking: Booking, found: Gathered) -> tuple[Difference, ...]:
    """Compare what was brought with the balances that the files state, to the unit."""
    currency = booking.exchange.currency
    ours_by_account = brought.balances(booking.writer)
    outside = sum(
        ours_by_account.get(account, 0)
        for key, account in booking.sides.people.known.items()
        if key.startswith(OUTSIDE)
    )
    different: list[Difference] = []
    for key, stated in found.stated.items():
        account = booking.sides.account(key)
        ours = ours_by_account.get(account, 0) if account is not None else 0
        if account is None and key.endswith(_VIRTUAL):
            ours = outside
        if ours == stated:
            continue
        why = ""
        if account is None:
            why = "there is no such account"
        elif booking.missed.get(key) == stated - ours:
            why = "rows that were left out come to the difference"
        different.append(
            Difference(key, render(stated, currency), render(ours, currency), why)
        )
    return tuple(different)
