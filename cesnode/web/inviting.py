"""/bring/people: letting everybody in who was brought over, by letters or by cards."""

from __future__ import annotations

from aiohttp import web

from cesnode.services.bringing import inviting
from cesnode.services.bringing.inviting import Awaited
from cesnode.store import Reader
from cesnode.store.brought import Stranger
from cesnode.web.asking import Asked, Asking, Sight
from cesnode.web.card_sheets import Order
from cesnode.web.keys import CARD_SHEETS
from cesnode.web.site import BRING_PEOPLE

_SECONDS = 2
"""After so long the page asks again how far it is."""


async def show(asking: Asking) -> web.StreamResponse:
    """Say who never came in; or how far their cards are; or show the cards."""
    asked, awaited = await asking.look(_awaited)
    sheet = asking.request.app[CARD_SHEETS].of(asked.visitor.actor)
    values = {
        "awaited": awaited,
        "sheet": sheet,
        "door": f"{asked.exchange.origin}/card",
    }
    again = _SECONDS if sheet is not None and sheet.is_under_way else None
    sight = Sight("bringing/people.html", values, secret=sheet is not None, again=again)
    return await asking.draw(asked, sight)


async def act(asking: Asking) -> web.StreamResponse:
    """Queue the letters, draw the cards, or throw away the sheet they are on."""
    asked, strangers = await asking.look(_strangers)
    actor, language = asked.visitor.actor, asked.language.code
    sheets = asking.request.app[CARD_SHEETS]
    if asking.form.has("letters"):
        await asking.write(inviting.write_letters, language=language, now=asking.now)
        return asking.go(BRING_PEOPLE, note="letters-written")
    if asking.form.has("gone"):
        sheets.throw_away(actor)
    elif strangers:
        order = Order(
            actor=actor,
            strangers=strangers,
            exchange=asked.exchange.name,
            language=language,
            now=asking.now,
        )
        sheets.begin(order)
    return asking.go(BRING_PEOPLE)


def _awaited(reader: Reader, asked: Asked) -> Awaited:
    return inviting.awaited(reader, asked.visitor.actor)


def _strangers(reader: Reader, asked: Asked) -> list[Stranger]:
    return inviting.strangers(reader, asked.visitor.actor)
