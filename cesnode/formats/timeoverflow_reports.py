"""What a time bank's admins can download from TimeOverflow: “Reports”, “Download all”.

Member.csv, Transfer.csv, Offers.csv and Inquiries.csv, or some of them under the names
they have when they are downloaded one by one.  Headers are in the language of whoever
asked, so a table is known by its shape, and columns by their places.

1. Only active members are in Member.csv.  In Transfer.csv the number stands behind the
   name; who is active no more has neither, and nor has the time bank itself, which is
   known by its own name.  All others without a number become one locked account.
2. Hours and minutes, the seconds cut off; what a transfer was for is the title of a post.
3. A category is a row of its own, above the posts in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum

from typing_extensions import override

from cesnode.community.market import Kind
from cesnode.errors import FileInvalid
from cesnode.formats import cells
from cesnode.formats.brought import (
    Advert,
    Dealing,
    Holder,
    Movement,
    Problems,
    Sharer,
    Stated,
    Wanted,
)
from cesnode.formats.foreign import FROM_THE_START, Columns, NothingMore
from cesnode.formats.reading import Reading, Seen, name_of
from cesnode.formats.tables import Files, Line, Table
from cesnode.formats.timeoverflow import TREASURY, facts_of
from cesnode.formats.told import Profile
from cesnode.ledger.accounts import AccountKind, AccountState

LEFT = "LEFT"
"""The key of the account on which all stand who are there without a number."""
_HEADER = 1
_HOUR = 60
_FIRST = "N"
_MEMBER = (
    "member", "name", "email", "phone", "alt_phone", "created_at", "last_sign_in_at",
    "locale", "balance",
)  # fmt: skip
_FEWEST = 5
"""So many columns of Member.csv there were at first."""
_TRANSFER = ("date", "from", "to", "post", "quantity")
_POST = ("id", "title", "tags", "user", "created_at")
_NUMBERED = re.compile(r".*\(([0-9]{1,8})\)")
_TIME = re.compile(r"(-?)([0-9]{1,7}):([0-5][0-9])")
_NOTHING = frozenset({"0", "—", "&mdash;"})
_NO_CATEGORY = "-"


class _Shape(StrEnum):
    MEMBERS = "members"
    TRANSFERS = "transfers"
    POSTS = "posts"


def is_reports(files: Files) -> bool:
    return _Shape.MEMBERS in _shapes(files).values()


class TimeOverflowReports(NothingMore):
    columns = Columns("to", "from", "quantity", "user")
    cut = 1

    def __init__(self, files: Files, problems: Problems, wanted: Wanted) -> None:
        self._files, self._problems = files, problems
        self._shapes = _shapes(files)
        self._members = self._the_only(_Shape.MEMBERS)
        self._bank = (wanted.name or wanted.unsaid.name or "").casefold()
        self.facts = facts_of(wanted)

    @property
    def ledgers(self) -> tuple[str, ...]:
        return tuple(n for n, shape in self._shapes.items() if shape is _Shape.TRANSFERS)

    def holders(self) -> Iterator[Holder]:
        reading = self._reading(self._members, _MEMBER)
        seen = Seen()

        def make(line: Line) -> Holder:
            key = line["member"]
            if not (key.isascii() and key.isdigit() and int(key)):
                raise reading.refuse(line, "member", f"“{key}” is not a number")
            if seen.again(key, line.number) is not None:
                raise reading.refuse(line, "member", f"{key} is there a second time")
            name = name_of(reading.words(line, "name"), key)
            return Holder(
                file=self._members,
                row=line.number,
                key=key,
                serial=int(key),
                name=name,
                kind=AccountKind.INDIVIDUAL,
                sharers=(Sharer(name, reading.email(line, "email")),),
                joined_at=reading.may(line, "created_at", cells.moment, None),
            )

        yield from reading.rows(make, _HEADER)
        yield from self._left()

    def dealings(
        self, begun: Mapping[str, int] = FROM_THE_START
    ) -> Iterator[Dealing | Movement]:
        for name in self.ledgers:
            reading = self._reading(name, _TRANSFER)
            after = max(begun.get(name, 0), _HEADER)
            yield from reading.rows(
                lambda line, reading=reading: self._dealing(reading, line),  # type: ignore[misc]
                after,
            )

    def adverts(self) -> Iterator[Advert]:
        for name, shape in self._shapes.items():
            if shape is not _Shape.POSTS:
                continue
            kind = _kind(name)
            if kind is None:
                reason = "offers or inquiries? call it Offers.csv or Inquiries.csv"
                self._problems.add(name, _HEADER, "", f"{reason}; it was not read")
            else:
                yield from self._posts(self._reading(name, _POST), kind)

    def balances(self) -> Iterator[Stated]:
        reading = self._reading(self._members, _MEMBER)
        for line in reading.table.after(_HEADER):
            if line["balance"]:
                balance = reading.may(line, "balance", _minutes, None)
                if balance is not None:
                    yield Stated(line["member"], balance)

    @override
    def profiles(self) -> Iterator[Profile]:
        reading = self._reading(self._members, _MEMBER)
        for line in reading.table.after(_HEADER):
            phone, mobile = (reading.words(line, each) for each in ("phone", "alt_phone"))
            if phone or mobile:
                yield Profile(
                    file=self._members,
                    row=line.number,
                    account=line["member"],
                    name=name_of(reading.words(line, "name"), line["member"]),
                    phone=phone,
                    mobile=mobile,
                )

    def _left(self) -> Iterator[Holder]:
        """Yield the account of those without a number, if there are any."""
        for name in self.ledgers:
            table = Table(self._files, name, Problems(), given=_TRANSFER)
            for line in table.after(_HEADER):
                if LEFT in {self._side(line["from"]), self._side(line["to"])}:
                    reason = (
                        "who is not active any more, and the time bank if it is not called"
                        " as here (--name), stand without a number: all on one account"
                    )
                    self._problems.add(name, _HEADER, "", reason)
                    yield Holder(
                        file=name,
                        row=line.number,
                        key=LEFT,
                        serial=None,
                        name="Former members",
                        kind=AccountKind.INDIVIDUAL,
                        sharers=(),
                        state=AccountState.LOCKED,
                        reason="not active before the move",
                    )
                    return

    def _dealing(self, reading: Reading, line: Line) -> Dealing:
        minutes = reading.need(line, "quantity", _minutes)
        if minutes <= 0:
            raise reading.refuse(line, "quantity", "it is less than a minute")
        at = reading.need(line, "date", cells.moment)
        return Dealing(
            file=reading.table.name,
            row=line.number,
            key="",
            seller=self._side(line["to"]),
            buyer=self._side(line["from"]),
            amount=minutes,
            description=reading.description(line, "post"),
            event_on=line["date"][:10],
            at=at,
        )

    def _side(self, text: str) -> str:
        if found := _NUMBERED.fullmatch(text):
            return found[1]
        return TREASURY if text.casefold() == self._bank else LEFT

    def _posts(self, reading: Reading, kind: Kind) -> Iterator[Advert]:
        category = ""
        for line in reading.table.after(_HEADER):
            if not line["id"]:
                category = reading.words(line, "title")
                continue
            owner = _NUMBERED.fullmatch(line["user"])
            if owner is None:
                reading.note(line, "user", f"“{line['user']}” has no number; left out")
                continue
            yield Advert(
                file=reading.table.name,
                row=line.number,
                key=line["id"],
                kind=kind,
                owner=owner[1],
                title=name_of(reading.words(line, "title"), "—"),
                category=() if category in {"", _NO_CATEGORY} else (category,),
                keywords=reading.words(line, "tags"),
                created_at=reading.may(line, "created_at", cells.moment, None),
            )

    def _reading(self, name: str, columns: Sequence[str]) -> Reading:
        return Reading(Table(self._files, name, self._problems, given=columns))

    def _the_only(self, shape: _Shape) -> str:
        named = [name for name, each in self._shapes.items() if each is shape]
        if len(named) != 1:
            reason = f"there are {len(named)} tables of {shape}, and not one"
            raise FileInvalid(file=" ".join(named), reason=reason)
        return named[0]


def _shapes(files: Files) -> dict[str, _Shape]:
    """Say what each table is, by its header and its first row."""
    shapes = {}
    for name in sorted(files.names):
        rows = Table(files, name, Problems(), given=("",)).as_written()
        (_, header), (_, first) = next(rows, (1, [])), next(rows, (2, []))
        shape = _shape([cell.strip() for cell in header], first)
        if shape is not None:
            shapes[name] = shape
    return shapes


def _shape(header: Sequence[str], first: Sequence[str]) -> _Shape | None:
    if header and header[0] == _FIRST and _FEWEST <= len(header) <= len(_MEMBER):
        return _Shape.MEMBERS
    if len(header) != len(_TRANSFER):
        return None
    if header[0] == "":
        return _Shape.POSTS
    is_time = len(first) == len(_TRANSFER) and _TIME.fullmatch(first[-1].strip())
    return _Shape.TRANSFERS if is_time else None


def _kind(name: str) -> Kind | None:
    if "offer" in name:
        return Kind.OFFERING
    return Kind.WANT if "inquir" in name else None


def _minutes(text: str) -> int:
    """Read "-12:30"; what is nothing is a dash."""
    if text in _NOTHING:
        return 0
    found = _TIME.fullmatch(text)
    if found is None:
        raise cells.CellInvalid(f"“{text[:40]}” is no time like 12:30")
    minutes = int(found[2]) * _HOUR + int(found[3])
    return -minutes if found[1] else minutes
