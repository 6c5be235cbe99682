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
from functools import cached_property
from itertools import islice

from typing_extensions import override

from cesnode.community.market import Kind
from cesnode.community.roles import Role
from cesnode.errors import FileInvalid
from cesnode.formats import cells, html
from cesnode.formats.brought import Advert, Dealing, Facts, Holder, Outside, Problems
from cesnode.formats.ces import (
    BALANCES,
    Ces,
    Layout,
    is_virtual,
    levy,
    require_a_side_here,
)
from cesnode.formats.ces_adverts import maker
from cesnode.formats.foreign import Columns
from cesnode.formats.reading import Reading, name_of, split_key
from cesnode.formats.tables import Files, Line, Table
from cesnode.ledger.limits import LimitPolicy
from cesnode.ledger.money import Currency, Measure

SETTINGS, USERS, TRADES = "settings.csv", "users.csv", "trades.csv"
OFFERS, WANTS = "offers.csv", "wants.csv"
FILES = frozenset({SETTINGS, USERS, TRADES, BALANCES, OFFERS, WANTS, "announce.csv"})

_CORPORATE = frozenset({"org", "com"})
_MINUTES = 60
_ENOUGH, _TELLING = 2_000, 5
_TAKEN_BACK = re.compile(
    r"\b(?:revers(?:al|ed|e)|deleted|deletion|cancell?ed|cancellation|undone)\b",
    re.IGNORECASE,
)
_NETWORK = re.compile(r"cen\d{4}", re.IGNORECASE)


_LAYOUT = Layout(
    users=USERS,
    trades=TRADES,
    trade=("Seller", "Buyer", "Amount"),
    spills="MapAddress",
    uid="UID",
    kind="UserType",
    email="Email",
    locked="Locked",
    floor="DebLimit",
    ceiling="CredLimit",
    joined="Created",
    balance="Balance",
)


class CesV1(Ces):
    layout = _LAYOUT
    columns = Columns("Seller", "Buyer", "Amount", "UID")
    ledgers = (TRADES,)

    def __init__(self, files: Files, problems: Problems) -> None:
        super().__init__(files, problems)
        self._hours = 0.0
        self.facts = self._settings()

    @cached_property
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

    def adverts(self) -> Iterator[Advert]:
        for name, kind in ((OFFERS, Kind.OFFERING), (WANTS, Kind.WANT)):
            if name in self._files.names:
                reading = Reading(self._table(name))
                yield from reading.rows(maker(reading, kind, self._day, self._moment))

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

    @override
    def _holder(self, reading: Reading, line: Line) -> Holder | None:
        number = self._number(reading, line)
        if number is None:
            return None
        organisation = reading.words(line, "OrgName") or name_of(
            reading.words(line, "OrgNameLong"), reading.words(line, "OrgNameShort")
        )
        person = f"{reading.words(line, 'Firstname')} {reading.words(line, 'Surname')}"
        is_corporate = line["UserType"].lower() in _CORPORATE
        name = name_of(organisation if is_corporate else person, person, organisation)
        name = name or number[0]
        return self._account(
            reading,
            line,
            number,
            name=name,
            person=name_of(person, name),
            area=name_of(reading.words(line, "SubArea")) or None,
            is_closed=reading.may(line, "Closed", cells.truth, default=False),
        )

    @override
    def _roles(self, reading: Reading, line: Line) -> tuple[Role, ...]:
        coordinates = reading.may(line, "Coord", cells.truth, default=False)
        if coordinates and line["SubArea"] and line["UserType"].lower() != "adm":
            return (Role.COORDINATOR,)
        return super()._roles(reading, line)

    @override
    def _dealing(self, reading: Reading, line: Line) -> Dealing:
        amount = self._traded(reading, line, "Amount")
        at = reading.need(line, "DateEntered", self._moment)
        taken = reading.may(line, "Levy", self._signed, 0)
        seller, buyer = self._side(line, "Seller"), self._side(line, "Buyer")
        require_a_side_here(reading, line, "Seller", seller, buyer)
        description = reading.description(line, "Description")
        perhaps = (
            amount > 0
            and taken >= 0
            and description is not None
            and _TAKEN_BACK.search(description) is not None
        )
        swapped = perhaps or (amount > 0 and taken < 0)
        if swapped:
            seller, buyer = buyer, seller
        each = abs(taken) // 2 if self._levies_are_of_both else taken
        return Dealing(
            file=TRADES,
            row=line.number,
            key=line.first("ID", "RecordID"),
            seller=seller,
            buyer=buyer,
            amount=abs(amount),
            seller_levy=levy(seller, each),
            buyer_levy=levy(buyer, each),
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
        if not is_virtual(key):
            return key
        code = line["RemoteExchange"].upper()
        if code.strip("0") == "":
            found = _NETWORK.search(line["RecordID"])
            code = found[0].upper() if found else "CES"
        return Outside(code, line["RemoteBuyer"].upper() or code)

    @override
    def _moment(self, text: str) -> int:
        return cells.moment(text, offset_hours=self._hours)

    @override
    def _day(self, text: str) -> str:
        return cells.day_of(cells.moment(text))
