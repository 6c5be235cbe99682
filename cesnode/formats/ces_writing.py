"""Writes CES's version 1 tables: Windows-1252, days with slashes, yes as -1.

CES knows one levy for both sides, trades and nothing else, and one person to an
account.  Where ours says more, a row of its own says so: a levy that differs between
the sides, and every movement that is no trade, is a trade with 0000 or with XXXXVIRT.
"""

from __future__ import annotations

import datetime
import html
from collections.abc import Iterator

from cesnode.community.market import SHARED, Kind, State
from cesnode.community.roles import Role
from cesnode.formats.brought import Advert, Dealing, Holder, Movement, Outside
from cesnode.formats.flows import Rows, Tables, pairs, price_in_words
from cesnode.formats.foreign import Format
from cesnode.ledger.accounts import AccountKind, AccountState, number
from cesnode.ledger.money import Currency, Measure, render

ENCODING = "cp1252"
_USERS = (
    "UID", "Password", "UserType", "Firstname", "Surname", "OrgName", "SubArea", "Email",
    "Created", "Coord", "CredLimit", "DebLimit", "Closed", "Locked",
)  # fmt: skip
_SETTINGS = (
    "ExchangeID", "ExchangeTitle", "ExchangeName", "ExchangeType", "Password",
    "LevyRate", "CurName", "CurNamePlural", "CurLet", "TimeBased", "TimeUnit",
    "DateAdded", "CredLim", "DebLim", "TimeDiff",
)  # fmt: skip
_TRADES = (
    "ID", "Seller", "Buyer", "RemoteExchange", "RemoteBuyer", "RecordID", "DateEntered",
    "EnteredBy", "Amount", "Levy", "LevyRate", "Description",
)  # fmt: skip
_BALANCES = ("UID", "Sales", "Income", "Purchases", "Expenditure", "Levy", "Balance")
_OFFERS = (
    "ID", "UID", "Remote", "Category", "Subcat", "Title", "Description", "Image", "Keys",
    "Rate", "ConRate", "DateAdded", "DateExpires", "Hidden",
)  # fmt: skip
_WANTS = (
    "ID", "UID", "Keep", "DateAdded", "Title", "Description", "Hidden", "DateExpires",
)  # fmt: skip
_TYPES = {
    AccountKind.INDIVIDUAL: "ind",
    AccountKind.JOINT: "fam",
    AccountKind.ORGANISATION: "org",
    AccountKind.COMPANY: "com",
    AccountKind.PUBLIC: "pub",
    AccountKind.COMMUNITY: "adm",
}

Row = tuple[str, ...]


def tables(told: Format) -> Tables:
    offers, wants = Kind.OFFERING, Kind.WANT
    found: dict[str, tuple[Row, Rows]] = {
        "settings.csv": (_SETTINGS, [_settings(told)]),
        "users.csv": (_USERS, (_user(told, one) for one in told.holders())),
        "trades.csv": (_TRADES, _trades(told)),
        "balances.csv": (_BALANCES, _balances(told)),
        "offers.csv": (_OFFERS, (_offer(one) for one in _of(told, offers))),
        "wants.csv": (_WANTS, (_want(one) for one in _of(told, wants))),
    }
    return found


def _settings(told: Format) -> Row:
    facts = told.facts
    currency, timed = facts.currency, facts.currency.measure is Measure.TIME
    levy = facts.levy_seller or ""
    plain = levy.endswith("%") and levy == facts.levy_buyer
    return (
        facts.code,
        html.escape(facts.name, quote=False),
        html.escape(facts.name, quote=False),
        "tb" if timed else "",
        "",
        levy.rstrip("%") if plain else "0",
        html.escape(currency.singular, quote=False),
        html.escape(currency.plural, quote=False),
        html.escape(currency.symbol, quote=False),
        "-1" if timed else "0",
        "m" if timed and currency.hour_value == 60 else "h" if timed else "",  # noqa: PLR2004 - minutes
        "" if facts.founded_at is None else _instant(facts.founded_at),
        _magnitude(facts.ceiling, currency),
        _magnitude(facts.floor, currency),
        "0",
    )


def _user(told: Format, holder: Holder) -> Row:
    currency = told.facts.currency
    corporate = holder.kind in {AccountKind.ORGANISATION, AccountKind.COMPANY}
    name = html.escape(holder.name, quote=False)
    first = holder.sharers[0] if holder.sharers else None
    person = html.escape(first.name, quote=False) if first and corporate else name
    is_admin = Role.ADMIN in holder.roles and holder.kind is AccountKind.INDIVIDUAL
    return (
        holder.key,
        "",
        "adm" if is_admin else _TYPES[holder.kind],
        "",
        person,
        name if corporate else "",
        html.escape(holder.area or "", quote=False),
        (first.email or "") if first else "",
        "" if holder.joined_at is None else _instant(holder.joined_at),
        "-1" if Role.COORDINATOR in holder.roles else "0",
        _magnitude(holder.ceiling, currency) if holder.own_ceiling else "0",
        _magnitude(holder.floor, currency) if holder.own_floor else "0",
        "-1" if holder.state is AccountState.CLOSED else "0",
        "-1" if holder.state is AccountState.LOCKED else "0",
    )


def _trades(told: Format) -> Iterator[Row]:
    treasury = number(told.facts.code, 0)
    for row in told.dealings():
        if isinstance(row, Movement):
            for place, (source, target, amount) in enumerate(pairs(row)):
                yield _row(
                    told, f"{row.key}.{place}", target, source, amount, at=row.at,
                    words=row.kind,
                )  # fmt: skip
            continue
        sign = -1 if row.undoes else 1
        levies = {
            levy
            for side, levy in (
                (row.seller, row.seller_levy), (row.buyer, row.buyer_levy),
            )
            if isinstance(side, str)
        }  # fmt: skip
        alike = len(levies) == 1
        yield _row(
            told,
            row.key,
            row.seller,
            row.buyer,
            sign * row.amount,
            at=row.at,
            words=row.description or "",
            levy=sign * levies.pop() if alike else 0,
            by=row.entered_by or "",
        )
        if not alike:
            yield from _apart(told, row, treasury, sign)


def _apart(told: Format, row: Dealing, treasury: str, sign: int) -> Iterator[Row]:
    """Write levies that differ as what they are: amounts for the community."""
    for side, levy, name in (
        (row.seller, row.seller_levy, "seller"),
        (row.buyer, row.buyer_levy, "buyer"),
    ):
        if levy and side != treasury:
            yield _row(
                told, f"{row.key}.{name}", treasury, side, sign * levy, at=row.at,
                words="levy",
            )  # fmt: skip


def _row(  # noqa: PLR0913 - the columns of a trade
    told: Format,
    key: str,
    seller: str | Outside,
    buyer: str | Outside,
    amount: int,
    *,
    at: int,
    words: str,
    levy: int = 0,
    by: str = "",
) -> Row:
    code = told.facts.code
    outside = next((one for one in (seller, buyer) if _virtual(one)), None)
    elsewhere, who = _called(outside)
    return (
        key,
        f"{code}VIRT" if _virtual(seller) else str(seller),
        f"{code}VIRT" if _virtual(buyer) else str(buyer),
        elsewhere,
        who,
        key,
        _instant(at),
        by,
        render(amount, told.facts.currency),
        render(levy, told.facts.currency),
        "0",
        html.escape(words, quote=False),
    )


def _virtual(side: str | Outside) -> bool:
    return isinstance(side, Outside) or "-" in side


def _called(side: str | Outside | None) -> tuple[str, str]:
    if side is None:
        return "", ""
    if isinstance(side, Outside):
        return side.code, side.who
    purpose = side.partition("-")[2]
    return purpose, purpose


def _balances(told: Format) -> Iterator[Row]:
    currency, treasury = told.facts.currency, number(told.facts.code, 0)
    sums: dict[str, list[int]] = {}
    for row in told.dealings():
        _count(row, sums)
    virtual = 0
    for stated in told.balances():
        if "-" in stated.key:
            virtual += stated.balance
            continue
        sales, income, purchases, spent, levy = sums.get(stated.key, [0] * 5)
        yield (
            stated.key, str(sales), render(income, currency), str(purchases),
            render(spent, currency), render(levy, currency),
            render(stated.balance, currency),
        )  # fmt: skip
    yield (
        f"{treasury[:4]}VIRT", "0", "0", "0", "0", "0", render(virtual, currency),
    )  # fmt: skip


def _count(row: Dealing | Movement, sums: dict[str, list[int]]) -> None:
    if isinstance(row, Movement):
        return
    sign = -1 if row.undoes else 1
    sides = ((row.seller, 0, row.seller_levy), (row.buyer, 2, row.buyer_levy))
    for side, place, levy in sides:
        if isinstance(side, str):
            counted = sums.setdefault(side, [0] * 5)
            counted[place] += sign
            counted[place + 1] += sign * row.amount
            counted[4] += sign * levy


def _of(told: Format, kind: Kind) -> Iterator[Advert]:
    return (advert for advert in told.adverts() if advert.kind is kind)


def _offer(advert: Advert) -> Row:
    category, subcategory = (*advert.category, "", "")[:2]
    return (
        advert.key, advert.owner, "-1" if advert.audience in SHARED else "0",
        html.escape(category, quote=False), html.escape(subcategory, quote=False),
        html.escape(advert.title, quote=False), html.escape(advert.text, quote=False),
        ";".join(one.name for one in advert.pictures),
        html.escape(advert.keywords, quote=False),
        html.escape(price_in_words(advert), quote=False), "", _added(advert),
        _day(advert.expires_on), _hidden(advert),
    )  # fmt: skip


def _want(advert: Advert) -> Row:
    return (
        advert.key, advert.owner, "0", _added(advert),
        html.escape(advert.title, quote=False), html.escape(advert.text, quote=False),
        _hidden(advert), _day(advert.expires_on),
    )  # fmt: skip


def _added(advert: Advert) -> str:
    return "" if advert.created_at is None else _instant(advert.created_at)


def _hidden(advert: Advert) -> str:
    return "0" if advert.state is State.SHOWN else "-1"


def _instant(seconds: int) -> str:
    moment = datetime.datetime.fromtimestamp(seconds, datetime.UTC)
    return moment.strftime("%Y/%m/%d %H:%M:%S")


def _day(day: str | None) -> str:
    return day.replace("-", "/") if day else ""


def _magnitude(limit: int | None, currency: Currency) -> str:
    return "0" if limit is None else render(abs(limit), currency)
