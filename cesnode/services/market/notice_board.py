"""The market on paper: pages in columns to hang up or to hand around, and tear-off strips.

1. Pages for members tell what every member may see, as `services.paper` has it: nothing
   that is for some groups, whoever prints it.  Who looks after the market may add what
   neighbour exchanges show just now, with nothing to reach anybody by but their number.
2. Pages for everybody, to hang up where people pass by, have only what its owners put up
   for everybody, and nobody's telephone.
3. Strips for one listing go up where people pass by, with one way to reach its owner: the
   owner chooses which; who prints them for somebody else has those that members see.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from cesnode.community.market import Kind
from cesnode.community.profiles import Contact
from cesnode.community.roles import Actor, Permission, Scope
from cesnode.errors import NotAllowed
from cesnode.services import dates, paper, profiles
from cesnode.services.market import finding
from cesnode.services.market.seeing import Seen, see
from cesnode.services.paper import CALLED, Reach, require_neighbours
from cesnode.store import Reader, accounts, categories, listings, searching
from cesnode.store.searching import Order, Search

MOST = 2_000
"""So many listings of a kind have room on paper."""


class Whom(StrEnum):
    """Who is to read it."""

    MEMBERS = "members"
    EVERYBODY = "everybody"


class Sorting(StrEnum):
    """What the pages are sorted by."""

    CATEGORY = "category"
    AREA = "area"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is to be printed; without a kind offerings and wants, in this order.

    `neighbours`: what they show, too.
    """

    kind: Kind | None = None
    category: int | None = None
    area: int | None = None
    whom: Whom = Whom.MEMBERS
    sorting: Sorting = Sorting.CATEGORY
    neighbours: bool = False


@dataclass(frozen=True, slots=True)
class Notice:
    listing: Seen
    reach: Sequence[Reach]


@dataclass(frozen=True, slots=True)
class Part:
    """A category with the one it is part of, or an area; None is for all that has none.

    `is_abroad`: it is a neighbour exchange.
    """

    name: str | None
    above: str | None
    notices: Sequence[Notice]
    is_abroad: bool = False


@dataclass(frozen=True, slots=True)
class Side:
    """All offerings, or all wants; `is_cut` if there are more than there is room for."""

    kind: Kind
    parts: Sequence[Part]
    is_cut: bool


@dataclass(frozen=True, slots=True)
class Strips:
    """A listing, the ways to reach its owner that may stand there, and the one chosen."""

    listing: Seen
    ways: Mapping[Contact, str]
    chosen: Contact | None


def board(reader: Reader, actor: Actor, wish: Wish, *, now: int) -> list[Side]:
    """Return what is to be printed, each kind of it sorted; what is empty is left out."""
    actor.require_scope(Scope.READ)
    if wish.neighbours:
        require_neighbours(actor)
    kinds = tuple(Kind) if wish.kind is None else (wish.kind,)
    sides = (_side(reader, kind, wish, now=now) for kind in kinds)
    return [side for side in sides if side.parts]


def strips(
    reader: Reader, actor: Actor, number: int, wanted: Contact | None = None, *, now: int
) -> Strips:
    """Return what stands on strips; of the ways to reach the owner, the one that is wanted.

    Raises:
        UnknownListing: there is none that this actor may see.
        NotAllowed: it is neither the actor's nor in the actor's care.

    """
    actor.require_scope(Scope.READ)
    listing = finding.show(reader, actor, number, now=now)
    if not finding.may_change_it(reader, actor, listing):
        raise NotAllowed(permission=Permission.KEEP_MARKET.value)
    told = _ways(reader, actor, listing, now=now)
    ways = {contact: told[contact] for contact in CALLED if contact in told}
    return Strips(listing, ways, wanted if wanted in ways else next(iter(ways), None))


def _ways(
    reader: Reader, actor: Actor, listing: Seen, *, now: int
) -> Mapping[Contact, str]:
    """Return how to reach the first who holds the account, and says how."""
    account = accounts.by_number(reader, listing.owner).id
    if not actor.owns(account):
        ways = (one.contacts for one in paper.reach(reader, [account]).get(account, []))
    else:
        ways = (
            profiles.shown(reader, actor, member, now=now).contacts
            for member in accounts.members_of(reader, account)
            if member == actor.member
        )
    return next((found for found in ways if found), {})


def _side(reader: Reader, kind: Kind, wish: Wish, *, now: int) -> Side:
    search = Search(
        today=dates.day_of(now).isoformat(),
        kind=kind,
        categories=finding.with_children(reader, wish.category),
        areas=(wish.area,) if wish.area is not None else (),
        at_home=not wish.neighbours,
        public_only=wish.whom is Whom.EVERYBODY,
        order=Order.TITLE,
        limit=MOST + 1,
    )
    found = searching.find(reader, search)
    notices = _notices(reader, found[:MOST], wish.whom, now=now)
    ours = [one for one in notices if one.listing.neighbour is None]
    parts = _by_area if wish.sorting is Sorting.AREA else _by_category
    return Side(kind, [*parts(reader, ours), *_by_neighbour(notices)], len(found) > MOST)


def _notices(reader: Reader, found: Sequence[int], whom: Whom, *, now: int) -> list[Notice]:
    shown = listings.of_ids(reader, found)
    views = see(reader, None, shown, now=now)
    owners = {one.account for one in shown if one.account is not None}
    ways = paper.reach(reader, owners, CALLED) if whom is Whom.MEMBERS else {}
    return [
        Notice(view, ways.get(one.account or 0, ()))
        for one, view in zip(shown, views, strict=True)
    ]


def _by_category(reader: Reader, notices: Sequence[Notice]) -> Iterator[Part]:
    """Part notices in the order of the tree; what has no category comes last."""
    tree = categories.every(reader)
    names = {each.id: each.name for each in tree}
    parted: dict[int | None, list[Notice]] = {each.id: [] for each in tree} | {None: []}
    for one in notices:
        number = one.listing.category
        parted[number if number in names else None].append(one)
    for each in tree:
        if parted[each.id]:
            yield Part(each.name, names.get(each.parent or 0), parted[each.id])
    if parted[None]:
        yield Part(None, None, parted[None])


def _by_area(_reader: Reader, notices: Sequence[Notice]) -> Iterator[Part]:
    areas = {one.listing.area for one in notices}
    for area in sorted(areas, key=lambda name: (name is None, name or "")):
        yield Part(area, None, [one for one in notices if one.listing.area == area])


def _by_neighbour(notices: Sequence[Notice]) -> Iterator[Part]:
    """Part what neighbours show by exchange, in the order of their names."""
    names = {one.listing.neighbour for one in notices if one.listing.neighbour}
    for name in sorted(names):
        theirs = [one for one in notices if one.listing.neighbour == name]
        yield Part(name, None, theirs, is_abroad=True)
