"""What a member of ours does in a group elsewhere: join, write, leave.

1. The group's home decides; until it has answered, what was wished is on its way.
2. Who joins agrees that the members of that group see their name and their number.
3. Who leaves the exchange, or closes the account they are known by, leaves those groups.
"""

from __future__ import annotations

from uuid import UUID

from cesnode.community.groups import INSIDE, Seat, after_knocking
from cesnode.community.roles import Actor
from cesnode.errors import (
    N_,
    AccountClosed,
    AlreadyVisiting,
    FieldMissing,
    NotAllowed,
)
from cesnode.ledger.accounts import AccountState
from cesnode.services.clearing.ordering import require_begin
from cesnode.services.groups.places import Place
from cesnode.services.guests import copying, sending
from cesnode.services.market import publishing
from cesnode.store import (
    Writer,
    accounts,
    group_copies,
    group_members,
    group_notices,
    groups,
)
from cesnode.store.group_notices import GroupNotice
from cesnode.store.groups import Group
from federation.groups import WishKind, Words


def join(
    writer: Writer, actor: Actor, place: Place, number: str | None, *, now: int
) -> Seat:
    """Ask the group's home to be let in, known by an account of one's own.

    Raises:
        NotLetIn, PeerResting
        FieldMissing, NotAllowed, AccountClosed: of the account.
        AlreadyVisiting: somebody else is in the group by this account.

    """
    group, member = place.group, place.member or 0
    if place.seat in INSIDE:
        return Seat.MEMBER
    after_knocking(group.door, place.seat)
    _require_active(writer, group)
    account = _account(writer, actor, number)
    known = group_copies.visit_of(writer, group.id, member)
    if place.seat is Seat.INVITED and known is not None:
        account = known.account  # The invitation is to nobody else.
    other = group_copies.visit_by(writer, group.id, account)
    if other is not None and other.member != member:
        raise AlreadyVisiting
    group_members.put(writer, group.id, member, Seat.ASKED, now=now)
    group_copies.visit(writer, group.id, member, account)
    sending.send(writer, group, (member, account), WishKind.JOIN, now=now)
    return Seat.ASKED


def leave(writer: Writer, place: Place, *, now: int) -> None:
    """Leave a group elsewhere, ask no more, or say no to an invitation."""
    if place.seat is not None and place.seat is not Seat.REMOVED:
        end(writer, place.group, place.member or 0, now=now)


def end(writer: Writer, group: Group, member: int, *, now: int) -> None:
    """Take a member of ours out of a group elsewhere."""
    visit = group_copies.visit_of(writer, group.id, member)
    group_members.remove(writer, group.id, member)
    publishing.take_off_board(writer, group.id, now=now)
    if visit is not None:
        who = (member, visit.account)
        sending.send(writer, group, who, WishKind.LEAVE, now=now)
        group_copies.end_visit(writer, group.id, member)
    copying.drop_unseen(writer, group)


def end_account(writer: Writer, account: int, *, now: int) -> None:
    """Leave the groups elsewhere in which somebody is known by an account that ends."""
    for visit in group_copies.visits_by(writer, account):
        group = groups.find(writer, visit.group)
        assert group is not None  # noqa: S101 - a visit goes with its group
        end(writer, group, visit.member, now=now)


def write(
    writer: Writer,
    place: Place,
    item: UUID,
    words: Words,
    *,
    now: int,
) -> None:
    """Bring words to the group's home; they appear once it has told of them.

    Raises:
        PeerResting

    """
    _require_active(writer, place.group)
    sending.send_words(writer, place.group, place.member or 0, item, words, now=now)


def remove(writer: Writer, place: Place, written: GroupNotice, *, now: int) -> None:
    """Take one's own words away, here at once and then at the group's home."""
    member = place.member or 0
    sent = group_copies.sent(writer, place.group.id, written.uuid)
    if sent is None:
        raise NotAllowed(permission=N_("take away what others wrote"))
    who = (member, sent.account)
    kind, item = WishKind.REMOVE, written.uuid
    sending.send(writer, place.group, who, kind, item=item, now=now)
    group_notices.remove(writer, written.id)


def forget_words(writer: Writer, member: int, *, now: int) -> None:
    """Take away all that a member wrote in groups elsewhere, and the record of it."""
    for sent in group_copies.sent_by(writer, member):
        group = groups.find(writer, sent.group)
        assert group is not None  # noqa: S101 - what was sent goes with its group
        who, kind = (member, sent.account), WishKind.REMOVE
        sending.send(writer, group, who, kind, item=sent.item, now=now)
        group_copies.forget_sent(writer, sent.wish)


def _require_active(writer: Writer, group: Group) -> None:
    require_begin(sending.home(writer, group))


def _account(writer: Writer, actor: Actor, number: str | None) -> int:
    if not number:
        raise FieldMissing(field="account")
    account = accounts.by_number(writer, number, field="account")
    if not actor.owns(account.id):
        raise NotAllowed(permission=N_("be in a group in the name of others"))
    if account.state is AccountState.CLOSED:
        raise AccountClosed(number=account.number, field="account")
    return account.id
