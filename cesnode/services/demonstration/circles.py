"""Lets some people of a community be in groups: notices, replies, a board, who asks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from types import MappingProxyType

from cesnode.community.groups import Door, Seat
from cesnode.community.market import Audience, Kind, State
from cesnode.community.roles import Actor
from cesnode.ledger.accounts import AccountState
from cesnode.services.demonstration.character import DAYS
from cesnode.services.demonstration.entering import new_id, voice
from cesnode.services.demonstration.scene import HOUR, Scene
from cesnode.services.groups import keeping, seating, telling
from cesnode.services.groups.keeping import Charter
from cesnode.services.market import boards, publishing
from cesnode.services.market.drafts import Draft
from cesnode.store import accounts, group_boards, listings

_MEMBERS = 7
_MORNING, _EVENING = 9, 18  # At these hours groups are founded, and told something.
_SINCE = 40
"""So many days before the end of the year the first group is founded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Circle:
    name: str
    about: str
    door: Door
    notice: tuple[str, str]
    replies: tuple[str, ...]
    offering: str  # for the group alone


_CIRCLES: Mapping[str, tuple[_Circle, ...]] = MappingProxyType(
    {
        "OAKV": (
            _Circle(
                name="The old orchard",
                about="We look after the orchard behind the mill.\n\n- Saturdays at ten\n"
                "- bring gloves",
                door=Door.OPEN,
                notice=("We prune on Saturday", "The ladder is at the mill already."),
                replies=("I come, with two saws.", "Me too, after eleven."),
                offering="Pears, for all who prune",
            ),
            _Circle(
                name="Oakvale choir",
                about="Songs from everywhere, on Thursday evenings.",
                door=Door.APPROVAL,
                notice=("Two basses wanted", "No notes needed, only a voice."),
                replies=("My neighbour may come along.",),
                offering="My spare music stand",
            ),
        ),
        "VILA": (
            _Circle(
                name="Horta comunitária",
                about="Cuidamos da horta ao pé da escola.\n\n- sábados às dez",
                door=Door.OPEN,
                notice=("Plantamos no sábado", "Tragam luvas e água."),
                replies=("Levo as sementes.", "Conte comigo."),
                offering="Mudas de tomate para quem ajuda",
            ),
        ),
        "WAHA": (
            _Circle(
                name="أصدقاء النخيل",
                about="نعتني معًا بنخيل الواحة صباح كل جمعة.",
                door=Door.APPROVAL,
                notice=("نلتقي يوم الجمعة", "أحضروا القفازات والماء."),
                replies=("سأحضر إن شاء الله.",),
                offering="فسائل نخيل لمن يساعد",
            ),
        ),
    }
)


def gather(scene: Scene) -> None:
    """Found the groups of a community, in the last weeks of its year."""
    random = Random(f"groups {scene.character.code}")  # noqa: S311 - to be repeatable
    for number, circle in enumerate(_CIRCLES[scene.character.code]):
        _found(scene, random, circle, now=scene.day(DAYS - _SINCE + number, hour=_MORNING))


def _found(scene: Scene, random: Random, circle: _Circle, *, now: int) -> None:
    writer = scene.writer
    steward, *others = _some(scene, random)
    charter = Charter(name=circle.name, about=circle.about, door=circle.door)
    group = keeping.found(writer, steward, charter, id=new_id(random), now=now).id
    for place, actor in enumerate(others):
        seat = seating.knock(writer, actor, group, now=now + (place + 1) * HOUR)
        if seat is Seat.ASKED and actor is not others[-1]:
            member, at = actor.member or 0, now + (place + 1) * HOUR
            seating.answer(writer, steward, group, member, welcome=True, now=at)
    inside = [steward, *others[:-1]]
    for actor in inside:
        _show(scene, actor, group)
    lately = scene.day(DAYS - 2, hour=_EVENING)
    _offer(scene, random, circle, steward, group, now=lately)
    _tell(scene, random, circle, inside, group, now=lately)


def _some(scene: Scene, random: Random) -> list[Actor]:
    """Return some who act for themselves; those whose passwords are known are with them."""
    character, writer = scene.character, scene.writer
    able = [
        person
        for person in character.people
        if not person.on_paper
        and accounts.by_number(writer, character.number(person)).state is AccountState.OPEN
    ]
    known = [person for person in able if person.sign_in]
    others = random.sample([one for one in able if not one.sign_in], _MEMBERS)
    found = [others[0], *known, *others[1:]]
    return [voice(writer, character, person) for person in found]


def _show(scene: Scene, actor: Actor, group: int) -> None:
    """Put on the board what somebody has on the market."""
    for account in actor.accounts:
        for listing in listings.of_account(scene.writer, account):
            if listing.state is State.SHOWN:
                others = group_boards.of_listing(scene.writer, listing.id)
                boards.place(scene.writer, listing.id, (*others, group))


def _offer(
    scene: Scene, random: Random, circle: _Circle, actor: Actor, group: int, *, now: int
) -> None:
    """Let somebody put up what only the group sees."""
    account = accounts.by_id(scene.writer, min(actor.accounts))
    draft = Draft(title=circle.offering, audience=Audience.GROUP, groups=(group,))
    publishing.publish(
        scene.writer,
        actor,
        Kind.OFFERING,
        account.number,
        draft,
        id=new_id(random),
        now=now,
    )


def _tell(
    scene: Scene,
    random: Random,
    circle: _Circle,
    inside: list[Actor],
    group: int,
    *,
    now: int,
) -> None:
    writer, (title, body) = scene.writer, circle.notice
    notice = telling.write(
        writer, inside[0], group, title, body, id=new_id(random), now=now
    )
    assert notice is not None  # noqa: S101 - it is a group of this community
    for place, said in enumerate(circle.replies, 1):
        telling.reply(
            writer,
            inside[place],
            group,
            notice.id,
            said,
            id=new_id(random),
            now=now + place * HOUR,
        )
