"""What a group elsewhere has decided on members of ours: by its home's word alone.

A home can let in only who has asked it, and nobody is a guest without having wished it.
"""

from __future__ import annotations

from cesnode.community.groups import GROUPS, Seat
from cesnode.community.notices import Kind
from cesnode.errors import NodeError
from cesnode.ledger.accounts import AccountState
from cesnode.services import noticing
from cesnode.services.clearing.addressing import own_number
from cesnode.services.groups import places
from cesnode.services.guests import copying
from cesnode.services.incoming import Incoming
from cesnode.services.market import publishing
from cesnode.store import (
    Reader,
    Writer,
    accounts,
    exchanges,
    group_copies,
    group_members,
    groups,
)
from cesnode.store.group_copies import Visit
from cesnode.store.groups import Group
from cesnode.store.peers import Peer
from federation import groups as told
from federation.errors import FederationError, Problem, schema_invalid
from federation.groups import Card, Head, Seating, Standing
from federation.signing import Reply

MOST_INVITED = 100
"""So many invitations of one exchange may wait for answers here."""
_HEARD = b"{}"


def seated(writer: Writer, incoming: Incoming) -> Reply:
    """Hear that a guest's seat has changed.

    The answer is the same whoever is meant, and whether there is such a one.
    """
    seating, peer, now = incoming.arrival.body(Seating), incoming.peer, incoming.now
    wire_id = incoming.arrival.parameter("group_id")
    if seating.guest.rpartition("@")[2] != incoming.own:
        detail = "That is no member of this exchange."
        raise FederationError(Problem.NOT_ROUTABLE, detail)
    if not peer.shares_groups:
        raise FederationError(Problem.NOT_FOUND, "This node does not offer that.")
    group = _group(writer, peer, wire_id, seating.card, now=now)
    if group is None:
        return Reply(202, _HEARD)
    if seating.seat is told.Seat.INVITED:
        _invited(writer, peer, group, seating, now=now)
    else:
        standing = Standing(seat=seating.seat, turn=seating.turn)
        put(writer, group, seating.guest, standing, now=now)
    return Reply(202, _HEARD)


def news(writer: Writer, incoming: Incoming) -> Reply:
    """Hear that there is more in the log of a group, and ask for it."""
    incoming.arrival.body(Head)
    wire_id = incoming.arrival.parameter("group_id")
    group = groups.by_uuid(writer, group_copies.id_of(incoming.peer.id, wire_id))
    if group is not None and incoming.peer.shares_groups:
        copying.ask_log(writer, group, now=incoming.now)
    return Reply(202, _HEARD)


def put(
    writer: Writer, group: Group, address: str, standing: Standing, *, now: int
) -> None:
    """Give a guest the seat that the home says, unless that is old news."""
    visit = _visit(writer, group, address, now=now)
    if visit is None or standing.turn <= visit.turn:
        return
    group_copies.set_turn(writer, visit, standing.turn)
    before = group_members.seat(writer, group.id, visit.member)
    match standing.seat:
        case told.Seat.MEMBER if before is Seat.ASKED:
            _welcome(writer, group, visit.member, now=now)
        case told.Seat.REMOVED if before is not Seat.INVITED:
            group_members.put(writer, group.id, visit.member, Seat.REMOVED, now=now)
            publishing.take_off_board(writer, group.id, now=now)
            _tell(writer, group, visit.member, Kind.GROUP_REMOVED, now=now)
        case told.Seat.NONE | told.Seat.DISSOLVED:
            _end(writer, group, visit, before, standing.seat, now=now)
            if standing.seat is told.Seat.DISSOLVED and not group_copies.has_visits(
                writer, group.id
            ):
                copying.let_go(writer, group.id, now=now)
                return
        case _:
            return
    copying.drop_unseen(writer, group)


def refused(writer: Writer, group: Group, address: str, *, now: int) -> None:
    """Note that somebody cannot come in who asked."""
    visit = _visit(writer, group, address, now=now)
    if visit is None:
        return
    if group_members.seat(writer, group.id, visit.member) is Seat.ASKED:
        group_members.remove(writer, group.id, visit.member)
        group_copies.end_visit(writer, group.id, visit.member)
        details = _gone(group)
        noticing.tell(writer, visit.member, Kind.GROUP_NOT_LET_IN, details=details, now=now)


def _welcome(writer: Writer, group: Group, member: int, *, now: int) -> None:
    group_members.put(writer, group.id, member, Seat.MEMBER, now=now)
    details = places.told(group.id)
    noticing.tell(writer, member, Kind.GROUP_LET_IN, details=details, now=now)
    copying.ask_log(writer, group, now=now)


def _invited(
    writer: Writer, peer: Peer, group: Group, seating: Seating, *, now: int
) -> None:
    """Let a member of ours know that they are invited; they answer or not."""
    number = own_number(exchanges.load(writer, now), seating.guest)
    account = accounts.find(writer, number) if number else None
    if account is None or account.state is AccountState.CLOSED:
        return
    holders = accounts.members_of(writer, account.id)
    known = group_copies.visit_by(writer, group.id, account.id)
    if not account.kind.is_personal or not holders:
        return
    member = known.member if known is not None else holders[0]
    if group_members.seat(writer, group.id, member) not in {None, Seat.REMOVED}:
        return
    if group_members.invited_by(writer, peer.id) >= MOST_INVITED:
        detail = "Many invitations of yours wait for answers here."
        raise FederationError(Problem.RATE_LIMITED, detail)
    if known is not None and seating.turn <= known.turn:
        return
    group_members.put(writer, group.id, member, Seat.INVITED, now=now)
    group_copies.visit(writer, group.id, member, account.id)
    visit = group_copies.visit_by(writer, group.id, account.id)
    assert visit is not None  # noqa: S101 - it was just begun
    group_copies.set_turn(writer, visit, seating.turn)
    details = places.told(group.id) | {"name": copying.called(seating.by)}
    noticing.tell(writer, member, Kind.GROUP_INVITED, details=details, now=now)


def _end(
    writer: Writer,
    group: Group,
    visit: Visit,
    before: Seat | None,
    seat: told.Seat,
    *,
    now: int,
) -> None:
    """Take a member out of a group elsewhere; whoever wished something of it is told."""
    group_members.remove(writer, group.id, visit.member)
    group_copies.end_visit(writer, group.id, visit.member)
    publishing.take_off_board(writer, group.id, now=now)
    if seat is told.Seat.DISSOLVED and before in {Seat.MEMBER, None}:
        _tell(writer, group, visit.member, Kind.GROUP_DISSOLVED, now=now)
    elif before is Seat.ASKED:
        _tell(writer, group, visit.member, Kind.GROUP_NOT_LET_IN, now=now)
    elif before is Seat.MEMBER:
        _tell(writer, group, visit.member, Kind.GROUP_REMOVED, now=now)


def _tell(writer: Writer, group: Group, member: int, kind: Kind, *, now: int) -> None:
    noticing.tell(writer, member, kind, details=_gone(group), now=now)


def _gone(group: Group) -> dict[str, str]:
    """Return what the bell keeps of a group that may not be here any more."""
    return {"group": str(group.id), "path": GROUPS, "called": group.name}


def _group(
    writer: Writer, peer: Peer, wire_id: str, card: Card | None, *, now: int
) -> Group | None:
    """Return a group of a peer's, known before or by the card that came along."""
    if card is not None:
        if card.group_id != wire_id:
            raise schema_invalid("The card is of another group.")
        try:
            copying.keep(writer, peer, card, now=now)
        except NodeError as error:
            raise schema_invalid(str(error)) from None
    return groups.by_uuid(writer, group_copies.id_of(peer.id, wire_id))


def _visit(reader: Reader, group: Group, address: str, *, now: int) -> Visit | None:
    number = own_number(exchanges.load(reader, now), address)
    account = accounts.find(reader, number) if number else None
    return (
        group_copies.visit_by(reader, group.id, account.id) if account is not None else None
    )
