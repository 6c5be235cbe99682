"""The tables of an eLAS or eLAND system, each as it lies in its database.

users.csv and transactions.csv are needed; contact.csv holds the addresses, messages.csv
the adverts.  The exchange's code and name are in none of them.  A user of status 7 is
another system.  Amounts are whole; who pays is id_from.

Columns were renamed over the years, and limits and balances moved from users.csv to
tables of their own, in which the last row of an account holds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

import msgspec

from cesnode.community.market import Kind
from cesnode.community.roles import Role
from cesnode.formats import cells
from cesnode.formats.brought import (
    Advert,
    Dealing,
    Facts,
    Holder,
    Movement,
    Outside,
    PictureFile,
    Problems,
    Sharer,
    Stated,
    Wanted,
)
from cesnode.formats.foreign import FROM_THE_START, Columns, NothingMore
from cesnode.formats.reading import Reading, Seen, name_of
from cesnode.formats.tables import Files, Line, Table
from cesnode.ledger.accounts import AccountKind, AccountState
from cesnode.ledger.money import Currency, Measure

USERS, TRADES = "users.csv", "transactions.csv"
_ELSEWHERE = "7"
_MAIL = "mail"
_RESTING = frozenset({"0", "5", "6"})


def is_elas(files: Files) -> bool:
    if not {USERS, TRADES} <= set(files.names):
        return False
    return "id_from" in Table(files, TRADES, Problems())


class Elas(NothingMore):
    columns = Columns("id_to", "id_from", "amount", "id_user")
    ledgers = (TRADES,)

    def __init__(self, files: Files, problems: Problems, wanted: Wanted) -> None:
        self._files, self._problems = files, problems
        self._called: dict[str, str | Outside] = {}
        code = (wanted.code or wanted.unsaid.code or "").upper()
        self.facts = Facts(
            code=code,
            name=wanted.name or code,
            currency=Currency(
                code=code,
                singular=wanted.unit or "unit",
                plural=wanted.units or "units",
                scale=wanted.scale or wanted.unsaid.scale or 0,
                measure=wanted.measure or wanted.unsaid.measure or Measure.MUTUAL,
                hour_value=Fraction(1),
            ),
            named=bool(wanted.units),
            hour_known=False,
        )

    def holders(self) -> Iterator[Holder]:
        emails, floors, ceilings = (
            self._emails(),
            self._last("min_limit"),
            self._last("max_limit"),
        )
        reading = self._reading(USERS)
        reading.table.require("id")
        seen = Seen()

        def make(line: Line) -> Holder | None:
            code = line.first("letscode", "code") or f"#{line['id']}"
            if line["status"] == _ELSEWHERE:
                self._called[line["id"]] = Outside(code.upper(), code)
                return None
            if seen.again(code, line.number) is not None:
                raise reading.refuse(line, "letscode", f"{code} is there a second time")
            self._called[line["id"]] = code
            user = line["id"]
            limits = floors.get(user), ceilings.get(user)
            return self._holder(reading, line, code, emails.get(user), limits)

        yield from reading.rows(make)

    def dealings(
        self, begun: Mapping[str, int] = FROM_THE_START
    ) -> Iterator[Dealing | Movement]:
        reading = self._reading(TRADES)
        reading.table.require("id", "amount", "id_from", "id_to")
        yield from reading.rows(
            lambda line: self._dealing(reading, line), begun.get(TRADES, 0)
        )

    def adverts(self) -> Iterator[Advert]:
        if "messages.csv" not in self._files.names:
            return
        categories = self._categories()
        reading = self._reading("messages.csv")
        yield from reading.rows(lambda line: self._advert(reading, line, categories))

    def balances(self) -> Iterator[Stated]:
        last = self._last("balance")
        reading = self._reading(USERS)
        for line in reading.table:
            key, user = self._called.get(line["id"]), line["id"]
            if not isinstance(key, str):
                continue
            if user in last:
                yield Stated(key, last[user])
            elif line["saldo"]:
                yield Stated(key, reading.may(line, "saldo", self._signed, 0))

    def _reading(self, name: str) -> Reading:
        return Reading(Table(self._files, name, self._problems))

    def _emails(self) -> dict[str, str]:
        if "contact.csv" not in self._files.names:
            return {}
        reading, kinds = self._reading("contact.csv"), self._kinds_of_mail()
        emails: dict[str, str] = {}
        for line in reading.table:
            is_mail = (
                "@" in line["value"] if kinds is None else line["id_type_contact"] in kinds
            )
            if is_mail and (email := reading.email(line, "value")):
                emails.setdefault(line.first("id_user", "user_id"), email)
        return emails

    def _kinds_of_mail(self) -> frozenset[str] | None:
        """Return which contacts are addresses of e-mail; None if no file says so."""
        if "type_contact.csv" not in self._files.names:
            return None
        table = self._reading("type_contact.csv").table
        return frozenset(line["id"] for line in table if line["abbrev"] == _MAIL)

    def _last(self, name: str) -> dict[str, int]:
        """Return the last value of each account in a table that keeps all of them."""
        if f"{name}.csv" not in self._files.names:
            return {}
        reading = self._reading(f"{name}.csv")
        reading.table.require("id", "account_id", name)
        last: dict[str, tuple[int, int]] = {}
        for line in reading.table:
            row = reading.may(line, "id", int, 0)
            value = reading.may(line, name, self._signed, None)
            account = line["account_id"]
            if row >= last.get(account, (0, 0))[0]:
                last.pop(account, None)
                if value is not None:
                    last[account] = row, value
        return {account: value for account, (_, value) in last.items()}

    def _categories(self) -> dict[str, tuple[str, ...]]:
        """Return the names of each category, that of the outer one first."""
        if "categories.csv" not in self._files.names:
            return {}
        reading = self._reading("categories.csv")
        lines = list(reading.table)
        names = {line["id"]: reading.words(line, "name") for line in lines}
        outer = {line["id"]: line.first("id_parent", "parent_id") for line in lines}
        return {
            one: tuple(filter(None, (names.get(outer[one]), name)))
            for one, name in names.items()
        }

    def _holder(
        self,
        reading: Reading,
        line: Line,
        code: str,
        email: str | None,
        limits: tuple[int | None, int | None],
    ) -> Holder:
        named = (reading.words(line, each) for each in ("fullname", "full_name", "name"))
        name = name_of(*named, code)
        resting = line["status"] in _RESTING
        floor = reading.may(line, "minlimit", self._signed, limits[0])
        ceiling = reading.may(line, "maxlimit", self._signed, limits[1])
        return Holder(
            file=USERS,
            row=line.number,
            key=code,
            serial=int(code) if code.isascii() and code.isdigit() else None,
            name=name,
            kind=AccountKind.INDIVIDUAL,
            sharers=(Sharer(name, email or reading.email(line, "email")),),
            state=AccountState.LOCKED if resting else AccountState.OPEN,
            reason="not active before the move" if resting else None,
            own_floor=floor is not None,
            floor=floor,
            own_ceiling=ceiling is not None,
            ceiling=ceiling,
            roles=(Role.ADMIN,) if line.first("accountrole", "role") == "admin" else (),
            joined_at=next(
                (
                    reading.may(line, column, cells.moment, None)
                    for column in ("adate", "cdate", "created_at")
                    if line[column]
                ),
                None,
            ),
        )

    def _dealing(self, reading: Reading, line: Line) -> Dealing:
        amount = reading.need(line, "amount", self._signed)
        if amount == 0:
            raise reading.refuse(line, "amount", "it is zero: nothing was traded")
        seller = self._side(reading, line, "id_to", "real_to")
        buyer = self._side(reading, line, "id_from", "real_from")
        if isinstance(seller, Outside) and isinstance(buyer, Outside):
            raise reading.refuse(line, "id_to", "neither side is of this exchange")
        entered = "cdate" if line["cdate"] else "created_at"
        at = reading.need(line, entered, cells.moment)
        event = reading.may(line, "date", cells.moment, at)
        return Dealing(
            file=TRADES,
            row=line.number,
            key=line["id"],
            seller=seller,
            buyer=buyer,
            amount=abs(amount),
            description=reading.description(line, "description"),
            event_on=cells.day_of(event),
            at=at,
            entered_by=self._author(line),
            undoes=amount < 0,
        )

    def _author(self, line: Line) -> str | None:
        author = self._called.get(line.first("creator", "created_by"))
        return author if isinstance(author, str) else None

    def _side(self, reading: Reading, line: Line, column: str, real: str) -> str | Outside:
        side = self._called.get(line[column])
        if side is None:
            raise reading.refuse(line, column, f"there is no user {line[column]}")
        if isinstance(side, Outside) and line[real]:
            return Outside(side.code, reading.words(line, real))
        return side

    def _advert(
        self, reading: Reading, line: Line, categories: dict[str, tuple[str, ...]]
    ) -> Advert:
        owner = self._called.get(line.first("id_user", "user_id"))
        if not isinstance(owner, str):
            raise reading.refuse(line, "id_user", f"there is no user {line['id_user']}")
        offers = line["msg_type"] == "1" or line["offer_want"] == "offer"
        category = line.first("id_category", "category_id")
        # A title stood in `content` before there was a column for it.
        title, text = (
            ("subject", "content") if line["subject"] else ("content", "Description")
        )
        made = "cdate" if line["cdate"] else "created_at"
        ends = "validity" if line["validity"] else "expires_at"
        return Advert(
            file="messages.csv",
            row=line.number,
            key=line["id"] or f"row {line.number}",
            kind=Kind.OFFERING if offers else Kind.WANT,
            owner=owner,
            title=name_of(reading.words(line, title), "—"),
            text=reading.text(line, text),
            category=categories.get(category, ()),
            price=" ".join(filter(None, (line["amount"], line["units"]))),
            pictures=reading.may(line, "image_files", _pictures, ()),
            created_at=reading.may(line, made, cells.moment, None),
            expires_on=reading.may(line, ends, _day, None),
        )

    def _signed(self, text: str) -> int:
        return cells.amount(text, self.facts.currency)


def _day(text: str) -> str:
    return cells.day_of(cells.moment(text))


def _pictures(text: str) -> tuple[PictureFile, ...]:
    """Read the names of pictures from a list in JSON."""
    try:
        names = msgspec.json.decode(text, type=tuple[str, ...])
    except msgspec.MsgspecError:
        raise cells.CellInvalid("it is no list of names in JSON") from None
    return tuple(PictureFile(name) for name in names)
