"""Coming into a group and leaving it, by whichever door; and who leads it.

1. A group has a steward at least: the last one makes another first, or dissolves it.
2. Who was sent away comes back only if a steward says so, however open the door is.
"""

from __future__ import annotations

from cesnode.community.groups import INSIDE, Seat, after_knocking
from cesnode.community.notices import Kind
from cesnode.community.roles import Actor
from cesnode.errors import N_, LastSteward, NotAllowed, SeatChanged, UnknownMember
from cesnode.ledger.accounts import AccountState
from cesnode.services import noticing
from cesnode.services.clearing.addressing import resolve
from cesnode.services.groups import places
from cesnode.services.groups.places import Place
from cesnode.services.guests import receiving, visiting
from cesnode.services.market import publishing
from cesnode.store import Reader, Writer, accounts, exchanges, group_members

MEMBERS = "/members"
"""Where those are to be seen who are in a group, below its own address."""


def knock(
    writer: Writer, actor: Actor, number: int, account: str | None = None, *, now: int
) -> Seat:
    """Come in, or ask to be let in; return what came of it.

    In a group of another exchange one is known by an `account` of one's own.

    Raises:
        UnknownGroup, NotLetIn
        PeerResting, AccountClosed, AlreadyVisiting: it is a group of another exchange.

    """
    place, member = places.enter(writer, actor, number), places.member_of(actor)
    if place.is_elsewhere:
        return visiting.join(writer, actor, place, account, now=now)
    seat = after_knocking(place.group.door, place.seat)
    if seat is place.seat:
        return seat
    group_members.put(writer, number, member, seat, now=now)
    if seat is Seat.ASKED:
        told = places.told(number, at=MEMBERS, by=member)
        noticing.tell_group(
            writer, number, Kind.GROUP_ASKED, details=told, stewards_only=True, now=now
        )
    return seat


def leave(writer: Writer, actor: Actor, number: int, *, now: int) -> None:
    """Leave a group, take one's asking back, or say no to an invitation.

    Raises:
        UnknownGroup
        LastSteward: nobody would be left to lead it.

    """
    place, member = places.enter(writer, actor, number), places.member_of(actor)
    if place.seat is Seat.REMOVED:  # Else they could come in again.
        return
    if place.is_elsewhere:
        visiting.leave(writer, place, now=now)
        return
    _require_another(writer, number, place.seat)
    group_members.remove(writer, number, member)
    publishing.take_off_board(writer, number, now=now)


def invite(writer: Writer, actor: Actor, number: int, who: str, *, now: int) -> None:
    """Invite everybody who holds the account of this number; who asked is let in.

    Somebody of a neighbour exchange is invited as a guest.

    Raises:
        NotAllowed, UnknownAccount, UnknownMember, AccountMalformed, UnknownPeer
        FieldInvalid: neighbours cannot be in this group.

    """
    place = places.lead(writer, actor, number)
    meant = resolve(writer, exchanges.load(writer, now), who, field="who")
    if not isinstance(meant, str):
        receiving.invite(writer, actor, place, meant, now=now)
        return
    account = accounts.by_number(writer, meant, field="who")
    holders = accounts.members_of(writer, account.id)
    if not holders or account.state is AccountState.CLOSED:
        raise UnknownMember(number=account.number, field="who")
    for member in holders:
        _invite(writer, actor, place, member, now=now)


def answer(
    writer: Writer, actor: Actor, number: int, member: int, *, welcome: bool, now: int
) -> None:
    """Let somebody in who asked, or not.

    Raises:
        NotAllowed
        SeatChanged: they do not ask, or not any more.

    """
    place = places.lead(writer, actor, number)
    _require_seat(writer, number, member, Seat.ASKED)
    if welcome:
        _let_in(writer, place, member, now=now)
        return
    group_members.remove(writer, number, member)
    told = places.gone(number)
    noticing.tell(writer, member, Kind.GROUP_NOT_LET_IN, details=told, now=now)


def remove(writer: Writer, actor: Actor, number: int, member: int, *, now: int) -> None:
    """Send a member away, or take an invitation back; stewards step down themselves.

    Raises:
        NotAllowed
        SeatChanged: they are not in it, or are a steward.
        LastSteward: who looks after all groups makes somebody else one first.

    """
    place = places.lead(writer, actor, number)
    seats = {Seat.MEMBER, Seat.INVITED} | ({Seat.STEWARD} if place.keeps else set())
    seat = _require_seat(writer, number, member, *seats)
    if seat is Seat.INVITED:
        group_members.remove(writer, number, member)
        return
    _require_another(writer, number, seat)
    group_members.put(writer, number, member, Seat.REMOVED, now=now)
    publishing.take_off_board(writer, number, now=now)
    told = places.gone(number)
    noticing.tell(writer, member, Kind.GROUP_REMOVED, details=told, now=now)
    places.record(writer, actor, place, "group.member_removed", member=member, now=now)


def appoint(writer: Writer, actor: Actor, number: int, member: int, *, now: int) -> None:
    """Make a member a steward beside those there are.

    Raises:
        NotAllowed
        SeatChanged: they are no member, or a steward already.

    """
    place = places.lead(writer, actor, number)
    _require_seat(writer, number, member, Seat.MEMBER)
    group_members.put(writer, number, member, Seat.STEWARD, now=now)
    if member != actor.member:
        told = places.told(number)
        noticing.tell(writer, member, Kind.GROUP_STEWARD, details=told, now=now)
    places.record(writer, actor, place, "group.steward_made", member=member, now=now)


def step_down(writer: Writer, actor: Actor, number: int, *, now: int) -> None:
    """Be a member like others again.

    Raises:
        UnknownGroup
        NotAllowed: they lead nothing here.
        LastSteward

    """
    place, member = places.enter(writer, actor, number), places.member_of(actor)
    if place.seat is not Seat.STEWARD:
        raise NotAllowed(permission=N_("lead this group"))
    _require_another(writer, number, Seat.STEWARD)
    group_members.put(writer, number, member, Seat.MEMBER, now=now)


def _invite(writer: Writer, actor: Actor, place: Place, member: int, *, now: int) -> None:
    seat = group_members.seat(writer, place.group.id, member)
    if seat in INSIDE or seat is Seat.INVITED:
        return
    if seat is Seat.ASKED:
        _let_in(writer, place, member, now=now)
        return
    group_members.put(writer, place.group.id, member, Seat.INVITED, now=now)
    told = places.told(place.group.id, by=actor.member)
    noticing.tell(writer, member, Kind.GROUP_INVITED, details=told, now=now)


def _let_in(writer: Writer, place: Place, member: int, *, now: int) -> None:
    group_members.put(writer, place.group.id, member, Seat.MEMBER, now=now)
    told = places.told(place.group.id)
    noticing.tell(writer, member, Kind.GROUP_LET_IN, details=told, now=now)


def _require_seat(reader: Reader, number: int, member: int, *wanted: Seat) -> Seat:
    seat = group_members.seat(reader, number, member)
    if seat is None or seat not in wanted:
        raise SeatChanged
    return seat


def _require_another(reader: Reader, number: int, seat: Seat | None) -> None:
    """Raise LastSteward if nobody else leads a group."""
    if seat is Seat.STEWARD and group_members.count(reader, number, Seat.STEWARD) < 2:  # noqa: PLR2004 - who goes, and one more
        raise LastSteward
