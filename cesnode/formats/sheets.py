"""Our own tables, which a spreadsheet can make: docs/formats.md describes each column.

Only members.csv is needed.  Numbers may stand without the exchange's code; amounts with
a decimal point or comma; days as 2026-11-22.  What `cesnode export csv` writes is read
back to the last digit.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import islice

from msgspec.structs import replace

from cesnode.community.market import Kind
from cesnode.community.roles import Role
from cesnode.errors import FileInvalid
from cesnode.formats import cells
from cesnode.formats.brought import (
    Advert,
    Dealing,
    Holder,
    Move,
    Movement,
    Outside,
    Problems,
    Sharer,
    Stated,
    Wanted,
)
from cesnode.formats.foreign import FROM_THE_START, Columns, Usual
from cesnode.formats.reading import Reading, name_of
from cesnode.formats.sheet_adverts import CATEGORIES, advert
from cesnode.formats.sheet_columns import COLUMNS, NONE
from cesnode.formats.sheet_community import NAME, community
from cesnode.formats.sheet_people import PROFILES, REQUESTS, profile, request
from cesnode.formats.tables import Files, Line, Table
from cesnode.formats.told import Profile, Request
from cesnode.ledger.accounts import (
    AccountKind,
    AccountState,
    is_code,
    number,
)

MEMBERS, TRADES, MOVEMENTS = "members.csv", "trades.csv", "movements.csv"
_NUMBER = re.compile(r"(?:([A-Za-z]{4})[\s-]?)?([0-9]{1,8})")
_NAMED = re.compile(r"[A-Z]{4}-([A-Z][A-Z0-9]{2,15})")


class Sheets(Usual):
    columns = Columns("seller", "buyer", "amount", "owner")
    ledgers = (TRADES, MOVEMENTS)

    def __init__(self, files: Files, problems: Problems, wanted: Wanted) -> None:
        self._files, self._problems = files, problems
        if MEMBERS not in files.names:
            raise FileInvalid(file=MEMBERS, reason="it is missing")
        said = self._reading(NAME) if NAME in files.names else None
        shelves = self._reading(CATEGORIES) if CATEGORIES in files.names else None
        self.facts = community(said, wanted, shelves)

    def holders(self) -> Iterator[Holder]:
        """Yield accounts; rows of one number name the several people who hold it."""
        reading = self._reading(MEMBERS)
        reading.table.require("number", "name")
        found: dict[str, Holder] = {}
        people: dict[str, list[Sharer]] = {}
        for line, holder in reading.rows(lambda line: (line, self._holder(reading, line))):
            sharer = holder.sharers[0]
            if holder.key not in found:
                found[holder.key], people[holder.key] = holder, [sharer]
            elif line["person"] and sharer not in people[holder.key]:
                people[holder.key].append(sharer)
            else:
                reading.note(line, "number", f"{holder.key} is there a second time")
        for key, holder in found.items():
            yield _shared(holder, tuple(people[key]))

    def dealings(
        self, begun: Mapping[str, int] = FROM_THE_START
    ) -> Iterator[Dealing | Movement]:
        if TRADES in self._files.names:
            reading = self._reading(TRADES)
            reading.table.require("seller", "buyer", "amount", "event_on")
            yield from reading.rows(
                lambda line: self._dealing(reading, line), begun.get(TRADES, 0)
            )
        if MOVEMENTS in self._files.names:
            yield from self._movements(self._reading(MOVEMENTS), begun.get(MOVEMENTS, 0))

    def adverts(self) -> Iterator[Advert]:
        for name, kind in (
            ("offerings.csv", Kind.OFFERING),
            ("wants.csv", Kind.WANT),
        ):
            if name in self._files.names:
                reading = self._reading(name)
                reading.table.require("owner", "title")
                for line in reading.table:
                    yield advert(reading, line, kind, self._key(line["owner"]))

    def balances(self) -> Iterator[Stated]:
        reading = self._reading(MEMBERS)
        seen: set[str] = set()
        for line in reading.table:
            key = self._key(line["number"])
            if line["balance"] and key not in seen:
                seen.add(key)
                balance = reading.may(line, "balance", self._signed, None)
                if balance is not None:
                    yield Stated(key, balance)

    def requests(self) -> Iterator[Request]:
        if REQUESTS in self._files.names:
            reading = self._reading(REQUESTS)
            reading.table.require("seller", "buyer", "amount", "event_on")
            yield from reading.rows(
                lambda line: request(reading, line, self._key, self._signed)
            )

    def profiles(self) -> Iterator[Profile]:
        if PROFILES in self._files.names:
            reading = self._reading(PROFILES)
            reading.table.require("number")
            yield from reading.rows(lambda line: profile(reading, line, self._key))

    def _reading(self, name: str) -> Reading:
        table = Table(self._files, name, self._problems, by_hand=True)
        for column in table.columns:
            if column not in COLUMNS[name]:
                table.problem_of_all(column, "nobody knows this column; it was not read")
        return Reading(table, ours=True)

    def _holder(self, reading: Reading, line: Line) -> Holder:
        key = self._key(line["number"])
        name = name_of(reading.words(line, "name"), key)
        parts = _NUMBER.fullmatch(line["number"])
        floor = self._limit(reading, line, "floor")
        ceiling = self._limit(reading, line, "ceiling")
        state = reading.may(line, "state", AccountState, AccountState.OPEN)
        return Holder(
            file=MEMBERS,
            row=line.number,
            key=key,
            serial=int(parts[2]) if parts else None,
            name=name,
            kind=reading.may(line, "kind", AccountKind, AccountKind.INDIVIDUAL),
            sharers=(
                Sharer(
                    name_of(reading.words(line, "person"), name),
                    reading.email(line, "email"),
                ),
            ),
            state=state,
            reason=(reading.words(line, "reason") or "locked before the move")
            if state is AccountState.LOCKED
            else None,
            area=name_of(reading.words(line, "area")) or None,
            own_floor=bool(line["floor"]),
            floor=floor,
            own_ceiling=bool(line["ceiling"]),
            ceiling=ceiling,
            roles=tuple(
                reading.need_word(line, "roles", each, Role)
                for each in line["roles"].split(";")
                if each
            ),
            joined_at=reading.may(line, "joined_at", cells.moment, None),
            opening=reading.may(line, "opening", self._signed, 0),
            whitelisted=reading.may(line, "whitelisted", cells.truth, default=False),
        )

    def _limit(self, reading: Reading, line: Line, column: str) -> int | None:
        if line[column] == NONE:
            return None
        return reading.may(line, column, self._signed, None)

    def _dealing(self, reading: Reading, line: Line) -> Dealing:
        amount = reading.need(line, "amount", self._signed)
        if amount == 0:
            raise reading.refuse(line, "amount", "it is zero: nothing was traded")
        event = reading.need(line, "event_on", cells.moment)
        at = reading.may(line, "recorded_at", cells.moment, event)
        sides = [self._side(line, column) for column in ("seller", "buyer")]
        if all(isinstance(side, Outside) for side in sides):
            raise reading.refuse(line, "seller", "neither side is of this exchange")
        return Dealing(
            file=TRADES,
            row=line.number,
            key=line["id"],
            seller=sides[0],
            buyer=sides[1],
            amount=abs(amount),
            seller_levy=reading.may(line, "seller_levy", self._levy, 0),
            buyer_levy=reading.may(line, "buyer_levy", self._levy, 0),
            description=reading.description(line, "description"),
            event_on=cells.day_of(event),
            at=at,
            entered_by=self._key(line["entered_by"]) if line["entered_by"] else None,
            uuid=line["id"] or None,
            undoes=amount < 0 or bool(line["undoes"]),
            of=line["undoes"] or None,
            objected=reading.may(line, "objected", cells.truth, default=False),
        )

    def _movements(self, reading: Reading, begun: int) -> Iterator[Movement]:
        """Yield the movements after the one that begins in a row, if one does."""
        reading.table.require("transfer", "recorded_at", "kind", "account", "amount")
        found = self._together(reading, reading.table.after(begun - 1))
        yield from islice(found, 1 if begun else 0, None)

    def _together(self, reading: Reading, lines: Iterator[Line]) -> Iterator[Movement]:
        """Put rows of one transfer together; they follow one another."""
        rows: list[Line] = []
        for line in lines:
            if rows and line["transfer"] != rows[0]["transfer"]:
                yield from self._movement(reading, rows)
                rows = []
            rows.append(line)
        yield from self._movement(reading, rows)

    def _movement(self, reading: Reading, rows: list[Line]) -> Iterator[Movement]:
        def make() -> Movement:
            return Movement(
                file=MOVEMENTS,
                row=rows[0].number,
                key=f"movement {rows[0]['transfer']}",
                kind=rows[0]["kind"],
                moves=tuple(
                    Move(
                        self._key(line["account"]),
                        reading.need(line, "amount", self._signed),
                    )
                    for line in rows
                ),
                at=reading.need(rows[0], "recorded_at", cells.moment),
            )

        if rows:
            yield from reading.trying(make)

    def _side(self, line: Line, column: str) -> str | Outside:
        text = line[column]
        if "@" in text:
            node = text.rpartition("@")[2]
            return Outside(node.partition(".")[0].upper(), text)
        named = _NAMED.fullmatch(text.upper())
        if named and text.upper().startswith(f"{self.facts.code}-"):
            return Outside(named[1], line["other"] or named[1])
        key = self._key(text)
        if is_code(key[:4]) and key[4:].isdigit() and key[:4] != self.facts.code:
            return Outside(key[:4], key)
        return key

    def _key(self, text: str) -> str:
        """Write a number out in full; whatever is no number is a name of its own."""
        parts = _NUMBER.fullmatch(text)
        if parts is None:
            return text.upper()
        return number((parts[1] or self.facts.code).upper(), int(parts[2]))

    def _signed(self, text: str) -> int:
        return cells.amount(text, self.facts.currency)

    def _levy(self, text: str) -> int:
        value = self._signed(text)
        if value < 0:
            raise cells.CellInvalid("a levy is never negative")
        return value


def _shared(holder: Holder, sharers: tuple[Sharer, ...]) -> Holder:
    return replace(holder, sharers=sharers)


def _day(text: str) -> str:
    return cells.day_of(cells.moment(text))
