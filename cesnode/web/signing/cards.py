"""/cards/NUMBER: making a sign-in card for somebody, to be printed and handed over."""

from __future__ import annotations

from aiohttp import web

from cesnode.services import admitting
from cesnode.services.admitting import Card
from cesnode.services.membership import naming
from cesnode.store import Reader
from cesnode.web.asking import Asked, Asking, Sight
from cesnode.web.keys import HASHING
from cesnode.web.pictures import qr


def offer(reader: Reader, asked: Asked) -> Sight:
    """Say for whom a card would be, before one is made."""
    account = naming.find(reader, asked.exchange, asked.path["number"])
    return Sight("signing/make_card.html", {"account": account})


async def make(asking: Asking) -> web.StreamResponse:
    """Make the card and show it, this once."""
    asked, language = await asking.look(lambda _, asked: asked.language.code)
    drawn = await asking.request.app[HASHING].run(admitting.draw_words, language)
    number = asked.path["number"]
    card = await asking.write(admitting.make_card, number, drawn, now=asking.now)
    return await asking.draw(asked, _printed(card, asked))


def _printed(card: Card, asked: Asked) -> Sight:
    picture = qr(card.address, asked.exchange.name)
    values = {"card": card, "picture": picture, "door": f"{asked.exchange.origin}/card"}
    return Sight("signing/printed_card.html", values, secret=True)
