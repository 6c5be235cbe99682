"""Says what came of a run: how much there is, how much is new, which balances differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import msgspec

from cesnode.community.market import Kind
from cesnode.ledger.money import render
from cesnode.services.bringing.booking import Booking
from cesnode.services.bringing.gathering import Gathered
from cesnode.services.bringing.reasons import Reason, Why
from cesnode.services.bringing.sides import OUTSIDE
from cesnode.store import brought

_VIRTUAL = "VIRT"
"""Ends the key under which CES states what all other exchanges together come to."""


class Part(msgspec.Struct, frozen=True):
    """A part of a difference: how much, and what it comes from."""

    amount: str
    why: str


class Difference(msgspec.Struct, frozen=True):
    """A balance that is not what the files state; the parts come to what it lacks."""

    account: str
    file: str
    ours: str
    parts: tuple[Part, ...]

    @property
    def why(self) -> str:
        if len(self.parts) == 1:
            return self.parts[0].why
        return "; ".join(f"{one.amount}: {one.why}" for one in self.parts)


class Added(msgspec.Struct, frozen=True, kw_only=True):
    """What this run added; a second run of the same files adds nothing.

    `updated` counts the accounts that were here, and of which it took something over;
    `exchanges` the clearing accounts that were made for other exchanges.
    """

    members: int
    accounts: int
    trades: int
    offerings: int
    wants: int
    requests: int = 0
    updated: int = 0
    announcements: int = 0
    exchanges: int = 0


NOTHING = Added(members=0, accounts=0, trades=0, offerings=0, wants=0)


class Brought(msgspec.Struct, frozen=True, kw_only=True):
    """What the files hold, what of it was added, and what is not as they say.

    `compared` counts the balances that the files state.
    """

    code: str
    system: str
    members: int
    accounts: int
    trades: int
    offerings: int
    wants: int
    requests: int
    added: Added
    compared: int
    differences: tuple[Difference, ...]


def result_of(
    booking: Booking,
    found: Gathered,
    adverts: Mapping[Kind, tuple[int, int]],
    *,
    asked: Sequence[bool],
    updated: int,
    announced: int,
) -> Brought:
    new = booking.sides.people.new
    outside = sum(key.startswith(OUTSIDE) for key, _ in new)
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
            accounts=len(new) - outside,
            exchanges=outside,
            trades=booking.trades,
            offerings=adverts[Kind.OFFERING][1],
            wants=adverts[Kind.WANT][1],
            requests=sum(asked),
            updated=updated,
            announcements=announced,
        ),
        compared=len(found.stated),
        differences=_differences(booking, found),
    )


class _Compared(NamedTuple):
    """What files state of an account, and what is here of it, under which names."""

    key: str
    stated: int
    account: int | None
    balance: int
    names: tuple[str, ...]


def _differences(booking: Booking, found: Gathered) -> tuple[Difference, ...]:
    """Compare what was brought with the balances that the files state, to the unit."""
    ours = brought.balances(booking.writer)
    compared = [
        _Compared(key, stated, *_here(booking, ours, key))
        for key, stated in found.stated.items()
    ]
    different = [one for one in compared if one.stated != one.balance]
    if not different:
        return ()
    for why, row, sign in found.reasons():
        booking.reasons.add(why, row, sign)
    rows = brought.counts(booking.writer) if found.format.cut else {}
    return tuple(
        _difference(booking, one, cut=found.format.cut * rows.get(one.account or 0, 0))
        for one in different
    )


def _here(
    booking: Booking, ours: Mapping[int, int], key: str
) -> tuple[int | None, int, tuple[str, ...]]:
    """Return the account of a key, what was brought to it, and what rows call it."""
    account = booking.sides.account(key)
    if account is None and key.endswith(_VIRTUAL):
        known = booking.sides.people.known
        outside = tuple(name for name in known if name.startswith(OUTSIDE))
        return None, sum(ours.get(known[one], 0) for one in outside), outside
    if account is None:
        return None, 0, ()
    return account, ours.get(account, 0), (key,)


def _difference(booking: Booking, one: _Compared, *, cut: int) -> Difference:
    currency, lacking = booking.exchange.currency, one.stated - one.balance
    reasons = (
        booking.reasons.of(one.names, lacking, cut=cut)
        if one.names
        else [Reason(lacking, Why.NO_ACCOUNT)]
    )
    return Difference(
        one.key,
        render(one.stated, currency),
        render(one.balance, currency),
        tuple(Part(render(each.amount, currency), each.why.value) for each in reasons),
    )
