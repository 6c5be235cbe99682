"""What the exchange takes from trades, on either side (CES: the levy).

The levy goes to the community account.  It never changes the price: with 2 % on
both sides a sale of 100 brings the seller 98, costs the buyer 102, and the
community receives 4.
"""

from __future__ import annotations

from dataclasses import dataclass

from cesnode.ledger.limits import PARTS


@dataclass(frozen=True, slots=True)
class Rate:
    """A share of the amount and a fixed part, kept between `least` and `most`."""

    share: int = 0  # parts of a million
    fixed: int = 0
    least: int = 0
    most: int | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.share <= PARTS:
            raise ValueError("a levy is between nothing and the whole")
        if self.fixed < 0 or self.least < 0 or (self.most is not None and self.most < 0):
            raise ValueError("a levy is never negative")

    @property
    def is_none(self) -> bool:
        return not (self.share or self.fixed or self.least)

    def on(self, amount: int) -> int:
        """Return the levy on an amount, rounded half up to a minor unit."""
        if self.is_none:
            return 0
        levy = (amount * self.share + PARTS // 2) // PARTS + self.fixed
        levy = max(levy, self.least)
        return levy if self.most is None else min(levy, self.most)


@dataclass(frozen=True, slots=True)
class Levy:
    """The rates of one exchange: what each side pays."""

    seller: Rate = Rate()
    buyer: Rate = Rate()
