"""Every page in every language: whole, translated, and safe from what people typed."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from gettext import NullTranslations
from html.parser import HTMLParser
from pathlib import Path

import jinja2
import pytest
from babel.messages import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po
from typing_extensions import override

from cesnode.errors import LimitExceeded, NodeError
from cesnode.ledger.money import Amount
from cesnode.resources import resource
from cesnode.services import statistics
from cesnode.store import Reader, Writer
from cesnode.web import catalogues, static_files
from cesnode.web.languages import LANGUAGES, SOURCE, Language
from cesnode.web.publishing import public_values
from cesnode.web.rendering import Renderer, shipped
from cesnode.web.site import BRAND, Site
from cesnode.web.styleguide import sample_values
from tests.support import drawn
from tests.support.drawn_bringing import bringing_pages
from tests.support.drawn_circles import circle_pages
from tests.support.drawn_groups import group_pages
from tests.support.drawn_hearing import CALENDARS, hearing_pages, public_news
from tests.support.drawn_market import market_pages
from tests.support.drawn_messages import messages_pages
from tests.support.drawn_paper import paper_pages
from tests.support.drawn_people import people_pages
from tests.support.drawn_trading import trading_pages
from tests.support.exchanges import LEAF, NOW, Person, join, oakvale, order, record_as

ROOT = Path(__file__).parents[3]
TEMPLATES = resource("templates")
MAILS = "email"  # Mails, which are drawn by another hand: see test_letters.py.
FOR_BUILDERS = "styleguide/page.html"
"""The one page whose own words stay English: its readers write code."""

PLACES = re.compile(r"\{\w+\}|%\(\w+\)s|%%")
LETTERS = re.compile(r"[^\W\d_]")
ATTRIBUTE = re.compile(r'[\w-]+="[^"]*"')
"""A macro for attributes writes them where they look like text."""
SPOKEN = ("alt", "aria-label", "placeholder", "title")
"""Attributes whose values people hear or see."""

REACHABLE = Site(contact="Rosa", email="rosa@oakvale.example", phone="555 0102")


class Pseudo(NullTranslations):
    """A language in brackets and longer by half: what is outside was never translated."""

    @override
    def gettext(self, message: str) -> str:
        return f"⟦{message}{'·' * (len(message) // 2)}⟧"

    @override
    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self.gettext(msgid1 if n == 1 else msgid2)

    @override
    def pgettext(self, context: str, message: str) -> str:
        return self.gettext(message)

    @override
    def npgettext(self, context: str, msgid1: str, msgid2: str, n: int) -> str:
        return self.ngettext(msgid1, msgid2, n)


class Reading(HTMLParser):
    """Collects what a person reads or hears of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.feed(html)

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.texts += [value for name, value in attrs if name in SPOKEN and value]

    @override
    def handle_data(self, data: str) -> None:
        self.texts += [ATTRIBUTE.sub("", " ".join(data.split()))]


def renderer(site: Site = REACHABLE, *, pseudo: bool = False) -> Renderer:
    files = static_files.load(resource("web/static"), brand=BRAND)
    return Renderer(files, site, (lambda *_: Pseudo()) if pseudo else shipped)


def pages(writer: Writer) -> Mapping[str, Mapping[str, object]]:
    """Return what each page may be given."""
    news = public_news(writer)
    figures = statistics.figures(writer, None, now=NOW)
    somebody = join(writer, "Zoe Ash", area="North")
    error = {"title": "Not just now", "advice": "Welcome", "sentence": "", "code": "busy"}
    voice = renderer().voice(SOURCE)
    return {
        "public/front.html": public_values(figures, voice, news),
        "public/numbers.html": public_values(figures, voice, news),
        "error_pages/page.html": {"exchange": None, **error},
        FOR_BUILDERS: sample_values(figures.exchange),
        "unsubscribe/page.html": {
            **drawn.common(writer, None),
            "topic": "your trades",
            "is_done": True,
        },
        **drawn.signing(writer, somebody),
        **trading_pages(writer, somebody),
        **people_pages(writer, somebody),
        **messages_pages(writer, somebody),
        **market_pages(writer, somebody),
        **group_pages(writer, somebody),
        **circle_pages(writer, somebody),
        **bringing_pages(writer, somebody),
        **paper_pages(writer, somebody),
        **hearing_pages(writer, somebody),
    }


def written(language: Language) -> Catalog:
    with catalogues.path(resource("locale"), language.code).open("rb") as file:
        return read_po(file, locale=language.code)


@cache
def sentences() -> set[tuple[str | None, str | tuple[str, ...]]]:
    """Return every sentence that code and templates have for people, with its context."""
    mappings = tomllib.loads((resource("locale") / "babel.toml").read_text())["mappings"]
    return {
        (context, message)
        for _, _, message, _, context in extract_from_dir(
            ROOT,
            method_map=[(mapping["pattern"], mapping["method"]) for mapping in mappings],
            keywords=DEFAULT_KEYWORDS,
            directory_filter=lambda path: not Path(path).name.startswith((".", "__")),
        )
    }


def without_expressions(source: str) -> str:
    """Return a template's markup alone; what it says by itself stands there."""
    tokens = jinja2.Environment().lex(source)  # noqa: S701 - nothing is rendered
    return "".join(value for _, kind, value in tokens if kind == "data")


@pytest.fixture
def lively(writer: Writer, ann: Person, bob: Person) -> Writer:
    for amount in ("12.50", "7"):
        record_as(writer, ann, order(ann, bob, amount))
    record_as(writer, bob, order(bob, ann, "3"))
    return writer


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_page_can_be_drawn_in_every_language(code: str, lively: Writer) -> None:
    language = LANGUAGES[code]
    voice = renderer().voice(language)

    for template, values in pages(lively).items():
        page = voice.render(template, **values)

        assert re.search(rf'<html lang="{code}"\s+dir="{language.direction}"', page)
        assert page.count("<h1") == 1
        assert "%(" not in page


def test_every_page_can_be_drawn_before_the_first_trade(writer: Writer) -> None:
    voice = renderer(Site()).voice(SOURCE)

    for template, values in pages(writer).items():
        assert "</html>" in voice.render(template, **values)


def test_no_template_is_left_out_of_these_tests(lively: Writer) -> None:
    tried = {*pages(lively)}
    whole = {
        path.relative_to(TEMPLATES).as_posix()
        for path in TEMPLATES.rglob("*.html")
        if "extends" in path.read_text() and path.parent.name != MAILS
    }

    assert tried == whole


@pytest.mark.parametrize(
    "path",
    sorted(TEMPLATES.rglob("*.html")),
    ids=lambda path: path.relative_to(TEMPLATES).as_posix(),
)
def test_no_template_speaks_outside_the_catalogues(path: Path) -> None:
    if path == TEMPLATES / FOR_BUILDERS:
        return

    texts = Reading(without_expressions(path.read_text())).texts

    assert [text for text in texts if LETTERS.search(text)] == []


def test_everything_that_is_said_was_looked_up_in_a_catalogue(lively: Writer) -> None:
    """Whatever stands outside the brackets is a name or a number, not a sentence."""
    voice = renderer(pseudo=True).voice(SOURCE)
    names = {"Oakvale Exchange", "leaves", "leaf", "OAKV", "English", "10 leaves"}
    names |= {language.name for language in LANGUAGES.values()}
    names |= {REACHABLE.contact, REACHABLE.email, "Firefox", "Linux", "Error:", "North"}
    names |= {
        "Bob Beech",
        "Ida Ivy · Oakvale Exchange",
        "Ida · Oakvale Exchange",
        "IntegralCES",
        "Komunitin",
    }
    names |= {"https://a.b", "tea · Oakvale Exchange", "Vila · Oakvale Exchange"}
    names |= {"Zoe Ash · North", "Jo Elm · North", "Ida Ivy · North"}
    names |= {f"http://127.0.0.1:8101{path}" for path in CALENDARS}
    months = {voice.formats.month_name(month.first) for month in _months(lively)}
    months |= {voice.formats.month(month.first) for month in _months(lively)}

    for template, values in pages(lively).items():
        if template == FOR_BUILDERS:
            continue
        for text in outside(Reading(voice.render(template, **values)).texts):
            assert text in names | months or not re.search(r"[^\W\d_]{5}", text)


def outside(texts: Sequence[str]) -> Iterator[str]:
    """Go through what stands outside the brackets, which may lie in one another."""
    text, before = "\n".join(texts), ""
    while text != before:
        text, before = re.sub(r"⟦[^⟦⟧]*⟧", "", text), text
    yield from (line.strip(" ·") for line in text.split("\n"))


def _months(reader: Reader) -> tuple[statistics.Month, ...]:
    return statistics.figures(reader, None, now=NOW).months


@pytest.mark.parametrize("code", [code for code in LANGUAGES if code != SOURCE.code])
def test_a_catalogue_has_every_sentence_and_no_other(code: str) -> None:
    catalogue = written(LANGUAGES[code])

    translated = {(one.context, one.id) for one in catalogue if one.id and not one.fuzzy}

    assert translated == sentences()


@pytest.mark.parametrize("code", [code for code in LANGUAGES if code != SOURCE.code])
def test_a_translation_has_the_places_of_its_sentence(code: str) -> None:
    for one in written(LANGUAGES[code]):
        for source, target in _pairs(_forms(one.id), _forms(one.string)):
            assert target, source
            assert set(PLACES.findall(target)) == set(PLACES.findall(source)), target


def _forms(text: str | Sequence[str] | None) -> Sequence[str]:
    return [text] if isinstance(text, str) else text or []


def _pairs(source: Sequence[str], translated: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Hold every form of a translation to the last form of its sentence."""
    if source != [""]:
        yield from ((source[-1], form) for form in translated)


def test_a_failure_is_told_in_the_language_with_its_values_in_it() -> None:
    error = LimitExceeded(
        number="OAKV0001",
        balance=Amount(-120_00, LEAF),
        limit=Amount(-100_00, LEAF),
        excess=Amount(20_00, LEAF),
    )

    told = renderer().voice(LANGUAGES["de"]).say(error)

    assert told == (
        "Das brächte Konto OAKV0001 auf −120,00 leaves; seine Grenze ist "
        "−100,00 leaves. Das sind 20,00 leaves zu viel."
    )


def test_what_people_typed_never_becomes_markup() -> None:
    voice = renderer(Site(contact="<b>Rosa</b>", phone="1")).voice(SOURCE)
    values = {"title": "x", "advice": "y", "code": "z"}

    page = voice.render(
        "error_pages/page.html",
        exchange=oakvale(),
        sentence="<script>alert(1)</script>",
        **values,
    )

    assert "<script>" not in page
    assert "<b>" not in page
    assert "&lt;script&gt;" in page


def test_a_value_that_is_missing_is_noticed(writer: Writer) -> None:
    page = "error_pages/page.html"
    values = dict(pages(writer)[page])
    del values["sentence"]

    with pytest.raises(jinja2.UndefinedError, match="sentence"):
        renderer().voice(SOURCE).render(page, **values)


def test_every_failure_can_be_told_in_every_language() -> None:
    for language in LANGUAGES.values():
        voice = renderer().voice(language)
        for kind in _kinds(NodeError):
            places: dict[str, object] = {
                name[1:-1]: "7" for name in PLACES.findall(kind.sentence)
            }
            error = kind.__new__(kind)
            error.values = places

            assert "{" not in voice.say(error)


def _kinds(base: type[NodeError]) -> Iterator[type[NodeError]]:
    for kind in base.__subclasses__():
        yield kind
        yield from _kinds(kind)
