"""How each community of the demonstration sorts what its people offer, in its language.

For each category its sign, its name, and the services that belong to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Shelf:
    icon: str
    name: str
    services: tuple[str, ...]


_OAKVALE = (
    Shelf(
        "🍞",
        "Food and drink",
        (
            *("eggs", "bread", "vegetables", "honey", "jam", "apples", "cooking"),
            "groceries",
        ),
    ),
    Shelf("🌱", "Garden and animals", ("seedlings", "gardening", "pets")),
    Shelf(
        "🔧",
        "House and repairs",
        ("firewood", "painting", "plumbing", "repairs", "bicycles"),
    ),
    Shelf("🚲", "Lifts and transport", ("lift",)),
    Shelf("🤝", "Care and company", ("children", "club")),
    Shelf("🌿", "Health and body", ("massage", "haircut")),
    Shelf("📚", "Lessons and learning", ("piano", "portuguese", "maths")),
    Shelf("💻", "Computers and telephones", ("computers",)),
    Shelf("🧵", "Clothes, wool and clay", ("sewing", "knitting", "pottery")),
    Shelf("🔑", "Rooms, forms and letters", ("hall", "forms")),
)
_VILA_NOVA = (
    Shelf("🤝", "Cuidar e acompanhar", ("crianças", "companhia", "animais")),
    Shelf(
        "📚",
        "Aulas e línguas",
        ("explicações", "inglês", "português", "catalão", "tradução"),
    ),
    Shelf("🌱", "Horta e campo", ("horta", "azeitona")),
    Shelf("🍞", "Cozinha e pão", ("cozinha", "pão")),
    Shelf("🧵", "Roupa e cabelo", ("costura", "cabelo")),
    Shelf(
        "🔧",
        "Casa e arranjos",
        ("canalização", "pintura", "carpintaria", "limpeza", "oficina"),
    ),
    Shelf("🚲", "Boleias e bicicletas", ("bicicletas", "boleia")),
    Shelf("💻", "Computadores e papéis", ("computadores", "papéis")),
    Shelf("🎶", "Corpo, música e teatro", ("música", "ioga", "teatro", "sala")),
)
_AL_WAHA = (
    Shelf(
        "🌴",
        "طعام ومؤونة",
        ("dates", "bread", "olives", "vegetables", "eggs", "cooking", "shop"),
    ),
    Shelf("🧵", "خياطة وحرف", ("sewing", "embroidery", "carpets", "pottery", "women")),
    Shelf("📚", "دروس ولغات", ("arabic", "french", "maths", "quran")),
    Shelf("🤝", "رعاية وصحة", ("children", "medicine", "haircut")),
    Shelf("🔧", "بيت وإصلاح", ("plumbing", "electricity", "building")),
    Shelf("💧", "نخيل وماء", ("palms", "water")),
    Shelf("🚗", "نقل وتوصيل", ("lift",)),
    Shelf("✉️", "حاسوب ومعاملات", ("computers", "letters", "hall")),
)
SHELVES: Mapping[str, tuple[Shelf, ...]] = MappingProxyType(
    {"OAKV": _OAKVALE, "VILA": _VILA_NOVA, "WAHA": _AL_WAHA}
)
"""By the code of the community."""
