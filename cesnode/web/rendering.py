"""Turns a template and finished values into a page, in one language.

The only module that knows the template engine.  Each language has an environment of
its own, made when it is first spoken, so that no macro can remember another one's words.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, MutableMapping
from dataclasses import dataclass
from gettext import NullTranslations
from types import MappingProxyType
from typing import Any

import jinja2
from jinja2 import nodes
from jinja2.runtime import Context
from jinja2.visitor import NodeTransformer
from markupsafe import Markup
from typing_extensions import override

import cesnode
from cesnode.config import Vocabulary
from cesnode.errors import NodeError, Phrase
from cesnode.ledger.money import Amount
from cesnode.resources import resource
from cesnode.web import catalogues
from cesnode.web.comfort import PLAIN as USUAL
from cesnode.web.content import Content, prepare
from cesnode.web.formatting import Formats, iso, seconds
from cesnode.web.forms import Form
from cesnode.web.hours import parted
from cesnode.web.languages import LANGUAGES, Language
from cesnode.web.markdown import plain, prose
from cesnode.web.news import sentence
from cesnode.web.phrases import Phrases
from cesnode.web.site import ADDRESSES, ME, PLAIN, Site
from cesnode.web.spoken import FIELDS, PLACES
from cesnode.web.static_files import StaticFiles

Catalogue = Callable[[Language, Vocabulary], NullTranslations]


@dataclass(frozen=True, slots=True)
class Voice:
    """All that is needed to speak to people in one language."""

    language: Language
    formats: Formats
    catalogue: NullTranslations
    environment: jinja2.Environment

    def render(self, template: str, **values: object) -> str:
        return self.environment.get_template(template).render(values)

    def say(self, error: NodeError) -> str:
        """Translate a failure's sentence and put its values in."""
        return self._filled(error.sentence, error.values)

    def wrong(self, form: Form, name: str) -> str:
        """Say what is wrong with a field of a form; nothing if nothing is."""
        return self.say(form.errors[name]) if name in form.errors else ""

    def mistakes(self, form: Form) -> Mapping[str, str]:
        """Say all that is wrong with a form, by the names of its fields."""
        return {name: self.say(error) for name, error in form.errors.items()}

    def _filled(self, sentence: str, values: Mapping[str, object]) -> str:
        written = {name: self._written(name, value) for name, value in values.items()}
        return self.catalogue.gettext(sentence).format(**written)

    def _written(self, place: str, value: object) -> object:
        """Write what fills a place of a sentence as people of this language read it."""
        if isinstance(value, Amount):
            return f"{self.formats.figure(value)} {self.formats.units(value)}"
        if isinstance(value, Phrase):
            if value.values:
                return self._filled(value.words, value.values)
            return self._word(value.words)
        if place == "field_name":
            return self._word(FIELDS.get(str(value), str(value)))
        return self._word(str(value)) if place in PLACES else value

    def _word(self, word: str) -> str:
        return self.catalogue.gettext(word) if word else word


def shipped(
    language: Language, vocabulary: Vocabulary = Vocabulary.MONEY
) -> NullTranslations:
    """Return the catalogue that came with the program."""
    return catalogues.load(resource("locale"), language, vocabulary)


class _Context(Context):
    """One that calls what a template calls, and nothing more.

    Jinja first looks whether the called wishes to know its context; a page calls two
    hundred things, and none of ours does.
    """

    @override
    def call(
        self, called: Callable[..., object], /, *args: object, **kwargs: Any
    ) -> object:
        kwargs.pop("_block_vars", None)
        kwargs.pop("_loop_vars", None)
        return called(*args, **kwargs)


class _Speaker(NodeTransformer):
    """Puts sentences that have no places to fill into a template as it is compiled."""

    def __init__(self, say: Callable[[str], Markup]) -> None:
        self._say = say

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802 - the engine's word
        self.generic_visit(node)
        match node:
            case nodes.Call(
                node=nodes.Name(name="_" | "gettext"),
                args=[nodes.Const(value=str(sentence))],
                kwargs=[],
                dyn_args=None,
                dyn_kwargs=None,
            ):
                return nodes.Const(self._say(sentence), lineno=node.lineno)
        return node


class _Environment(jinja2.Environment):
    """One that does when it compiles what need not be done whenever a page is drawn.

    All templates share its globals: Jinja would lay an empty table over them for each,
    and look for every name in both whenever one is drawn or takes a macro from another.
    """

    context_class = _Context

    def __init__(self, phrases: Phrases) -> None:
        super().__init__(
            loader=jinja2.FileSystemLoader(resource("templates")),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
            extensions=["jinja2.ext.i18n"],
        )
        self.newstyle_gettext = True
        self.globals |= phrases.functions
        self._speaker = _Speaker(phrases.gettext)

    @override
    def _generate(self, source: nodes.Template, *args: Any, **kwargs: Any) -> str:
        self._speaker.visit(source)
        return super()._generate(source, *args, **kwargs)

    @override
    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return self.globals if d is None else super().make_globals(d)


View = Callable[[Voice], Mapping[str, object]]
"""Makes the values of a page, written as the voice's language writes them."""


class Renderer:
    """Speaks every language; keeps the voices it has used."""

    def __init__(
        self,
        files: StaticFiles,
        site: Site = PLAIN,
        catalogue: Catalogue = shipped,
        *,
        menu: Mapping[str, str] = MappingProxyType({}),
        vocabulary: Vocabulary = Vocabulary.MONEY,
    ) -> None:
        self.files = files
        self._site = site
        self._catalogue = catalogue
        self._vocabulary = vocabulary
        self._menu = menu
        self.home = menu.get("home", ME)
        """Where whoever is signed in begins."""
        self._voices: dict[str, Voice] = {}

    async def draw(self, template: str, language: Language, view: View) -> Content:
        """Draw a page beside the loop: reading a template for the first time takes long."""
        return await asyncio.to_thread(self.compose, template, language, view)

    def compose(self, template: str, language: Language, view: View) -> Content:
        """Draw a page in this thread, for who is not on the loop."""
        voice = self.voice(language)
        return prepare(voice.render(template, **view(voice)), "text/html")

    def voice(self, language: Language) -> Voice:
        if language.code not in self._voices:
            self._voices[language.code] = self._prepare(language)
        return self._voices[language.code]

    def _prepare(self, language: Language) -> Voice:
        formats = Formats(language.code)
        catalogue = self._catalogue(language, self._vocabulary)
        environment = _Environment(Phrases(catalogue))
        environment.filters |= {
            "day": formats.day,
            "figure": formats.figure,
            "number": formats.number,
            "parted": parted,
            "signed": formats.signed,
            "units": formats.units,
            "iso": iso,
            "seconds": seconds,
            "moment": formats.moment,
            "month": formats.month,
            "month_of": formats.month_of,
            "ratio": formats.ratio,
            "weekday": formats.weekday,
            "hour": formats.hour,
            "plain": plain,
            "prose": prose,
        }
        environment.globals |= {
            "Amount": Amount,
            "comfort": USUAL,
            "form": Form(),
            "home": self.home,
            "menu": self._menu,
            "note": None,
            "seems_signed_in": False,
            "unread": 0,
            "unread_messages": 0,
            "visitor": None,
            "address": ADDRESSES,
            "formats": formats,
            "language": language,
            "languages": LANGUAGES,
            "site": self._site,
            "static": self.files.paths,
            "version": cesnode.__version__,
        }
        voice = Voice(language, formats, catalogue, environment)
        environment.filters |= {
            "mistakes": voice.mistakes,
            "news": lambda view: sentence(view, catalogue, formats),
            "told": voice.say,
            "wrong": voice.wrong,
        }
        return voice
