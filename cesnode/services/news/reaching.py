"""Whom news is for, and who may tell it.

1. News of an area is for the members who live there, other news for all members, and
   what is public for everybody.
2. Who looks after news, everywhere or in an area, tells it there; who may read everything
   there reads it.
"""

from __future__ import annotations

from cesnode.community.news import Audience
from cesnode.community.roles import Actor, Permission, Scope
from cesnode.errors import NotAllowed, UnknownArea
from cesnode.store import Reader, accounts, members

KEEPING = Permission.KEEP_NEWS


def areas_of(reader: Reader, actor: Actor | None) -> frozenset[int] | None:
    """Return the areas whose news somebody reads; None: those of all areas."""
    if actor is None:
        return frozenset()
    actor.require_scope(Scope.READ)
    if actor.may(Permission.READ_ALL):
        return None
    lived_in = {accounts.by_id(reader, account).area for account in actor.accounts}
    read = {
        grant.area
        for grant in actor.grants
        if actor.may(Permission.READ_ALL, area=grant.area)
    }
    return frozenset(area for area in lived_in | read if area is not None)


def may_read(
    reader: Reader, actor: Actor | None, audience: Audience, area: int | None
) -> bool:
    if audience is Audience.PUBLIC:
        return True
    areas = areas_of(reader, actor)
    return actor is not None and (areas is None or area is None or area in areas)


def may_keep(actor: Actor | None, area: int | None) -> bool:
    return actor is not None and actor.may(KEEPING, area=area)


def require_keeping(reader: Reader, actor: Actor, area: int | None) -> None:
    """Raise NotAllowed unless this actor tells what is for this area, or for all.

    Raises:
        UnknownArea: there is no such area.

    """
    actor.require(KEEPING, area=area)
    if area is not None and members.area_name(reader, area) is None:
        raise UnknownArea(name=str(area))


def require_somewhere(actor: Actor) -> None:
    """Raise NotAllowed unless this actor looks after news, in some area at least."""
    if not actor.may_somewhere(KEEPING):
        raise NotAllowed(permission=KEEPING.value)


def kept_areas(reader: Reader, actor: Actor) -> tuple[bool, dict[int, str]]:
    """Return whether an actor may tell all members, and the areas they may tell."""
    everywhere = actor.may(KEEPING)
    named = members.areas(reader)
    return everywhere, {
        area: name for area, name in named.items() if actor.may(KEEPING, area=area)
    }
