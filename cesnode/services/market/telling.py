"""Tells members what the market has for them: what ends, and what is new."""

from __future__ import annotations

import datetime

from cesnode.community.market import MARKET, WARN_DAYS
from cesnode.community.notices import Kind
from cesnode.services import dates, noticing
from cesnode.services.authority import member_actor
from cesnode.services.market import addressing, finding, publishing
from cesnode.services.market.finding import MOST_COUNTED, Wanted
from cesnode.store import Reader, Writer, categories, favourites, listings, renewals
from cesnode.store.favourites import SavedSearch
from cesnode.store.listings import Listing

TOKENS_LAST = 60 * 86_400
"""Seconds after which nobody renews by an old mail any more."""

_WEEK = 7 * 86_400
_BATCH = 100


def warn_owners(writer: Writer, *, now: int) -> int:
    """Tell owners, once, of listings that end soon; return how many were looked at.

    One that was put up for no longer than that needs no warning.
    """
    soon = dates.day_of(now) + datetime.timedelta(days=WARN_DAYS)
    after = (soon + datetime.timedelta(days=1)).isoformat()
    found = listings.ending(writer, before=after, limit=_BATCH)
    for listing in found:
        listings.set_warned(writer, listing.id)
        if not _is_brief(listing):
            _warn(writer, listing, now=now)
    return len(found)


def tell_searches(writer: Writer, *, now: int) -> int:
    """Tell who keeps a search, once a week, of what is new; return how many were due."""
    due = favourites.due(writer, before=now - _WEEK, limit=_BATCH)
    head = listings.head(writer)
    for search in due:
        _tell(writer, search, now=now)
        favourites.told(writer, search.id, up_to=head, now=now)
    return len(due)


def forget_tokens(writer: Writer, *, now: int) -> None:
    renewals.forget(writer, before=now - TOKENS_LAST)


def _warn(writer: Writer, listing: Listing, *, now: int) -> None:
    token = publishing.renewal_token(writer, listing, now=now)
    told = {
        "words": listing.words.title,
        "day": listing.expires_on or "",
        "path": f"{MARKET}/{listing.id}",
        "token": token,
    }
    account = listing.account or 0
    noticing.tell_holders(writer, account, Kind.LISTING_ENDS, details=told, now=now)


def _is_brief(listing: Listing) -> bool:
    end = dates.end_of(listing.expires_on or "", field="until")
    return end - (listing.shown_at or 0) <= (WARN_DAYS + 1) * 86_400


def _tell(writer: Writer, search: SavedSearch, *, now: int) -> None:
    actor = member_actor(writer, search.member)
    wanted = addressing.read_text(search.address)
    found = finding.count_new(writer, actor, wanted, since=search.told_up_to, now=now)
    if not found or not actor.accounts:
        return
    told = {
        "words": _named(writer, wanted),
        "count": f"{found}+" if found == MOST_COUNTED else str(found),
        "path": f"{MARKET}?{search.address}",
    }
    noticing.tell(writer, search.member, Kind.SEARCH_FOUND, details=told, now=now)


def _named(reader: Reader, wanted: Wanted) -> str:
    """Return what is looked for, in a word: the words, or the category."""
    category = categories.find(reader, wanted.category) if wanted.category else None
    return wanted.words.strip() or (category.name if category else "…")
