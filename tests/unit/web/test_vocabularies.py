"""An exchange speaks of trades in its own words, in every language and everywhere."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from babel.messages import Catalog
from babel.messages.pofile import read_po

from cesnode.config import Config, Contact, Look, Vocabulary
from cesnode.errors import UnknownThere
from cesnode.ledger.money import Measure
from cesnode.resources import resource
from cesnode.web import catalogues
from cesnode.web.languages import LANGUAGES, SOURCE
from cesnode.web.rendering import shipped
from cesnode.web.site import BRAND, PLAIN, Site
from tests.unit.web.test_rendering import PLACES, sentences

OTHERS = [each for each in Vocabulary if each is not Vocabulary.MONEY]
EVERY = [(code, each) for code in LANGUAGES for each in OTHERS]


def overlay(code: str, vocabulary: Vocabulary) -> Catalog:
    with catalogues.path(resource("locale"), code, vocabulary).open("rb") as file:
        return read_po(file, locale=code)


def said(code: str, vocabulary: Vocabulary) -> dict[str, str]:
    return {str(one.id): str(one.string) for one in overlay(code, vocabulary) if one.id}


@pytest.mark.parametrize(("code", "vocabulary"), EVERY)
def test_an_overlay_holds_no_sentence_that_nobody_says(
    code: str, vocabulary: Vocabulary
) -> None:
    known = {message for context, message in sentences() if context is None}

    assert said(code, vocabulary).keys() - known == set()


@pytest.mark.parametrize(("code", "vocabulary"), EVERY)
def test_an_overlay_keeps_the_places_of_its_sentences(
    code: str, vocabulary: Vocabulary
) -> None:
    for source, target in said(code, vocabulary).items():
        assert target, source
        assert sorted(PLACES.findall(target)) == sorted(PLACES.findall(source))


@pytest.mark.parametrize("vocabulary", OTHERS)
def test_every_language_says_the_same_sentences_otherwise(vocabulary: Vocabulary) -> None:
    for one, other in pairwise(LANGUAGES):
        assert said(one, vocabulary).keys() == said(other, vocabulary).keys()


@pytest.mark.parametrize(("code", "vocabulary"), EVERY)
def test_an_overlay_holds_only_what_is_said_otherwise(
    code: str, vocabulary: Vocabulary
) -> None:
    plain = shipped(LANGUAGES[code])

    same = [
        source
        for source, target in said(code, vocabulary).items()
        if plain.gettext(source) == target
    ]

    assert same == []


@pytest.mark.parametrize("vocabulary", OTHERS)
def test_nobody_pays_where_the_exchange_does_not_say_so(vocabulary: Vocabulary) -> None:
    catalogue = shipped(SOURCE, vocabulary)

    spoken = [
        catalogue.gettext(message) for _, message in sentences() if isinstance(message, str)
    ]

    assert [one for one in spoken if re.search(r"\b[Pp](ay|ays|aid|aying)\b", one)] == []


def test_what_is_the_same_in_all_vocabularies_is_translated_once() -> None:
    catalogue = shipped(LANGUAGES["de"], Vocabulary.TIME)

    assert catalogue.gettext("Pay someone") == "Jemandem Zeit geben"
    assert catalogue.gettext("Welcome to %(exchange)s") == shipped(LANGUAGES["de"]).gettext(
        "Welcome to %(exchange)s"
    )
    things = ("%(name)s: %(num)s thing happened", "%(name)s: %(num)s things happened")
    assert catalogue.ngettext(*things, 2) == shipped(LANGUAGES["de"]).ngettext(*things, 2)


def test_failures_speak_the_words_of_the_exchange() -> None:
    error = UnknownThere(exchange="Vila Nova")

    told = shipped(SOURCE, Vocabulary.TIME).gettext(error.sentence)

    assert told == "{exchange} has nobody of that number who can be given time."


@pytest.mark.parametrize(
    ("measure", "usual"),
    [
        (Measure.MUTUAL, Vocabulary.MONEY),
        (Measure.TIME, Vocabulary.TIME),
        (Measure.GIFT, Vocabulary.RECORD),
    ],
)
def test_an_exchange_speaks_as_suits_what_it_counts(
    measure: Measure, usual: Vocabulary
) -> None:
    chosen = Site.chosen(Config(look=Look(vocabulary="record")))

    assert PLAIN.speaks(measure) is usual
    assert chosen.speaks(measure) is Vocabulary.RECORD


def test_what_an_operator_sets_is_what_pages_have() -> None:
    contact = Contact(name="Rosa", email="rosa@oakvale.example", phone="555 0102")

    site = Site.chosen(Config(look=Look(brand="#7a4a86"), contact=contact))

    assert site.brand.hex == "#7a4a86"
    assert (site.contact, site.email, site.phone) == (
        "Rosa",
        "rosa@oakvale.example",
        "555 0102",
    )


def test_what_nobody_sets_is_the_look_that_was_shipped() -> None:
    assert Site.chosen(Config()) == PLAIN
    assert Look().brand == BRAND.hex
