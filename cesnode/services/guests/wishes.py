"""What a guest may do in a group of ours, one wish at a time."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from cesnode.community import market, words
from cesnode.community.groups import (
    MOST_GUESTS,
    MOST_SHOWN,
    MOST_WRITTEN,
    Door,
    Seat,
    Voice,
    after_knocking,
)
from cesnode.community.notices import Kind
from cesnode.errors import FieldMissing, NotLetIn
from cesnode.services import noticing
from cesnode.services.groups import places
from cesnode.services.guests import chronicle, offering, receiving
from cesnode.store import (
    Reader,
    Writer,
    group_guests,
    group_notices,
    group_shown,
    groups,
    listings,
)
from cesnode.store.group_guests import Guest
from cesnode.store.group_notices import GroupNotice
from cesnode.store.group_shown import Shown
from cesnode.store.groups import Group
from cesnode.store.peers import Peer
from federation import wire
from federation.errors import FederationError, Problem
from federation.groups import Standing, Wish

_DAY = 86_400


@dataclass(frozen=True, slots=True, kw_only=True)
class Guestbook:
    """A group of ours, and who wishes something of it.

    It is None if there is none to know of; `home` is the group also for those to whom it
    is closed, who can still take their own words out of it.
    """

    group: Group | None
    home: Group | None
    guest: Guest | None
    peer: Peer
    address: str
    name: str
    now: int

    def known(self) -> Group:
        """Return the group, unless it is closed to whoever asks.

        Raises:
            FederationError: there is none for them.

        """
        if self.group is None:
            raise unavailable()
        return self.group


def opened(
    reader: Reader, peer: Peer, group: UUID, address: str, name: str, *, now: int
) -> Guestbook:
    """Return a group as somebody elsewhere meets it."""
    found = groups.by_uuid(reader, group)
    if found is not None and (
        found.dissolved_at is not None or not chronicle.is_kept(found)
    ):
        found = None
    guest = group_guests.by_address(reader, found.id, address) if found else None
    is_stranger = guest is None or guest.seat is Seat.REMOVED
    is_shut = found is not None and found.door is Door.CLOSED and is_stranger
    return Guestbook(
        group=None if is_shut else found,
        home=found,
        guest=guest,
        peer=peer,
        address=address,
        name=name,
        now=now,
    )


def unavailable() -> FederationError:
    """Return the one answer for a group that is not, or not for whoever asks."""
    detail = "There is no such group here for this guest."
    return FederationError(Problem.GROUP_UNAVAILABLE, detail)


def join(writer: Writer, book: Guestbook, _wish: Wish) -> Standing:
    """Come in, or ask to be let in."""
    group, seat = book.known(), _seat(book)
    try:
        after = after_knocking(group.door, seat)
    except NotLetIn:
        raise _refused("A steward lets guests in here, and has not.") from None
    if after is seat:
        return _standing(writer, group, seat)
    if (
        book.guest is None
        and group_guests.count(writer, group.id, book.peer.id) >= MOST_GUESTS
    ):
        raise _refused("There are no more seats for guests of this exchange.")
    guest = group_guests.put(
        writer, group.id, book.peer.id, book.address, book.name, after, now=book.now
    )
    if after is Seat.ASKED:
        details = places.told(group.id, at="/members") | {"guest": str(guest)}
        noticing.tell_group(
            writer,
            group.id,
            Kind.GROUP_ASKED,
            details=details,
            stewards_only=True,
            now=book.now,
        )
    return _standing(writer, group, after)


def leave(writer: Writer, book: Guestbook, _wish: Wish) -> Standing:
    """Leave, ask no more, or say no to an invitation; whoever is not here has left."""
    if book.home is None or book.guest is None:
        return Standing(seat=receiving.seat_on_wire(None), turn=0)
    if book.guest.seat is Seat.REMOVED:  # Else they could come in again.
        return _standing(writer, book.home, Seat.REMOVED)
    receiving.clear_board(writer, book.home, book.address, now=book.now)
    group_guests.remove(writer, book.guest.id)
    return _standing(writer, book.home, None)


def write(writer: Writer, book: Guestbook, wish: Wish) -> Standing:
    """Write a notice or a reply, as a member at home could."""
    group, item, said = book.known(), UUID(wish.item or ""), wish.words
    assert said is not None  # noqa: S101 - Wish has seen to it
    _require_inside(book)
    above = None
    if said.under is not None:
        above = group_notices.by_uuid(writer, group.id, UUID(said.under))
        if above is None or above.under is not None:
            raise _refused("What this replies to is not there any more.")
    elif group.voice is Voice.STEWARDS:
        raise _refused("In this group notices are for its stewards.")
    if group_notices.by_uuid(writer, group.id, item) is not None:
        raise _refused("These words have an id that others have.")
    lately = group_notices.count_by_address(writer, book.address, since=book.now - _DAY)
    if lately >= MOST_WRITTEN:
        raise _refused("That is the most that one may write in a day.")
    body = market.paragraphs(said.text, field="body")
    if above is not None and not body.strip():
        raise FieldMissing(field="body")
    notice = GroupNotice(
        id=0,
        uuid=item,
        group=group.id,
        under=above.id if above else None,
        author=None,
        author_name=book.name,
        address=book.address,
        title="" if above else words.name(said.title, field="title"),
        body=body,
        written_at=book.now,
    )
    _announce(writer, group, above, group_notices.insert(writer, notice), now=book.now)
    chronicle.written(writer, group, notice, now=book.now)
    return _standing(writer, group, Seat.MEMBER)


def remove(writer: Writer, book: Guestbook, wish: Wish) -> Standing:
    """Take away words of one's own, also of those who have left."""
    group, item = book.home, UUID(wish.item or "")
    written = group_notices.by_uuid(writer, group.id, item) if group is not None else None
    if group is not None and written is not None and written.address == book.address:
        chronicle.removed(writer, group, written, now=book.now)
        group_notices.remove(writer, written.id)
    return Standing(seat=receiving.seat_on_wire(_seat(book)), turn=0)


def show(writer: Writer, book: Guestbook, wish: Wish) -> Standing:
    """Put a listing on the board, or let one that is there say something else."""
    group, item = book.known(), UUID(wish.item or "")
    assert wish.listing is not None  # noqa: S101 - Wish has seen to it
    _require_inside(book)
    listing = offering.tidied(wish.listing)
    before = group_shown.find(writer, group.id, item)
    is_taken = before is not None and before.address != book.address
    if is_taken or listings.by_uuid(writer, item) is not None:
        raise _refused("This listing has an id that another has.")
    held = len(group_shown.on_board(writer, group.id, book.address))
    if before is None and held >= MOST_SHOWN:
        raise _refused("There is no more room for this guest on the board.")
    shown = Shown(
        group=group.id,
        item=item,
        address=book.address,
        name=book.name,
        listing=wire.write(listing),
        shown_at=book.now,
    )
    group_shown.put(writer, shown)
    by = (book.address, book.name)
    chronicle.shown(writer, group, item, by, listing, now=book.now)
    return _standing(writer, group, Seat.MEMBER)


def hide(writer: Writer, book: Guestbook, wish: Wish) -> Standing:
    """Take a listing of one's own off the board."""
    group, item = book.home, UUID(wish.item or "")
    shown = group_shown.find(writer, group.id, item) if group is not None else None
    if group is not None and shown is not None and shown.address == book.address:
        group_shown.remove(writer, group.id, item)
        chronicle.hidden(writer, group, item, now=book.now)
    return Standing(seat=receiving.seat_on_wire(_seat(book)), turn=0)


def _announce(
    writer: Writer, group: Group, above: GroupNotice | None, notice: int, *, now: int
) -> None:
    """Tell the members here of what a guest wrote."""
    if above is None:
        told = places.told(group.id, notice=notice)
        noticing.tell_group(writer, group.id, Kind.GROUP_NOTICE, details=told, now=now)
        return
    told = places.told(group.id, notice=above.id) | {"reply": str(notice)}
    for listener in group_notices.listeners(writer, above.id):
        noticing.tell(writer, listener, Kind.GROUP_REPLY, details=told, now=now)


def _seat(book: Guestbook) -> Seat | None:
    return book.guest.seat if book.guest else None


def _standing(writer: Writer, group: Group, seat: Seat | None) -> Standing:
    turn = groups.next_turn(writer, group.id)
    return Standing(seat=receiving.seat_on_wire(seat), turn=turn)


def _require_inside(book: Guestbook) -> None:
    if book.guest is None or book.guest.seat is not Seat.MEMBER:
        raise _refused("This is for those who are in the group.")


def _refused(detail: str) -> FederationError:
    return FederationError(Problem.GROUP_REFUSED, detail)
