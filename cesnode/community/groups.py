"""Groups of members: who comes in by which door, and who may say something there."""

from __future__ import annotations

from enum import StrEnum

from cesnode.errors import NotLetIn

GROUPS = "/groups"
"""Where the pages are: what members are told of a group leads there."""
NOTICES = "notices"

LONGEST_ABOUT = 2_000
MOST_LED = 20
"""So many groups one member may be a steward of."""
MOST_WRITTEN = 30
"""So many notices and replies one member may write in a day."""
MOST_GUESTS = 500
"""So many people of one exchange may be in a group of another, or ask to be."""
MOST_SHOWN = 50
"""So many offerings and wants one guest may have on the board of a group."""


class Door(StrEnum):
    """How one comes in."""

    OPEN = "open"
    APPROVAL = "approval"  # a steward says yes
    CLOSED = "closed"  # by invitation; nobody else knows that it is there


class Reach(StrEnum):
    """From which exchanges one may come in; by which door is another matter."""

    HERE = "here"
    NEIGHBOURS = "neighbours"


class Voice(StrEnum):
    """Who may write notices; every member may reply to them."""

    STEWARDS = "stewards"
    MEMBERS = "members"


class Seat(StrEnum):
    """What somebody is to a group."""

    ASKED = "asked"
    INVITED = "invited"
    MEMBER = "member"
    STEWARD = "steward"
    REMOVED = "removed"  # comes in again only if a steward says so


INSIDE = frozenset({Seat.MEMBER, Seat.STEWARD})
KNOWN = INSIDE | {Seat.ASKED, Seat.INVITED}
"""Who may know of a closed group."""


def after_knocking(door: Door, seat: Seat | None) -> Seat:
    """Return the seat of somebody who wishes to come in.

    Raises:
        NotLetIn: for them the door is opened from inside only.

    """
    if seat in INSIDE:
        return seat
    if seat is Seat.INVITED:
        return Seat.MEMBER
    if seat is Seat.REMOVED or door is Door.CLOSED:
        raise NotLetIn
    return Seat.MEMBER if door is Door.OPEN else Seat.ASKED
