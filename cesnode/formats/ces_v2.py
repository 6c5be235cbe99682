"""CES's export, version 2: lower-case headers, one table for offers and wants.

A trade inside the exchange is of type sess; with another exchange of the same server
dess, of another network deds.  Each side has its own amount and its own levy.  The
columns are those that importers are known to read; their meaning comes from there.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

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
from cesnode.formats.ces_v1 import KINDS, VIRTUAL
from cesnode.formats.reading import (
    Reading,
    Seen,
    name_of,
    picture_files,
    split_key,
    state_of,
)
from cesnode.formats.tables import Files, Line, Table
from cesnode.ledger.accounts import AccountKind, AccountState
from cesnode.ledger.money import Currency

EXCHANGES, USERS, TRADES = "exchanges.csv", "users.csv", "transactions.csv"
BALANCES, ADVERTS = "balances.csv", "adverts.csv"
FILES = frozenset({EXCHANGES, USERS, TRADES, BALANCES, ADVERTS, "announcements.csv"})
_ADVERTS = {"o": Kind.OFFERING, "w": Kind.WANT}


class CesV2:
    def __init__(self, files: Files, problems: Problems) -> None:
        self._files, self._problems = files, problems
        self.facts = self._exchange()

    def holders(self) -> Iterator[Holder]:
        reading = Reading(self._table(USERS))
        reading.table.require("uid")
        seen = Seen()

        def make(line: Line) -> Holder | None:
            holder = self._holder(reading, line)
            if holder is not None and seen.again(holder.key, holder.name) is not None:
                raise reading.refuse(line, "uid", f"{holder.key} is there a second time")
            return holder

        yield from reading.rows(make)

    def dealings(self) -> Iterator[Dealing | Movement]:
        if TRADES not in self._files.names:
            return
        reading = Reading(self._table(TRADES))
        reading.table.require("txid", "seller", "buyer", "seller_amount")
        yield from reading.rows(lambda line: self._dealing(reading, line))

    def adverts(self) -> Iterator[Advert]:
        if ADVERTS not in self._files.names:
            return
        reading = Reading(self._table(ADVERTS))
        yield from reading.rows(lambda line: self._advert(reading, line))

    def balances(self) -> Iterator[Stated]:
        if BALANCES not in self._files.names:
            return
        reading = Reading(self._table(BALANCES))
        reading.table.require("uid", "balance")
        yield from reading.rows(
            lambda line: Stated(
                line["uid"].upper(), reading.need(line, "balance", self._signed)
            )
        )

    def _table(self, name: str) -> Table:
        return Table(self._files, name, self._problems, spills="map_address")

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
            floor=_limit(reading, line, "DebLim", currency, sign=-1),
            ceiling=_limit(reading, line, "CredLim", currency, sign=1),
        )

    def _holder(self, reading: Reading, line: Line) -> Holder | None:
        key, kind = line["uid"].upper(), line["usertype"].lower()
        if kind == VIRTUAL or key.endswith("VIRT"):
            return None
        parts = split_key(key)
        if parts is None:
            raise reading.refuse(line, "uid", f"“{key}” is not like {self.facts.code}0007")
        name = name_of(
            f"{reading.words(line, 'firstname')} {reading.words(line, 'surname')}", key
        )
        locked = reading.may(line, "locked", cells.truth, default=False)
        floor = _limit(reading, line, "debit_limit", self.facts.currency, sign=-1)
        ceiling = _limit(reading, line, "credit_limit", self.facts.currency, sign=1)
        return Holder(
            file=USERS,
            row=line.number,
            key=key,
            serial=parts[1],
            name=name,
            kind=KINDS.get(kind, AccountKind.INDIVIDUAL),
            sharers=(Sharer(name, reading.email(line, "email")),),
            state=AccountState.LOCKED if locked else AccountState.OPEN,
            reason="locked before the move" if locked else None,
            own_floor=floor is not None and floor != self.facts.floor,
            floor=floor,
            own_ceiling=ceiling is not None and ceiling != self.facts.ceiling,
            ceiling=ceiling,
            roles=(Role.ADMIN,) if kind == "adm" and parts[1] else (),
            joined_at=reading.may(line, "date_created", _moment, None),
        )

    def _dealing(self, reading: Reading, line: Line) -> Dealing:
        seller = self._side(line, "seller", "seller_nid")
        buyer = self._side(line, "buyer", "buyer_nid")
        if isinstance(seller, Outside) and isinstance(buyer, Outside):
            raise reading.refuse(line, "seller", "neither side is of this exchange")
        ours = "buyer" if isinstance(seller, Outside) else "seller"
        amount = reading.need(line, f"{ours}_amount", self._signed)
        if amount == 0:
            raise reading.refuse(line, f"{ours}_amount", "it is zero: nothing was traded")
        seller_levy = reading.may(line, "seller_levy", self._signed, 0)
        buyer_levy = reading.may(line, "buyer_levy", self._signed, 0)
        swapped = amount > 0 and (seller_levy < 0 or buyer_levy < 0)
        if swapped:
            seller, buyer = buyer, seller
            seller_levy, buyer_levy = buyer_levy, seller_levy
        at = reading.need(line, "date_entered", _moment)
        return Dealing(
            file=TRADES,
            row=line.number,
            key=line.first("txid", "txid_alt"),
            seller=seller,
            buyer=buyer,
            amount=abs(amount),
            seller_levy=0 if isinstance(seller, Outside) else abs(seller_levy),
            buyer_levy=0 if isinstance(buyer, Outside) else abs(buyer_levy),
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
            created_at=reading.may(line, "date_added", _moment, None),
            expires_on=reading.may(line, "date_expires", _day, None),
        )

    def _signed(self, text: str) -> int:
        return cells.amount(text, self.facts.currency)


def _limit(
    reading: Reading, line: Line, column: str, currency: Currency, *, sign: int
) -> int | None:
    """Read a magnitude of which 0 means that there is no limit."""
    value = reading.may(line, column, lambda text: cells.amount(text, currency), 0)
    return sign * abs(value) or None


def _moment(text: str) -> int:
    return cells.epoch(text) if text.lstrip("-").isdigit() else cells.moment(text)


def _day(text: str) -> str:
    return cells.day_of(_moment(text))
