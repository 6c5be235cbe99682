"""Writes cards for everybody who was brought over on one sheet, to be printed and cut."""

from __future__ import annotations

from pathlib import Path

from cesnode.commands import showing
from cesnode.commands.terminal import Terminal
from cesnode.community.languages import LANGUAGES
from cesnode.errors import FieldInvalid
from cesnode.resources import resource
from cesnode.services import admitting
from cesnode.services.admitting import Card
from cesnode.services.bringing import inviting
from cesnode.web import static_files
from cesnode.web.pictures import qr
from cesnode.web.rendering import Renderer
from cesnode.web.site import BRAND

SHEET = "cards.html"


def write_cards(terminal: Terminal, directory: Path, language: str) -> int:
    """Make a card for each who never came in; return how many.

    Raises:
        FieldInvalid: the sheet cannot be written; then no card was made.

    """
    try:
        directory.mkdir(parents=True, exist_ok=True)
        sheet = directory / SHEET
        sheet.touch(mode=0o600)
    except OSError as error:
        reason = f"{directory} cannot be written: {error.strerror}"
        raise FieldInvalid("letters", reason) from error
    with terminal.reading() as (reader, actor):
        found = inviting.strangers(reader, actor)
    drawn = []
    with showing.progress("Drawing words for cards") as report:
        for done, one in enumerate(found):
            report(done, len(found))
            drawn.append((one, admitting.draw_words(language)))
    with terminal.writing() as (writer, actor):
        cards = inviting.make_cards(writer, actor, drawn, now=terminal.now)
        exchange = terminal.exchange(writer)
    pictures = [(card, qr(card.address, exchange.name)) for card in cards]
    sheet.write_text(_page(pictures, exchange.name, exchange.origin, language))
    return len(cards)


def _page(cards: list[tuple[Card, str]], exchange: str, origin: str, language: str) -> str:
    files = static_files.load(resource("web/static"), brand=BRAND)
    voice = Renderer(files).voice(LANGUAGES[language])
    values = {"cards": cards, "exchange": exchange, "door": f"{origin}/card"}
    return voice.render("bringing/cards.html", **values)
