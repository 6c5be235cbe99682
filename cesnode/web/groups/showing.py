"""/groups and what is to be seen of one group: itself, its members, a notice."""

from __future__ import annotations

from cesnode.errors import UnknownGroup, UnknownGroupNotice
from cesnode.services.groups import places, showing, telling
from cesnode.store import Reader
from cesnode.web.addresses import number
from cesnode.web.asking import Asked, Sight


def group_of(text: str) -> int:
    """Read the number of a group in an address.

    Raises:
        UnknownGroup: it is none.

    """
    group = number(text)
    if group is None:
        raise UnknownGroup
    return group


def notice_of(text: str) -> int:
    """Read the number of a notice in an address.

    Raises:
        UnknownGroupNotice: it is none.

    """
    notice = number(text)
    if notice is None:
        raise UnknownGroupNotice
    return notice


def every(reader: Reader, asked: Asked) -> Sight:
    words, home = asked.query.get("q", ""), asked.query.get("exchange", "")
    found = showing.every(reader, asked.visitor.actor, words=words, home=home)
    return Sight("groups/list.html", {"found": found, "words": words, "home": home})


def one(reader: Reader, asked: Asked) -> Sight:
    """Show a group, and to who may look inside what is in it."""
    view = showing.one(
        reader,
        asked.visitor.actor,
        group_of(asked.path["id"]),
        before=number(asked.query.get("before", "")),
        now=asked.now,
    )
    return Sight("groups/group.html", {"view": view})


def people(reader: Reader, asked: Asked) -> Sight:
    page = number(asked.query.get("page", "")) or 1
    found = showing.people(
        reader, asked.visitor.actor, group_of(asked.path["id"]), page=page
    )
    return Sight("groups/members.html", {"found": found, "page": page})


def thread(reader: Reader, asked: Asked) -> Sight:
    found = telling.thread(
        reader,
        asked.visitor.actor,
        group_of(asked.path["id"]),
        notice_of(asked.path["notice"]),
    )
    return Sight("groups/notice.html", {"thread": found})


def ending(reader: Reader, asked: Asked) -> Sight:
    """Ask once more before a group is dissolved."""
    place = places.lead(reader, asked.visitor.actor, group_of(asked.path["id"]))
    return Sight("groups/ending.html", {"group": place.group})
