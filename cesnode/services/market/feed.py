"""What a feed tells the world of our market: what its owners put up for everybody."""

from __future__ import annotations

from dataclasses import dataclass, replace

from cesnode.services.market import finding
from cesnode.services.market.finding import Wanted
from cesnode.services.market.seeing import Seen
from cesnode.store import Reader, exchanges, listings
from cesnode.store.searching import Order


@dataclass(frozen=True, slots=True)
class Told:
    """A listing as strangers see it.  Times in Unix seconds."""

    seen: Seen
    published_at: int
    changed_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A page of a feed, the newest first; `changed_at` is that of the latest change."""

    listings: tuple[Told, ...]
    has_more: bool
    changed_at: int


def read(reader: Reader, wanted: Wanted, *, now: int) -> Feed:
    """Return what strangers find; in a feed only what has all of the words is found."""
    found = finding.browse(reader, None, replace(wanted, order=Order.NEW), now=now)
    shown = () if found.loosely else found.listings
    known = {each.id: each for each in listings.of_ids(reader, [one.id for one in shown])}
    told = tuple(
        Told(one, known[one.id].shown_at or now, known[one.id].changed_at) for one in shown
    )
    begun = exchanges.load(reader, now).founded_at
    return Feed(
        listings=told,
        has_more=found.has_more,
        changed_at=max((one.changed_at for one in told), default=begun),
    )
