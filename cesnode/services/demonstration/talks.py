"""Lets people write to each other: to those whom visitors can be, and one from abroad."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle
from random import Random
from types import MappingProxyType

from cesnode.community.market import Audience, State
from cesnode.community.messages import Takes
from cesnode.services import dates
from cesnode.services.clearing.addressing import own_address
from cesnode.services.demonstration import post
from cesnode.services.demonstration.character import DAYS, Person
from cesnode.services.demonstration.entering import new_id, voice
from cesnode.services.demonstration.post import Town
from cesnode.services.demonstration.scene import DAY, HOUR, Scene
from cesnode.services.messages import meeting, reading, writing
from cesnode.store import accounts, exchanges, listings

_PAUSE = 2 * HOUR
"""How long people take to answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Talk:
    """Who begins, who answers, and what they say in turn, so many hours before the end.

    It is `about` something that the other has on the market, if there is anything.
    """

    people: tuple[str, str]
    said: tuple[str, ...]
    ago: int
    about: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Greeting:
    """What somebody writes to somebody in another community, who is named by sign-in."""

    from_code: str
    sender: str
    to_code: str
    to: str
    said: str


_TALKS: Mapping[str, tuple[_Talk, ...]] = MappingProxyType(
    {
        "OAKV": (
            _Talk(
                people=("Grace Adeyemi", "Sofia Marsh"),
                said=(
                    "Hello Sofia, is this still to be had?",
                    "It is! Come by on Saturday morning?",
                    "Perfect. I bring some buns along.",
                    "Then I put the kettle on.",
                ),
                ago=62,
                about=True,
            ),
            _Talk(
                people=("Jack Tranter", "Sofia Marsh"),
                said=("I drive to town on Thursday at nine, one seat is free. For you?",),
                ago=9,
            ),
            _Talk(
                people=("Nora Finch", "Amina Okafor"),
                said=(
                    "I cannot find where to change my phone number.",
                    "Under Me, then Profile. Tell me if it hides from you.",
                    "Found it, thank you! And may I put up two pictures?",
                ),
                ago=30,
            ),
            _Talk(
                people=("Ben Alder", "Priya Nair"),
                said=("My brother would like to join us. What does he have to do?",),
                ago=28,
            ),
            _Talk(
                people=("Nathan Brook", "George Whitlock"),
                said=("Could my limit be raised before I paint the hall?",),
                ago=29,
            ),
            _Talk(
                people=("Wendy Stokes", "Margaret Hale"),
                said=("Elsie asks whether you can fetch her slips this week.",),
                ago=31,
            ),
            _Talk(
                people=("Owen Price", "Tom Ashby"),
                said=("Is there any of the dry ash left, before the frost?",),
                ago=32,
            ),
        ),
        "VILA": (
            _Talk(
                people=("Catarina Gouveia", "Inês Magalhães"),
                said=(
                    "Olá Inês, isto ainda está disponível?",
                    "Está! Pode passar no sábado de manhã?",
                    "Combinado. Levo broa.",
                    "Então eu faço o café.",
                ),
                ago=62,
                about=True,
            ),
            _Talk(
                people=("Nelson Semedo", "Inês Magalhães"),
                said=("Vou à cidade na quinta às nove e há um lugar no carro. Quer vir?",),
                ago=9,
            ),
            _Talk(
                people=("Clàudia Planas", "Joana Sequeira"),
                said=(
                    "Não encontro onde mudar o meu telefone.",
                    "Em Eu, depois Perfil. Diga se não der.",
                    "Já está! E posso pôr duas fotografias?",
                ),
                ago=30,
            ),
            _Talk(
                people=("Duarte Vilhena", "Montserrat Puig"),
                said=("O meu irmão quer entrar. O que tem de fazer?",),
                ago=28,
            ),
            _Talk(
                people=("Oriol Bosch", "Rui Tavares Pinto"),
                said=("Pode ver comigo as horas do mês passado?",),
                ago=29,
            ),
            _Talk(
                people=("Albert Riera", "Conceição Amaral"),
                said=("A Deolinda pergunta se passa esta semana a buscar as folhas.",),
                ago=31,
            ),
            _Talk(
                people=("Carles Soler", "Jordi Ferrer"),
                said=("Empresta-me a plaina pequena até domingo?",),
                ago=32,
            ),
        ),
        "WAHA": (
            _Talk(
                people=("فاطمة الكتبي", "نور القاسمي"),
                said=(
                    "السلام عليكم يا نور، هل ما زال هذا متاحا؟",
                    "وعليكم السلام، نعم. هل يناسبك صباح السبت؟",
                    "يناسبني، وسأحضر معي بعض الحلوى.",
                    "والشاي عندي.",
                ),
                ago=62,
                about=True,
            ),
            _Talk(
                people=("بلال حمدان", "نور القاسمي"),
                said=("أذهب إلى المدينة يوم الخميس وفي السيارة مكان. هل تأتين؟",),
                ago=9,
            ),
            _Talk(
                people=("دعاء الشامي", "ليلى المنصوري"),
                said=(
                    "لا أجد أين أغير رقم هاتفي.",
                    "في صفحتك ثم الملف الشخصي. أخبريني إن لم تجديه.",
                    "وجدته، شكرا! وهل أستطيع إضافة صورتين؟",
                ),
                ago=30,
            ),
            _Talk(
                people=("ياسين العلوي", "مريم الزهراني"),
                said=("أخي يود الانضمام إلينا. ماذا عليه أن يفعل؟",),
                ago=28,
            ),
            _Talk(
                people=("وليد الصباغ", "يوسف الحداد"),
                said=("هل يمكن رفع حدي قبل أن أبدأ ترميم الديوان؟",),
                ago=29,
            ),
            _Talk(
                people=("ماجد العنزي", "الحاج إبراهيم الطيب"),
                said=("تسأل خديجة إن كنت ستمر هذا الأسبوع لأخذ أوراقها.",),
                ago=31,
            ),
            _Talk(
                people=("رانيا الأيوبي", "سعاد بن علي"),
                said=("هل نبدأ حلقة المحادثة بالفرنسية من جديد؟",),
                ago=32,
            ),
        ),
    }
)
_GREETINGS = (
    _Greeting(
        from_code="VILA",
        sender="Sílvia Prates",
        to_code="OAKV",
        to="Sofia Marsh",
        said="Hello Sofia, I shall be in Oakvale in spring. Would you cut my hair, and may"
        " I translate something for you?",
    ),
    _Greeting(
        from_code="OAKV",
        sender="Beatriz Moura",
        to_code="VILA",
        to="Inês Magalhães",
        said="Olá Inês, cá em Oakvale procuramos quem converse em português à distância."
        " Conhece alguém?",
    ),
    _Greeting(
        from_code="OAKV",
        sender="Leila Haddad",
        to_code="WAHA",
        to="نور القاسمي",
        said="مرحبا نور، رأيت فخارك. هل ترسلين طقم أكواب إلى أوكفيل؟",
    ),
)


def begin(scene: Scene) -> None:
    """Let people of a community write to each other in the last days of its year."""
    random = Random(f"talks {scene.character.code}")  # noqa: S311 - to be repeatable
    for talk in _TALKS[scene.character.code]:
        _hold(scene, random, talk)


def greet(towns: Sequence[Town]) -> None:
    """Let some write to those of the other communities that are there."""
    there = {town.scene.character.code: town for town in towns}
    for greeting in _GREETINGS:
        if {greeting.from_code, greeting.to_code} <= set(there):
            _greet(there[greeting.from_code], there[greeting.to_code], greeting)


def _hold(scene: Scene, random: Random, talk: _Talk) -> None:
    """Let both write in turn; whoever answers has read what was written."""
    writer, (first, second) = scene.writer, _named(scene, talk.people)
    listing = _shown(scene, second) if talk.about else None
    sides = cycle(((first, second), (second, first)))
    conversation = None
    for number, (text, (speaker, other)) in enumerate(zip(talk.said, sides, strict=False)):
        now = scene.day(DAYS) - talk.ago * HOUR + number * _PAUSE
        actor = voice(writer, scene.character, speaker)
        draft = writing.Draft(id=new_id(random), text=text, listing=listing)
        if conversation is None:
            own, to = (scene.character.number(one) for one in (speaker, other))
            conversation = writing.begin(writer, actor, own, to, draft, now=now)
        else:
            reading.mark_read(writer, actor, conversation, now=now)
            writing.reply(writer, actor, conversation, draft, now=now)
        listing = None


def _greet(home: Town, away: Town, greeting: _Greeting) -> None:
    """Write to somebody in another community, who takes letters from everywhere."""
    ((sender,), (other,)) = (
        _named(home.scene, [greeting.sender]),
        _named(away.scene, [greeting.to]),
    )
    now = home.scene.day(DAYS) - DAY // 3
    own = home.scene.character.number(sender)
    number = away.scene.character.number(other)
    reader = voice(away.writer, away.scene.character, other)
    meeting.set_takes(away.writer, reader, number, Takes.EVERYBODY, now=now)
    to = own_address(exchanges.load(away.writer, now), number)
    actor = voice(home.writer, home.scene.character, sender)
    chance = Random(f"greeting {own} {to}")  # noqa: S311 - to be repeatable
    draft = writing.Draft(id=new_id(chance), text=greeting.said)
    writing.begin(home.writer, actor, own, to, draft, now=now)
    post.deliver(home, away, now=now)


def _named(scene: Scene, names: Iterable[str]) -> list[Person]:
    people = {person.name: person for person in scene.character.people}
    return [people[name] for name in names]


def _shown(scene: Scene, person: Person) -> int | None:
    """Return something that a person has on the market for everybody here."""
    account = accounts.by_number(scene.writer, scene.character.number(person))
    today = str(dates.day_of(scene.day(DAYS)))
    return next(
        (
            one.id
            for one in listings.of_account(scene.writer, account.id)
            if one.state is State.SHOWN
            and one.audience is not Audience.GROUP
            and (one.expires_on or today) >= today
        ),
        None,
    )
