"""Decides, for a group of ours, on who of other exchanges is in it.

1. Home alone decides, by the group's own door and its stewards; the guest's node is told.
2. Every change of a seat has a number of its own, so that what comes late does not undo
   what came after it.
"""

from __future__ import annotations

from cesnode.community.groups import Door, Reach, Seat, Voice
from cesnode.community.roles import Actor
from cesnode.errors import N_, FieldInvalid, SeatChanged
from cesnode.services.clearing.addressing import Faraway
from cesnode.services.groups import places
from cesnode.services.groups.places import Place
from cesnode.services.guests import chronicle
from cesnode.services.identifiers import uuid7
from cesnode.store import (
    Reader,
    Writer,
    group_guests,
    group_log,
    group_members,
    group_notices,
    group_shown,
    groups,
    members,
    outbox,
    remote_listings,
)
from cesnode.store.group_guests import Guest
from cesnode.store.groups import Group
from federation import groups as told
from federation import wire
from federation.groups import Card, Seating

SEAT_LETTER = "group_seat"
_SEATS = {seat: told.Seat(seat) for seat in (Seat.ASKED, Seat.INVITED, Seat.MEMBER)}
_KNOWS = frozenset({told.Seat.INVITED, told.Seat.MEMBER})


def seat_on_wire(seat: Seat | None) -> told.Seat:
    """Return a guest's seat as the wire calls it."""
    if seat is Seat.REMOVED:
        return told.Seat.REMOVED
    return told.Seat.NONE if seat is None else _SEATS[seat]


def card(reader: Reader, group: Group) -> Card:
    """Return what neighbours may know of a group."""
    stewards = group_members.people(
        reader, group.id, Seat.STEWARD, limit=told.MOST_STEWARDS
    )
    return Card(
        group_id=str(group.uuid),
        name=group.name,
        about=group.about,
        door=told.Door(group.door),
        voice=told.Voice(group.voice),
        members=groups.members(reader, group.id),
        stewards=tuple(one.name for one in stewards),
    )


def doors(shown: Card) -> tuple[Door, Voice]:
    """Return by which door one comes into a group elsewhere, and who speaks there."""
    return Door(shown.door), Voice(shown.voice)


def invite(writer: Writer, actor: Actor, place: Place, whom: Faraway, *, now: int) -> None:
    """Invite somebody of a neighbour exchange, or let in who asked.

    Raises:
        FieldInvalid: neighbours cannot be in this group, or not those of that exchange.

    """
    group = place.group
    may_come = whom.beyond is None and whom.peer.shares_groups
    if group.reach is not Reach.NEIGHBOURS or not may_come:
        raise FieldInvalid("who", N_("this group is not open to that exchange"))
    before = group_guests.by_address(writer, group.id, whom.address)
    if before is not None and before.seat in {Seat.MEMBER, Seat.INVITED}:
        return
    if before is not None and before.seat is Seat.ASKED:
        _move(writer, group, before, Seat.MEMBER, now=now)
        return
    name = remote_listings.name_of(writer, whom.address)
    guest = group_guests.put(
        writer, group.id, whom.peer.id, whom.address, name, Seat.INVITED, now=now
    )
    by = members.name(writer, actor.member) if actor.member is not None else ""
    _tell(writer, group, _known(writer, group, guest), Seat.INVITED, by=by, now=now)


def answer(
    writer: Writer, actor: Actor, number: int, guest: int, *, welcome: bool, now: int
) -> None:
    """Let a guest in who asked, or not.

    Raises:
        UnknownGroup, NotAllowed
        SeatChanged: they do not ask, or not any more.

    """
    place = places.lead(writer, actor, number)
    asking = _require(writer, place, guest, Seat.ASKED)
    _move(writer, place.group, asking, Seat.MEMBER if welcome else None, now=now)


def remove(writer: Writer, actor: Actor, number: int, guest: int, *, now: int) -> None:
    """Send a guest away, who comes in again only if a steward says so.

    An invitation is taken back.

    Raises:
        UnknownGroup, NotAllowed
        SeatChanged: they are not in it, and were not invited.

    """
    place = places.lead(writer, actor, number)
    known = _require(writer, place, guest, Seat.MEMBER, Seat.INVITED)
    if known.seat is Seat.INVITED:
        _move(writer, place.group, known, None, now=now)
        return
    clear_board(writer, place.group, known.address, now=now)
    _move(writer, place.group, known, Seat.REMOVED, now=now)
    places.record(writer, actor, place, "group.guest_removed", now=now)


def end_all(writer: Writer, group: Group, last: told.Seat, *, now: int) -> None:
    """Leave no guest in a group and nothing of theirs; their nodes drop their copies."""
    for guest in group_guests.of_group(writer, group.id):
        if guest.seat is not Seat.REMOVED:
            _send(writer, group, guest, last, now=now)
        group_guests.remove(writer, guest.id)
    group_notices.forget_addresses(writer, group.id)
    group_shown.empty(writer, group.id)
    group_shown.untell_all(writer, group.id)
    group_log.end(writer, group.id)


def part_with(writer: Writer, peer: int, *, now: int) -> None:
    """Forget the guests of an exchange with all they wrote: it can take nothing back."""
    for guest in group_guests.of_peer(writer, peer):
        group = groups.find(writer, guest.group)
        assert group is not None  # noqa: S101 - a group is never removed
        clear_board(writer, group, guest.address, now=now)
        for written in group_notices.by_address(writer, group.id, guest.address):
            chronicle.removed(writer, group, written, now=now)
            group_notices.remove(writer, written.id)
        group_guests.remove(writer, guest.id)


def clear_board(writer: Writer, group: Group, address: str, *, now: int) -> None:
    """Take off the board all that a guest put on it."""
    for shown in group_shown.on_board(writer, group.id, address):
        group_shown.remove(writer, group.id, shown.item)
        chronicle.hidden(writer, group, shown.item, now=now)


def _move(
    writer: Writer, group: Group, guest: Guest, seat: Seat | None, *, now: int
) -> None:
    if seat is None:
        group_guests.remove(writer, guest.id)
    else:
        group_guests.put(
            writer, group.id, guest.peer, guest.address, guest.name, seat, now=now
        )
    _tell(writer, group, guest, seat, now=now)


def _tell(
    writer: Writer,
    group: Group,
    guest: Guest,
    seat: Seat | None,
    *,
    by: str = "",
    now: int,
) -> None:
    _send(writer, group, guest, seat_on_wire(seat), by=by, now=now)


def _send(
    writer: Writer,
    group: Group,
    guest: Guest,
    seat: told.Seat,
    *,
    by: str = "",
    now: int,
) -> None:
    seating = Seating(
        guest=guest.address,
        seat=seat,
        turn=groups.next_turn(writer, group.id),
        card=card(writer, group) if seat in _KNOWS else None,
        by=by,
    )
    outbox.add(
        writer,
        peer=guest.peer,
        kind=SEAT_LETTER,
        wire_id=str(uuid7()),
        parameters={"group_id": str(group.uuid)},
        body=wire.write(seating),
        now=now,
    )


def _require(reader: Reader, place: Place, guest: int, *wanted: Seat) -> Guest:
    known = group_guests.find(reader, place.group.id, guest)
    if known is None or known.seat not in wanted:
        raise SeatChanged
    return known


def _known(reader: Reader, group: Group, guest: int) -> Guest:
    found = group_guests.find(reader, group.id, guest)
    assert found is not None  # noqa: S101 - it was put there
    return found
