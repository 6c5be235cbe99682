"""What paper tells of people: the directory as a booklet, and how to reach who is in it.

Paper goes from hand to hand.  Whoever prints it, it tells what every member may see of
those who wish to be listed: nothing that is for one area, for some groups, or for those
in charge.  What neighbours show, who looks after the market may add; it is as it stands
here at that moment, so nothing is printed that was withdrawn.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from cesnode.community.market import Kind
from cesnode.community.profiles import Audience, Contact
from cesnode.community.roles import Actor, Permission, Scope
from cesnode.services import dates
from cesnode.store import (
    Reader,
    listings,
    peers,
    people,
    profiles,
    remote_listings,
    searching,
)
from cesnode.store.people import Holder, Listed, Sought
from cesnode.store.profiles import Profile
from cesnode.store.searching import Order, Search

MOST_PEOPLE = 3_000
MOST_LISTINGS = 10_000
CALLED = (Contact.MOBILE, Contact.PHONE, Contact.EMAIL)
"""In the order in which somebody with paper in their hand would try them."""
EVERY = (*CALLED, Contact.ADDRESS, Contact.WEBSITE)


@dataclass(frozen=True, slots=True)
class Reach:
    """How to reach one of those who hold an account."""

    name: str
    contacts: Mapping[Contact, str]
    languages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A line of the booklet, with the titles of what is on the market."""

    number: str
    name: str
    area: str | None
    reach: Sequence[Reach]
    offerings: Sequence[str]
    wants: Sequence[str]


@dataclass(frozen=True, slots=True)
class Chapter:
    """An area; the last one, without a name, is for those who belong to none."""

    area: str | None
    entries: Sequence[Entry]


@dataclass(frozen=True, slots=True)
class Booklet:
    """The directory; `is_cut` if there are more people than it has room for.

    `neighbours` has a chapter for each exchange with who shows something to ours.
    """

    chapters: Sequence[Chapter]
    is_cut: bool
    neighbours: Sequence[Chapter] = ()


def booklet(
    reader: Reader,
    actor: Actor,
    *,
    area: int | None = None,
    by_area: bool,
    neighbours: bool = False,
    now: int,
) -> Booklet:
    """Return everybody who wishes to be listed, by name or by area and name.

    Raises:
        NotAllowed: neighbours are for those to add who look after the market.

    """
    actor.require_scope(Scope.READ)
    if neighbours:
        require_neighbours(actor)
    today = str(dates.day_of(now))
    found = people.listed(reader, Sought(today=today, area=area, limit=MOST_PEOPLE + 1))
    entries = _entries(reader, found[:MOST_PEOPLE], today=today)
    chapters = _chapters(entries) if by_area else [Chapter(None, entries)]
    return Booklet(
        chapters if entries else [],
        len(found) > MOST_PEOPLE,
        _abroad(reader, today=today) if neighbours else [],
    )


def require_neighbours(actor: Actor) -> None:
    """Refuse to print what neighbours show, unless the actor looks after the market."""
    if not actor.may_somewhere(Permission.KEEP_MARKET):
        actor.require(Permission.KEEP_MARKET)


def reach(
    reader: Reader, accounts: Iterable[int], ways: Sequence[Contact] = EVERY
) -> dict[int, list[Reach]]:
    """Return in which of some ways every member may reach those who hold these accounts.

    Accounts are missing if one of their holders does not wish to be listed.
    """
    holders = people.holders(reader, list(accounts))
    everybody = {one.member for several in holders.values() for one in several}
    known = profiles.of_members(reader, sorted(everybody))
    blank = Profile()
    return {
        account: [_reach(one, known.get(one.member, blank), ways) for one in several]
        for account, several in holders.items()
        if all(known.get(one.member, blank).listed for one in several)
    }


def _reach(holder: Holder, profile: Profile, ways: Sequence[Contact]) -> Reach:
    told = {
        Contact.PHONE: profile.phone,
        Contact.MOBILE: profile.mobile,
        Contact.EMAIL: holder.email or "",
        Contact.ADDRESS: ", ".join(profile.address.splitlines()),
        Contact.WEBSITE: profile.website,
    }
    shown = {
        contact: told[contact]
        for contact in ways
        if told[contact] and profile.audience(contact) is Audience.MEMBERS
    }
    return Reach(holder.name, shown, profile.languages)


def _entries(reader: Reader, found: Sequence[Listed], *, today: str) -> list[Entry]:
    ways = reach(reader, [one.id for one in found])
    offered, sought = (_titles(reader, kind, today=today) for kind in Kind)
    return [
        Entry(
            number=one.number,
            name=one.name,
            area=one.area,
            reach=ways.get(one.id, []),
            offerings=offered.get(one.id, []),
            wants=sought.get(one.id, []),
        )
        for one in found
    ]


def _titles(reader: Reader, kind: Kind, *, today: str) -> dict[int, list[str]]:
    """Return the titles of what each account shows to all members, by title."""
    search = Search(
        today=today, kind=kind, at_home=True, order=Order.TITLE, limit=MOST_LISTINGS
    )
    told: dict[int, list[str]] = {}
    for one in listings.of_ids(reader, searching.find(reader, search)):
        told.setdefault(one.account or 0, []).append(one.words.title)
    return told


def _abroad(reader: Reader, *, today: str) -> list[Chapter]:
    """Return who shows something to us in each neighbour exchange, by name."""
    chapters = []
    for peer in peers.every(reader):
        shown = {kind: _shown_by(reader, peer.id, kind, today=today) for kind in Kind}
        people = sorted({*shown[Kind.OFFERING], *shown[Kind.WANT]})
        entries = [
            Entry(
                number=author,
                name=name,
                area=None,
                reach=(),
                offerings=shown[Kind.OFFERING].get((name, author), []),
                wants=shown[Kind.WANT].get((name, author), []),
            )
            for name, author in people
        ]
        if entries:
            chapters.append(Chapter(peer.name, entries))
    return chapters


def _shown_by(
    reader: Reader, peer: int, kind: Kind, *, today: str
) -> dict[tuple[str, str], list[str]]:
    """Return the titles of what each member of a neighbour shows, by name and address."""
    search = Search(
        today=today, kind=kind, peer=peer, order=Order.TITLE, limit=MOST_LISTINGS
    )
    shown = listings.of_ids(reader, searching.find(reader, search))
    authors = remote_listings.of_ids(reader, [one.id for one in shown])
    told: dict[tuple[str, str], list[str]] = {}
    for one in shown:
        author = authors[one.id]
        told.setdefault((author.author_name, author.author), []).append(one.words.title)
    return told


def _chapters(entries: Sequence[Entry]) -> list[Chapter]:
    def place(entry: Entry) -> tuple[bool, str]:
        return entry.area is None, entry.area or ""

    parted = groupby(sorted(entries, key=place), key=place)
    return [Chapter(area or None, list(several)) for (_, area), several in parted]
