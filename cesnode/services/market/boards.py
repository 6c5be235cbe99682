"""Boards of groups: the offerings and wants that members show to their groups.

1. A listing is on the board of a group as long as somebody who holds its account is in it.
2. What only groups see is seen by their members, by its owners, and by those who look
   after the market or the groups.
"""

from __future__ import annotations

from collections.abc import Iterable

from cesnode.community.groups import INSIDE
from cesnode.community.market import Audience, State
from cesnode.community.roles import Actor, Permission
from cesnode.errors import GroupMissing, UnknownGroup
from cesnode.store import Reader, Writer, group_boards, group_members, groups
from cesnode.store.listings import Listing

NO_BOARD = 0
"""The board of no group: nothing is on it."""


def chosen(
    reader: Reader, account: int, audience: Audience, wanted: Iterable[int]
) -> tuple[int, ...]:
    """Return the groups that an owner chose for a listing.

    Raises:
        UnknownGroup: nobody who holds the account is in one of them.
        GroupMissing: only groups are to see it, and there is none.

    """
    found = tuple(sorted(set(wanted)))
    if not set(found) <= set(group_boards.open_to(reader, account)):
        raise UnknownGroup(field="groups")
    if audience is Audience.GROUP and not found:
        raise GroupMissing
    return found


def place(writer: Writer, listing: int, wanted: Iterable[int]) -> None:
    """Put a listing on the boards of these groups, and take it off all others."""
    group_boards.replace(writer, listing, wanted)


def is_seen(reader: Reader, listing: Listing) -> bool:
    """Whether what is shown is shown to anybody: what is for groups needs a board."""
    is_for_groups = listing.audience is Audience.GROUP and listing.state is State.SHOWN
    return not is_for_groups or bool(group_boards.of_listing(reader, listing.id))


def is_open_to(reader: Reader, actor: Actor, listing: Listing) -> bool:
    """Whether an actor is among those to whom a listing is shown, as far as groups go."""
    if listing.audience is not Audience.GROUP:
        return True
    if actor.member is None:
        return False
    return group_boards.is_seen_by(reader, listing.id, actor.member)


def board_of(reader: Reader, actor: Actor | None, group: int) -> int:
    """Return the group whose board somebody asks for, or NO_BOARD if it is not for them."""
    found = groups.find(reader, group)
    if actor is None or found is None or found.dissolved_at is not None:
        return NO_BOARD
    if actor.may(Permission.KEEP_GROUPS):
        return group
    seat = group_members.seat(reader, group, actor.member) if actor.member else None
    return group if seat in INSIDE else NO_BOARD


def named(reader: Reader, actor: Actor | None, group: int | None) -> str | None:
    """Return the name of the group whose board is looked at; None without a board."""
    if group is None or board_of(reader, actor, group) == NO_BOARD:
        return None
    found = groups.find(reader, group)
    return found.name if found else None


def of_owner(reader: Reader, account: int) -> dict[int, str]:
    """Return the groups on whose boards an account may show something, by name."""
    return group_boards.open_to(reader, account)
