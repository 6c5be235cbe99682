"""What there is to see of groups, and of those who are in one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cesnode.community.groups import INSIDE, Seat
from cesnode.community.market import fold
from cesnode.community.roles import Actor, Permission, Scope
from cesnode.errors import UnknownGroup
from cesnode.services import dates
from cesnode.services.groups import places, telling
from cesnode.services.groups.places import Place
from cesnode.services.guests import offering, sending
from cesnode.services.guests.offering import Offered
from cesnode.services.market import finding
from cesnode.services.market.finding import Wanted
from cesnode.services.market.seeing import Seen
from cesnode.store import Reader, group_copies, group_guests, group_members, groups, peers
from cesnode.store.group_copies import Sent
from cesnode.store.group_guests import Guest
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
    """The groups that somebody may know of: their own, those that wait, and the rest.

    `elsewhere` are those of other exchanges, and `homes` the names of these; `is_found`
    if only some are here, by their words or their exchange.
    """

    own: Sequence[Listed]
    waiting: Sequence[Listed]
    others: Sequence[Listed]
    elsewhere: Sequence[Listed] = ()
    homes: Sequence[str] = ()
    is_found: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Inside:
    """What is in a group: notices, a few of its board, and how many ask to come in.

    `shown` stands on the board from other exchanges, `underway` is what somebody wrote
    and the group's home does not have yet; `abroad` names the exchanges of its guests.
    """

    told: telling.Page
    board: Sequence[Seen]
    has_more: bool
    asking: int
    shown: Sequence[Offered] = ()
    underway: Sequence[Sent] = ()
    abroad: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupView:
    """A group as somebody sees it; what is `inside` only who may look there.

    `stewards` are names; `home` is the exchange that it is of, if that is another.
    """

    place: Place
    members: int
    stewards: Sequence[str]
    inside: Inside | None
    home: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathering:
    """A page of the members of a group, after its stewards; and who waits at the door.

    Guests from other exchanges stand by themselves, whether they are in or wait.
    """

    place: Place
    stewards: Sequence[Seated]
    members: Sequence[Seated]
    has_more: bool
    asking: Sequence[Seated]
    invited: Sequence[Seated]
    guests: Sequence[Guest] = ()
    guests_asking: Sequence[Guest] = ()
    guests_invited: Sequence[Guest] = ()


def every(reader: Reader, actor: Actor, *, words: str = "", home: str = "") -> Shelves:
    """Return the groups that this actor may know of, here and in neighbour exchanges.

    With `words`, those alone in whose name or description all of them stand; with a
    `home`, those alone of the exchange of that name.
    """
    actor.require_scope(Scope.READ)
    hidden = actor.may(Permission.KEEP_GROUPS)
    known = groups.listed(reader, actor.member, hidden=hidden, limit=_MOST_GROUPS)
    wanted = fold(words).split()
    found = [one for one in known if _is_meant(one, wanted, home)]
    rest = [one for one in found if one.seat in {None, Seat.REMOVED}]
    return Shelves(
        own=[one for one in found if one.seat in INSIDE],
        waiting=[one for one in found if one.seat in {Seat.INVITED, Seat.ASKED}],
        others=[one for one in rest if not one.home],
        elsewhere=[one for one in rest if one.home],
        homes=sorted({one.home for one in known if one.home}),
        is_found=bool(wanted or home),
    )


def neighbours(reader: Reader) -> Sequence[str]:
    """Return the exchanges whose members could be in groups of ours."""
    return [peer.name for peer in peers.every(reader) if places.is_near(peer)]


def _is_meant(one: Listed, wanted: Sequence[str], home: str) -> bool:
    said = fold(f"{one.group.name} {one.group.about}")
    return home in {"", one.home} and all(word in said for word in wanted)


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
        members=groups.members(reader, number),
        stewards=_stewards(reader, place),
        inside=_inside(reader, actor, place, before, now=now) if place.may_look else None,
        home=sending.home(reader, place.group).name if place.is_elsewhere else "",
    )


def _stewards(reader: Reader, place: Place) -> Sequence[str]:
    number = place.group.id
    if place.is_elsewhere:
        return group_copies.known(reader, number).stewards
    found = group_members.people(reader, number, Seat.STEWARD, limit=_MOST_STEWARDS)
    return [one.name for one in found]


def people(reader: Reader, actor: Actor, number: int, *, page: int = 1) -> Gathering:
    """Return who is in a group; to its stewards, who waits at its door too.

    Raises:
        UnknownGroup: there is none, or it is of another exchange, which tells nobody.
        NotAllowed

    """
    place = places.look(reader, actor, number)
    if place.is_elsewhere:
        raise UnknownGroup
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
        guests=group_guests.of_group(reader, number, Seat.MEMBER),
        guests_asking=_guests(reader, place, Seat.ASKED),
        guests_invited=_guests(reader, place, Seat.INVITED),
    )


def _inside(
    reader: Reader, actor: Actor, place: Place, before: int | None, *, now: int
) -> Inside:
    number = place.group.id
    board = finding.browse(reader, actor, Wanted(group=number), now=now).listings
    asking = group_members.count(reader, number, Seat.ASKED) if place.may_lead else 0
    asking += len(_guests(reader, place, Seat.ASKED))
    mine = group_copies.sent_by(reader, place.member or 0, number)
    guests = group_guests.of_group(reader, number, Seat.MEMBER)
    return Inside(
        told=telling.newest(reader, actor, number, before=before),
        board=board[:_ON_THE_PAGE],
        has_more=len(board) > _ON_THE_PAGE,
        asking=asking,
        shown=offering.on_board(reader, number, today=str(dates.day_of(now))),
        underway=[one for one in mine if one.title],
        abroad=sorted({guest.home for guest in guests}),
    )


def _guests(reader: Reader, place: Place, seat: Seat) -> Sequence[Guest]:
    return group_guests.of_group(reader, place.group.id, seat) if place.may_lead else ()


def _waiting(reader: Reader, place: Place, seat: Seat) -> Sequence[Seated]:
    if not place.may_lead:
        return []
    return group_members.people(reader, place.group.id, seat, limit=_MOST_WAITING)
