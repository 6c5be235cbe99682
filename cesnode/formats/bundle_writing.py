"""Writes Komunitin's community bundle, within its rules.

A bundle knows transfers between members and nothing else, all since the beginning.
So a levy is a transfer to 0000, what was taken back a transfer the other way, and the
other exchanges and the account of openings are members of their own (OAKV-VILA,
OAKV-OPENING).  Limits are widened where a balance lies beyond them.
"""

from __future__ import annotations

from collections.abc import Iterator
from uuid import NAMESPACE_URL, UUID, uuid5

from cesnode.community.market import Audience, Kind, State
from cesnode.community.roles import Role
from cesnode.formats.book import instant
from cesnode.formats.brought import Advert, Dealing, Movement, Outside
from cesnode.formats.bundle_columns import COLUMNS, SHELF, codes, row
from cesnode.formats.csv import guarded
from cesnode.formats.flows import Rows, Tables, pairs, price_in_words
from cesnode.formats.foreign import Format
from cesnode.ledger.accounts import AccountKind, AccountState, clearing_number, number
from cesnode.ledger.money import Currency, render

_TYPES = {
    AccountKind.COMPANY: "business",
    AccountKind.ORGANISATION: "organization",
    AccountKind.COMMUNITY: "public",
    AccountKind.PUBLIC: "public",
}
_STATES = {
    AccountState.OPEN: "active",
    AccountState.LOCKED: "suspended",
    AccountState.CLOSED: "deleted",
}
_STATUSES = {State.SHOWN: "published", State.DRAFT: "draft", State.FULFILLED: "published"}
_BOUNDLESS = 1_000_000
"""How many units the credit of an account without a floor is: a bundle asks for one."""

Row = tuple[str, ...]


def tables(told: Format) -> Tables:
    writer = _Writer(told)
    rows: dict[str, Rows] = {
        "community.csv": [writer.community()],
        "currency.csv": [writer.currency()],
        "users.csv": writer.users(),
        "member-users.csv": writer.member_users(),
        "members.csv": writer.members(),
        "accounts.csv": writer.accounts(),
        "transfers.csv": writer.transfers(),
        "categories.csv": writer.categories(),
        "posts.csv": writer.posts(),
    }
    return {name: (COLUMNS[name], rows[name]) for name in COLUMNS}


class _Writer:
    def __init__(self, told: Format) -> None:
        self._told = told
        self._facts = told.facts
        self._holders = list(told.holders())
        self._balances = {one.key: one.balance for one in told.balances()}
        since = told.facts.founded_at
        self._since = instant(since if since is not None else 0)
        self._shelves = codes(one.names for one in told.facts.categories)
        self._admins = [
            sharer.email
            for one in self._holders
            if Role.ADMIN in one.roles
            for sharer in one.sharers[:1]
            if sharer.email
        ]
        self._emails = {
            sharer.email: sharer.name
            for one in self._holders
            for sharer in one.sharers
            if sharer.email
        }

    def community(self) -> Row:
        return row(
            "community.csv",
            code=self._facts.code,
            name=guarded(self._facts.name),
            status="active",
            access="public",
            adminUsers=";".join(dict.fromkeys(self._admins)),
            createdAt=self._since,
            updatedAt=self._since,
        )

    def currency(self) -> Row:
        currency = self._facts.currency
        return row(
            "currency.csv",
            code=self._facts.code,
            adminUser=self._admins[0] if self._admins else "",
            name=guarded(currency.singular),
            namePlural=guarded(currency.plural),
            symbol=guarded(currency.symbol),
            decimals=str(currency.scale),
            scale=str(currency.scale),
            rateNumerator=str(currency.hour_value.denominator),
            rateDenominator=str(currency.hour_value.numerator),
            createdAt=self._since,
            updatedAt=self._since,
            **{
                "settings.defaultInitialCreditLimit": self._credit(self._facts.floor, 0),
                "settings.defaultInitialMaximumBalance": _amount(
                    self._facts.ceiling, currency
                ),
            },
        )

    def users(self) -> Iterator[Row]:
        for email, name in self._emails.items():
            yield row(
                "users.csv",
                email=email,
                name=guarded(name),
                status="active",
                createdAt=self._since,
                updatedAt=self._since,
            )

    def member_users(self) -> Iterator[Row]:
        for holder in self._holders:
            for email in dict.fromkeys(one.email for one in holder.sharers if one.email):
                yield row("member-users.csv", member=holder.key, user=email)

    def members(self) -> Iterator[Row]:
        for holder in self._holders:
            joined = self._at(holder.joined_at)
            yield row(
                "members.csv",
                code=holder.key,
                name=guarded(holder.name),
                type=_TYPES.get(holder.kind, "personal"),
                status=_STATES[holder.state],
                access="group",
                createdAt=joined,
                updatedAt=joined,
                **{"address.locality": guarded(holder.area)},
            )
        for key in self._bookkeeping():
            yield row(
                "members.csv",
                code=key,
                name=key,
                type="public",
                status="active",
                access="private",
                createdAt=self._since,
                updatedAt=self._since,
            )

    def accounts(self) -> Iterator[Row]:
        facts = self._facts
        for holder in self._holders:
            own = holder.kind is AccountKind.COMMUNITY
            floor = holder.floor if holder.own_floor or own else facts.floor
            ceiling = holder.ceiling if holder.own_ceiling or own else facts.ceiling
            yield self._account(holder.key, floor, ceiling, self._at(holder.joined_at))
        for key in self._bookkeeping():
            yield self._account(key, None, None, self._since)

    def transfers(self) -> Iterator[Row]:
        treasury = number(self._facts.code, 0)
        for dealing in self._told.dealings():
            if isinstance(dealing, Movement):
                for place, pair in enumerate(pairs(dealing)):
                    key = f"{dealing.key}.{place}"
                    yield self._transfer(key, *pair, at=dealing.at, words=dealing.kind)
                continue
            seller, buyer = self._side(dealing.seller), self._side(dealing.buyer)
            parts = (
                (dealing.key, buyer, seller, dealing.amount, dealing.description or ""),
                (f"{dealing.key}.seller", seller, treasury, dealing.seller_levy, "levy"),
                (f"{dealing.key}.buyer", buyer, treasury, dealing.buyer_levy, "levy"),
            )
            for key, source, target, amount, words in parts:
                if amount and source != target:
                    ends = (target, source) if dealing.undoes else (source, target)
                    yield self._transfer(
                        key, *ends, amount, at=dealing.at, words=words, by=self._by(dealing)
                    )

    def categories(self) -> Iterator[Row]:
        for names, code in self._shelves.items():
            yield row(
                "categories.csv",
                code=code,
                name=guarded(SHELF.join(names)),
                access="public",
                createdAt=self._since,
                updatedAt=self._since,
            )

    def posts(self) -> Iterator[Row]:
        return (self._post(advert) for advert in self._told.adverts())

    def _bookkeeping(self) -> list[str]:
        return [key for key in self._balances if "-" in key]

    def _account(self, key: str, floor: int | None, ceiling: int | None, at: str) -> Row:
        balance = self._balances.get(key, 0)
        currency = self._facts.currency
        most = None if ceiling is None else max(ceiling, balance)
        return row(
            "accounts.csv",
            code=key,
            balance=render(balance, currency),
            creditLimit=self._credit(floor, balance),
            maximumBalance=_amount(most, currency),
            createdAt=at,
            updatedAt=at,
        )

    def _credit(self, floor: int | None, balance: int) -> str:
        currency = self._facts.currency
        least = _BOUNDLESS * currency.minor_units if floor is None else -floor
        return render(max(least, -balance), currency)

    def _transfer(
        self,
        key: str,
        source: str,
        target: str,
        amount: int,
        *,
        at: int,
        words: str,
        by: str = "",
    ) -> Row:
        return row(
            "transfers.csv",
            id=str(_uuid(self._facts.code, key)),
            payer=source,
            payee=target,
            user=by,
            amount=render(amount, self._facts.currency),
            description=guarded(words),
            createdAt=instant(at),
            updatedAt=instant(at),
        )

    def _post(self, advert: Advert) -> Row:
        created, updated = self._at(advert.created_at), self._at(advert.changed_at)
        return row(
            "posts.csv",
            code=guarded(advert.key),
            type="offer" if advert.kind is Kind.OFFERING else "need",
            member=advert.owner,
            category=self._shelves.get(advert.category, ""),
            title=guarded(advert.title),
            description=guarded(advert.text),
            status=_STATUSES.get(advert.state, "hidden"),
            access="public" if advert.audience is Audience.PUBLIC else "group",
            value=guarded(price_in_words(advert)),
            fulfilledAt=updated if advert.state is State.FULFILLED else "",
            expiresAt=f"{advert.expires_on}T00:00:00Z" if advert.expires_on else "",
            createdAt=created,
            updatedAt=max(created, updated),
            imageUrls=";".join(one.name for one in advert.pictures),
        )

    def _by(self, row: Dealing) -> str:
        for holder in self._holders:
            if holder.key == row.entered_by and holder.sharers:
                return holder.sharers[0].email or ""
        return ""

    def _at(self, moment: int | None) -> str:
        return self._since if moment is None else instant(moment)

    def _side(self, side: str | Outside) -> str:
        if isinstance(side, Outside):
            return clearing_number(self._facts.code, side.code)
        return side


def _uuid(code: str, key: str) -> UUID:
    """Keep an id that is a UUID; give what has none one that it always gets."""
    try:
        return UUID(key)
    except ValueError:
        return uuid5(NAMESPACE_URL, f"{code}/{key}")


def _amount(amount: int | None, currency: Currency) -> str:
    return "" if amount is None else render(amount, currency)
