"""Writes our own tables: what sheets.py reads, to the last digit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cesnode.community.market import Kind
from cesnode.formats.book import instant
from cesnode.formats.brought import Advert, Dealing, Facts, Holder, Movement, Outside
from cesnode.formats.csv import guarded
from cesnode.formats.flows import Rows, Tables
from cesnode.formats.foreign import Format
from cesnode.formats.sheet_columns import COLUMNS, NONE
from cesnode.ledger.accounts import clearing_number
from cesnode.ledger.money import Currency, render

Row = tuple[str, ...]


def tables(told: Format) -> Tables:
    rows: dict[str, Rows] = {
        "community.csv": [_community(told.facts)],
        "members.csv": _members(told),
        "trades.csv": _trades(told),
        "requests.csv": _requests(told),
        "profiles.csv": _profiles(told),
        "movements.csv": _movements(told),
        "categories.csv": _categories(told.facts),
        "offerings.csv": _adverts(told, Kind.OFFERING),
        "wants.csv": _adverts(told, Kind.WANT),
    }
    return {name: (COLUMNS[name], rows[name]) for name in COLUMNS}


def _community(facts: Facts) -> Row:
    currency = facts.currency
    return (
        facts.code,
        guarded(facts.name),
        currency.measure,
        guarded(currency.singular),
        guarded(currency.plural),
        guarded(currency.symbol),
        str(currency.scale),
        str(currency.hour_value),
        facts.national or "",
        _amount(facts.floor, currency),
        _amount(facts.ceiling, currency),
        facts.limit_policy,
        facts.levy_seller or "",
        facts.levy_buyer or "",
        _instant(facts.founded_at),
        facts.house.growth or "",
        facts.house.seller_record or "",
        facts.house.agree_after or "",
        facts.house.lapse_after or "",
        facts.house.object_days or "",
        facts.house.record or "",
    )


def _members(told: Format) -> Iterator[Row]:
    balances = {stated.key: stated.balance for stated in told.balances()}
    for holder in told.holders():
        for place, sharer in enumerate(holder.sharers):
            yield _member(
                told.facts.currency,
                holder,
                (guarded(sharer.name), sharer.email or ""),
                balances.get(holder.key, 0) if place == 0 else None,
            )


def _member(
    currency: Currency, holder: Holder, person: tuple[str, str], balance: int | None
) -> Row:
    return (
        holder.key,
        guarded(holder.name),
        *person,
        holder.kind,
        holder.state,
        guarded(holder.reason),
        guarded(holder.area),
        _limit(holder.floor, currency, own=holder.own_floor),
        _limit(holder.ceiling, currency, own=holder.own_ceiling),
        ";".join(holder.roles),
        _instant(holder.joined_at),
        "",
        _amount(balance, currency),
        "1" if holder.whitelisted else "",
    )


def _trades(told: Format) -> Iterator[Row]:
    currency, code = told.facts.currency, told.facts.code
    for row in told.dealings():
        if isinstance(row, Dealing):
            yield (
                row.key,
                row.event_on,
                instant(row.at),
                _side(row.seller, code),
                _side(row.buyer, code),
                next(
                    (
                        guarded(side.who)
                        for side in (row.seller, row.buyer)
                        if isinstance(side, Outside)
                    ),
                    "",
                ),
                render(row.amount, currency),
                render(row.seller_levy, currency) if row.seller_levy else "",
                render(row.buyer_levy, currency) if row.buyer_levy else "",
                guarded(row.description),
                row.entered_by or "",
                row.of or "",
                "1" if row.objected else "",
            )


def _requests(told: Format) -> Iterator[Row]:
    for row in told.requests():
        yield (
            row.uuid,
            row.event_on,
            instant(row.at),
            row.seller,
            row.buyer,
            render(row.amount, told.facts.currency),
            guarded(row.description),
            row.entered_by or "",
            "1" if row.asked else "",
        )


def _profiles(told: Format) -> Iterator[Row]:
    for one in told.profiles():
        yield (
            one.account,
            guarded(one.name),
            guarded(one.about),
            guarded(one.phone),
            guarded(one.mobile),
            guarded(one.address),
            guarded(one.website),
            guarded(one.place),
            guarded(one.languages),
            one.absent_until,
            guarded(one.absence),
            "1" if one.listed else "0",
            ";".join(f"{contact}={circle}" for contact, circle in one.audiences),
            one.photo,
        )


def _movements(told: Format) -> Iterator[Row]:
    for row in told.dealings():
        if isinstance(row, Movement):
            for part in row.moves:
                amount = render(part.amount, told.facts.currency)
                yield (row.key, instant(row.at), row.kind, part.account, amount)


def _adverts(told: Format, kind: Kind) -> Iterator[Row]:
    for advert in told.adverts():
        if advert.kind is kind:
            yield _advert(advert)


def _advert(advert: Advert) -> Row:
    return (
        guarded(advert.key),
        advert.owner,
        guarded(advert.title),
        guarded(advert.text),
        *_shelf(advert.category),
        guarded(advert.price),
        advert.way or "",
        guarded(advert.unit),
        guarded(advert.money),
        guarded(advert.keywords),
        ";".join(one.name for one in advert.pictures),
        guarded("\n".join(one.words for one in advert.pictures)),
        advert.state,
        advert.audience,
        _instant(advert.created_at),
        _instant(advert.shown_at),
        _instant(advert.changed_at),
        advert.expires_on or "",
    )


def _categories(facts: Facts) -> Iterator[Row]:
    for category in facts.categories:
        yield (*_shelf(category.names), guarded(category.icon))


def _shelf(names: Sequence[str]) -> tuple[str, str]:
    outer, inner = (*names, "", "")[:2]
    return guarded(outer), guarded(inner)


def _instant(at: int | None) -> str:
    return "" if at is None else instant(at)


def _side(side: str | Outside, code: str) -> str:
    return clearing_number(code, side.code) if isinstance(side, Outside) else side


def _amount(amount: int | None, currency: Currency) -> str:
    return "" if amount is None else render(amount, currency)


def _limit(amount: int | None, currency: Currency, *, own: bool) -> str:
    if not own:
        return ""
    return NONE if amount is None else render(amount, currency)
