"""A group as somebody meets it: whether they may know of it, look inside, or lead it.

1. What is in a group is for its members, and for those who look after all groups.
2. A closed group does not exist for anybody who was not invited, and one of another
   exchange for nobody but its guests and those who could be.
3. What is done to a group by one who looks after all of them is recorded with their name.
"""

from __future__ import annotations

from dataclasses import dataclass

from cesnode.community.groups import GROUPS, INSIDE, KNOWN, NOTICES, Door, Seat, Voice
from cesnode.community.roles import Actor, Permission, Scope
from cesnode.errors import N_, NotAllowed, UnknownGroup
from cesnode.services import acting
from cesnode.store import Reader, Writer, exchanges, group_members, groups, peers
from cesnode.store.groups import Group
from cesnode.store.peers import Peer
from federation.peering import State

_HEARD = frozenset({State.ACTIVE, State.PAUSED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A group, the seat that an actor has in it, and whether they look after all groups."""

    group: Group
    member: int | None
    seat: Seat | None
    keeps: bool

    @property
    def is_elsewhere(self) -> bool:
        return self.group.peer is not None

    @property
    def is_inside(self) -> bool:
        return self.seat in INSIDE

    @property
    def may_look(self) -> bool:
        return self.is_inside or self.keeps

    @property
    def may_lead(self) -> bool:
        return self.seat is Seat.STEWARD or self.keeps

    @property
    def may_write(self) -> bool:
        is_open = self.is_inside and self.group.voice is Voice.MEMBERS
        return is_open or self.seat is Seat.STEWARD


def enter(reader: Reader, actor: Actor, number: int) -> Place:
    """Return a group that somebody may know of.

    Raises:
        UnknownGroup: there is none, or it is closed to them.

    """
    actor.require_scope(Scope.READ)
    group = groups.find(reader, number)
    if group is None or group.dissolved_at is not None or not _is_near(reader, group):
        raise UnknownGroup
    member = actor.member
    place = Place(
        group=group,
        member=member,
        seat=group_members.seat(reader, number, member) if member is not None else None,
        keeps=group.peer is None and actor.may(Permission.KEEP_GROUPS),
    )
    if group.door is Door.CLOSED and place.seat not in KNOWN and not place.keeps:
        raise UnknownGroup
    return place


def _is_near(reader: Reader, group: Group) -> bool:
    """Whether a group is ours, or of an exchange whose groups our members may be in."""
    if group.peer is None:
        return True
    return is_near(peers.by_id(reader, group.peer))


def is_near(peer: Peer) -> bool:
    """Whether our members may meet those of an exchange in groups."""
    return peer.shares_groups and peer.own_state in _HEARD


def look(reader: Reader, actor: Actor, number: int) -> Place:
    """Return a group into which somebody may look.

    Raises:
        UnknownGroup, NotAllowed: they are not in it.

    """
    place = enter(reader, actor, number)
    if not place.may_look:
        raise NotAllowed(permission=N_("look into a group without being in it"))
    return place


def lead(reader: Reader, actor: Actor, number: int) -> Place:
    """Return a group for which somebody may decide.

    Raises:
        UnknownGroup, NotAllowed: they are none of its stewards.

    """
    place = enter(reader, actor, number)
    actor.require_scope(Scope.TRADE)
    if not place.may_lead:
        raise NotAllowed(permission=N_("decide for a group without being its steward"))
    return place


def member_of(actor: Actor) -> int:
    """Return who acts in a group: a person, so the operator cannot."""
    actor.require_scope(Scope.TRADE)
    if actor.member is None:
        raise NotAllowed(permission=N_("be in a group"))
    return actor.member


def record(
    writer: Writer,
    actor: Actor,
    place: Place,
    kind: str,
    *,
    member: int | None = None,
    now: int,
) -> None:
    """Leave a trace of what one who looks after all groups did to this one."""
    if place.seat is not Seat.STEWARD:
        trace(writer, actor, place.group, kind, member=member, now=now)


def trace(
    writer: Writer,
    actor: Actor,
    group: Group,
    kind: str,
    *,
    member: int | None = None,
    now: int,
) -> None:
    """Keep what was done to a group, under its name of then, and to which member."""
    acting.record(
        writer,
        exchanges.load(writer, now),
        actor,
        kind,
        f"group:{group.uuid}",
        details={"member": member} if member is not None else {},
        note=group.name,
        now=now,
    )


def gone(group: int) -> dict[str, str]:
    """Return the same for somebody to whom the group does not open any more."""
    return {"group": str(group), "path": GROUPS}


def told(
    group: int, *, at: str = "", by: int | None = None, notice: int | None = None
) -> dict[str, str]:
    """Return what a notice on the bell keeps: numbers, so that no words are copied."""
    path = f"{GROUPS}/{group}"
    if notice is not None:
        path = f"{path}/{NOTICES}/{notice}"
    return {
        "group": str(group),
        "path": path + at,
        **({"by": str(by)} if by is not None else {}),
        **({"notice": str(notice)} if notice is not None else {}),
    }
