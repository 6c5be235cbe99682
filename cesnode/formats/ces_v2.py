"""CES's export, version 2: lower-case headers, one table for offers and wants.

A trade inside the exchange is of type sess; with another exchange of the same server
dess, of another network deds.  Each side has its own amount and its own levy.  The
columns are those that importers are known to read; their meaning comes from there.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from typing_extensions import override

from cesnode.community.market import Kind
from cesnode.errors import FileInvalid
from cesnode.formats import cells, html
from cesnode.formats.brought import Advert, Dealing, Facts, Holder, Outside, Problems
from cesnode.formats.ces import (
    BALANCES,
    Ces,
    Layout,
    levy,
    require_a_side_here,
)
from cesnode.formats.foreign import Columns
from cesnode.formats.reading import (
    Reading,
    name_of,
    picture_files,
    split_key,
    state_of,
)
from cesnode.formats.tables import Files, Line
from cesnode.ledger.money import Currency

EXCHANGES, USERS, TRADES = "exchanges.csv", "users.csv", "transactions.csv"
ADVERTS = "adverts.csv"
FILES = frozenset({EXCHANGES, USERS, TRADES, BALANCES, ADVERTS, "announcements.csv"})
_ADVERTS = {"o": Kind.OFFERING, "w": Kind.WANT}


class CesV2(Ces):
    layout = Layout(
        users=USERS,
        trades=TRADES,
        trade=("txid", "seller", "buyer", "seller_amount"),
        spills="map_address",
        uid="uid",
        kind="usertype",
        email="email",
        locked="locked",
        floor="debit_limit",
        ceiling="credit_limit",
        joined="date_created",
        balance="balance",
    )
    columns = Columns("seller", "buyer", "seller_amount", "uid")
    ledgers = (TRADES,)

    def __init__(self, files: Files, problems: Problems) -> None:
        super().__init__(files, problems)
        self.facts = self._exchange()

    def adverts(self) -> Iterator[Advert]:
        if ADVERTS not in self._files.names:
            return
        reading = Reading(self._table(ADVERTS))
        yield from reading.rows(lambda line: self._advert(reading, line))

    def _exchange(self) -> Facts:
        reading = Reading(self._table(EXCHANGES))
        line = next(iter(reading.table), None)
        if line is None:
            raise FileInvalid(file=EXCHANGES, reason="it has no row")
        code = line["xid"].upper()
        singular = name_of(html.plain(line["currency_name"])) or "unit"
        currency = Currency(
            code=code or "NONE",
            singular=singular,
            plural=name_of(html.plain(line["currency_name_plural"])) or f"{singular}s",
            symbol=html.plain(line["concurrency_symbol"])[:8],
            hour_value=Fraction(1),
        )
        return Facts(
            code=code,
            name=name_of(
                reading.words(line, "full_title"), reading.words(line, "short_name"), code
            ),
            currency=currency,
            named=bool(line["currency_name"]),
            hour_known=False,
            floor=self._limit(reading, line, "DebLim", currency, sign=-1),
            ceiling=self._limit(reading, line, "CredLim", currency, sign=1),
        )

    @override
    def _holder(self, reading: Reading, line: Line) -> Holder | None:
        number = self._number(reading, line)
        if number is None:
            return None
        person = f"{reading.words(line, 'firstname')} {reading.words(line, 'surname')}"
        name = name_of(person, number[0])
        return self._account(reading, line, number, name=name, person=name)

    @override
    def _dealing(self, reading: Reading, line: Line) -> Dealing:
        seller = self._side(line, "seller", "seller_nid")
        buyer = self._side(line, "buyer", "buyer_nid")
        require_a_side_here(reading, line, "seller", seller, buyer)
        ours = "buyer" if isinstance(seller, Outside) else "seller"
        amount = self._traded(reading, line, f"{ours}_amount")
        seller_levy = reading.may(line, "seller_levy", self._signed, 0)
        buyer_levy = reading.may(line, "buyer_levy", self._signed, 0)
        swapped = amount > 0 and (seller_levy < 0 or buyer_levy < 0)
        if swapped:
            seller, buyer = buyer, seller
            seller_levy, buyer_levy = buyer_levy, seller_levy
        at = reading.need(line, "date_entered", self._moment)
        return Dealing(
            file=TRADES,
            row=line.number,
            key=line.first("txid", "txid_alt"),
            seller=seller,
            buyer=buyer,
            amount=abs(amount),
            seller_levy=levy(seller, seller_levy),
            buyer_levy=levy(buyer, buyer_levy),
            description=reading.description(line, "description"),
            event_on=cells.day_of(at),
            at=at,
            entered_by=line["entered_by"].upper() or None,
            undoes=amount < 0 or swapped,
        )

    def _side(self, line: Line, column: str, network: str) -> str | Outside:
        key = line[column].upper()
        parts = split_key(key)
        if line["type"].lower() == "sess" or (parts and parts[0] == self.facts.code):
            return key
        if parts is not None:
            return Outside(parts[0], key)
        code = line[network].upper() or key[:4]
        return Outside(code or "CES", key or code)

    def _advert(self, reading: Reading, line: Line) -> Advert:
        kind = _ADVERTS.get(line["ad_type"].lower())
        if kind is None:
            raise reading.refuse(line, "ad_type", f"“{line['ad_type']}” is neither o nor w")
        return Advert(
            file=ADVERTS,
            row=line.number,
            key=line.first("id", "ad_id") or f"row {line.number}",
            kind=kind,
            owner=line["uid"].upper(),
            title=name_of(reading.words(line, "title"), "—"),
            text=reading.text(line, "description"),
            category=tuple(filter(None, (reading.words(line, "category"),))),
            price=reading.words(line, "talent_rate"),
            keywords=reading.words(line, "keywords"),
            pictures=picture_files(line["image"]),
            state=state_of(hidden=reading.may(line, "hide", cells.truth, default=False)),
            created_at=reading.may(line, "date_added", self._moment, None),
            expires_on=reading.may(line, "date_expires", self._day, None),
        )

    @override
    def _moment(self, text: str) -> int:
        return cells.epoch(text) if text.lstrip("-").isdigit() else cells.moment(text)

    @override
    def _day(self, text: str) -> str:
        return cells.day_of(self._moment(text))
