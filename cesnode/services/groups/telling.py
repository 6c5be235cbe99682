"""Notices of a group, and the replies under them.

Who may write one, the group has decided; every member may reply.  What somebody wrote
they may take away, and so may a steward.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from uuid import UUID

from cesnode.community import market, words
from cesnode.community.groups import MOST_WRITTEN
from cesnode.community.notices import Kind
from cesnode.community.roles import Actor
from cesnode.errors import N_, FieldInvalid, FieldMissing, NotAllowed, UnknownGroupNotice
from cesnode.services import noticing
from cesnode.services.groups import places
from cesnode.services.groups.places import Place
from cesnode.services.guests import chronicle, offering, visiting
from cesnode.store import Reader, Writer, group_notices, notices
from cesnode.store.group_notices import GroupNotice
from federation.groups import Words

PAGE = 10
_MOST_REPLIES = 500
_DAY = 86_400


@dataclass(frozen=True, slots=True)
class Page:
    """Notices, the newest first; `unread` leads from some of them to the bell's.

    `homes` are the exchanges of those who wrote from elsewhere, by their addresses.
    """

    notices: tuple[GroupNotice, ...]
    unread: dict[int, int]
    has_more: bool
    homes: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """A notice and what was replied to it."""

    place: Place
    notice: GroupNotice
    replies: tuple[GroupNotice, ...]
    homes: dict[str, str]

    def may_remove(self, written: GroupNotice) -> bool:
        is_own = written.author is not None and written.author == self.place.member
        return is_own or self.place.may_lead


def newest(
    reader: Reader,
    actor: Actor,
    number: int,
    *,
    before: int | None = None,
    limit: int = PAGE,
) -> Page:
    """Return a group's notices; go on `before` the last id seen."""
    place = places.look(reader, actor, number)
    found = group_notices.newest(reader, number, before=before, limit=limit + 1)
    unread = _unread(reader, place.member) if place.member is not None else {}
    homes = _homes(reader, found)
    return Page(tuple(found[:limit]), unread, len(found) > limit, homes)


def thread(reader: Reader, actor: Actor, number: int, notice: int) -> Thread:
    """Return a notice of a group and what is under it.

    Raises:
        UnknownGroup, NotAllowed
        UnknownGroupNotice: it was taken away, or is another group's.

    """
    place = places.look(reader, actor, number)
    above = _notice(reader, number, notice)
    replies = tuple(group_notices.under(reader, notice, limit=_MOST_REPLIES))
    homes = _homes(reader, (above, *replies))
    return Thread(place=place, notice=above, replies=replies, homes=homes)


def _homes(reader: Reader, written: Iterable[GroupNotice]) -> dict[str, str]:
    found = {one.address for one in written if one.address is not None}
    return {address: offering.home_of(reader, address) for address in found}


def write(
    writer: Writer,
    actor: Actor,
    number: int,
    title: str,
    body: str,
    *,
    id: UUID,  # noqa: A002 - the field's own name
    now: int,
) -> GroupNotice | None:
    """Write a notice, and tell everybody in the group; sent twice it is there once.

    In a group of another exchange it is there once its home has it: until then, None.

    Raises:
        FieldInvalid: a field has to change, or they wrote much today.
        NotAllowed: in this group it is for the stewards.

    """
    place, member = places.enter(writer, actor, number), places.member_of(actor)
    if not place.may_write:
        raise NotAllowed(permission=N_("write notices in this group"))
    title, body = words.name(title, field="title"), market.paragraphs(body, field="body")
    if place.is_elsewhere:
        said = Words(title=title, text=body)
        return _brought(writer, place, id, said, member, now=now)
    if known := group_notices.by_uuid(writer, number, id):
        return known
    _require_room(writer, member, now=now)
    written = _insert(
        writer,
        GroupNotice(
            id=0,
            uuid=id,
            group=number,
            under=None,
            author=member,
            title=title,
            body=body,
            written_at=now,
        ),
    )
    chronicle.written(writer, place.group, written, now=now)
    told = places.told(number, by=member, notice=written.id)
    noticing.tell_group(
        writer, number, Kind.GROUP_NOTICE, details=told, but=member, now=now
    )
    return written


def reply(
    writer: Writer,
    actor: Actor,
    number: int,
    notice: int,
    body: str,
    *,
    id: UUID,  # noqa: A002 - the field's own name
    now: int,
) -> GroupNotice | None:
    """Reply under a notice, and tell who wrote it and who replied before.

    In a group of another exchange it is there once its home has it: until then, None.

    Raises:
        FieldMissing, FieldInvalid: there is nothing to say, or too much.
        UnknownGroupNotice
        NotAllowed: they are not in the group.

    """
    place, member = places.enter(writer, actor, number), places.member_of(actor)
    if not place.is_inside:
        raise NotAllowed(permission=N_("reply in a group without being in it"))
    answered = _notice(writer, number, notice)
    said = market.paragraphs(body, field="body")
    if not said.strip():
        raise FieldMissing(field="body")
    if place.is_elsewhere:
        reply = Words(text=said, under=str(answered.uuid))
        return _brought(writer, place, id, reply, member, now=now)
    if known := group_notices.by_uuid(writer, number, id):
        return known
    _require_room(writer, member, now=now)
    written = _insert(
        writer,
        GroupNotice(
            id=0,
            uuid=id,
            group=number,
            under=notice,
            author=member,
            title="",
            body=said,
            written_at=now,
        ),
    )
    chronicle.written(writer, place.group, written, now=now)
    told = places.told(number, by=member, notice=notice)
    for listener in group_notices.listeners(writer, answered.id) - {member}:
        noticing.tell(writer, listener, Kind.GROUP_REPLY, details=told, now=now)
    return written


def remove(writer: Writer, actor: Actor, number: int, notice: int, *, now: int) -> None:
    """Take away a notice with all replies to it, or a reply.

    Raises:
        UnknownGroupNotice
        NotAllowed: somebody else wrote it, and they lead nothing here.

    """
    place = places.look(writer, actor, number)
    written = group_notices.find(writer, notice)
    if written is None or written.group != number:
        raise UnknownGroupNotice
    if written.author is not None and written.author == place.member:
        places.member_of(actor)
        if place.is_elsewhere:
            visiting.remove(writer, place, written, now=now)
            return
    else:
        place = places.lead(writer, actor, number)
        _tell_author(writer, number, written, now=now)
        places.record(
            writer, actor, place, "group.words_removed", member=written.author, now=now
        )
    chronicle.removed(writer, place.group, written, now=now)
    group_notices.remove(writer, notice)


def _tell_author(writer: Writer, number: int, written: GroupNotice, *, now: int) -> None:
    """Tell who wrote it that it was taken away; a guest is told by their own exchange."""
    if written.author is not None:
        told = places.told(number)
        noticing.tell(
            writer, written.author, Kind.GROUP_WORDS_REMOVED, details=told, now=now
        )


def _brought(
    writer: Writer, place: Place, item: UUID, said: Words, member: int, *, now: int
) -> GroupNotice | None:
    """Bring words to the group's home, or return them if they are there already."""
    if known := group_notices.by_uuid(writer, place.group.id, item):
        return known
    _require_room(writer, member, now=now)
    visiting.write(writer, place, item, said, now=now)
    return None


def _insert(writer: Writer, notice: GroupNotice) -> GroupNotice:
    return replace(notice, id=group_notices.insert(writer, notice))


def _notice(reader: Reader, number: int, notice: int) -> GroupNotice:
    found = group_notices.find(reader, notice)
    if found is None or found.group != number or found.under is not None:
        raise UnknownGroupNotice
    return found


def _unread(reader: Reader, member: int) -> dict[int, int]:
    """Return the group notices that a member has not read, and the bell's ids of them."""
    told = notices.unread_of_kind(reader, member, Kind.GROUP_NOTICE)
    return {int(one.details["notice"]): one.id for one in told}


def _require_room(reader: Reader, member: int, *, now: int) -> None:
    if group_notices.written_since(reader, member, now - _DAY) >= MOST_WRITTEN:
        raise FieldInvalid(
            "body", N_("you wrote {most} today, which is the most"), most=MOST_WRITTEN
        )
