"""Puts the areas of a community on the map, and lets some people tell of themselves."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType

from cesnode.community.roles import Role
from cesnode.services import areas, dates, profiles
from cesnode.services.demonstration.character import DAYS, Person
from cesnode.services.demonstration.entering import voice
from cesnode.services.demonstration.scene import Scene
from cesnode.services.profiles import Told

_MAPPED = 1
_LATELY = 30
"""So many days before the end of the year people tell of themselves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Face:
    """What somebody tells; `away` is for how many days more they are absent, and why."""

    about: str
    languages: str
    phone: str = ""
    place: str = ""
    away: tuple[int, str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Homes:
    points: Mapping[str, str]  # By the name of the area.
    faces: Mapping[str, _Face]  # By the name of the person.


_OAKVALE = _Homes(
    points={
        "Mill Lane": "51.8312, -1.7921",
        "High Street": "51.8369, -1.7846",
        "Riverside": "51.8341, -1.7702",
        "Upper Farm": "51.8587, -1.8103",
    },
    faces={
        "Sofia Marsh": _Face(
            about="I cut hair in my kitchen and throw pots in the shed.\n\n"
            "- haircuts on Tuesdays and Thursdays\n- pottery evenings when the kiln is hot",
            languages="English, Portuguese",
            phone="01632 960 118",
            place="51.8335, -1.7716",
        ),
        "Amina Okafor": _Face(
            about="I bake before anybody is up, and keep this site in order after that.",
            languages="English, Igbo",
            phone="01632 960 104",
        ),
        "Margaret Hale": _Face(
            about="If you live in Mill Lane and would rather have paper than a screen,"
            " knock at number 9. I take your slips along.",
            languages="English",
            phone="01632 960 131",
        ),
        "Priya Nair": _Face(
            about="New here? I show you round. Come to the hall on market day.",
            languages="English, Malayalam, Hindi",
            phone="01632 960 127",
        ),
        "Daniel Foss": _Face(
            about="Two acres of vegetables and forty hens. Fetch your box at the gate.",
            languages="English",
            phone="01632 960 152",
            place="51.8611, -1.8148",
        ),
        "Ruth Feldman": _Face(
            about="I teach the piano to beginners of any age.",
            languages="English, German",
            away=(12, "With my daughter in Leeds. Lessons go on after that."),
        ),
    },
)
_VILA_NOVA = _Homes(
    points={
        "Centro": "41.6932, -8.8329",
        "Ribeira": "41.6887, -8.8247",
        "Serra": "41.7214, -8.7988",
    },
    faces={
        "Inês Magalhães": _Face(
            about="Dou aulas de inglês e de guitarra, em casa ou no jardim.\n\n"
            "- às terças e quintas, depois das cinco\n- crianças são bem-vindas",
            languages="português, inglês",
            phone="+351 900 000 118",
            place="41.6941, -8.8312",
        ),
        "Joana Sequeira": _Face(
            about="Cuido desta página e dos computadores de meia vila.",
            languages="português, inglês, catalão",
            phone="+351 900 000 104",
        ),
        "Conceição Amaral": _Face(
            about="Quem vive na Serra e prefere papel, bata à minha porta: eu registo.",
            languages="português",
            phone="+351 900 000 131",
        ),
        "Montserrat Puig": _Face(
            about="Recebo quem chega de novo. Venham ao encontro mensal!",
            languages="catalão, castelhano, português",
            phone="+351 900 000 127",
        ),
        "Tiago Moreira": _Face(
            about="Bicicletas e torneiras: o que pinga ou chia, trago a direito.",
            languages="português",
            phone="+351 900 000 152",
        ),
        "Catarina Gouveia": _Face(
            about="Professora reformada, com paciência para trabalhos de casa.",
            languages="português, francês",
            away=(12, "Estou com os netos no Porto. Volto em breve."),
        ),
    },
)
_AL_WAHA = _Homes(
    points={
        "البلدة القديمة": "30.3321, -5.8384",
        "حي النخيل": "30.3258, -5.8291",
        "عين الماء": "30.3527, -5.8602",
    },
    faces={
        "نور القاسمي": _Face(
            about="أصنع الفخار وأخيط الثياب في بيتي قرب الساحة.\n\n"
            "- الخياطة أيام الأحد والثلاثاء\n- الفرن مرة كل أسبوعين",
            languages="العربية, الفرنسية",
            phone="+212 500 000 118",
            place="30.3317, -5.8371",
        ),
        "ليلى المنصوري": _Face(
            about="أعتني بهذا الموقع، وأساعد من يتعثر في حاسوبه أو هاتفه.",
            languages="العربية, الإنجليزية",
            phone="+212 500 000 104",
        ),
        "الحاج إبراهيم الطيب": _Face(
            about="من يسكن عين الماء ويفضل الورق فليطرق بابي، أسجل عنه.",
            languages="العربية, الأمازيغية",
            phone="+212 500 000 131",
        ),
        "مريم الزهراني": _Face(
            about="أرحب بالأعضاء الجدد، وأدرّس العربية بعد العصر.",
            languages="العربية",
            phone="+212 500 000 127",
        ),
        "حسن النجار": _Face(
            about="أرمم الجدران الطينية كما تعلمت من أبي.",
            languages="العربية, الفرنسية",
            phone="+212 500 000 152",
        ),
        "جمال العطار": _Face(
            about="أعشاب وزيوت ونصيحة لمن يسأل.",
            languages="العربية",
            away=(12, "عند أخي في مراكش، وأعود قريبا إن شاء الله."),
        ),
    },
)
_HOMES: Mapping[str, _Homes] = MappingProxyType(
    {"OAKV": _OAKVALE, "VILA": _VILA_NOVA, "WAHA": _AL_WAHA}
)


def plan(scene: Scene) -> None:
    """Put on the agenda that areas are mapped, and that some people tell of themselves."""
    homes, people = _HOMES[scene.character.code], scene.character.people
    scene.agenda.add(scene.day(_MAPPED, hour=10), partial(_map, scene, homes.points))
    for number, (name, face) in enumerate(homes.faces.items()):
        (person,) = (one for one in people if one.name == name)
        at = scene.day(DAYS - _LATELY + number, hour=19)
        scene.agenda.add(at, partial(_tell, scene, person, face))


def _map(scene: Scene, points: Mapping[str, str], now: int) -> None:
    character = scene.character
    secretary = voice(scene.writer, character, character.having(Role.MEMBERSHIP_SECRETARY))
    for name, point in points.items():
        areas.place(scene.writer, secretary, name, point, now=now)


def _tell(scene: Scene, person: Person, face: _Face, now: int) -> None:
    actor = voice(scene.writer, scene.character, person)
    days, absence = face.away or (0, "")
    until = dates.day_of(scene.day(DAYS)) + datetime.timedelta(days=days)
    told = Told(
        about=face.about,
        languages=face.languages,
        phone=face.phone,
        place=face.place,
        absent_until=until.isoformat() if face.away else None,
        absence=absence,
    )
    profiles.change(scene.writer, actor, actor.member or 0, told, now=now)
