"""What somebody could do who stays near a limit: give what is looked for, or receive.

1. Every night it is noted who is near a limit; nobody hears of it before two weeks.
2. Advice is about the market, and never about how anybody stands or compares.
3. What is advised is told at most every two weeks, and to nobody who wishes none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from cesnode.community.exchange import Exchange
from cesnode.community.market import Kind, State
from cesnode.community.notices import Kind as Told
from cesnode.community.notices import Topic
from cesnode.community.roles import Actor, Permission, Scope
from cesnode.ledger.accounts import Account, AccountState
from cesnode.ledger.limits import Side, near
from cesnode.services import dates, noticing
from cesnode.services.authority import member_actor
from cesnode.services.market import finding
from cesnode.services.market.seeing import Seen, see
from cesnode.store import (
    Reader,
    Writer,
    accounts,
    exchanges,
    listings,
    members,
    near_limits,
    preferences,
    searching,
)
from cesnode.store.categories import Category
from cesnode.store.near_limits import NearLimit
from cesnode.store.searching import Search

ADVICE = "/home#advice"
STAYS = 14 * 86_400
"""Seconds after which somebody stays near a limit, and is not there by chance."""
AGAIN = 14 * 86_400
NAMED = 3
"""So many listings and categories are named."""
_MOST = 500
_KINDS = {Side.FLOOR: Told.ADVISED_TO_GIVE, Side.CEILING: Told.ADVISED_TO_RECEIVE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """What somebody could give, near the lower limit, or receive, near the upper one.

    `categories` are those of which most is looked for, each with how much.
    """

    side: Side
    listings: tuple[Seen, ...]
    categories: tuple[tuple[Category, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Staying:
    """Somebody who stays near a limit, as those see it who look after them."""

    number: str
    name: str
    area: str | None
    side: Side
    since: int


def watch(writer: Writer, *, now: int) -> None:
    """Note who is near a limit tonight, and forget who is not any more."""
    exchange = exchanges.load(writer, now)
    found = {
        account.id: side
        for account in accounts.every(writer)
        if (side := _side(exchange, account)) is not None
    }
    gone = {each.account for each in near_limits.every(writer)} - found.keys()
    near_limits.drop(writer, gone)
    for account, side in found.items():
        near_limits.put(writer, account, side, now=now)


def tell(writer: Writer, *, now: int) -> int:
    """Advise who has stayed near a limit; return how many accounts that were."""
    due = [
        each
        for side in Side
        for each in near_limits.since(writer, side, now - STAYS, limit=_MOST)
        if each.advised_at is None or each.advised_at <= now - AGAIN
    ]
    for each in due:
        near_limits.advised(writer, each.account, now=now)
        for member in accounts.members_of(writer, each.account):
            _tell(writer, each, member, now=now)
    return len(due)


def of_member(reader: Reader, actor: Actor, *, now: int) -> Advice | None:
    """Return what this member could do, if they stay near a limit and wish to be told.

    That they have moved away from it since the night counts at once.
    """
    actor.require_scope(Scope.READ)
    if actor.member is None or not actor.accounts:
        return None
    stays = [
        each
        for each in near_limits.of_accounts(reader, actor.accounts)
        if each.since <= now - STAYS
    ]
    if not stays or not preferences.of_member(reader, actor.member).of(Topic.ADVICE).bell:
        return None
    exchange = exchanges.load(reader, now)
    for each in stays:
        if _side(exchange, accounts.by_id(reader, each.account)) is each.side:
            return _advice(reader, actor, each.side, now=now)
    return None


def staying(reader: Reader, actor: Actor, *, now: int) -> list[Staying]:
    """Return who stays near a limit where the actor may read accounts, by name."""
    actor.require_scope(Scope.READ)
    if not actor.may_somewhere(Permission.READ_ALL):
        actor.require(Permission.READ_ALL)
    areas = members.areas(reader)
    found = [
        Staying(
            number=account.number,
            name=accounts.names(reader, [account.id])[account.id][1],
            area=areas.get(account.area or 0),
            side=each.side,
            since=each.since,
        )
        for side in Side
        for each in near_limits.since(reader, side, now - STAYS, limit=_MOST)
        for account in [accounts.by_id(reader, each.account)]
        if actor.may(Permission.READ_ALL, area=account.area)
    ]
    return sorted(found, key=lambda one: (one.name.casefold(), one.number))


def _side(exchange: Exchange, account: Account) -> Side | None:
    if not account.kind.is_personal or account.state is AccountState.CLOSED:
        return None
    limits = exchange.rules.growth.widen(account.limits, sales=account.sales)
    return near(account.position.balance, limits)


def _tell(writer: Writer, stays: NearLimit, member: int, *, now: int) -> None:
    found = _advice(writer, member_actor(writer, member), stays.side, now=now)
    if found is None:
        return
    named = [each.title for each in found.listings]
    named += [category.name for category, _ in found.categories]
    details = {"words": ", ".join(named[:NAMED]), "path": ADVICE}
    noticing.tell(writer, member, _KINDS[stays.side], details=details, now=now)


def _advice(reader: Reader, actor: Actor, side: Side, *, now: int) -> Advice | None:
    """Return what there is to advise; None if the market has nothing."""
    if side is Side.FLOOR:
        asked = _sought(reader, actor, now=now)
        wanted = _most_wanted(reader, actor, now=now)
    else:
        asked, wanted = _to_receive(reader, actor, now=now), ()
    if not asked and not wanted:
        return None
    return Advice(side=side, listings=tuple(asked), categories=wanted)


def _sought(reader: Reader, actor: Actor, *, now: int) -> list[Seen]:
    """Return wants of others that what this member offers may meet."""
    found = finding.matching(reader, actor, Kind.OFFERING, limit=NAMED, now=now)
    offered = _categories_of(reader, actor)
    if len(found) >= NAMED or not offered:
        return found
    search = replace(_of_others(actor, Kind.WANT, now=now), categories=offered)
    return _with(reader, actor, found, search, now=now)


def _most_wanted(
    reader: Reader, actor: Actor, *, now: int
) -> tuple[tuple[Category, int], ...]:
    counted = [
        (category, count)
        for category, count in finding.counts(reader, actor, Kind.WANT, now=now)
        if count and category.parent is None
    ]
    counted.sort(key=lambda pair: (-pair[1], pair[0].name))
    return tuple(counted[:NAMED])


def _to_receive(reader: Reader, actor: Actor, *, now: int) -> list[Seen]:
    """Return offerings for what they look for or marked, and of who could use a visit.

    The last are told apart from the others by nothing.
    """
    found = finding.matching(reader, actor, Kind.WANT, limit=NAMED, now=now)
    low = near_limits.since(reader, Side.FLOOR, now - STAYS, limit=_MOST)
    others = _of_others(actor, Kind.OFFERING, now=now)
    for search in (
        replace(others, favourite_of=actor.member),
        replace(others, accounts=frozenset(each.account for each in low)),
    ):
        if len(found) < NAMED:
            found = _with(reader, actor, found, search, now=now)
    return found


def _of_others(actor: Actor, kind: Kind, *, now: int) -> Search:
    return Search(
        today=dates.day_of(now).isoformat(),
        kind=kind,
        not_of=frozenset(actor.accounts),
        seen_by=actor.member,
        limit=2 * NAMED,
    )


def _with(
    reader: Reader, actor: Actor, found: Sequence[Seen], search: Search, *, now: int
) -> list[Seen]:
    """Return what was found, and as much more as is named."""
    known = {each.id for each in found}
    more = [each for each in searching.find(reader, search) if each not in known]
    shown = listings.of_ids(reader, more[: NAMED - len(found)])
    return [*found, *see(reader, actor, shown, now=now)]


def _categories_of(reader: Reader, actor: Actor) -> tuple[int, ...]:
    """Return the categories of what a member offers."""
    return tuple(
        {
            listing.category: None
            for account in sorted(actor.accounts)
            for listing in listings.of_account(reader, account)
            if listing.kind is Kind.OFFERING
            and listing.state is State.SHOWN
            and listing.category is not None
        }
    )
