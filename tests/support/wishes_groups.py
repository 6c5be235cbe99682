"""The services of groups, who may ask for them, and how.

Each is tried on a group that Ann leads and Bob is in: Ann is "seller", Bob is "buyer".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from uuid import uuid4

from cesnode.community.groups import Door, Seat
from cesnode.community.roles import Actor
from cesnode.services.groups import keeping, places, seating, showing, telling
from cesnode.services.groups.keeping import Charter
from cesnode.services.guests import receiving
from cesnode.store import accounts, group_guests, group_members
from tests.support.exchanges import NOW
from tests.support.groups import Circle, found
from tests.support.visiting import group_there, neighbour
from tests.support.wishes import EVERYBODY, READING, TOP, TRADING, Act, Town

STEWARDS = {"seller"} | TOP
INSIDE = {"seller", "buyer"}
MEMBERS = EVERYBODY - {"operator"}

Call = Callable[[Town, Actor, Circle], object]


def _in_group(
    call: Call, door: Door = Door.OPEN, *, bob: Seat = Seat.MEMBER
) -> Callable[[Town, Actor], object]:
    """Let something be tried in a group of Ann and Bob, at whose door somebody waits."""

    def tried(town: Town, actor: Actor) -> object:
        circle = Circle(town.writer, found(town.writer, town.ann, door=door))
        for person, seat in (
            (town.bob, bob),
            (town.offices["treasurer"], Seat.ASKED),
        ):
            group_members.put(town.writer, circle.number, person.member, seat, now=NOW)
        return call(town, actor, circle)

    return tried


def _with_guest(
    seat: Seat, call: Callable[[Town, Actor, Circle, int], object]
) -> Callable[[Town, Actor], object]:
    """Let something be tried in a group in which somebody of a neighbour has a seat."""

    def tried(town: Town, actor: Actor, circle: Circle) -> object:
        writer, peer = town.writer, neighbour(town.writer)
        guest = group_guests.put(
            writer, circle.number, peer, "0002@vila.example", "Bea", seat, now=NOW
        )
        return call(town, actor, circle, guest)

    return _in_group(tried)


def _elsewhere(town: Town) -> int:
    """Return a group of a neighbour exchange that everybody may come into."""
    return group_there(town.writer, neighbour(town.writer))


def _own_number(town: Town, actor: Actor) -> str | None:
    held = sorted(actor.accounts)
    return accounts.by_id(town.writer, held[0]).number if held else None


def _charter(name: str) -> Charter:
    return Charter(name=name)


GROUPS: Mapping[str, Act] = {
    "found a group": Act(
        keeping.found,
        lambda t, a: keeping.found(t.writer, a, _charter("Singers"), id=uuid4(), now=NOW),
        MEMBERS,
        TRADING,
    ),
    "change a group": Act(
        keeping.change,
        _in_group(
            lambda t, a, c: keeping.change(
                t.writer, a, c.number, _charter("Singers"), now=NOW
            )
        ),
        STEWARDS,
        TRADING,
    ),
    "take a group's picture away": Act(
        keeping.set_picture,
        _in_group(
            lambda t, a, c: keeping.set_picture(t.writer, a, c.number, None, now=NOW)
        ),
        STEWARDS,
        TRADING,
    ),
    "dissolve a group": Act(
        keeping.dissolve,
        _in_group(lambda t, a, c: keeping.dissolve(t.writer, a, c.number, now=NOW)),
        STEWARDS,
        TRADING,
    ),
    "join a group": Act(
        seating.knock,
        _in_group(lambda t, a, c: seating.knock(t.writer, a, c.number, now=NOW)),
        MEMBERS,
        TRADING,
    ),
    "knock at a closed group": Act(
        seating.knock,
        _in_group(
            lambda t, a, c: seating.knock(t.writer, a, c.number, now=NOW), Door.CLOSED
        ),
        INSIDE,
        TRADING,
    ),
    "leave a group": Act(
        seating.leave,
        _in_group(
            lambda t, a, c: seating.leave(t.writer, a, c.number, now=NOW),
            bob=Seat.STEWARD,
        ),
        MEMBERS,
        TRADING,
    ),
    "invite to a group": Act(
        seating.invite,
        _in_group(
            lambda t, a, c: seating.invite(
                t.writer, a, c.number, t.offices["auditor"].number, now=NOW
            )
        ),
        STEWARDS,
        TRADING,
    ),
    "let into a group": Act(
        seating.answer,
        _in_group(
            lambda t, a, c: seating.answer(
                t.writer,
                a,
                c.number,
                t.offices["treasurer"].member,
                welcome=True,
                now=NOW,
            )
        ),
        STEWARDS,
        TRADING,
    ),
    "send away from a group": Act(
        seating.remove,
        _in_group(
            lambda t, a, c: seating.remove(t.writer, a, c.number, t.bob.member, now=NOW)
        ),
        STEWARDS,
        TRADING,
    ),
    "let a guest into a group": Act(
        receiving.answer,
        _with_guest(
            Seat.ASKED,
            lambda t, a, c, g: receiving.answer(
                t.writer, a, c.number, g, welcome=True, now=NOW
            ),
        ),
        STEWARDS,
        TRADING,
    ),
    "send a guest away from a group": Act(
        receiving.remove,
        _with_guest(
            Seat.MEMBER,
            lambda t, a, c, g: receiving.remove(t.writer, a, c.number, g, now=NOW),
        ),
        STEWARDS,
        TRADING,
    ),
    "join a group elsewhere": Act(
        seating.knock,
        lambda t, a: seating.knock(t.writer, a, _elsewhere(t), _own_number(t, a), now=NOW),
        MEMBERS,
        TRADING,
    ),
    "make a steward": Act(
        seating.appoint,
        _in_group(
            lambda t, a, c: seating.appoint(t.writer, a, c.number, t.bob.member, now=NOW)
        ),
        STEWARDS,
        TRADING,
    ),
    "step down": Act(
        seating.step_down,
        _in_group(
            lambda t, a, c: seating.step_down(t.writer, a, c.number, now=NOW),
            bob=Seat.STEWARD,
        ),
        INSIDE,
        TRADING,
    ),
    "write a notice": Act(
        telling.write,
        _in_group(
            lambda t, a, c: telling.write(
                t.writer, a, c.number, "We dig", "", id=uuid4(), now=NOW
            )
        ),
        INSIDE,
        TRADING,
    ),
    "reply to a notice": Act(
        telling.reply,
        _in_group(
            lambda t, a, c: telling.reply(
                t.writer, a, c.number, c.write(t.ann).id, "Yes", id=uuid4(), now=NOW
            )
        ),
        INSIDE,
        TRADING,
    ),
    "take a notice away": Act(
        telling.remove,
        _in_group(
            lambda t, a, c: telling.remove(
                t.writer, a, c.number, c.write(t.ann).id, now=NOW
            )
        ),
        STEWARDS,
        TRADING,
    ),
    "read notices": Act(
        telling.newest,
        _in_group(lambda t, a, c: telling.newest(t.writer, a, c.number)),
        INSIDE | TOP,
        READING,
    ),
    "read a notice": Act(
        telling.thread,
        _in_group(lambda t, a, c: telling.thread(t.writer, a, c.number, c.write(t.ann).id)),
        INSIDE | TOP,
        READING,
    ),
    "list groups": Act(
        showing.every, lambda t, a: showing.every(t.writer, a), EVERYBODY, READING
    ),
    "see a group": Act(
        showing.one,
        _in_group(lambda t, a, c: showing.one(t.writer, a, c.number, now=NOW)),
        EVERYBODY,
        READING,
    ),
    "see a closed group": Act(
        places.enter,
        _in_group(lambda t, a, c: places.enter(t.writer, a, c.number), Door.CLOSED),
        INSIDE | {"treasurer"} | TOP,
        READING,
    ),
    "see who is in a group": Act(
        showing.people,
        _in_group(lambda t, a, c: showing.people(t.writer, a, c.number)),
        INSIDE | TOP,
        READING,
    ),
}
