"""Words that are drawn for cards, and how they are compared."""

from __future__ import annotations

import pytest

from cesnode.community import card_words
from cesnode.community.card_words import COUNT, SIZE, WORDS
from cesnode.community.languages import LANGUAGES


def test_every_language_has_words_of_its_own() -> None:
    assert WORDS.keys() == LANGUAGES.keys()


@pytest.mark.parametrize("code", WORDS)
def test_no_two_words_of_a_language_are_compared_as_one(code: str) -> None:
    assert len({card_words.key(word) for word in WORDS[code]}) == SIZE


@pytest.mark.parametrize("code", WORDS)
def test_three_words_are_drawn_from_the_language(code: str) -> None:
    drawn = card_words.draw(code)

    assert len(drawn) == COUNT
    assert set(drawn) <= set(WORDS[code])


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("Jabón, RÍO; luna.", "jabón río luna"),
        ("jabon  rio-luna", "jabón río luna"),
        ("äpfel baum haus", "Äpfel Baum Haus"),
        ("ارض ارنب ارز", "أرض أرنب أرز"),
    ],
)
def test_words_are_the_same_however_they_are_typed(said: str, meant: str) -> None:
    assert card_words.key(said) == card_words.key(meant)
