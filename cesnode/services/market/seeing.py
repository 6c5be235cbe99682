"""Says of offerings and wants all there is to see, to whoever may see them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from cesnode.community.market import Audience, Kind, Price, State
from cesnode.community.places import Band
from cesnode.community.roles import Actor
from cesnode.ledger.money import Amount
from cesnode.services import dates
from cesnode.services.clearing import ordering
from cesnode.store import (
    Reader,
    accounts,
    categories,
    exchanges,
    favourites,
    members,
    peers,
    pictures,
    remote_listings,
)
from cesnode.store.listings import Listing
from cesnode.store.pictures import Picture
from federation.errors import FederationError


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """An offering or a want as somebody sees it.

    `price` is in the currency of the listing's exchange; `price_here` is what that is
    in ours, for those of neighbours.  `owner` is an account number, or an address at
    another exchange, whose name `neighbour` then is.  `near` is how far it is from who
    looks, where a page tells that.
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
    near: Band | None = None


def see(
    reader: Reader,
    actor: Actor | None,
    shown: Sequence[Listing],
    near: Mapping[int, Band] | None = None,
    *,
    now: int,
) -> list[Seen]:
    """Say of each listing what there is to see, with few questions for all of them.

    `near` says how far some of them are, by their ids.
    """
    if not shown:
        return []
    return list(_Looking(reader, actor, shown, near or {}, now=now).views(shown))


class _Looking:
    """What the listings of one page have in common, read once."""

    def __init__(
        self,
        reader: Reader,
        actor: Actor | None,
        shown: Sequence[Listing],
        near: Mapping[int, Band],
        *,
        now: int,
    ) -> None:
        ids = [each.id for each in shown]
        self._actor = actor
        self._near = near
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
            near=self._near.get(listing.id),
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


def _day(at: int | None) -> str | None:
    return dates.day_of(at).isoformat() if at is not None else None
