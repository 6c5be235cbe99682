"""An exchange as it stands in the transaction that read it."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from cesnode.community.rules import HouseRules
from cesnode.ledger.chain import Founding
from cesnode.ledger.money import Currency


@dataclass(frozen=True, slots=True)
class National:
    """The national currency that prices may be compared with (ISO 4217).

    `units`: how many units of this exchange one of it is worth.
    """

    code: str
    units: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    name: str
    origin: str
    allow_private_peers: bool
    founded_at: int
    currency: Currency
    rules: HouseRules
    national: National | None = None

    @property
    def code(self) -> str:
        return self.currency.code

    @property
    def founding(self) -> Founding:
        return Founding(
            code=self.currency.code,
            scale=self.currency.scale,
            measure=self.currency.measure.value,
            founded_at=self.founded_at,
        )
