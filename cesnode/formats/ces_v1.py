"""CES's "Download database", version 1: seven tables in Windows-1252.

Days are written 2011/05/14 in the community's own time (TimeDiff hours ahead of UTC),
yes is -1, texts hold HTML, MapAddress holds commas that nobody quoted.  Limits are
magnitudes, and 0 means none.  A levy is taken from both sides of a trade at the row's
own rate.  The side of a trade that has its account elsewhere is XXXXVIRT.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from itertools import islice

from cesnode.community.market import Kind
from cesnode.community.roles import Role
from cesnode.errors import FileInvalid
from cesnode.formats import cells, html
from cesnode.formats.brought import (
    Advert,
    Dealing,
    Facts,
    Holder,
    Movement,
    Outside,
    Problems,
    Sharer,
    Stated,
)
from cesnode.formats.ces_adverts import maker
from cesnode.formats.reading import Reading, Seen, name_of, split_key
from cesnode.formats.tables import Files, Line, Table
from cesnode.ledger.accounts import AccountKind, AccountState
from cesnode.ledger.limits import LimitPolicy
from cesnode.ledger.money import Currency, Measure

SETTINGS, USERS, TRADES = "settings.csv", "users.csv", "trades.csv"
BALANCES, OFFERS, WANTS = "balances.csv", "offers.csv", "wants.csv"
FILES = frozenset({SETTINGS, USERS, TRADES, BALANCES, OFFERS, WANTS, "announce.csv"})

KINDS = {
    "ind": AccountKind.INDIVIDUAL,
    "adm": AccountKind.INDIVIDUAL,
    "fam": AccountKind.JOINT,
    "org": AccountKind.ORGANISATION,
    "com": AccountKind.COMPANY,
    "pub": AccountKind.PUBLIC,
}
VIRTUAL = "vir"
_MINUTES = 60
_ENOUGH, _TELLING = 2_000, 5
_TAKEN_BACK = re.compile(
    r"\b(?:revers(?:al|ed|e)|deleted|deletion|cancell?ed|cancellation|undone)\b",
    re.IGNORECASE,
)
_NETWORK = re.compile(r"cen\d{4}", re.IGNORECASE)


class CesV1:
    def __init__(self, files: Files, problems: Problems) -> None:
        self._files, self._problems = files, problems
        self._hours = 0.0
        self.facts = self._settings()

    def holders(self) -> Iterator[Holder]:
        reading = Reading(self._table(USERS))
        reading.table.require("UID")
        seen = Seen()

        def make(line: Line) -> Holder | None:
            holder = self._holder(reading, line)
            if holder is None:
                return None
            content = (holder.name, holder.sharers)
            if seen.again(holder.key, content) is not None:
                raise reading.refuse(line, "UID", f"{holder.key} is there a second time")
            return holder

        yield from reading.rows(make)

    def dealings(self) -> Iterator[Dealing | Movement]:
        if TRADES not in self._files.names:
            return
        reading = Reading(self._table(TRADES))
        reading.table.require("Seller", "Buyer", "Amount")
        both = self._levies_are_of_both()
        yield from reading.rows(lambda line: self._dealing(reading, line, both=both))

    def adverts(self) -> Iterator[Advert]:
        for name, kind in ((OFFERS, Kind.OFFERING), (WANTS, Kind.WANT)):
            if name in self._files.names:
                reading = Reading(self._table(name))
                yield from reading.rows(maker(reading, kind, self._day, self._moment))

    def balances(self) -> Iterator[Stated]:
        if BALANCES not in self._files.names:
            return
        reading = Reading(self._table(BALANCES))
        reading.table.require("UID", "Balance")
        yield from reading.rows(
            lambda line: Stated(line["UID"].upper(), self._amount(reading, line, "Balance"))
        )

    def _table(self, name: str) -> Table:
        return Table(self._files, name, self._problems, spills="MapAddress")

    def _settings(self) -> Facts:
        reading = Reading(self._table(SETTINGS))
        line = next(iter(reading.table), None)
        if line is None:
            raise FileInvalid(file=SETTINGS, reason="it has no row")
        self._hours = float(reading.may(line, "TimeDiff", cells.hours, 0.0))
        code = line["ExchangeID"].upper()
        currency, hour_known = self._currency(reading, line, code)
        rate = reading.may(line, "LevyRate", cells.percentage, Fraction(0))
        levy = f"{float(rate):g}%" if rate else None
        return Facts(
            code=code,
            name=name_of(
                reading.words(line, "ExchangeTitle"),
                reading.words(line, "ExchangeName"),
                code,
            ),
            currency=currency,
            named=bool(line["CurNamePlural"] or line["CurName"]),
            hour_known=hour_known,
            floor=self._limit(reading, line, "DebLim", currency, sign=-1),
            ceiling=self._limit(reading, line, "CredLim", currency, sign=1),
            limit_policy=LimitPolicy.WARN,
            levy_seller=levy,
            levy_buyer=levy,
            founded_at=reading.may(line, "DateAdded", self._moment, None),
        )

    def _currency(self, reading: Reading, line: Line, code: str) -> tuple[Currency, bool]:
        timed = reading.may(line, "TimeBased", cells.truth, default=False)
        is_bank = timed or line["ExchangeType"].lower() == "tb"
        in_minutes = is_bank and line["TimeUnit"].lower().startswith("m")
        singular = name_of(html.plain(line["CurName"]), html.plain(line["CurNamePlural"]))
        usual = ("minute" if in_minutes else "hour") if is_bank else "unit"
        singular = singular or usual
        currency = Currency(
            code=code or "NONE",
            singular=singular,
            plural=name_of(html.plain(line["CurNamePlural"])) or f"{singular}s",
            symbol=html.plain(line["CurLet"])[:8],
            measure=Measure.TIME if is_bank else Measure.MUTUAL,
            hour_value=Fraction(_MINUTES if in_minutes else 1),
        )
        return currency, is_bank

    def _limit(
        self, reading: Reading, line: Line, column: str, currency: Currency, *, sign: int
    ) -> int | None:
        """Read a magnitude of which 0 means that there is no limit."""
        value = reading.may(line, column, lambda text: cells.amount(text, currency), 0)
        return sign * abs(value) or None

    def _holder(self, reading: Reading, line: Line) -> Holder | None:
        key = line["UID"].upper()
        parts = split_key(key)
        kind = line["UserType"].lower()
        if kind == VIRTUAL or key.endswith("VIRT"):
            return None
        if parts is None:
            raise reading.refuse(line, "UID", f"“{key}” is not like {self.facts.code}0007")
        organisation = reading.words(line, "OrgName") or name_of(
            reading.words(line, "OrgNameLong"), reading.words(line, "OrgNameShort")
        )
        person = f"{reading.words(line, 'Firstname')} {reading.words(line, 'Surname')}"
        account_kind = KINDS.get(kind, AccountKind.INDIVIDUAL)
        if kind and kind not in KINDS:
            reading.note(line, "UserType", f"“{kind}” is no known kind; taken as a person")
        corporate = account_kind in {AccountKind.ORGANISATION, AccountKind.COMPANY}
        name = name_of(organisation if corporate else person, person, organisation, key)
        state, reason = self._state(reading, line)
        floor = self._limit(reading, line, "DebLimit", self.facts.currency, sign=-1)
        ceiling = self._limit(reading, line, "CredLimit", self.facts.currency, sign=1)
        return Holder(
            file=USERS,
            row=line.number,
            key=key,
            serial=parts[1],
            name=name,
            kind=account_kind,
            sharers=(Sharer(name_of(person, name), reading.email(line, "Email")),),
            state=state,
            reason=reason,
            area=name_of(reading.words(line, "SubArea")) or None,
            own_floor=floor is not None and floor != self.facts.floor,
            floor=floor,
            own_ceiling=ceiling is not None and ceiling != self.facts.ceiling,
            ceiling=ceiling,
            roles=self._roles(reading, line, parts[1]),
            joined_at=reading.may(line, "Created", self._moment, None),
        )

    def _state(self, reading: Reading, line: Line) -> tuple[AccountState, str | None]:
        if reading.may(line, "Closed", cells.truth, default=False):
            return AccountState.CLOSED, None
        if reading.may(line, "Locked", cells.truth, default=False):
            return AccountState.LOCKED, "locked before the move"
        return AccountState.OPEN, None

    def _roles(self, reading: Reading, line: Line, serial: int) -> tuple[Role, ...]:
        if not serial:
            return ()
        if line["UserType"].lower() == "adm":
            return (Role.ADMIN,)
        if reading.may(line, "Coord", cells.truth, default=False) and line["SubArea"]:
            return (Role.COORDINATOR,)
        return ()

    def _dealing(self, reading: Reading, line: Line, *, both: bool) -> Dealing | None:
        amount = self._amount(reading, line, "Amount")
        if amount == 0:
            raise reading.refuse(line, "Amount", "it is zero: nothing was traded")
        at = reading.need(line, "DateEntered", self._moment)
        levy = reading.may(line, "Levy", self._signed, 0)
        seller, buyer = self._side(line, "Seller"), self._side(line, "Buyer")
        if isinstance(seller, Outside) and isinstance(buyer, Outside):
            raise reading.refuse(line, "Seller", "neither side is of this exchange")
        description = reading.description(line, "Description")
        perhaps = (
            amount > 0
            and levy >= 0
            and description is not None
            and _TAKEN_BACK.search(description) is not None
        )
        swapped = perhaps or (amount > 0 and levy < 0)
        if swapped:
            seller, buyer = buyer, seller
        each = abs(levy) // 2 if both else abs(levy)
        return Dealing(
            file=TRADES,
            row=line.number,
            key=line.first("ID", "RecordID"),
            seller=seller,
            buyer=buyer,
            amount=abs(amount),
            seller_levy=0 if isinstance(seller, Outside) else each,
            buyer_levy=0 if isinstance(buyer, Outside) else each,
            description=description,
            event_on=cells.day_of(at, offset_hours=self._hours),
            at=at,
            entered_by=line["EnteredBy"].upper() or None,
            undoes=amount < 0 or swapped,
            perhaps=perhaps,
        )

    def _side(self, line: Line, column: str) -> str | Outside:
        key = line[column].upper()
        parts = split_key(key)
        if parts is not None and parts[0] == self.facts.code:
            return key
        if parts is not None:
            return Outside(parts[0], key)
        if not key.endswith("VIRT"):
            return key
        code = line["RemoteExchange"].upper()
        if code.strip("0") == "":
            found = _NETWORK.search(line["RecordID"])
            code = found[0].upper() if found else "CES"
        return Outside(code, line["RemoteBuyer"].upper() or code)

    def _levies_are_of_both(self) -> bool:
        """Whether the column Levy holds what both sides gave together, by its first rows.

        Only levies of several minor units tell; in smaller ones it is lost in rounding.
        """
        votes = 0
        unheard = Reading(Table(self._files, TRADES, Problems()))
        for line in islice(unheard.table, _ENOUGH):
            rate = unheard.may(line, "LevyRate", cells.percentage, Fraction(0))
            levy = abs(unheard.may(line, "Levy", self._signed, 0))
            one = abs(unheard.may(line, "Amount", self._signed, 0)) * rate / 100
            if one >= _TELLING:
                votes += 1 if abs(levy - 2 * one) < abs(levy - one) else -1
        return votes > 0

    def _moment(self, text: str) -> int:
        return cells.moment(text, offset_hours=self._hours)

    def _day(self, text: str) -> str:
        return cells.day_of(cells.moment(text))

    def _signed(self, text: str) -> int:
        return cells.amount(text, self.facts.currency)

    def _amount(self, reading: Reading, line: Line, column: str) -> int:
        return reading.need(line, column, self._signed)
