"""Lets people of one community be guests in a group of another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from cesnode.community.groups import Reach, Seat
from cesnode.community.market import Audience, Kind
from cesnode.community.roles import OPERATOR, Actor, Role
from cesnode.services import authority
from cesnode.services.demonstration import post
from cesnode.services.demonstration.character import DAYS
from cesnode.services.demonstration.entering import new_id, voice
from cesnode.services.demonstration.post import Town
from cesnode.services.demonstration.scene import DAY, HOUR
from cesnode.services.groups import keeping, seating, telling
from cesnode.services.groups.keeping import Charter
from cesnode.services.guests import tending
from cesnode.services.market import publishing
from cesnode.services.market.drafts import Draft
from cesnode.services.peering import changing
from cesnode.services.peering.wishes import Wishes
from cesnode.store import group_members, groups
from cesnode.store.groups import Group


@dataclass(frozen=True, slots=True, kw_only=True)
class _Visit:
    """A group of one community, and what is said and shown in it with another."""

    home: str
    away: str
    name: str
    said: tuple[str, str]
    answer: str
    offering: str


_VISIT = _Visit(
    home="OAKV",
    away="VILA",
    name="The old orchard",
    said=(
        "Vila Nova is with us now",
        "Welcome! You have lemons, we have pears. Who has grafted before?",
    ),
    answer="Olá! I graft every spring, and I bring a knife for two.",
    offering="Lemon cuttings, for the orchard",
)
_MOST_GROUPS = 50


def begin(towns: Sequence[Town]) -> None:
    """Let the two communities meet in a group, if both are there."""
    there = {town.scene.character.code: town for town in towns}
    if {_VISIT.home, _VISIT.away} <= set(there):
        _meet(there[_VISIT.home], there[_VISIT.away])


def _meet(home: Town, away: Town) -> None:
    now = home.scene.day(DAYS) - DAY
    for one, other in ((home, away), (away, home)):
        here, peer = one.here(now), one.peer(other, now)
        wishes = Wishes(share_groups=True)
        changing.change(one.writer, here, OPERATOR, peer.code, wishes, now=now)
    group = _found(home)
    steward = _steward(home, group)
    _open(home, steward, group, now=now)
    tending.tend(away.writer, now=now)
    post.deliver(home, away, now=now)
    copy, (visitor, number) = _found(away), _visitor(away)
    seating.knock(away.writer, visitor, copy.id, number, now=now)
    post.deliver(home, away, now=now)
    chance = Random("visits")  # noqa: S311 - to be repeatable
    title, body = _VISIT.said
    telling.write(
        home.writer, steward, group.id, title, body, id=new_id(chance), now=now + HOUR
    )
    post.deliver(home, away, now=now + HOUR)
    _answer(away, copy, visitor, number, chance, now=now + 2 * HOUR)
    post.deliver(home, away, now=now + 2 * HOUR)


def _open(home: Town, steward: Actor, group: Group, *, now: int) -> None:
    """Let a group be open to neighbours, and stay else what it is."""
    charter = Charter(
        name=group.name,
        about=group.about,
        door=group.door,
        voice=group.voice,
        reach=Reach.NEIGHBOURS,
    )
    keeping.change(home.writer, steward, group.id, charter, now=now)


def _answer(
    away: Town, copy: Group, visitor: Actor, number: str, chance: Random, *, now: int
) -> None:
    """Let the guest reply, and put something on the board."""
    writer = away.writer
    (notice,) = telling.newest(writer, visitor, copy.id, limit=1).notices
    telling.reply(
        writer, visitor, copy.id, notice.id, _VISIT.answer, id=new_id(chance), now=now
    )
    draft = Draft(title=_VISIT.offering, audience=Audience.GROUP, groups=(copy.id,))
    publishing.publish(
        writer, visitor, Kind.OFFERING, number, draft, id=new_id(chance), now=now
    )


def _found(town: Town) -> Group:
    """Return the group, at home or as it is known elsewhere."""
    known = groups.listed(town.writer, None, hidden=False, limit=_MOST_GROUPS)
    return next(one.group for one in known if one.group.name == _VISIT.name)


def _steward(home: Town, group: Group) -> Actor:
    (steward,) = group_members.people(home.writer, group.id, Seat.STEWARD, limit=1)
    return authority.member_actor(home.writer, steward.member)


def _visitor(away: Town) -> tuple[Actor, str]:
    """Return the member whom visitors of the demonstration can be, and their number."""
    character = away.scene.character
    person = next(
        one for one in character.people if one.sign_in and one.role is Role.MEMBER
    )
    return voice(away.writer, character, person), character.number(person)
