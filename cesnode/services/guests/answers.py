"""Hears what the homes of groups elsewhere made of our members' wishes."""

from __future__ import annotations

from uuid import UUID

from cesnode.community import groups as groups_of
from cesnode.community.notices import Kind
from cesnode.services import noticing
from cesnode.services.clearing.here import Desk
from cesnode.services.clearing.letters import Answer, again
from cesnode.services.groups import places
from cesnode.services.guests import seats
from cesnode.store import (
    Writer,
    accounts,
    group_boards,
    group_copies,
    group_guests,
    group_shown,
    groups,
    listings,
    outbox,
)
from cesnode.store.groups import Group
from cesnode.store.outbox import Letter
from federation import wire
from federation.errors import read_problem
from federation.groups import Seat, Seating, Standing, Wish, WishKind

_OK = range(200, 300)
_REFUSED = range(400, 500)


def answered(writer: Writer, desk: Desk, letter: Letter, answer: Answer) -> None:
    """Act on what the home of a group made of a wish."""
    problem = read_problem(answer.body)
    refused = answer.status in _REFUSED and (problem is None or not problem.retryable)
    if answer.status not in _OK and not refused:
        again(writer, letter, problem or str(answer.status), now=desk.now)
        return
    standing = None if refused else wire.read(answer.body, Standing)
    wish = wire.read(letter.body, Wish)
    outbox.done(writer, letter.id, answer=answer.body, now=desk.now)
    outbox.forget_words(writer, letter.id)
    group = groups.by_uuid(
        writer, group_copies.id_of(desk.peer.id, letter.parameters["group_id"])
    )
    if group is None:
        return
    if standing is None:
        _not_taken(writer, desk, group, letter.wire_id, wish)
    elif wish.kind is WishKind.JOIN:
        seats.put(writer, group, wish.guest, standing, now=desk.now)


def seat_told(writer: Writer, desk: Desk, letter: Letter, answer: Answer) -> None:
    """A guest's exchange has heard of their seat.

    Where it takes no guests the invitation is taken back, and the stewards are told so.
    """
    problem = read_problem(answer.body)
    refused = answer.status in _REFUSED and (problem is None or not problem.retryable)
    if answer.status not in _OK and not refused:
        again(writer, letter, problem or str(answer.status), now=desk.now)
        return
    outbox.done(writer, letter.id, answer=answer.body, now=desk.now)
    seating = wire.read(letter.body, Seating)
    group = groups.by_uuid(writer, UUID(letter.parameters["group_id"]))
    if not refused or group is None or seating.seat is not Seat.INVITED:
        return
    guest = group_guests.by_address(writer, group.id, seating.guest)
    if guest is not None and guest.seat is groups_of.Seat.INVITED:
        group_guests.remove(writer, guest.id)
        noticing.tell_group(
            writer,
            group.id,
            Kind.GROUP_NOT_TAKEN,
            details=places.told(group.id),
            stewards_only=True,
            now=desk.now,
        )


def _not_taken(writer: Writer, desk: Desk, group: Group, wish_id: str, wish: Wish) -> None:
    """Tell whoever wished it that it came to nothing."""
    if wish.kind is WishKind.JOIN:
        seats.refused(writer, group, wish.guest, now=desk.now)
    elif wish.kind is WishKind.WRITE:
        sent = group_copies.sent_as(writer, wish_id)
        group_copies.forget_sent(writer, wish_id)
        if sent is not None:
            _tell(writer, group, sent.member, now=desk.now)
    elif wish.kind is WishKind.SHOW:
        listing = listings.by_uuid(writer, UUID(wish.item or ""))
        if listing is None or listing.account is None:
            return
        group_boards.remove(writer, group.id, listing.id)
        group_shown.untell(writer, group.id, listing.id)
        for member in accounts.members_of(writer, listing.account):
            _tell(writer, group, member, now=desk.now)


def _tell(writer: Writer, group: Group, member: int, *, now: int) -> None:
    told = places.told(group.id)
    noticing.tell(writer, member, Kind.GROUP_NOT_TAKEN, details=told, now=now)
