"""Shows neighbour exchanges what our members let them see.

1. Nothing leaves this node but what its owner shares with neighbours or everybody.
2. What was shared once and is not any more is told as gone, in the order of changes.
3. To a peer that is to see nothing of our market there is nothing at this address.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping

import msgspec

from cesnode.community.exchange import Exchange
from cesnode.community.market import MARKET, SHARED, Kind, Price, State
from cesnode.community.places import COARSE_METRES, coarse, degrees
from cesnode.ledger.money import Currency, render
from cesnode.services import dates
from cesnode.services.clearing.addressing import own_address
from cesnode.services.clearing.here import moment
from cesnode.services.incoming import Incoming
from cesnode.store import (
    Reader,
    Writer,
    accounts,
    categories,
    exchanges,
    listings,
    members,
    places,
)
from cesnode.store.listings import Listing
from federation import offers
from federation.bodies import OffersQuery
from federation.discovery import BASE
from federation.endpoints import OFFERS
from federation.errors import FederationError, Problem, schema_invalid
from federation.offers import (
    Author,
    Intent,
    Place,
    Proposal,
    Purpose,
    Quantity,
    Tag,
    Tombstone,
)
from federation.signing import Reply

PAGE = 100
MOST_BYTES = 700_000
"""A page ends here, so that it stays below what may come as one answer."""

_PURPOSES: Mapping[Kind, Purpose] = {Kind.OFFERING: "offer", Kind.WANT: "request"}
_LONGEST_CURSOR = 15
_KILOMETRE = 1_000


def show(reader: Writer, incoming: Incoming) -> Reply:
    """Answer a page of what changed since a cursor, or of all there is.

    Raises:
        FederationError: this peer is shown nothing, or the cursor is none of ours.

    """
    if not incoming.peer.shares_market:
        raise FederationError(Problem.NOT_FOUND, "This node does not offer that.")
    since = incoming.arrival.query_as(OffersQuery).since
    exchange = exchanges.load(reader, incoming.now)
    after = _revision(since)
    changed = listings.changed_since(reader, after, PAGE)
    sketch = _Sketch(reader, exchange, now=incoming.now)
    told, room = list[msgspec.Raw](), MOST_BYTES
    for listing in changed:
        item = offers.item(sketch.of(listing))
        room -= len(bytes(item))
        if told and room < 0:
            break
        told.append(item)
        after = listing.revision
    query = f"?since={since}" if since else ""
    body = offers.page(
        f"{exchange.origin}{BASE}{OFFERS.path}{query}",
        tuple(told),
        cursor=str(after),
        more=len(told) < len(changed) or len(changed) == PAGE,
    )
    return Reply(200, body, content_type=offers.MEDIA_TYPE)


class _Sketch:
    """Says of a listing what the wire has words for."""

    def __init__(self, reader: Reader, exchange: Exchange, *, now: int) -> None:
        self._reader = reader
        self._exchange = exchange
        self._today = dates.day_of(now).isoformat()
        self._categories = {one.id: one.name for one in categories.every(reader)}
        self._areas = members.areas(reader)
        self._points = places.of_areas(reader)

    def of(self, listing: Listing) -> Proposal | Tombstone:
        address = f"{self._exchange.origin}{MARKET}/{listing.id}"
        if not self._is_shown(listing):
            return Tombstone(id=address, deleted=moment(listing.changed_at))
        said, terms = listing.words, listing.terms
        return Proposal(
            id=address,
            attributed_to=self._author(listing),
            name=said.title,
            content=said.text,
            media_type="text/markdown",
            published=moment(listing.shown_at or listing.created_at),
            updated=moment(listing.changed_at),
            end_time=_end(listing.expires_on),
            location=self._place(listing),
            tag=tuple(Tag(type="Hashtag", name=word) for word in said.keywords),
            category=self._categories.get(listing.category or 0, ""),
            purpose=_PURPOSES[listing.kind],
            publishes=Intent(
                type="Intent",
                id=f"{address}#primary",
                action="transfer",
                resource_quantity=Quantity(has_numerical_value="1"),
            ),
            reciprocal=self._reciprocal(listing, address),
            unit_based=bool(terms.unit),
            price=terms.price.value,
            unit=terms.unit,
            terms=terms.words,
            money=terms.money,
        )

    def _place(self, listing: Listing) -> Place | None:
        """Return the area of a listing, and about where that is; never its owner's."""
        area = self._areas.get(listing.area or 0)
        if area is None:
            return None
        point = self._points.get(listing.area or 0)
        if point is None:
            return Place(type="Place", name=area)
        latitude, longitude = degrees(coarse(point))
        return Place(
            type="Place",
            name=area,
            latitude=latitude,
            longitude=longitude,
            radius=COARSE_METRES / _KILOMETRE,
            units="km",
        )

    def _is_shown(self, listing: Listing) -> bool:
        return (
            listing.state is State.SHOWN
            and listing.audience in SHARED
            and (listing.expires_on is None or listing.expires_on >= self._today)
        )

    def _author(self, listing: Listing) -> Author:
        account = listing.account or 0
        number, name = accounts.names(self._reader, [account])[account]
        return Author(
            type="Person",
            id=f"{self._exchange.origin}/p/{number}",
            name=name,
            preferred_username=own_address(self._exchange, number).partition("@")[0],
        )

    def _reciprocal(self, listing: Listing, address: str) -> Intent | None:
        terms, currency = listing.terms, self._exchange.currency
        if terms.price is not Price.AMOUNT or terms.amount is None:
            return None
        return Intent(
            type="Intent",
            id=f"{address}#reciprocal",
            action="transfer",
            resource_conforms_to=currency_address(self._exchange.origin, currency),
            resource_quantity=Quantity(has_numerical_value=render(terms.amount, currency)),
        )


def currency_address(origin: str, currency: Currency) -> str:
    """Return what names a currency on the wire."""
    return f"{origin}/currency/{currency.code}"


def _end(expires_on: str | None) -> datetime.datetime | None:
    """Return the moment after the last day."""
    return moment(dates.end_of(expires_on, field="until")) if expires_on else None


def _revision(since: str) -> int:
    if not since:
        return 0
    if not (since.isdigit() and since.isascii() and len(since) <= _LONGEST_CURSOR):
        raise schema_invalid("This is no cursor of this node.")
    return int(since)
