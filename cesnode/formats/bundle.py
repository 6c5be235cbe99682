"""Reads Komunitin's community bundle: nine tables, strict headers, a complete history.

A header nobody knows, or one that stands there twice, refuses the file, and so does a
file that does not belong.  Balances begin at zero and follow from the transfers; what
does not is told as a difference.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import partial

from cesnode.community.roles import Role
from cesnode.errors import FileInvalid
from cesnode.formats import cells
from cesnode.formats.brought import (
    Advert,
    Dealing,
    Facts,
    Holder,
    Move,
    Movement,
    Outside,
    Problems,
    Sharer,
    Stated,
)
from cesnode.formats.bundle_columns import COLUMNS, REQUIRED
from cesnode.formats.bundle_parts import advert, categories_of, currency_of, shelves
from cesnode.formats.foreign import FROM_THE_START, Columns, NothingMore
from cesnode.formats.reading import Reading, Seen, name_of, split_key
from cesnode.formats.tables import Files, Line, Table
from cesnode.ledger.accounts import AccountKind, AccountState, SystemAccount, is_code
from cesnode.ledger.limits import LimitPolicy
from cesnode.ledger.money import Currency
from cesnode.ledger.transfers import TransferKind

TRANSFERS = "transfers.csv"
_AMOUNT = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")
_KINDS = {
    "personal": AccountKind.INDIVIDUAL,
    "business": AccountKind.COMPANY,
    "organization": AccountKind.ORGANISATION,
    "public": AccountKind.PUBLIC,
}
_STATES = {
    "active": (AccountState.OPEN, None),
    "disabled": (AccountState.LOCKED, "resting at the member’s wish"),
    "suspended": (AccountState.LOCKED, "suspended before the move"),
    "deleted": (AccountState.CLOSED, None),
}
_APPLYING = frozenset({"draft", "pending"})


class Bundle(NothingMore):
    columns = Columns("payee", "payer", "amount", "member")
    ledgers = (TRANSFERS,)

    def __init__(self, files: Files, problems: Problems) -> None:
        self._files, self._problems = files, problems
        for name in sorted(set(files.names) - COLUMNS.keys()):
            raise FileInvalid(file=name, reason="no such file belongs to a bundle")
        for name in REQUIRED:
            if name not in files.names:
                raise FileInvalid(file=name, reason="it is missing")
        self._admins: frozenset[str] = frozenset()
        self._member_of: dict[str, str] = {}
        self.facts = self._community()

    def holders(self) -> Iterator[Holder]:
        people, accounts = self._people(), self._accounts()
        reading = self._reading("members.csv")
        reading.table.require("code", "name")
        seen = Seen()

        def make(line: Line) -> Holder | None:
            key = line["code"]
            if seen.again(key, line.number) is not None:
                raise reading.refuse(line, "code", f"{key} is there a second time")
            if self._purpose(key):
                accounts.pop(key, None)
                return None  # It stands for no person: see _dealing().
            if line["status"] in _APPLYING:
                reading.note(line, "status", f"{key} is still applying; not brought")
                return None
            if key not in accounts:
                raise reading.refuse(line, "code", f"{key} has no row in accounts.csv")
            return self._holder(reading, line, people[key], accounts.pop(key))

        yield from reading.rows(make)
        for key, row in accounts.items():
            self._problems.add(
                "accounts.csv", row[0], "code", f"{key} has no row in members.csv"
            )

    def dealings(
        self, begun: Mapping[str, int] = FROM_THE_START
    ) -> Iterator[Dealing | Movement]:
        if TRANSFERS not in self._files.names:
            return
        reading = self._reading(TRANSFERS)
        reading.table.require("payer", "payee", "amount", "createdAt")
        found: Iterator[Dealing | Movement]
        found = reading.rows(partial(self._dealing, reading), begun.get(TRANSFERS, 0))
        yield from found

    def adverts(self) -> Iterator[Advert]:
        if "posts.csv" not in self._files.names:
            return
        reading, categories = self._reading("posts.csv"), self._categories()
        yield from reading.rows(lambda line: advert(reading, line, categories))

    def balances(self) -> Iterator[Stated]:
        reading = self._reading("accounts.csv")
        yield from reading.rows(
            lambda line: Stated(line["code"], reading.need(line, "balance", self._signed))
        )

    def _categories(self) -> dict[str, str]:
        if "categories.csv" not in self._files.names:
            return {}
        return categories_of(self._reading("categories.csv"))

    def _reading(self, name: str) -> Reading:
        encoding = "utf-8-sig"  # Nothing else is allowed.
        table = Table(self._files, name, self._problems, strict=True, encoding=encoding)
        for column in table.columns:
            if column not in COLUMNS[name]:
                raise FileInvalid(file=name, reason=f"nobody knows a column “{column}”")
        return Reading(table)

    def _community(self) -> Facts:
        community, currency = self._only("community.csv"), self._only("currency.csv")
        group, line = community[1], currency[1]
        code = group["code"]
        self._admins = frozenset(
            _email(each) for each in group["adminUsers"].split(";") if each
        )
        unit = currency_of(currency[0], line, code)
        limits = {
            column: currency[0].may(
                line,
                f"settings.{column}",
                lambda text: self._amount(text, unit),
                None,
            )
            for column in ("defaultInitialCreditLimit", "defaultInitialMaximumBalance")
        }
        credit, most = limits.values()
        return Facts(
            code=code,
            name=name_of(community[0].words(group, "name"), code),
            currency=unit,
            named=bool(line["name"]),
            hour_known=True,
            floor=None if credit is None else -credit,
            ceiling=most,
            limit_policy=LimitPolicy.BLOCK,
            founded_at=community[0].may(group, "createdAt", cells.moment, None),
            categories=shelves(self._categories()),
        )

    def _only(self, name: str) -> tuple[Reading, Line]:
        reading = self._reading(name)
        rows = list(reading.table)
        if len(rows) != 1:
            raise FileInvalid(file=name, reason=f"it has {len(rows)} rows instead of one")
        return reading, rows[0]

    def _people(self) -> dict[str, list[Sharer]]:
        """Return who holds each member's account, the admins first."""
        users = self._reading("users.csv")
        users.table.require("email")
        known = {
            _email(line["email"]): Sharer(
                name_of(users.words(line, "name"), line["email"]),
                users.email(line, "email"),
            )
            for line in users.table
        }
        joins = self._reading("member-users.csv")
        people: dict[str, list[Sharer]] = defaultdict(list)
        for line in joins.table:
            email = _email(line["user"])
            if email not in known:
                joins.note(line, "user", f"“{email}” is not in users.csv")
                continue
            self._member_of.setdefault(email, line["member"])
            place = 0 if email in self._admins else len(people[line["member"]])
            people[line["member"]].insert(place, known[email])
        return people

    def _accounts(self) -> dict[str, tuple[int, int | None, int | None]]:
        """Return row, credit limit and highest balance of each account."""
        reading = self._reading("accounts.csv")
        reading.table.require("code", "balance")
        found: dict[str, tuple[int, int | None, int | None]] = {}
        for line in reading.table:
            if line["code"] in found:
                reading.note(line, "code", f"{line['code']} is there a second time")
                continue
            credit = reading.may(line, "creditLimit", self._signed, None)
            most = reading.may(line, "maximumBalance", self._signed, None)
            found[line["code"]] = (line.number, credit, most)
        return found

    def _holder(
        self,
        reading: Reading,
        line: Line,
        people: list[Sharer],
        account: tuple[int, int | None, int | None],
    ) -> Holder:
        key = line["code"]
        parts = split_key(key)
        name = name_of(reading.words(line, "name"), key)
        if line["status"] not in {*_STATES, ""}:
            raise reading.refuse(line, "status", f"“{line['status']}” is no status")
        state, reason = _STATES[line["status"] or "active"]
        _, credit, most = account
        admin = any(one.email and _email(one.email) in self._admins for one in people)
        return Holder(
            file="members.csv",
            row=line.number,
            key=key,
            serial=parts[1] if parts and parts[0] == self.facts.code else None,
            name=name,
            kind=_KINDS.get(line["type"], AccountKind.INDIVIDUAL),
            sharers=tuple(people) or (Sharer(name, reading.email(line, "contact.email")),),
            state=state,
            reason=reason,
            area=name_of(reading.words(line, "address.locality")) or None,
            own_floor=credit is not None and -credit != self.facts.floor,
            floor=None if credit is None else -credit,
            own_ceiling=most != self.facts.ceiling,
            ceiling=most,
            roles=(Role.ADMIN,) if admin and parts and parts[1] else (),
            joined_at=reading.may(line, "createdAt", cells.moment, None),
        )

    def _dealing(self, reading: Reading, line: Line) -> Dealing | Movement:
        amount = reading.need(line, "amount", self._signed)
        if amount <= 0:
            raise reading.refuse(line, "amount", "it is not more than zero")
        if line["payer"] == line["payee"]:
            raise reading.refuse(line, "payee", "payer and payee are the same")
        at = reading.need(line, "createdAt", cells.moment)
        key = line["id"] or f"row {line.number}"
        sides = {line["payee"]: amount, line["payer"]: -amount}
        purposes = {self._purpose(side) for side in sides}
        if purposes & {*SystemAccount}:
            moves = tuple(Move(side, moved) for side, moved in sides.items())
            kind = (
                TransferKind.OPENING if "OPENING" in purposes else TransferKind.SETTLEMENT
            )
            return Movement(
                file=TRANSFERS,
                row=line.number,
                key=key,
                kind=kind,
                moves=moves,
                at=at,
            )
        return Dealing(
            file=TRANSFERS,
            row=line.number,
            key=key,
            seller=self._side(line["payee"]),
            buyer=self._side(line["payer"]),
            amount=amount,
            description=reading.description(line, "description"),
            event_on=line["createdAt"][:10],
            at=at,
            entered_by=self._member_of.get(_email(line["user"])),
            uuid=line["id"] or None,
        )

    def _side(self, key: str) -> str | Outside:
        purpose = self._purpose(key)
        return Outside(purpose, purpose) if purpose else key

    def _purpose(self, key: str) -> str | None:
        """Return what a bookkeeping account of our own bundles is for, if it is one."""
        code, dash, purpose = key.partition("-")
        known = purpose in {*SystemAccount} or is_code(purpose[:4])
        return purpose if dash and code == self.facts.code and known else None

    def _signed(self, text: str) -> int:
        return self._amount(text, self.facts.currency)

    def _amount(self, text: str, currency: Currency) -> int:
        if not _AMOUNT.fullmatch(text):
            raise cells.CellInvalid(f"“{text[:40]}” is not an amount like 12.50")
        return cells.amount(text, currency)


def _email(text: str) -> str:
    return text.strip().lower()
