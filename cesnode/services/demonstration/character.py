"""What a community of the demonstration is made of: tables, nothing that happens.

Prices are in minor units, days are counted from the founding.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass
from fractions import Fraction

from cesnode.community.exchange import National
from cesnode.community.roles import Role
from cesnode.community.rules import HouseRules
from cesnode.ledger import accounts
from cesnode.ledger.accounts import AccountKind
from cesnode.ledger.money import Measure

DAYS = 365
ALL_YEAR = frozenset(range(1, 13))


@dataclass(frozen=True, slots=True)
class Service:
    """Something people provide: for how much, in which words, in which months."""

    least: int
    most: int
    step: int
    phrases: tuple[str, ...]
    months: frozenset[int] = ALL_YEAR

    def __post_init__(self) -> None:
        if not (0 < self.least <= self.most and self.phrases and self.months):
            raise ValueError("a service has a price, a name and a season")


@dataclass(frozen=True, slots=True, kw_only=True)
class Lock:
    """Why an account may not buy any more, and since when."""

    day: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """The limits an account is given on a day, as an operator would write them."""

    day: int
    floor: str | None = None
    ceiling: str | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """A member and the account.  `sells` and `buys` say how readily, 4 being usual."""

    name: str
    area: str
    offers: tuple[str, ...]
    _: KW_ONLY
    kind: AccountKind = AccountKind.INDIVIDUAL
    role: Role = Role.MEMBER
    joins: int = 0
    sells: int = 4
    buys: int = 4
    on_paper: bool = False  # The coordinator enters their trading sheets and slips.
    sign_in: str | None = None
    lock: Lock | None = None
    trust: Trust | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """The currency, but for its rate."""

    singular: str
    plural: str
    scale: int
    measure: Measure = Measure.MUTUAL


@dataclass(frozen=True, slots=True, kw_only=True)
class DatedRate:
    day: int
    hour_value: Fraction
    national: National


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """On which weekdays (Monday is 0) people trade most and least."""

    market: int
    rest: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reasons:
    """What people say when something is not right."""

    declined: tuple[str, ...]
    objected: tuple[str, ...]
    reversed: tuple[str, ...]
    mistaken: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Character:
    """A whole community.  People stand in the order in which they join."""

    code: str
    name: str
    slug: str
    unit: Unit
    rates: tuple[DatedRate, DatedRate]
    rules: HouseRules
    seasons: tuple[int, ...]  # How much is traded in each month.
    week: Week
    people: tuple[Person, ...]
    services: Mapping[str, Service]
    work: Service  # What the community pays its helpers for, every month.
    contribution: Service | None = None  # What members owe it, twice a year.
    reasons: Reasons

    def __post_init__(self) -> None:
        joining = [person.joins for person in self.people]
        if joining != sorted(joining):
            raise ValueError("people stand in the order in which they join")
        cared_for = {person.area for person in self.people if person.on_paper}
        if cared_for - {self.having(Role.COORDINATOR).area}:
            raise ValueError("people on paper live where the coordinator does")
        offered = {offer for person in self.people for offer in person.offers}
        if offered != set(self.services):
            raise ValueError("what is offered and what is described is the same")

    def email(self, person: Person) -> str | None:
        """Return the made-up address of whoever signs in."""
        return f"{person.sign_in}@{self.slug}.example" if person.sign_in else None

    def having(self, role: Role) -> Person:
        """Return who has a role; of members, the one whom visitors can be."""
        return next(
            person
            for person in self.people
            if person.role is role and (person.sign_in or role is not Role.MEMBER)
        )

    def numbered(self) -> dict[str, Person]:
        """Return the people by account number, whether they have joined yet or not."""
        return {
            accounts.number(self.code, serial): person
            for serial, person in enumerate(self.people, start=1)
        }

    def number(self, person: Person) -> str:
        return accounts.number(self.code, self.people.index(person) + 1)

    def password(self, person: Person) -> str:
        return f"demo-{self.slug}-{person.sign_in}"

    @property
    def community(self) -> str:
        return accounts.number(self.code, accounts.COMMUNITY)
