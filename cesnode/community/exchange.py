"""An exchange as it stands in the transaction that read it."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from cesnode.community.rules import HouseRules
from cesnode.ledger.chain import Founding
from cesnode.ledger.money import Currency
from federation.nodes import node_name


@dataclass(frozen=True, slots=True)
class National:
    """The national currency that prices may be compared with (ISO 4217).

    `units`: how many units of this exchange one of it is worth.
    """

    code: str
    units: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """`known_as` is the name others have agreed with, where the address is another now."""

    name: str
    origin: str
    allow_private_peers: bool
    founded_at: int
    currency: Currency
    rules: HouseRules
    national: National | None = None
    known_as: str | None = None

    @property
    def node(self) -> str:
        """What its node is called in all that is signed."""
        return self.known_as or node_name(self.origin)

    def is_named(self, host: str) -> bool:
        """Whether a host in somebody's address means this exchange."""
        return host in {self.node, node_name(self.origin)}

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
