"""The areas of an exchange: what they are called, and where their points are."""

from __future__ import annotations

from dataclasses import dataclass

from cesnode.community import profiles, words
from cesnode.community.places import Place
from cesnode.community.roles import Actor, Permission, Scope
from cesnode.errors import UnknownArea
from cesnode.services import acting
from cesnode.store import Reader, Writer, exchanges, members, places


@dataclass(frozen=True, slots=True)
class Area:
    """A part of the exchange; its point stands for whoever does not tell theirs."""

    name: str
    place: Place | None


def every(reader: Reader, actor: Actor) -> list[Area]:
    """Return the areas by name."""
    actor.require_scope(Scope.READ)
    points = places.of_areas(reader)
    return [Area(name, points.get(area)) for area, name in members.areas(reader).items()]


def place(writer: Writer, actor: Actor, name: str, text: str, *, now: int) -> Area:
    """Put an area on the map, as "38.7223, -9.1393"; an empty text takes it off.

    Raises:
        UnknownArea: there is none of this name.
        FieldInvalid: that is no place on earth.
        NotAllowed: the actor does not keep members.

    """
    actor.require(Permission.KEEP_MEMBERS)
    area = members.area(writer, name.strip())
    if area is None:
        raise UnknownArea(name=name)
    point = profiles.place(text)
    places.set_of_area(writer, area, point)
    exchange = exchanges.load(writer, now)
    details = {"place": profiles.place_text(point)}
    acting.record(
        writer, exchange, actor, "area.placed", f"area:{area}", details=details, now=now
    )
    return Area(name.strip(), point)


def named(writer: Writer, text: str | None) -> int | None:
    """Return the area of this name, put up where there is none yet."""
    if text is None:
        return None
    name = words.name(text, field="area")
    found = members.area(writer, name)
    return found if found is not None else members.insert_area(writer, name)
