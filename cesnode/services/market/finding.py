"""Finds offerings and wants, here and at neighbours', and says all there is to see of one.

What members see depends on where it was put up; what everybody sees, on its owner.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from cesnode.community.market import Audience, Kind, Price, State
from cesnode.community.roles import Actor, Scope
from cesnode.errors import UnknownListing
from cesnode.ledger.money import Amount
from cesnode.services import dates
from cesnode.services.clearing import ordering
from cesnode.services.market.publishing import may_change
from cesnode.store import (
    Reader,
    accounts,
    categories,
    exchanges,
    favourites,
    listings,
    members,
    peers,
    pictures,
    remote_listings,
    searching,
)
from cesnode.store.categories import Category
from cesnode.store.listings import Listing
from cesnode.store.pictures import Picture
from cesnode.store.searching import Order, Search
from federation.errors import FederationError

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

    `category` includes its subcategories, `peer` is the id of a neighbour exchange, and
    `page` counts from 1.
    """

    kind: Kind | None = None
    words: str = ""
    category: int | None = None
    area: int | None = None
    where: Where = Where.EVERYWHERE
    peer: int | None = None
    owner: str | None = None
    favourites: bool = False
    order: Order | None = None
    page: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """An offering or a want as somebody sees it.

    `price` is in the currency of the listing's exchange; `price_here` is what that is
    in ours, for those of neighbours.  `owner` is an account number, or an address at
    another exchange, whose name `neighbour` then is.
    """

    id: int
    kind: Kind
    state: State
    title: str
    text: str
    keywords: tuple[str, ...]
    category: int | None
    category_name: str | None
    way: Price
    price: Amount | None
    price_here: Amount | None
    unit: str
    terms: str
    money: str
    owner: str
    owner_name: str
    neighbour: str | None
    area: str | None
    audience: Audience
    expires_on: str | None
    shown_on: str | None
    mine: bool
    favourite: bool
    pictures: tuple[Picture, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """One page of listings; `loosely` if not all of the words were found in any."""

    listings: tuple[Seen, ...]
    has_more: bool
    loosely: bool = False


def browse(reader: Reader, actor: Actor | None, wanted: Wanted, *, now: int) -> Found:
    """Return a page of what is shown; without an actor, of what everybody may see."""
    if actor is not None:
        actor.require_scope(Scope.READ)
    search = _search(reader, actor, wanted, now=now)
    found = searching.find(reader, search)
    loosely = False
    if not found and wanted.words.strip() and wanted.page == 1:
        search = dataclasses.replace(search, some=True, order=Order.BEST)
        found, loosely = searching.find(reader, search), True
    shown = listings.of_ids(reader, found[:PAGE])
    views = see(reader, actor, shown, now=now)
    return Found(tuple(views), len(found) > PAGE, loosely and bool(views))


def show(reader: Reader, actor: Actor | None, number: int, *, now: int) -> Seen:
    """Return one listing.

    Raises:
        UnknownListing: there is none that this actor may see.

    """
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
    reader: Reader, actor: Actor | None, kind: Kind, *, now: int
) -> list[tuple[Category, int]]:
    """Return every category, and how many it holds with its subcategories."""
    search = _search(reader, actor, Wanted(kind=kind), now=now)
    held = searching.counts(reader, search)
    every = categories.every(reader)
    below: dict[int, int] = {}
    for each in every:
        if each.parent is not None:
            below[each.parent] = below.get(each.parent, 0) + held.get(each.id, 0)
    return [(each, held.get(each.id, 0) + below.get(each.id, 0)) for each in every]


def suggested(reader: Reader, actor: Actor, *, now: int) -> list[Seen]:
    """Return offerings that may meet what this member's wants say."""
    actor.require_scope(Scope.READ)
    wants = [
        want
        for account in sorted(actor.accounts)
        for want in listings.of_account(reader, account)
        if want.kind is Kind.WANT and want.state is State.SHOWN
    ]
    found: dict[int, None] = {}
    for want in wants:
        search = Search(
            kind=Kind.OFFERING,
            words=" ".join((want.words.title, *want.words.keywords)),
            some=True,
            not_of=frozenset(actor.accounts),
            today=dates.day_of(now).isoformat(),
            order=Order.BEST,
            limit=MOST_SUGGESTED,
        )
        found |= dict.fromkeys(searching.find(reader, search))
    best = listings.of_ids(reader, list(found)[:MOST_SUGGESTED])
    return see(reader, actor, best, now=now)


def count_new(reader: Reader, actor: Actor, wanted: Wanted, *, since: int, now: int) -> int:
    """Return how much of what others show was put up or changed after a revision."""
    search = dataclasses.replace(
        _search(reader, actor, wanted, now=now),
        newer_than=since,
        not_of=frozenset(actor.accounts),
        order=Order.NEW,
        limit=MOST_COUNTED,
        offset=0,
    )
    return len(searching.find(reader, search))


def see(
    reader: Reader, actor: Actor | None, shown: Sequence[Listing], *, now: int
) -> list[Seen]:
    """Say of each listing what there is to see, with few questions for all of them."""
    if not shown:
        return []
    return list(_Looking(reader, actor, shown, now=now).views(shown))


class _Looking:
    """What the listings of one page have in common, read once."""

    def __init__(
        self, reader: Reader, actor: Actor | None, shown: Sequence[Listing], *, now: int
    ) -> None:
        ids = [each.id for each in shown]
        self._actor = actor
        self._exchange = exchanges.load(reader, now)
        self._names = accounts.names(reader, [one.account for one in shown if one.account])
        self._pictures = pictures.of_listings(reader, ids)
        self._categories = {each.id: each.name for each in categories.every(reader)}
        self._areas = members.areas(reader)
        self._peers = {
            each: peers.by_id(reader, each)
            for each in {one.peer for one in shown if one.peer is not None}
        }
        self._remote = remote_listings.of_ids(reader, ids)
        self._favourites = (
            favourites.of_member(reader, actor.member)
            if actor is not None and actor.member is not None
            else frozenset()
        )

    def views(self, shown: Iterable[Listing]) -> Iterable[Seen]:
        return map(self._view, shown)

    def _view(self, listing: Listing) -> Seen:
        owner, name, neighbour = self._owner(listing)
        price, here = self._prices(listing)
        remote = self._remote.get(listing.id)
        category = self._categories.get(listing.category or 0)
        return Seen(
            id=listing.id,
            kind=listing.kind,
            state=listing.state,
            title=listing.words.title,
            text=listing.words.text,
            keywords=listing.words.keywords,
            category=listing.category,
            category_name=category or (remote.category if remote else None),
            way=listing.terms.price,
            price=price,
            price_here=here,
            unit=listing.terms.unit,
            terms=listing.terms.words,
            money=listing.terms.money,
            owner=owner,
            owner_name=name,
            neighbour=neighbour,
            area=remote.place or None if remote else self._areas.get(listing.area or 0),
            audience=listing.audience,
            expires_on=listing.expires_on,
            shown_on=_day(listing.shown_at),
            mine=bool(self._actor and listing.account in self._actor.accounts),
            favourite=listing.id in self._favourites,
            pictures=self._pictures.get(listing.id, ()),
        )

    def _owner(self, listing: Listing) -> tuple[str, str, str | None]:
        """Return the number or address of the owner, the name, and a neighbour's."""
        if listing.account is not None:
            return *self._names[listing.account], None
        remote = self._remote[listing.id]
        return remote.author, remote.author_name, self._peers[listing.peer or 0].name

    def _prices(self, listing: Listing) -> tuple[Amount | None, Amount | None]:
        """Return the price in its own currency, and in ours if that is another."""
        amount = listing.terms.amount
        if amount is None:
            return None, None
        own = self._exchange.currency
        if listing.peer is None:
            return Amount(amount, own), None
        peer = self._peers[listing.peer]
        there = ordering.peer_currency(peer)
        try:
            here = ordering.price(self._exchange, peer, amount).source.amount
        except FederationError:  # More than can be traded, whatever its owner hopes.
            return Amount(amount, there), None
        return Amount(amount, there), Amount(here, own)


def _search(reader: Reader, actor: Actor | None, wanted: Wanted, *, now: int) -> Search:
    member = actor.member if actor is not None else None
    order = wanted.order or (Order.BEST if wanted.words.strip() else Order.NEW)
    owner = accounts.find(reader, wanted.owner) if wanted.owner else None
    page = min(max(wanted.page, 1), _MOST_PAGES)
    return Search(
        today=dates.day_of(now).isoformat(),
        kind=wanted.kind,
        words=wanted.words,
        categories=_with_children(reader, wanted.category),
        areas=(wanted.area,) if wanted.area is not None else (),
        account=owner.id if owner else None,
        peer=wanted.peer,
        at_home=wanted.where is Where.HERE,
        public_only=actor is None,
        favourite_of=(member or 0) if wanted.favourites else None,
        order=order,
        limit=PAGE + 1,
        offset=(page - 1) * PAGE,
    )


def _with_children(reader: Reader, category: int | None) -> tuple[int, ...]:
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
    is_public = listing.audience is Audience.PUBLIC and listing.peer is None
    return actor is not None or is_public


def _day(at: int | None) -> str | None:
    return dates.day_of(at).isoformat() if at is not None else None
