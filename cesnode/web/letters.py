"""Writes letters: subject, plain text and HTML of a mail, in its reader's language.

A letter is a pair of files, NAME.txt and NAME.html.  The first line of the text is the
subject.  An operator's own, in templates/email/ of the data folder, goes before the one
that came with the program; where it does not work, the shipped one is sent instead.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from gettext import NullTranslations
from pathlib import Path

import jinja2

from cesnode.community.exchange import Exchange
from cesnode.community.languages import LANGUAGES, Language
from cesnode.community.notices import Kind
from cesnode.config import Vocabulary
from cesnode.resources import resource
from cesnode.services.bell import NoticeView
from cesnode.services.mailing import DIGEST, Parcel
from cesnode.store.newsletters import Newsletter
from cesnode.web import news
from cesnode.web.formatting import Formats
from cesnode.web.markdown import prose
from cesnode.web.rendering import Catalogue, shipped
from cesnode.web.site import PLAIN, RENEW, UNSUBSCRIBE, Site

TEMPLATES = "templates"
TRADE = "/trades/"

_REASONED = frozenset({Kind.DECLINED, Kind.OBJECTED, Kind.REVERSED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A letter; `unsubscribe` is where its reader can end such letters, if anywhere.

    `fault` says why an operator's own letter could not be used, if it could not.
    """

    subject: str
    text: str
    html: str
    unsubscribe: str | None
    fault: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """What a letter is to say: its template, and all that this names."""

    template: str
    language: Language
    exchange: Exchange
    name: str = ""
    topic: str = DIGEST
    values: Mapping[str, str] = field(default_factory=dict)
    news: Sequence[NoticeView] = ()
    newsletters: Sequence[Newsletter] = ()

    @property
    def names(self) -> list[str]:
        """The templates that would do: where all news is of one kind, first its own."""
        kinds = {view.kind.value for view in self.news}
        return [*(kinds if len(kinds) == 1 else ()), self.template]

    @property
    def unsubscribe(self) -> str | None:
        token = self.values.get("token")
        return f"{self.exchange.origin}{UNSUBSCRIBE}{token}" if token else None


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that a letter tells, and where more about it stands."""

    sentence: str
    reason: str
    link: str | None
    label: str


@dataclass(frozen=True, slots=True)
class _Hand:
    """All that is needed to write in one language."""

    catalogue: NullTranslations
    formats: Formats
    environment: jinja2.Environment


class Typist:
    """Writes in every language, with the letters of one data folder before the shipped."""

    def __init__(
        self,
        folder: Path,
        site: Site = PLAIN,
        catalogue: Catalogue = shipped,
    ) -> None:
        self._own = folder / TEMPLATES
        self._site = site
        self._catalogue = catalogue
        self._hands: dict[tuple[str, Vocabulary, bool], _Hand] = {}

    def write(self, parcel: Parcel) -> Written:
        """Write a mail that is queued."""
        mail = parcel.mail
        matter = Matter(
            template=mail.template,
            language=LANGUAGES[mail.language],
            exchange=parcel.exchange,
            name=mail.name,
            topic=mail.topic or DIGEST,
            values=mail.values,
            news=parcel.news,
            newsletters=parcel.newsletters,
        )
        return self.compose(matter)

    def compose(self, matter: Matter) -> Written:
        if not self._own.is_dir():
            return self._compose(matter, own=False)
        try:
            return self._compose(matter, own=True)
        except Exception as error:  # noqa: BLE001 - whatever an operator wrote, it is told
            fault = f"{matter.template}: {type(error).__name__}: {error}"
            return replace(self._compose(matter, own=False), fault=fault)

    def _compose(self, matter: Matter, *, own: bool) -> Written:
        vocabulary = self._site.speaks(matter.exchange.currency.measure)
        hand = self._hand(matter.language, vocabulary, own=own)
        text, html = (
            hand.environment.select_template(
                [f"email/{name}.{kind}" for name in matter.names]
            )
            for kind in ("txt", "html")
        )
        values = _values(hand, matter)
        subject, _, body = text.render(values).partition("\n")
        return Written(
            subject=subject.strip(),
            text=body.strip() + "\n",
            html=html.render(values, title=subject.strip()),
            unsubscribe=matter.unsubscribe,
        )

    def _hand(self, language: Language, vocabulary: Vocabulary, *, own: bool) -> _Hand:
        known = (language.code, vocabulary, own)
        if known not in self._hands:
            catalogue = self._catalogue(language, vocabulary)
            self._hands[known] = self._prepare(language, catalogue, own=own)
        return self._hands[known]

    def _prepare(
        self, language: Language, catalogue: NullTranslations, *, own: bool
    ) -> _Hand:
        folders = [self._own] * own + [resource(TEMPLATES)]
        environment = jinja2.Environment(
            loader=jinja2.FileSystemLoader(folders),
            autoescape=jinja2.select_autoescape(("html",), default=False),
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            extensions=["jinja2.ext.i18n"],
        )
        environment.install_gettext_translations(  # type: ignore[attr-defined]
            catalogue, newstyle=True
        )
        environment.filters["prose"] = prose
        return _Hand(catalogue, Formats(language.code), environment)


def _values(hand: _Hand, matter: Matter) -> Mapping[str, object]:
    origin, path = matter.exchange.origin, matter.values.get("path", "")
    return {
        **matter.values,
        "exchange": matter.exchange,
        "language": matter.language,
        "link": f"{origin}{path}",
        "name": matter.name,
        "news": [_item(hand, view, origin) for view in matter.news],
        "newsletters": matter.newsletters,
        "origin": origin,
        "topic": hand.catalogue.gettext(news.topic_name(matter.topic)),
        "unsubscribe": matter.unsubscribe,
    }


def _item(hand: _Hand, view: NoticeView, origin: str) -> Item:
    path = f"{TRADE}{view.ref}" if view.ref else view.path
    if view.token:  # A mail is opened where nobody is signed in.
        path = f"{RENEW}/{view.token}"
    return Item(
        sentence=news.sentence(view, hand.catalogue, hand.formats),
        reason=view.reason if view.kind in _REASONED else "",
        link=f"{origin}{path}" if path else None,
        label=hand.catalogue.gettext(news.link_words(view.kind)),
    )
