"""Lets the office tell its members something: announcements, events, a newsletter."""

from __future__ import annotations

import datetime
from functools import partial
from random import Random
from zoneinfo import ZoneInfo

from cesnode.community.roles import Actor, Role
from cesnode.services import dates
from cesnode.services.demonstration.character import DAYS
from cesnode.services.demonstration.entering import new_id, voice
from cesnode.services.demonstration.posters import BOARDS, Happening, Letter, Poster
from cesnode.services.demonstration.scene import Scene
from cesnode.services.news import announcing, planning, writing

_ZONE = ZoneInfo("UTC")
"""What a node is set to where nobody has said anything else."""
_PLANNED, _SENT = 10, 5
"""So many days before the end of the year events are planned, and a newsletter is sent."""
_WEEK = 7


def plan(scene: Scene) -> None:
    """Put on the agenda of the last weeks what members are told."""
    random = Random(f"news {scene.character.code}")  # noqa: S311 - to be repeatable
    board, add = BOARDS[scene.character.code], scene.agenda.add
    for poster in board.posters:
        at = scene.day(DAYS - poster.ago, hour=17)
        add(at, partial(_announce, scene, random, poster))
    for happening in board.happenings:
        at = scene.day(DAYS - _PLANNED, hour=18)
        add(at, partial(_put_in_calendar, scene, random, happening))
    at = scene.day(DAYS - _SENT, hour=8)
    add(at, partial(_send, scene, random, board.letter))


def _announce(scene: Scene, random: Random, poster: Poster, now: int) -> None:
    actor = _officer(scene, poster.role)
    draft = announcing.Draft(
        title=poster.title,
        text=poster.text,
        audience=poster.audience,
        area=_cared_for(actor),
    )
    announcing.publish(scene.writer, actor, draft, id=new_id(random), now=now)


def _put_in_calendar(scene: Scene, random: Random, happening: Happening, now: int) -> None:
    actor = _officer(scene, happening.role)
    wanted = planning.Plan(
        title=happening.title,
        day=_day(scene, happening).isoformat(),
        begins=happening.begins,
        ends=happening.ends,
        place=happening.place,
        text=happening.text,
        audience=happening.audience,
        area=_cared_for(actor),
    )
    planning.plan(scene.writer, actor, wanted, id=new_id(random), zone=_ZONE, now=now)


def _send(scene: Scene, random: Random, letter: Letter, now: int) -> None:
    actor = _officer(scene, Role.MEMBERSHIP_SECRETARY)
    wanted = writing.Draft(title=letter.title, text=letter.text)
    drafted = writing.draft(scene.writer, actor, wanted, id=new_id(random), now=now)
    writing.send(scene.writer, actor, drafted.id, now=now)


def _day(scene: Scene, happening: Happening) -> datetime.date:
    """Return the first such weekday after the day of the visit, or weeks after that."""
    visit = dates.day_of(scene.day(DAYS))
    ahead = (happening.weekday - visit.weekday() - 1) % _WEEK + 1
    return visit + datetime.timedelta(days=ahead + _WEEK * happening.weeks)


def _cared_for(actor: Actor) -> int | None:
    """Return the area that somebody is the coordinator of."""
    return next((grant.area for grant in actor.grants), None)


def _officer(scene: Scene, role: Role) -> Actor:
    return voice(scene.writer, scene.character, scene.character.having(role))
