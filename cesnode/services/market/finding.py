"""Finds offerings and wants, here and at neighbours', and says all there is to see of one.

What members see depends on where it was put up; what everybody sees, on its owner.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from enum import StrEnum

from cesnode.community.market import Audience, Kind, State
from cesnode.community.places import Band
from cesnode.community.roles import Actor, Scope
from cesnode.errors import UnknownListing
from cesnode.services import dates
from cesnode.services.market import boards, nearness
from cesnode.services.market.nearness import Nearness
from cesnode.services.market.publishing import may_change
from cesnode.services.market.seeing import Seen, see
from cesnode.store import (
    Reader,
    accounts,
    categories,
    listings,
    searching,
)
from cesnode.store.categories import Category
from cesnode.store.listings import Listing
from cesnode.store.searching import Order, Search

PAGE = 24
MOST_SUGGESTED = 12
MOST_COUNTED = 100
_MOST_PAGES = 400


class Where(StrEnum):
    """How far to look."""

    EVERYWHERE = "everywhere"
    HERE = "here"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What somebody looks for, as the address of the market page says it.

    `category` includes its subcategories, `peer` is the id of a neighbour exchange,
    `group` the one whose board is looked at, and `page` counts from 1.
    """

    kind: Kind | None = None
    words: str = ""
    category: int | None = None
    area: int | None = None
    where: Where = Where.EVERYWHERE
    peer: int | None = None
    owner: str | None = None
    near: Band | None = None
    group: int | None = None
    favourites: bool = False
    order: Order | None = None
    page: int = 1


@dataclass(frozen=True, slots=True)
class Found:
    """One page of listings; `loosely` if not all of the words were found in any.

    With `bands` one can choose by how far something is.
    """

    listings: tuple[Seen, ...]
    has_more: bool
    loosely: bool = False
    bands: tuple[Band, ...] = ()


def browse(reader: Reader, actor: Actor | None, wanted: Wanted, *, now: int) -> Found:
    """Return a page of what is shown; without an actor, of what everybody may see."""
    if actor is not None:
        actor.require_scope(Scope.READ)
    around = nearness.of(reader, actor)
    search = _search(reader, actor, wanted, around, now=now)
    found = searching.find(reader, search)
    loosely = False
    if not found and wanted.words.strip() and wanted.page == 1:
        search = dataclasses.replace(search, some=True, order=Order.BEST)
        found, loosely = searching.find(reader, search), True
    shown = listings.of_ids(reader, found[:PAGE])
    near = around.bands_of(shown) if around is not None else None
    views = see(reader, actor, shown, near, now=now)
    return Found(
        tuple(views),
        len(found) > PAGE,
        loosely and bool(views),
        around.bands if around is not None else (),
    )


def show(reader: Reader, actor: Actor | None, number: int, *, now: int) -> Seen:
    """Return one listing.

    Raises:
        UnknownListing: there is none that this actor may see.

    """
    if actor is not None:
        actor.require_scope(Scope.READ)
    listing = listings.find(reader, number)
    if listing is None or listing.state is State.WITHDRAWN:
        raise UnknownListing
    if not _is_visible(reader, actor, listing, now=now):
        raise UnknownListing
    return next(iter(see(reader, actor, [listing], now=now)))


def may_change_it(reader: Reader, actor: Actor, listing: Seen) -> bool:
    """Whether this actor may change a listing, or stop it."""
    if listing.neighbour is not None:
        return False
    return may_change(actor, accounts.by_number(reader, listing.owner))


def of_account(reader: Reader, actor: Actor, owner: str, *, now: int) -> list[Seen]:
    """Return what an account has put up; those not shown to whoever may change them."""
    actor.require_scope(Scope.READ)
    account = accounts.by_number(reader, owner, field="owner")
    every = listings.of_account(reader, account.id)
    if not may_change(actor, account):
        every = [each for each in every if _is_visible(reader, actor, each, now=now)]
    return see(reader, actor, every, now=now)


def counts(
    reader: Reader, actor: Actor | None, kind: Kind, *, group: int | None = None, now: int
) -> list[tuple[Category, int]]:
    """Return every category, and how many it holds with its subcategories.

    `group` counts what is on its board.
    """
    if actor is not None:
        actor.require_scope(Scope.READ)
    search = _search(reader, actor, Wanted(kind=kind, group=group), None, now=now)
    held = searching.counts(reader, search)
    every = categories.every(reader)
    below: dict[int, int] = {}
    for each in every:
        if each.parent is not None:
            below[each.parent] = below.get(each.parent, 0) + held.get(each.id, 0)
    return [(each, held.get(each.id, 0) + below.get(each.id, 0)) for each in every]


def suggested(reader: Reader, actor: Actor, *, now: int) -> list[Seen]:
    """Return offerings that may meet what this member's wants say."""
    return matching(reader, actor, Kind.WANT, limit=MOST_SUGGESTED, now=now)


def matching(
    reader: Reader, actor: Actor, own: Kind, *, limit: int, now: int
) -> list[Seen]:
    """Return what of others may meet this member's own wants, or offerings."""
    actor.require_scope(Scope.READ)
    said = [
        each
        for account in sorted(actor.accounts)
        for each in listings.of_account(reader, account)
        if each.kind is own and each.state is State.SHOWN
    ]
    found: dict[int, None] = {}
    for each in said:
        search = Search(
            kind=Kind.WANT if own is Kind.OFFERING else Kind.OFFERING,
            words=" ".join((each.words.title, *each.words.keywords)),
            some=True,
            not_of=frozenset(actor.accounts),
            seen_by=actor.member,
            today=dates.day_of(now).isoformat(),
            order=Order.BEST,
            limit=limit,
        )
        found |= dict.fromkeys(searching.find(reader, search))
    best = listings.of_ids(reader, list(found)[:limit])
    return see(reader, actor, best, now=now)


def count_new(reader: Reader, actor: Actor, wanted: Wanted, *, since: int, now: int) -> int:
    """Return how much of what others show was put up or changed after a revision."""
    search = dataclasses.replace(
        _search(reader, actor, wanted, nearness.of(reader, actor), now=now),
        newer_than=since,
        not_of=frozenset(actor.accounts),
        order=Order.NEW,
        limit=MOST_COUNTED,
        offset=0,
    )
    return len(searching.find(reader, search))


def _search(
    reader: Reader,
    actor: Actor | None,
    wanted: Wanted,
    around: Nearness | None,
    *,
    now: int,
) -> Search:
    member = actor.member if actor is not None else None
    order = _order(wanted, around)
    owner = accounts.find(reader, wanted.owner) if wanted.owner else None
    page = min(max(wanted.page, 1), _MOST_PAGES)
    band = wanted.near if wanted.near is not Band.AREA else None
    return Search(
        today=dates.day_of(now).isoformat(),
        kind=wanted.kind,
        words=wanted.words,
        categories=with_children(reader, wanted.category),
        areas=_within(wanted, around),
        account=owner.id if owner else None,
        accounts=around.within(band) if around and band else None,
        points=around.points_within(band) if around and band else frozenset(),
        peer=wanted.peer,
        at_home=wanted.where is Where.HERE,
        public_only=actor is None,
        favourite_of=(member or 0) if wanted.favourites else None,
        seen_by=member,
        board=_board(reader, actor, wanted),
        metres=around.metres if around and order is Order.NEAR else {},
        away=around.away if around and order is Order.NEAR else {},
        order=order,
        limit=PAGE + 1,
        offset=(page - 1) * PAGE,
    )


def _board(reader: Reader, actor: Actor | None, wanted: Wanted) -> int | None:
    """Return the board to look at: the one that was asked for, or none of them."""
    if wanted.group is None:
        return None
    return boards.board_of(reader, actor, wanted.group)


def _order(wanted: Wanted, around: Nearness | None) -> Order:
    """Return the order that was asked for, if there is anything to order by."""
    if wanted.order is None or (wanted.order is Order.NEAR and around is None):
        return Order.BEST if wanted.words.strip() else Order.NEW
    return wanted.order


def _within(wanted: Wanted, around: Nearness | None) -> tuple[int, ...]:
    """Return the areas to look in; none at all is everywhere."""
    if wanted.area is not None:
        return (wanted.area,)
    if around is not None and wanted.near is Band.AREA:
        return tuple(sorted(around.areas))
    return ()


def with_children(reader: Reader, category: int | None) -> tuple[int, ...]:
    """Return a category with those below it, or nothing for none."""
    if category is None:
        return ()
    known = categories.find(reader, category)
    if known is None:
        return (category,)
    children = [each.id for each in categories.every(reader) if each.parent == known.id]
    return (known.id, *children)


def _is_visible(reader: Reader, actor: Actor | None, listing: Listing, *, now: int) -> bool:
    if listing.account is not None and actor is not None:
        account = accounts.by_id(reader, listing.account)
        if may_change(actor, account):
            return True
    if listing.state is not State.SHOWN:
        return False
    if listing.expires_on is not None and listing.expires_on < str(dates.day_of(now)):
        return False
    if actor is not None:
        return boards.is_open_to(reader, actor, listing)
    return listing.audience is Audience.PUBLIC and listing.peer is None
