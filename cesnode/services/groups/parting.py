"""What becomes of somebody's groups when they leave the exchange."""

from __future__ import annotations

from cesnode.community.groups import Seat
from cesnode.community.notices import Kind
from cesnode.services import noticing
from cesnode.services.groups import places
from cesnode.services.groups.keeping import end
from cesnode.services.guests import chronicle, visiting
from cesnode.services.market import publishing
from cesnode.store import Writer, group_members, group_notices, groups


def leave_all(writer: Writer, member: int, *, now: int) -> None:
    """Take a member out of every group.

    One that would have no steward gets whoever has been in it for the longest time; where
    there is nobody else it ends.
    """
    for held in group_members.of_member(writer, member):
        group = groups.find(writer, held.group)
        if group is not None and group.peer is not None:
            visiting.end(writer, group, member, now=now)
            continue
        is_last = (
            held.seat is Seat.STEWARD
            and group_members.count(writer, held.group, Seat.STEWARD) == 1
        )
        if is_last and not _hand_over(writer, held.group, now=now):
            end(writer, held.group, now=now)
            continue
        group_members.remove(writer, held.group, member)
        publishing.take_off_board(writer, held.group, now=now)


def forget_words(writer: Writer, member: int, *, now: int) -> None:
    """Forget all that a member wrote in groups, with the replies to it: elsewhere too."""
    visiting.forget_words(writer, member, now=now)
    for written in group_notices.by_author(writer, member):
        group = groups.find(writer, written.group)
        if group is not None:
            chronicle.removed(writer, group, written, now=now)
    group_notices.forget_author(writer, member)


def _hand_over(writer: Writer, number: int, *, now: int) -> bool:
    """Make the eldest member of a group its steward; False if there is none."""
    heir = group_members.eldest(writer, number)
    if heir is None:
        return False
    group_members.put(writer, number, heir, Seat.STEWARD, now=now)
    told = places.told(number)
    noticing.tell(writer, heir, Kind.GROUP_STEWARD, details=told, now=now)
    return True
