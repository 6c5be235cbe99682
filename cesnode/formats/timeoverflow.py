"""TimeOverflow's tables, in the layout its own importers read: no header, fixed places.

users.csv is needed; transfers.csv counts seconds, from source to destination, either a
member's number or the organization itself; posts.csv are offers and inquiries.  An
hour is 60 units here, so that every minute is whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

from cesnode.community.market import Kind
from cesnode.errors import FileInvalid
from cesnode.formats import cells
from cesnode.formats.brought import (
    Advert,
    Dealing,
    Facts,
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
from cesnode.ledger.accounts import AccountKind
from cesnode.ledger.money import Currency, Measure

USERS, TRANSFERS, POSTS = "users.csv", "transfers.csv", "posts.csv"
COLUMNS = {
    USERS: (
        "member_id", "entry_date", "name_1", "name_2", "name_3", "gender",
        "date_of_birth", "phone", "alt_phone", "email",
    ),
    TRANSFERS: (
        "source_id", "source_type", "destination_id", "destination_type", "amount",
        "created_at", "reason", "post_id",
    ),
    POSTS: (
        "user_id", "type", "title", "description", "category_id", "created_at",
        "start_on", "end_on",
    ),
}  # fmt: skip
TREASURY = "0"
_MINUTE = 60
_KINDS = {"offer": Kind.OFFERING, "inquiry": Kind.WANT}


def is_timeoverflow(files: Files) -> bool:
    if not {USERS, TRANSFERS} <= set(files.names):
        return False
    table = Table(files, TRANSFERS, Problems(), given=COLUMNS[TRANSFERS])
    line = next(iter(table), None)
    return line is not None and line["source_type"].lower() in {"member", "organization"}


def facts_of(wanted: Wanted) -> Facts:
    """Say of a time bank what none of its tables does."""
    code = (wanted.code or wanted.unsaid.code or "").upper()
    return Facts(
        code=code,
        name=wanted.name or code,
        currency=Currency(
            code=code,
            singular=wanted.unit or "minute",
            plural=wanted.units or "minutes",
            scale=0,
            measure=Measure.TIME,
            hour_value=Fraction(_MINUTE),
        ),
        named=True,
        hour_known=True,
    )


class TimeOverflow(NothingMore):
    columns = Columns("destination_id", "source_id", "amount", "user_id")
    ledgers = (TRANSFERS,)

    def __init__(self, files: Files, problems: Problems, wanted: Wanted) -> None:
        self._files, self._problems = files, problems
        self.facts = facts_of(wanted)

    def holders(self) -> Iterator[Holder]:
        reading = self._reading(USERS)
        seen = Seen()

        def make(line: Line) -> Holder:
            key = line["member_id"]
            if not (key.isascii() and key.isdigit() and int(key)):
                raise reading.refuse(line, "member_id", f"“{key}” is not a number")
            if seen.again(key, line.number) is not None:
                raise reading.refuse(line, "member_id", f"{key} is there a second time")
            parts = (reading.words(line, f"name_{place}") for place in (1, 2, 3))
            name = name_of(" ".join(parts), key)
            return Holder(
                file=USERS,
                row=line.number,
                key=key,
                serial=int(key),
                name=name,
                kind=AccountKind.INDIVIDUAL,
                sharers=(Sharer(name, reading.email(line, "email")),),
                joined_at=reading.may(line, "entry_date", cells.moment, None),
            )

        yield from reading.rows(make)

    def dealings(
        self, begun: Mapping[str, int] = FROM_THE_START
    ) -> Iterator[Dealing | Movement]:
        reading = self._reading(TRANSFERS)
        _, first = next(reading.table.as_written())
        if len(first) < len(COLUMNS[TRANSFERS]):
            reason = "it has no times; this is the layout of TimeOverflow's older importer"
            raise FileInvalid(file=TRANSFERS, reason=reason)
        yield from reading.rows(
            lambda line: self._dealing(reading, line), begun.get(TRANSFERS, 0)
        )

    def adverts(self) -> Iterator[Advert]:
        if POSTS in self._files.names:
            reading = self._reading(POSTS)
            yield from reading.rows(lambda line: self._advert(reading, line))

    def balances(self) -> Iterator[Stated]:
        """Its tables state none."""
        return iter(())

    def _reading(self, name: str) -> Reading:
        return Reading(Table(self._files, name, self._problems, given=COLUMNS[name]))

    def _dealing(self, reading: Reading, line: Line) -> Dealing:
        minutes = reading.need(line, "amount", _minutes)
        at = reading.need(line, "created_at", cells.moment)
        return Dealing(
            file=TRANSFERS,
            row=line.number,
            key=f"row {line.number}",
            seller=_side(line, "destination"),
            buyer=_side(line, "source"),
            amount=abs(minutes),
            description=reading.description(line, "reason"),
            event_on=cells.day_of(at),
            at=at,
            undoes=minutes < 0,
        )

    def _advert(self, reading: Reading, line: Line) -> Advert:
        kind = _KINDS.get(line["type"].lower())
        if kind is None:
            raise reading.refuse(line, "type", f"“{line['type']}” is no Offer or Inquiry")
        return Advert(
            file=POSTS,
            row=line.number,
            key=f"row {line.number}",
            kind=kind,
            owner=line["user_id"],
            title=name_of(reading.words(line, "title"), "—"),
            text=reading.text(line, "description"),
            category=tuple(filter(None, (line["category_id"],))),
            created_at=reading.may(line, "created_at", cells.moment, None),
            expires_on=reading.may(line, "end_on", _day, None),
        )


def _side(line: Line, which: str) -> str:
    if line[f"{which}_type"].lower() == "organization":
        return TREASURY
    return line[f"{which}_id"]


def _minutes(text: str) -> int:
    seconds = int(text) if text.lstrip("-").isdigit() else None
    if seconds is None or not seconds:
        raise cells.CellInvalid(f"“{text[:40]}” is no number of seconds above zero")
    if seconds % _MINUTE:
        raise cells.CellInvalid(f"{seconds} seconds are not whole minutes")
    return seconds // _MINUTE


def _day(text: str) -> str:
    return cells.day_of(cells.moment(text))
