"""What there is to see of groups, and of those who are in one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cesnode.community.groups import INSIDE, Seat
from cesnode.community.roles import Actor, Permission, Scope
from cesnode.services.groups import places, telling
from cesnode.services.groups.places import Place
from cesnode.services.market import finding
from cesnode.services.market.finding import Wanted
from cesnode.services.market.seeing import Seen
from cesnode.store import Reader, group_members, groups
from cesnode.store.group_members import Seated
from cesnode.store.groups import Listed

PEOPLE_PAGE = 50
_MOST_GROUPS = 500
_MOST_STEWARDS = 20
_MOST_WAITING = 200
_ON_THE_PAGE = 6
_MOST_PAGES = 400


@dataclass(frozen=True, slots=True)
class Shelves:
    """Every group that somebody may know of: their own, those that wait, and the rest."""

    own: Sequence[Listed]
    waiting: Sequence[Listed]
    others: Sequence[Listed]


@dataclass(frozen=True, slots=True, kw_only=True)
class Inside:
    """What is in a group: notices, a few of its board, and how many ask to come in."""

    told: telling.Page
    board: Sequence[Seen]
    has_more: bool
    asking: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupView:
    """A group as somebody sees it; what is `inside` only who may look there."""

    place: Place
    members: int
    stewards: Sequence[Seated]
    inside: Inside | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathering:
    """A page of the members of a group, after its stewards; and who waits at the door."""

    place: Place
    stewards: Sequence[Seated]
    members: Sequence[Seated]
    has_more: bool
    asking: Sequence[Seated]
    invited: Sequence[Seated]


def every(reader: Reader, actor: Actor) -> Shelves:
    """Return the groups that this actor may know of."""
    actor.require_scope(Scope.READ)
    hidden = actor.may(Permission.KEEP_GROUPS)
    found = groups.listed(reader, actor.member, hidden=hidden, limit=_MOST_GROUPS)
    return Shelves(
        own=[one for one in found if one.seat in INSIDE],
        waiting=[one for one in found if one.seat in {Seat.INVITED, Seat.ASKED}],
        others=[one for one in found if one.seat in {None, Seat.REMOVED}],
    )


def one(
    reader: Reader, actor: Actor, number: int, *, before: int | None = None, now: int
) -> GroupView:
    """Return a group; its notices from `before` one of them on.

    Raises:
        UnknownGroup: there is none, or it is closed to this actor.

    """
    place = places.enter(reader, actor, number)
    return GroupView(
        place=place,
        members=group_members.inside(reader, number),
        stewards=group_members.people(reader, number, Seat.STEWARD, limit=_MOST_STEWARDS),
        inside=_inside(reader, actor, place, before, now=now) if place.may_look else None,
    )


def people(reader: Reader, actor: Actor, number: int, *, page: int = 1) -> Gathering:
    """Return who is in a group; to its stewards, who waits at its door too.

    Raises:
        UnknownGroup, NotAllowed

    """
    place = places.look(reader, actor, number)
    offset = (min(max(page, 1), _MOST_PAGES) - 1) * PEOPLE_PAGE
    found = group_members.people(
        reader, number, Seat.MEMBER, limit=PEOPLE_PAGE + 1, offset=offset
    )
    return Gathering(
        place=place,
        stewards=group_members.people(reader, number, Seat.STEWARD, limit=_MOST_STEWARDS),
        members=found[:PEOPLE_PAGE],
        has_more=len(found) > PEOPLE_PAGE,
        asking=_waiting(reader, place, Seat.ASKED),
        invited=_waiting(reader, place, Seat.INVITED),
    )


def _inside(
    reader: Reader, actor: Actor, place: Place, before: int | None, *, now: int
) -> Inside:
    number = place.group.id
    board = finding.browse(reader, actor, Wanted(group=number), now=now).listings
    asking = group_members.count(reader, number, Seat.ASKED) if place.may_lead else 0
    return Inside(
        told=telling.newest(reader, actor, number, before=before),
        board=board[:_ON_THE_PAGE],
        has_more=len(board) > _ON_THE_PAGE,
        asking=asking,
    )


def _waiting(reader: Reader, place: Place, seat: Seat) -> Sequence[Seated]:
    if not place.may_lead:
        return []
    return group_members.people(reader, place.group.id, seat, limit=_MOST_WAITING)
