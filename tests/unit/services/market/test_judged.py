"""What people look for in three languages, and what they should find first."""

from __future__ import annotations

import pytest

from cesnode.services.market import finding
from cesnode.services.market.finding import Wanted
from cesnode.store import Writer
from tests.support.exchanges import NOW, Person, acting_as
from tests.unit.services.market.conftest import Market

MARKET = (
    ("Sourdough bread, two loaves", "baked on Saturdays with rye flour", "bakery"),
    ("Bicycle repair", "brakes, chains and lights, in my shed", "bike, cycling"),
    ("Babysitting, an evening", "for children from two years", "childcare"),
    ("Lift to the hospital", "I drive on Tuesdays", "transport, car"),
    ("Help with a tax form", "letters to offices as well", "paperwork"),
    ("Garden: hedge cutting", "my own tools and a ladder", ""),
    ("Ladder to lend", "three metres", "tools"),
    ("Broa e pão de centeio", "cozido no forno a lenha", "padaria"),
    ("Arranjo da bicicleta", "travões e mudanças", ""),
    ("Tomar conta das crianças", "à tarde, com experiência", ""),
    ("Aula de português", "para recém-chegados", "língua, lições"),
    ("Torneira a pingar", "pequenos arranjos de canalização", "canalizador"),
    ("خبز التنور", "كل صباح", "مخبز"),
    ("درس في اللغة العربية", "للكبار والصغار", "تعليم"),
    ("إصلاح حاسوب", "وضبط الهاتف", ""),
    ("توصيل إلى المستشفى", "بسيارتي يوم الثلاثاء", "سيارة"),
)
JUDGED = (
    ("bread", "Sourdough bread, two loaves"),
    ("BREAD rye", "Sourdough bread, two loaves"),
    ("bike", "Bicycle repair"),
    ("bicycle brakes", "Bicycle repair"),
    ("childcare", "Babysitting, an evening"),
    ("car", "Lift to the hospital"),
    ("hospital lift", "Lift to the hospital"),
    ("tax", "Help with a tax form"),
    ("ladder", "Ladder to lend"),
    ("hedge", "Garden: hedge cutting"),
    ("pao", "Broa e pão de centeio"),
    ("Pão de centeio", "Broa e pão de centeio"),
    ("bicicleta", "Arranjo da bicicleta"),
    ("criancas", "Tomar conta das crianças"),
    ("portugues", "Aula de português"),
    ("licoes", "Aula de português"),
    ("canaliz", "Torneira a pingar"),
    ("خبز", "خبز التنور"),
    ("خُبْز", "خبز التنور"),
    ("اللغة العربية", "درس في اللغة العربية"),
    ("حاسوب", "إصلاح حاسوب"),
    ("المستشفى", "توصيل إلى المستشفى"),
    ("fresh bread rolls", "Sourdough bread, two loaves"),
)


@pytest.mark.parametrize(("words", "best"), JUDGED)
def test_what_is_meant_is_found_first(
    writer: Writer, ann: Person, market: Market, words: str, best: str
) -> None:
    for title, text, keywords in MARKET:
        market.put(ann, title, text=text, keywords=keywords)

    found = finding.browse(writer, acting_as(writer, ann), Wanted(words=words), now=NOW)

    assert found.listings[0].title == best
