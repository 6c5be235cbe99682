"""What paper tells of people: the directory as a booklet, and how to reach who is in it.

Paper goes from hand to hand.  Whoever prints it, it tells what every member may see of
those who wish to be listed: nothing that is for one area, for some groups, or for those
in charge.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from cesnode.community.market import Kind
from cesnode.community.profiles import Audience, Contact
from cesnode.community.roles import Actor, Scope
from cesnode.services import dates
from cesnode.store import Reader, listings, people, profiles, searching
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
    """The directory; `is_cut` if there are more people than it has room for."""

    chapters: Sequence[Chapter]
    is_cut: bool


def booklet(
    reader: Reader, actor: Actor, *, area: int | None = None, by_area: bool, now: int
) -> Booklet:
    """Return everybody who wishes to be listed, by name or by area and name."""
    actor.require_scope(Scope.READ)
    today = str(dates.day_of(now))
    found = people.listed(reader, Sought(today=today, area=area, limit=MOST_PEOPLE + 1))
    entries = _entries(reader, found[:MOST_PEOPLE], today=today)
    chapters = _chapters(entries) if by_area else [Chapter(None, entries)]
    return Booklet(chapters if entries else [], len(found) > MOST_PEOPLE)


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


def _chapters(entries: Sequence[Entry]) -> list[Chapter]:
    def place(entry: Entry) -> tuple[bool, str]:
        return entry.area is None, entry.area or ""

    parted = groupby(sorted(entries, key=place), key=place)
    return [Chapter(area or None, list(several)) for (_, area), several in parted]
