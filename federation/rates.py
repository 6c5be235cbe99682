"""Between two currencies: exact fractions, named rounding, and never a unit from nothing.

A currency is worth n/d hours a unit; a rate is how many smallest parts of one make one
smallest part of another.  The payer bears what rounding adds.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

from federation.canonical import LARGEST
from federation.errors import FederationError, Problem
from federation.objects import Mode, Money, Rate

TOLERANCE = 1


@dataclass(frozen=True, slots=True)
class Unit:
    """A currency as others see it."""

    currency: str
    scale: int
    hours: Fraction

    def __post_init__(self) -> None:
        if self.hours <= 0:
            raise FederationError(
                Problem.AMOUNT_INVALID,
                f"A unit of {self.currency} must be worth something.",
            )

    @classmethod
    def at(cls, currency: str, scale: int, rate: Rate) -> Unit:
        return cls(currency, scale, Fraction(rate.n, rate.d))

    def money(self, amount: int) -> Money:
        """Return the amount in this currency, if it can be traded."""
        if not 0 < amount <= LARGEST:
            detail = "An amount is above zero and below 2^53 of the smallest part."
            raise FederationError(Problem.AMOUNT_INVALID, detail)
        return Money(amount=amount, currency=self.currency, scale=self.scale)


@dataclass(frozen=True, slots=True)
class Fee:
    """What a hub keeps of what it passes on: a share, rounded up, and a fixed part."""

    share: Fraction = Fraction(0)
    fixed: int = 0

    def on(self, amount: int) -> int:
        return math.ceil(amount * self.share) + self.fixed


def rate(source: Unit, dest: Unit) -> Fraction:
    """Return how many smallest parts of `source` one of `dest` costs."""
    parts = Fraction(10**source.scale, 10**dest.scale)
    return parts * dest.hours / source.hours


def source_for(dest: int, source_per_dest: Fraction) -> int:
    """Fixed-receive: what is paid so that `dest` arrives."""
    return math.ceil(dest * source_per_dest)


def dest_for(source: int, source_per_dest: Fraction) -> int:
    """Fixed-send: what arrives when `source` is paid."""
    return math.floor(source / source_per_dest)


def convert(mode: Mode, amount: int, source: Unit, dest: Unit) -> tuple[Money, Money]:
    """Return what is paid and what arrives, one of them being `amount`."""
    per_dest = rate(source, dest)
    if mode is Mode.FIXED_RECEIVE:
        return source.money(source_for(amount, per_dest)), dest.money(amount)
    return source.money(amount), dest.money(dest_for(amount, per_dest))


def through_hub(onward: int, fee: Fee) -> int:
    """Return what the hub must receive to pass `onward` on, both in its own currency."""
    return onward + fee.on(onward)


def check_rate(
    mode: Mode, asked: tuple[Money, Money], source: Unit, dest: Unit, *, fee: int = 0
) -> None:
    """Refuse amounts that our own reckoning does not give, to the smallest part.

    `fee` is what hubs keep, in the source currency.
    """
    paid, arriving = asked
    if (paid.currency, paid.scale) != (source.currency, source.scale) or (
        arriving.currency,
        arriving.scale,
    ) != (dest.currency, dest.scale):
        detail = f"The trade should be from {source.currency} to {dest.currency}."
        raise FederationError(Problem.AMOUNT_INVALID, detail)
    if mode is Mode.FIXED_RECEIVE:
        ours, theirs = source_for(arriving.amount, rate(source, dest)) + fee, paid.amount
    else:
        ours, theirs = dest_for(paid.amount - fee, rate(source, dest)), arriving.amount
    if abs(ours - theirs) > TOLERANCE:
        raise FederationError(
            Problem.RATE_CHANGED,
            "The rate has changed since the quote; please look at the new one.",
            members={"ours": ours, "yours": theirs},
        )
