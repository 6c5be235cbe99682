"""A community as another system's files tell of it: the same values for every format.

A reader makes these of rows and rows of nothing else; it decides nothing about the
exchange they will come to.  Amounts are minor units of the currency of `Facts`, times
Unix seconds, days ISO 8601, texts plain or Markdown.  Accounts are called by the `key`
the files use for them.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from cesnode.community.market import Audience, Kind, Price, State
from cesnode.community.roles import Role
from cesnode.community.rules import RecordShown, SellerRecord
from cesnode.ledger.accounts import AccountKind, AccountState
from cesnode.ledger.limits import LimitPolicy
from cesnode.ledger.money import Currency, Measure

MOST_KEPT = 10_000
"""So many problems are named; more are only counted."""


class Problem(msgspec.Struct, frozen=True):
    """A row that is not taken, or not as it stands; the header is row 1.

    `found` is what stands in the column, or in the whole row where no column is named.
    """

    file: str
    row: int
    column: str
    reason: str
    found: str = ""


class Problems:
    """What is wrong with the files, in the order in which it was found."""

    def __init__(self) -> None:
        self.kept: list[Problem] = []
        self.count = 0
        self._told: set[Problem] = set()

    def add(self, file: str, row: int, column: str, reason: str, found: str = "") -> None:
        """Name a problem; a table that is read again does not tell it again."""
        problem = Problem(file, row, column, reason, found)
        if problem in self._told:
            return
        self.count += 1
        if self.count <= MOST_KEPT:
            self.kept.append(problem)
            self._told.add(problem)

    def take_up(self, told: Iterable[Problem], count: int) -> None:
        """Name again what an earlier run found, `count` problems in all."""
        wanted = self.count + count
        for one in told:
            self.add(one.file, one.row, one.column, one.reason, one.found)
        self.count = wanted


class Category(msgspec.Struct, frozen=True):
    """A category of the market by its names, the outer first; two at most."""

    names: tuple[str, ...]
    icon: str = ""


class House(msgspec.Struct, frozen=True, kw_only=True):
    """House rules as people write them; None leaves what a new exchange has."""

    growth: str | None = None
    seller_record: SellerRecord | None = None
    agree_after: str | None = None
    lapse_after: str | None = None
    object_days: str | None = None
    record: RecordShown | None = None


NO_RULES = House()


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """The exchange itself.  What the files do not say is None.

    Levies and the national currency are as people write them ("2%", "ZAR=10"); `floor`
    and `ceiling` are minor units.
    `named` says whether the files tell what the currency is called.
    """

    code: str
    name: str
    currency: Currency
    named: bool
    hour_known: bool
    floor: int | None = None
    ceiling: int | None = None
    limit_policy: LimitPolicy = LimitPolicy.WARN
    levy_seller: str | None = None
    levy_buyer: str | None = None
    national: str | None = None
    founded_at: int | None = None
    house: House = NO_RULES
    categories: tuple[Category, ...] = ()


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody says of the exchange because the files do not; None leaves it.

    `otherwise` is what holds where neither they nor the files say anything.
    """

    code: str | None = None
    name: str | None = None
    unit: str | None = None
    units: str | None = None
    scale: int | None = None
    measure: Measure | None = None
    otherwise: Wanted | None = None

    @property
    def unsaid(self) -> Wanted:
        return self.otherwise or Wanted()


class Sharer(msgspec.Struct, frozen=True):
    """A person who holds an account; several may hold one."""

    name: str
    email: str | None


class Holder(msgspec.Struct, frozen=True, kw_only=True):
    """An account and who holds it.

    `serial` is the number without the exchange's code, None where the key has none.
    `own_floor` and `own_ceiling` say whether the limits beside them are the account's
    own; else the exchange's hold.
    """

    file: str
    row: int
    key: str
    serial: int | None
    name: str
    kind: AccountKind
    sharers: tuple[Sharer, ...]
    state: AccountState = AccountState.OPEN
    reason: str | None = None
    area: str | None = None
    own_floor: bool = False
    floor: int | None = None
    own_ceiling: bool = False
    ceiling: int | None = None
    roles: tuple[Role, ...] = ()
    joined_at: int | None = None
    opening: int = 0
    whitelisted: bool = False


class Outside(msgspec.Struct, frozen=True, array_like=True):
    """The other side of a trade with another exchange: its code, and who it is there."""

    code: str
    who: str


class Dealing(msgspec.Struct, frozen=True, kw_only=True, tag=True, array_like=True):
    """A trade that took effect.  One side at most is outside.

    With `undoes` it takes an earlier trade between the same two back: the seller and
    the buyer are those of the trade it undoes, and `of` is its key where the files say
    which it is.  `perhaps` says that only its words speak for that: where no earlier
    trade fits, it is one of its own, the other way round.  `uuid` is the trade's name
    where the files give it one.  `objected`: the buyer said that it is not right.
    """

    file: str
    row: int
    key: str
    seller: str | Outside
    buyer: str | Outside
    amount: int
    seller_levy: int = 0
    buyer_levy: int = 0
    description: str | None = None
    event_on: str
    at: int
    entered_by: str | None = None
    uuid: str | None = None
    undoes: bool = False
    of: str | None = None
    perhaps: bool = False
    objected: bool = False


class Move(msgspec.Struct, frozen=True, array_like=True):
    """An amount added to one account, or taken from it."""

    account: str
    amount: int


class Movement(msgspec.Struct, frozen=True, kw_only=True, tag=True, array_like=True):
    """What moved between accounts without being a trade: fees, donations, openings."""

    file: str
    row: int
    key: str
    kind: str
    moves: tuple[Move, ...]
    at: int


class PictureFile(msgspec.Struct, frozen=True):
    """Where a picture is, as the files name it, and what is to be seen on it."""

    name: str
    words: str = ""


class Advert(msgspec.Struct, frozen=True, kw_only=True):
    """An offering or a want, its text in Markdown.

    `category` names the outer category first.  `price` is as its owner wrote it, an
    amount or words; where the files say which, `way` does.  Without `expires_on` it is
    shown for the usual time.
    """

    file: str
    row: int
    key: str
    kind: Kind
    owner: str
    title: str
    text: str = ""
    category: tuple[str, ...] = ()
    price: str = ""
    way: Price | None = None
    unit: str = ""
    money: str = ""
    keywords: str = ""
    pictures: tuple[PictureFile, ...] = ()
    state: State = State.SHOWN
    audience: Audience = Audience.HERE
    created_at: int | None = None
    shown_at: int | None = None
    changed_at: int | None = None
    expires_on: str | None = None


class Stated(msgspec.Struct, frozen=True):
    """The balance that the files themselves state for an account."""

    key: str
    balance: int
