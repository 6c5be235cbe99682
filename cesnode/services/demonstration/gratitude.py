"""Lets people thank each other in the last weeks of the year, and some of them answer."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from random import Random
from types import MappingProxyType

from cesnode.community.roles import Actor
from cesnode.ledger.trades import Trade, TradeState
from cesnode.services.demonstration.character import DAYS, Person
from cesnode.services.demonstration.entering import new_id, voice
from cesnode.services.demonstration.scene import DAY, HOUR, Scene
from cesnode.services.news import thanking
from cesnode.store import accounts, thanks, trades

_EVERY = 2  # days
_LOOK_BACK = 40

_SAID: Mapping[str, tuple[tuple[str, str], ...]] = MappingProxyType(
    {
        "OAKV": (
            ("Exactly what we needed, and so kindly done.", ""),
            ("Thank you for taking so much care!", "A pleasure, any time."),
            ("Better than anything from a shop.", ""),
            ("Friendly, on time, and a good talk over the fence.", ""),
            ("You saved our weekend.", "That is what neighbours are for."),
            ("My first trade here, and not my last.", "Welcome! See you at the market."),
            ("We still talk of it at home.", ""),
            ("Thank you, also for the patience with me.", ""),
            ("I had looked for this for months.", "Glad it found you."),
            ("Lovely. I shall tell everybody in the lane.", ""),
        ),
        "VILA": (
            ("Mesmo o que fazia falta, e com um sorriso.", ""),
            ("Quanto cuidado! Bem haja.", "Foi um gosto, sempre às ordens."),
            ("A horas, e ainda com tempo para um café.", ""),
            ("Salvou-nos o fim de semana.", "Para isso há vizinhos."),
            ("A minha primeira troca, e não há de ser a última.", "Bem-vindos!"),
            ("Lá em casa ainda se fala disto.", ""),
            ("E que paciência comigo!", ""),
            ("Há meses que procurava quem me ajudasse.", "Ainda bem que perguntou."),
            ("Recomendo a toda a gente.", ""),
            ("Melhor do que eu esperava.", ""),
        ),
        "WAHA": (
            ("هذا ما كنا نحتاجه تماما، شكرا جزيلا.", ""),
            ("جزاكم الله خيرا على هذه العناية.", "على الرحب والسعة دائما."),
            ("في الموعد ومع ابتسامة.", ""),
            ("أنقذتم ضيافتنا، شكرا لكم.", "الجار للجار."),
            ("أول مبادلة لي هنا، ولن تكون الأخيرة.", "أهلا وسهلا بكم."),
            ("ما زلنا نتحدث عنه في البيت.", ""),
            ("شكرا على الصبر والكلام الطيب.", ""),
            ("بحثت عن هذا شهورا.", "الحمد لله أنكم وجدتموه عندنا."),
            ("أنصح به كل الجيران.", ""),
            ("أحسن مما في السوق.", ""),
        ),
    }
)
"""What is said, and what is answered, if anything is."""


def plan(scene: Scene) -> None:
    """Put on the agenda that somebody says thank you every other evening."""
    random = Random(f"thanks {scene.character.code}")  # noqa: S311 - to be repeatable
    said = _SAID[scene.character.code]
    for number, (words, answer) in enumerate(said):
        at = scene.day(DAYS - _EVERY * (len(said) - number), hour=21)
        scene.agenda.add(at, partial(_say, scene, random, words, answer))


def _say(scene: Scene, random: Random, words: str, answer: str, now: int) -> None:
    """Let a buyer of these days thank the seller, rather one whom visitors can be."""
    found = _lately(scene, now)
    if not found:
        return
    trade, buyer, seller = random.choice([one for one in found if one[2].sign_in] or found)
    name, id_ = str(trade.uuid), new_id(random)
    said = thanking.say(scene.writer, _voice(scene, buyer), name, words, id=id_, now=now)
    if answer and not seller.on_paper:
        speaker, at = _voice(scene, seller), now + HOUR
        thanking.answer(scene.writer, speaker, said.id, answer, now=at)


def _lately(scene: Scene, now: int) -> list[tuple[Trade, Person, Person]]:
    """Return the trades of these days for which nobody was thanked: buyer and seller."""
    writer, people = scene.writer, scene.character.numbered()
    found = []
    for trade in trades.latest(writer, since="", limit=_LOOK_BACK):
        numbers = accounts.names(writer, [trade.buyer, trade.seller])
        buyer = people.get(numbers[trade.buyer][0])
        seller = people.get(numbers[trade.seller][0])
        if (
            buyer is not None
            and seller is not None
            and not buyer.on_paper
            and trade.state is TradeState.POSTED
            and trade.created_at > now - _EVERY * DAY
            and not thanks.of_trade(writer, trade.id)
        ):
            found.append((trade, buyer, seller))
    return found


def _voice(scene: Scene, person: Person) -> Actor:
    return voice(scene.writer, scene.character, person)
