"""Takes in what neighbours show of their markets, and drops what they show no longer.

1. Going on from a cursor brings news; once a day all of it is gone through, and what was
   not in it is dropped: so nothing withdrawn stays for longer than a day.
2. A feed that could not be heard for a day is dropped whole, for the same reason.
3. One item that cannot be taken is passed over and counted; the others stay.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace

from msgspec import structs

from cesnode.services.market import foreign
from cesnode.services.market.foreign import Foreign
from cesnode.store import (
    Reader,
    Writer,
    feeds,
    listings,
    peers,
    remote_listings,
    searching,
)
from cesnode.store.feeds import Feed
from cesnode.store.listings import Listing
from cesnode.store.peers import Peer
from federation.errors import FederationError, schema_invalid
from federation.offers import Page, Proposal, read_item
from federation.peering import State

HEARD = frozenset({State.ACTIVE, State.PAUSED})
"""How a peering stands whose market our members see."""
LASTS = 86_400
"""Seconds after which a feed that is not heard any more is dropped."""
MOST_LISTINGS = 20_000
MOST_PAGES = 500

_WHOLE_EVERY = 72_000
"""Twenty hours: with the time between two pulls that stays well within a day."""
_LONGEST_FAULT = 200
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """One hearing of a feed, which may be many pages: all of it, or what is new."""

    peer: int
    began_at: int
    is_whole: bool
    cursors: tuple[str, ...]
    refused: int = 0
    is_over: bool = False

    @property
    def cursor(self) -> str:
        return self.cursors[-1]


def due(reader: Reader) -> list[Peer]:
    """Return the peers whose market is to be heard."""
    return [peer for peer in peers.every(reader) if peer.own_state in HEARD]


def unheard(reader: Reader) -> list[Peer]:
    """Return those that were never heard to the end yet."""
    known = {feed.peer for feed in feeds.every(reader) if feed.heard_at}
    return [peer for peer in due(reader) if peer.id not in known]


def begin(reader: Reader, peer: int, *, now: int) -> Round:
    """Go on where the last hearing ended, or begin anew once a day."""
    feed = feeds.of_peer(reader, peer) or Feed(peer=peer)
    is_whole = feed.whole_at <= now - _WHOLE_EVERY
    cursor = "" if is_whole else feed.cursor
    return Round(peer=peer, began_at=now, is_whole=is_whole, cursors=(cursor,))


def take(writer: Writer, current: Round, page: Page, *, now: int) -> Round:
    """Keep what a page brings; after the last, drop what the whole feed did not bring.

    Raises:
        FederationError: the pages go in circles, or there are too many.

    """
    peer = peers.by_id(writer, current.peer)
    if peer.own_state not in HEARD:  # It was ended while its answer was on the way.
        return replace(current, is_over=True)
    if page.more and page.cursor in current.cursors:
        raise schema_invalid("The pages of the market go in circles.")
    if len(current.cursors) > MOST_PAGES:
        raise schema_invalid(f"The market has more than {MOST_PAGES} pages.")
    room = MOST_LISTINGS - remote_listings.count(writer, peer.id)
    refused = current.refused
    for item in page.ordered_items:
        try:
            room -= _take(writer, peer, bytes(item), room, current.began_at, now=now)
        except FederationError as error:
            refused += 1
            _log.info("a listing of %s was passed over: %s", peer.node, error.detail)
    current = replace(
        current,
        cursors=(*current.cursors, page.cursor),
        refused=refused,
        is_over=not page.more,
    )
    if current.is_over:
        _finish(writer, current)
    return current


def failed(writer: Writer, peer: int, why: str) -> None:
    """Note why a feed could not be heard; what it brought before stays for a day."""
    feed = feeds.of_peer(writer, peer) or Feed(peer=peer)
    feeds.keep(writer, replace(feed, fault=why[:_LONGEST_FAULT]))


def shut(writer: Writer, peer: int, *, now: int) -> None:
    """Drop the market of a peer that shows us nothing of it any more."""
    remote_listings.drop_all(writer, peer)
    feeds.keep(writer, Feed(peer=peer, heard_at=now))


def drop_stale(writer: Writer, *, now: int) -> int:
    """Drop the feeds that could not be heard for a day; return how many listings."""
    return sum(
        remote_listings.drop_all(writer, feed.peer)
        for feed in feeds.every(writer)
        if feed.heard_at <= now - LASTS
    )


def _take(
    writer: Writer, peer: Peer, item: bytes, room: int, heard_at: int, *, now: int
) -> int:
    """Keep or drop what one item tells; return how many listings more there are."""
    told = read_item(item)
    known = remote_listings.by_address(writer, foreign.own_address(peer, told.id))
    if not isinstance(told, Proposal):
        return -_drop(writer, known)
    found = foreign.read(peer, told, now=now)
    before = listings.find(writer, known) if known is not None else None
    if before is not None and before.kind is not found.listing.kind:
        _drop(writer, before.id)
        before = None
    if before is not None:
        _renew(writer, before, found, heard_at)
        return 0
    if room <= 0:
        raise schema_invalid(f"No more than {MOST_LISTINGS} listings of a peer are kept.")
    number = listings.insert(writer, found.listing)
    assert number is not None  # noqa: S101 - an address we do not have is no id we have
    _keep(writer, structs.replace(found.listing, id=number), found, heard_at)
    return 1


def _drop(writer: Writer, listing: int | None) -> int:
    if listing is None:
        return 0
    listings.remove(writer, listing)
    return 1


def _renew(writer: Writer, before: Listing, found: Foreign, heard_at: int) -> None:
    """Write a listing anew, unless it says what it said."""
    after = structs.replace(
        before,
        words=found.listing.words,
        terms=found.listing.terms,
        expires_on=found.listing.expires_on,
        shown_at=found.listing.shown_at,
    )
    known = remote_listings.of_ids(writer, [before.id])[before.id]
    if (after, found.remote) == (before, known):
        remote_listings.heard(writer, before.id, now=heard_at)
        return
    after = structs.replace(after, changed_at=found.listing.changed_at)
    listings.update(writer, after)
    _keep(writer, after, found, heard_at)


def _keep(writer: Writer, listing: Listing, found: Foreign, heard_at: int) -> None:
    remote_listings.put(writer, listing.id, found.remote, now=heard_at)
    searching.index(writer, listing)


def _finish(writer: Writer, current: Round) -> None:
    feed = feeds.of_peer(writer, current.peer) or Feed(peer=current.peer)
    if current.is_whole:
        remote_listings.drop_unheard(writer, current.peer, before=current.began_at)
    feeds.keep(
        writer,
        Feed(
            peer=current.peer,
            cursor=current.cursor,
            whole_at=current.began_at if current.is_whole else feed.whole_at,
            heard_at=current.began_at,
            refused=current.refused,
        ),
    )
