"""What both versions of CES's tables share; they differ in names, and in what is there.

Limits are magnitudes, and 0 means none.  An account whose number ends in VIRT stands for
other exchanges.  A trade is taken back by a negative amount, or by a negative levy with
the sides swapped.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from typing_extensions import override

from cesnode.community.roles import Role
from cesnode.formats import cells
from cesnode.formats.brought import (
    Dealing,
    Facts,
    Holder,
    Movement,
    Outside,
    Problems,
    Sharer,
    Stated,
)
from cesnode.formats.ces_announcements import TABLES, announcer
from cesnode.formats.foreign import FROM_THE_START, NothingMore
from cesnode.formats.reading import Reading, Seen, split_key
from cesnode.formats.tables import Files, Line, Table
from cesnode.formats.told import Announced
from cesnode.ledger.accounts import AccountKind, AccountState
from cesnode.ledger.money import Currency

BALANCES = "balances.csv"
LOCKED = "locked before the move"
_ADMIN, _VIRTUAL, _VIRTUAL_END = "adm", "vir", "VIRT"
_KINDS = {
    "ind": AccountKind.INDIVIDUAL,
    _ADMIN: AccountKind.INDIVIDUAL,
    "fam": AccountKind.JOINT,
    "org": AccountKind.ORGANISATION,
    "com": AccountKind.COMPANY,
    "pub": AccountKind.PUBLIC,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """What a version calls its files and columns; `spills` holds commas nobody quoted."""

    users: str
    trades: str
    trade: tuple[str, ...]
    spills: str
    uid: str
    kind: str
    email: str
    locked: str
    floor: str
    ceiling: str
    joined: str
    balance: str


class Ces(NothingMore):
    layout: ClassVar[Layout]
    facts: Facts

    def __init__(self, files: Files, problems: Problems) -> None:
        self._files, self._problems = files, problems

    def holders(self) -> Iterator[Holder]:
        reading, uid = Reading(self._table(self.layout.users)), self.layout.uid
        reading.table.require(uid)
        seen = Seen()

        def make(line: Line) -> Holder | None:
            holder = self._holder(reading, line)
            if holder is not None and seen.again(holder.key, line.number) is not None:
                raise reading.refuse(line, uid, f"{holder.key} is there a second time")
            return holder

        yield from reading.rows(make)

    def dealings(
        self, begun: Mapping[str, int] = FROM_THE_START
    ) -> Iterator[Dealing | Movement]:
        if self.layout.trades in self._files.names:
            reading = Reading(self._table(self.layout.trades))
            reading.table.require(*self.layout.trade)
            yield from reading.rows(
                lambda line: self._dealing(reading, line), begun.get(self.layout.trades, 0)
            )

    def balances(self) -> Iterator[Stated]:
        if BALANCES in self._files.names:
            reading, layout = Reading(self._table(BALANCES)), self.layout
            reading.table.require(layout.uid, layout.balance)
            yield from reading.rows(
                lambda line: Stated(
                    line[layout.uid].upper(),
                    reading.need(line, layout.balance, self._signed),
                )
            )

    @override
    def announcements(self) -> Iterator[Announced]:
        for name in TABLES:
            if name in self._files.names:
                reading = Reading(self._table(name))
                yield from reading.rows(announcer(reading, self._day, self._moment))

    @abstractmethod
    def _holder(self, reading: Reading, line: Line) -> Holder | None: ...

    @abstractmethod
    def _dealing(self, reading: Reading, line: Line) -> Dealing: ...

    @abstractmethod
    def _moment(self, text: str) -> int: ...

    @abstractmethod
    def _day(self, text: str) -> str: ...

    def _table(self, name: str) -> Table:
        return Table(self._files, name, self._problems, spills=self.layout.spills)

    def _number(self, reading: Reading, line: Line) -> tuple[str, int] | None:
        """Return the key of an account and its number; None if it is of no one here."""
        key = line[self.layout.uid].upper()
        if line[self.layout.kind].lower() == _VIRTUAL or is_virtual(key):
            return None
        parts = split_key(key)
        if parts is None:
            reason = f"“{key}” is not like {self.facts.code}0007"
            raise reading.refuse(line, self.layout.uid, reason)
        return key, parts[1]

    def _account(
        self,
        reading: Reading,
        line: Line,
        number: tuple[str, int],
        *,
        name: str,
        person: str,
        area: str | None = None,
        is_closed: bool = False,
    ) -> Holder:
        """Make an account of what both versions tell of one."""
        layout, facts = self.layout, self.facts
        floor = self._limit(reading, line, layout.floor, facts.currency, sign=-1)
        ceiling = self._limit(reading, line, layout.ceiling, facts.currency, sign=1)
        state, reason = AccountState.OPEN, None
        if is_closed:
            state = AccountState.CLOSED
        elif reading.may(line, layout.locked, cells.truth, default=False):
            state, reason = AccountState.LOCKED, LOCKED
        return Holder(
            file=layout.users,
            row=line.number,
            key=number[0],
            serial=number[1],
            name=name,
            kind=self._kind(reading, line),
            sharers=(Sharer(person, reading.email(line, layout.email)),),
            state=state,
            reason=reason,
            area=area,
            own_floor=floor is not None and floor != facts.floor,
            floor=floor,
            own_ceiling=ceiling is not None and ceiling != facts.ceiling,
            ceiling=ceiling,
            roles=self._roles(reading, line) if number[1] else (),
            joined_at=reading.may(line, layout.joined, self._moment, None),
        )

    def _kind(self, reading: Reading, line: Line) -> AccountKind:
        text = line[self.layout.kind].lower()
        if text and text not in _KINDS:
            reason = f"“{text}” is no known kind; taken as a person"
            reading.note(line, self.layout.kind, reason)
        return _KINDS.get(text, AccountKind.INDIVIDUAL)

    def _roles(self, _reading: Reading, line: Line) -> tuple[Role, ...]:
        return (Role.ADMIN,) if line[self.layout.kind].lower() == _ADMIN else ()

    def _limit(
        self, reading: Reading, line: Line, column: str, currency: Currency, *, sign: int
    ) -> int | None:
        """Read a magnitude of which 0 means that there is no limit."""
        value = reading.may(line, column, lambda text: cells.amount(text, currency), 0)
        return sign * abs(value) or None

    def _signed(self, text: str) -> int:
        return cells.amount(text, self.facts.currency)

    def _traded(self, reading: Reading, line: Line, column: str) -> int:
        amount = reading.need(line, column, self._signed)
        if amount == 0:
            raise reading.refuse(line, column, "it is zero: nothing was traded")
        return amount


def is_virtual(key: str) -> bool:
    return key.endswith(_VIRTUAL_END)


def levy(side: str | Outside, amount: int) -> int:
    """Return what was taken from a side here; elsewhere it is none of ours."""
    return 0 if isinstance(side, Outside) else abs(amount)


def require_a_side_here(
    reading: Reading, line: Line, column: str, *sides: str | Outside
) -> None:
    """Refuse a trade of which no side is of this exchange."""
    if all(isinstance(side, Outside) for side in sides):
        raise reading.refuse(line, column, "neither side is of this exchange")
