"""Who is here: a list to look somebody up in, and one person with their trading record.

1. Only members see it; who does not wish to be listed is not.
2. What trades came to is open to all members, unless the exchange keeps it to those
   concerned (`exchange set --record nobody`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from cesnode.community import words
from cesnode.community.market import Kind, State
from cesnode.community.roles import Actor, Scope
from cesnode.errors import UnknownAccount
from cesnode.ledger.accounts import Account
from cesnode.services import authority, dates, profiles
from cesnode.services.market import finding
from cesnode.services.market.seeing import Seen
from cesnode.services.membership.naming import find
from cesnode.services.profiles import Shown
from cesnode.store import Reader, accounts, exchanges, listings, members, searching
from cesnode.store import people as kept
from cesnode.store import profiles as profiles_kept
from cesnode.store.people import Listed, Sought
from cesnode.store.searching import Search

PAGE = 24
_MOST_PAGES = 400
_MOST_FOUND = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Whom somebody looks for; `words` are part of a name or number, or of an offering.

    `page` counts from 1.
    """

    words: str = ""
    area: int | None = None
    language: str = ""
    page: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Directory:
    """A page of people, and what they can be chosen by."""

    people: Sequence[Listed]
    has_more: bool
    areas: dict[int, str]
    languages: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What somebody's trades came to.  Amounts in minor units, times in Unix seconds.

    `partners` is with how many different people they traded.
    """

    balance: int
    sales: int
    purchases: int
    sold: int
    bought: int
    last_trade_at: int | None
    partners: int

    @property
    def turnover(self) -> int:
        return self.sales + self.purchases

    @property
    def ratio(self) -> Fraction | None:
        """Sales for each unit of purchases; None before the first purchase."""
        return Fraction(self.sales, self.purchases) if self.purchases else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """An account and those who hold it; `record` is None where it is not shown."""

    account: Account
    area: str | None
    opened_at: int
    holders: tuple[Shown, ...]
    offerings: tuple[Seen, ...]
    wants: tuple[Seen, ...]
    record: Record | None
    is_own: bool
    may_read_entries: bool


def directory(reader: Reader, actor: Actor, wanted: Wanted, *, now: int) -> Directory:
    """Return a page of those who wish to be listed."""
    actor.require_scope(Scope.READ)
    sought, language = wanted.words.strip(), wanted.language.strip()
    if not words.is_text(sought + language):  # Nobody is called by half a letter.
        return _page(reader, [])
    page = min(max(wanted.page, 1), _MOST_PAGES)
    today = str(dates.day_of(now))
    found = kept.listed(
        reader,
        Sought(
            today=today,
            words=sought,
            accounts=_offering(reader, sought, today=today),
            area=wanted.area,
            language=language,
            limit=PAGE + 1,
            offset=(page - 1) * PAGE,
        ),
    )
    return _page(reader, found)


def _page(reader: Reader, found: Sequence[Listed]) -> Directory:
    return Directory(
        people=found[:PAGE],
        has_more=len(found) > PAGE,
        areas=members.areas(reader),
        languages=profiles_kept.languages(reader),
    )


def person(reader: Reader, actor: Actor, number: str, *, now: int) -> Person:
    """Return somebody by the number of their account.

    Raises:
        UnknownAccount: nobody can be traded with under this number.

    """
    actor.require_scope(Scope.READ)
    exchange = exchanges.load(reader, now)
    account = find(reader, exchange, number)
    if not account.kind.is_personal:
        raise UnknownAccount(number=account.number, field="number")
    shown = finding.of_account(reader, actor, account.number, now=now)
    on_market = [one for one in shown if one.state is State.SHOWN]
    _, _, _, opened = accounts.activity(reader, account.id)
    return Person(
        account=account,
        area=members.area_name(reader, account.area),
        opened_at=opened,
        holders=tuple(
            profiles.shown(reader, actor, member, now=now)
            for member in accounts.members_of(reader, account.id)
        ),
        offerings=tuple(one for one in on_market if one.kind is Kind.OFFERING),
        wants=tuple(one for one in on_market if one.kind is Kind.WANT),
        record=_record(reader, account)
        if authority.may_see_record(exchange, actor, account)
        else None,
        is_own=actor.owns(account.id),
        may_read_entries=authority.may_read_entries(actor, account),
    )


def _record(reader: Reader, account: Account) -> Record:
    sold, bought, last, _ = accounts.activity(reader, account.id)
    return Record(
        balance=account.position.balance,
        sales=account.sales,
        purchases=account.purchases,
        sold=sold,
        bought=bought,
        last_trade_at=last,
        partners=kept.partners(reader, account.id),
    )


def _offering(reader: Reader, sought: str, *, today: str) -> frozenset[int]:
    """Return the accounts that offer what somebody looks for."""
    if not sought:
        return frozenset()
    search = Search(
        today=today, kind=Kind.OFFERING, words=sought, at_home=True, limit=_MOST_FOUND
    )
    found = listings.of_ids(reader, searching.find(reader, search))
    return frozenset(one.account for one in found if one.account is not None)
