"""Lets groups of several exchanges see what our members put on their boards, and no more.

What stands on a board here and what other nodes were told is compared whenever a listing
changes: so it does not matter why it changed, and nothing is told twice.
"""

from __future__ import annotations

from dataclasses import dataclass

from cesnode.community.exchange import Exchange
from cesnode.community.groups import Seat
from cesnode.community.market import State
from cesnode.services import dates
from cesnode.services.guests import chronicle, offering, sending
from cesnode.store import (
    Reader,
    Writer,
    accounts,
    exchanges,
    group_boards,
    group_copies,
    group_members,
    group_shown,
    groups,
    listings,
)
from cesnode.store.groups import Group
from cesnode.store.listings import Listing
from federation import groups as told
from federation import wire
from federation.canonical import digest
from federation.groups import WishKind


@dataclass(frozen=True, slots=True)
class _Board:
    """A board that other exchanges see, and who shows a listing on it: member, account."""

    group: Group
    who: tuple[int, int]


def refresh(writer: Writer, number: int, *, now: int) -> None:
    """Tell the exchanges of groups how a listing stands on their boards now."""
    listing = listings.find(writer, number)
    if listing is None or listing.account is None:
        return
    before = group_shown.told(writer, number)
    boards = _boards(writer, listing, now=now)
    for group in before.keys() - boards.keys():
        _hide(writer, group, listing, now=now)
    exchange = exchanges.load(writer, now)
    for group, board in boards.items():
        shown = offering.on_wire(listing, exchange.currency)
        if before.get(group) != digest(wire.write(shown)):
            _show(writer, exchange, board, listing, shown, now=now)


def end_day(writer: Writer, *, now: int) -> None:
    """Take off the boards elsewhere what has ended."""
    for number in group_shown.ended(writer, today=str(dates.day_of(now))):
        refresh(writer, number, now=now)


def _boards(reader: Reader, listing: Listing, *, now: int) -> dict[int, _Board]:
    """Return the boards that a listing stands on and that are seen elsewhere, by group."""
    today = str(dates.day_of(now))
    has_ended = listing.expires_on is not None and listing.expires_on < today
    if listing.state is not State.SHOWN or has_ended:
        return {}
    found = {}
    for number in group_boards.of_listing(reader, listing.id):
        group = groups.find(reader, number)
        who = _shower(reader, group, listing) if group is not None else None
        if group is not None and who is not None:
            found[number] = _Board(group, who)
    return found


def _shower(reader: Reader, group: Group, listing: Listing) -> tuple[int, int] | None:
    """Return who shows a listing to other exchanges; None if none of them sees it."""
    account = listing.account or 0
    if group.peer is None:
        if not chronicle.is_kept(group):
            return None
        holders = accounts.members_of(reader, account)
        return (holders[0], account) if holders else None
    visit = group_copies.visit_by(reader, group.id, account)
    if visit is None:
        return None
    seat = group_members.seat(reader, group.id, visit.member)
    return (visit.member, account) if seat is Seat.MEMBER else None


def _show(
    writer: Writer,
    exchange: Exchange,
    board: _Board,
    listing: Listing,
    shown: told.Listing,
    *,
    now: int,
) -> None:
    group = board.group
    if group.peer is None:
        by = chronicle.named(writer, exchange, *board.who)
        chronicle.shown(writer, group, listing.uuid, by, shown, now=now)
    else:
        sending.send(
            writer,
            group,
            board.who,
            WishKind.SHOW,
            item=listing.uuid,
            listing=shown,
            now=now,
        )
    group_shown.tell(writer, group.id, listing.id, digest(wire.write(shown)))


def _hide(writer: Writer, number: int, listing: Listing, *, now: int) -> None:
    group_shown.untell(writer, number, listing.id)
    group = groups.find(writer, number)
    assert group is not None and listing.account is not None  # noqa: S101, PT018 - kept
    if group.peer is None:
        chronicle.hidden(writer, group, listing.uuid, now=now)
        return
    visit = group_copies.visit_by(writer, number, listing.account)
    if visit is None:  # Who has left has taken everything off that board.
        return
    who, kind = (visit.member, listing.account), WishKind.HIDE
    sending.send(writer, group, who, kind, item=listing.uuid, now=now)
