"""Once a week: what is new on the market, for everybody's weekly letter.

Expiring listings, kept searches and limits that are near have notices of their own;
which of all these come by mail, and whether in one, is for each member to choose.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from cesnode.community.market import MARKET, Audience, Kind
from cesnode.community.notices import Kind as Told
from cesnode.services import dates, noticing
from cesnode.store import Reader, Writer, accounts, listings, newsletters, searching, weeks
from cesnode.store.listings import Listing
from cesnode.store.newsletters import Circle
from cesnode.store.searching import Order, Search
from cesnode.store.weeks import Week

MOST_COUNTED = 100
NAMED = 3
"""So many are named, the newest."""

_KINDS = ((Kind.OFFERING, Told.NEW_OFFERINGS), (Kind.WANT, Told.NEW_WANTS))


def tell(writer: Writer, *, now: int) -> int:
    """Tell members what came in the week that is over; return how many were told.

    The first time nothing is told: all of it would be new.
    """
    today = dates.day_of(now)
    monday = (today - timedelta(days=today.weekday())).isoformat()
    before = weeks.last(writer)
    if before is not None and before.monday >= monday:
        return 0
    weeks.keep(writer, Week(monday=monday, told_at=now, up_to=listings.head(writer)))
    if before is None:
        return 0
    fresh = {kind: _fresh(writer, kind, before, now=now) for kind, _ in _KINDS}
    members = newsletters.meant(writer, Circle(), today=str(today))
    return sum(
        _tell(writer, member, kind, told, fresh[kind], now=now)
        for member in members
        for kind, told in _KINDS
    )


def _fresh(reader: Reader, kind: Kind, week: Week, *, now: int) -> list[Listing]:
    """Return what was put up since then and every member may see, the newest first."""
    search = Search(
        today=str(dates.day_of(now)),
        kind=kind,
        newer_than=week.up_to,
        order=Order.NEW,
        limit=MOST_COUNTED,
    )
    found = listings.of_ids(reader, searching.find(reader, search))
    return [
        each
        for each in found
        if each.audience is not Audience.GROUP and (each.shown_at or 0) >= week.told_at
    ]


def _tell(
    writer: Writer,
    member: int,
    kind: Kind,
    told: Told,
    fresh: Sequence[Listing],
    *,
    now: int,
) -> bool:
    """Tell a member of what others have put up; return whether there was anything."""
    own = accounts.of_member(writer, member)
    others = [each for each in fresh if each.account not in own]
    if not others:
        return False
    count = len(others)
    details = {
        "count": f"{count}+" if len(fresh) == MOST_COUNTED else str(count),
        "words": ", ".join(each.words.title for each in others[:NAMED]),
        "path": f"{MARKET}?kind={kind}&order={Order.NEW}",
    }
    noticing.tell(writer, member, told, details=details, now=now)
    return True
