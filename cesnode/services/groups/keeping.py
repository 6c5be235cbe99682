"""Founding a group, saying what it is for, and ending it.

Any member may found one, and is its steward.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from msgspec.structs import replace

from cesnode.community import market, words
from cesnode.community.groups import (
    LONGEST_ABOUT,
    MOST_LED,
    Door,
    Reach,
    Seat,
    Voice,
)
from cesnode.community.notices import Kind
from cesnode.community.roles import Actor
from cesnode.errors import N_, FieldInvalid, GroupNameTaken
from cesnode.services import noticing
from cesnode.services.groups import places
from cesnode.services.guests import chronicle, receiving
from cesnode.services.market import publishing
from cesnode.store import Reader, Writer, group_members, group_notices, groups
from cesnode.store.groups import Group
from cesnode.store.pictures import Picture
from federation import groups as told


@dataclass(frozen=True, slots=True, kw_only=True)
class Charter:
    """What a group is, in the words of those who found or lead it."""

    name: str
    about: str = ""
    door: Door = Door.OPEN
    voice: Voice = Voice.MEMBERS
    reach: Reach = Reach.HERE


def found(
    writer: Writer,
    actor: Actor,
    charter: Charter,
    *,
    id: UUID,  # noqa: A002 - the field's own name
    now: int,
) -> Group:
    """Found a group; sent twice it is there once.

    Raises:
        FieldInvalid: a field has to change, or this member leads many groups already.
        GroupNameTaken

    """
    member = places.member_of(actor)
    if known := groups.by_uuid(writer, id):
        return known
    _require_room(writer, member)
    blank = Group(
        id=0,
        uuid=id,
        name="",
        about="",
        door=Door.OPEN,
        voice=Voice.MEMBERS,
        picture=None,
        founded_at=now,
    )
    group = _chartered(writer, blank, charter)
    group = replace(group, id=groups.insert(writer, group))
    group_members.put(writer, group.id, member, Seat.STEWARD, now=now)
    places.trace(writer, actor, group, "group.founded", now=now)
    return group


def change(
    writer: Writer, actor: Actor, number: int, charter: Charter, *, now: int
) -> Group:
    """Let a group be called, described and entered in another way."""
    place = places.lead(writer, actor, number)
    group = _chartered(writer, place.group, charter)
    groups.update(writer, group)
    if group.reach is Reach.HERE and chronicle.is_kept(place.group):
        receiving.end_all(writer, place.group, told.Seat.REMOVED, now=now)
    places.record(writer, actor, place, "group.changed", now=now)
    return group


def set_picture(
    writer: Writer, actor: Actor, number: int, picture: Picture | None, *, now: int
) -> None:
    """Let a group have this picture, or none."""
    place = places.lead(writer, actor, number)
    groups.update(writer, replace(place.group, picture=picture))
    places.record(writer, actor, place, "group.picture_set", now=now)


def dissolve(writer: Writer, actor: Actor, number: int, *, now: int) -> None:
    """End a group for good: its words are gone, its name and when it was stay."""
    place = places.lead(writer, actor, number)
    gone = places.gone(number)
    noticing.tell_group(
        writer, number, Kind.GROUP_DISSOLVED, details=gone, but=actor.member, now=now
    )
    places.trace(writer, actor, place.group, "group.dissolved", now=now)
    end(writer, number, now=now)


def end(writer: Writer, number: int, *, now: int) -> None:
    """Leave nothing of a group but its name."""
    group = groups.find(writer, number)
    if group is not None and chronicle.is_kept(group):
        receiving.end_all(writer, group, told.Seat.DISSOLVED, now=now)
    groups.dissolve(writer, number, now=now)
    group_notices.empty(writer, number)
    group_members.empty(writer, number)
    publishing.take_off_board(writer, number, now=now)


def _require_room(reader: Reader, member: int) -> None:
    held = group_members.of_member(reader, member)
    if sum(one.seat is Seat.STEWARD for one in held) >= MOST_LED:
        raise FieldInvalid(
            "name", N_("you lead {most} groups, which is the most"), most=MOST_LED
        )


def _chartered(reader: Reader, group: Group, charter: Charter) -> Group:
    """Return the group with what its charter says, tidy and checked."""
    changed = replace(
        group,
        name=words.name(charter.name),
        about=market.paragraphs(charter.about, field="about", most=LONGEST_ABOUT),
        door=charter.door,
        voice=charter.voice,
        reach=charter.reach,
    )
    is_seen = changed.door is not Door.CLOSED
    if is_seen and groups.is_taken(reader, changed.name, but=group.id):
        raise GroupNameTaken
    return changed
