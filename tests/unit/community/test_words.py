"""What people may write, and what is refused before it is stored."""

from __future__ import annotations

import pytest

from cesnode.community import words
from cesnode.errors import Code, NodeError
from tests.support.exchanges import refused

UNSEEN = ["\x00", "\x07", "\x1b", "\n", "\t", "\x7f", "\x85", "\u2028", "\u2029"]
UNSEEN += ["\ud800", "\udfff", "\ue000", "\uffff"]
TURNING = ["\u202a", "\u202b", "\u202c", "\u202d", "\u202e"]
TURNING += ["\u2066", "\u2067", "\u2068", "\u2069"]
INVISIBLE = ["\u200b", "\ufeff\u00ad", "\u2060\u200e"]


@pytest.mark.parametrize(
    "text",
    [
        "soup",
        "Käse & Brot",
        "מרק",
        "شوربة",
        "スープ",
        "soup 🍲",
        "👩‍🍳 cooks",
        "1 € = {x} %s",
    ],
)
def test_any_script_is_welcome(text: str) -> None:
    assert words.description(text) == text
    assert words.name(text) == text


def test_a_sign_newer_than_this_python_is_welcome() -> None:
    """Which signs exist must not hang on the Python a node happens to run."""
    assert words.description("thanks \U0001fae8") == "thanks \U0001fae8"


def test_a_text_is_kept_in_its_composed_form() -> None:
    assert words.description("  cafe\u0301 ") == "caf\u00e9"
    assert words.name(" Ann \n  Cafe\u0301 ") == "Ann Caf\u00e9"


@pytest.mark.parametrize("character", UNSEEN + TURNING)
def test_what_cannot_be_shown_is_refused_by_place(character: str) -> None:
    with pytest.raises(NodeError) as caught:
        words.description(f"so{character}up")

    assert caught.value.code is Code.DESCRIPTION_INVALID
    assert caught.value.field == "description"
    assert caught.value.values["position"] == 3


@pytest.mark.parametrize("character", [c for c in UNSEEN + TURNING if not c.isspace()])
def test_a_name_that_cannot_be_shown_is_refused(character: str) -> None:
    with refused(Code.FIELD_INVALID, field="name"):
        words.name(f"An{character}n")


@pytest.mark.parametrize("text", ["", " ", "\n\t", "\u00a0\u2003"])
def test_something_has_to_be_said(text: str) -> None:
    with refused(Code.DESCRIPTION_MISSING, field="description"):
        words.description(text)
    with refused(Code.FIELD_INVALID, field="area"):
        words.name(text, field="area")


@pytest.mark.parametrize("text", INVISIBLE)
def test_what_shows_nothing_says_nothing(text: str) -> None:
    with refused(Code.DESCRIPTION_MISSING):
        words.description(text)


@pytest.mark.parametrize("text", INVISIBLE)
def test_nobody_is_called_nothing(text: str) -> None:
    with refused(Code.FIELD_INVALID, field="name"):
        words.name(text)


def test_a_description_has_at_most_its_length() -> None:
    assert words.description("x" * words.LONGEST_DESCRIPTION)
    with refused(Code.DESCRIPTION_TOO_LONG, field="description"):
        words.description("x" * (words.LONGEST_DESCRIPTION + 1))


def test_a_name_has_at_most_its_length() -> None:
    assert words.name("x" * words.LONGEST_NAME)
    with refused(Code.FIELD_INVALID, field="name"):
        words.name("x" * (words.LONGEST_NAME + 1))


@pytest.mark.parametrize("text", ["ann@oak.example", " ann+x@a.b.example ", "ä@ö.example"])
def test_an_address_is_kept(text: str) -> None:
    assert words.email(text) == text.strip()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ann",
        "ann@",
        "@oak.example",
        "ann@oak",
        "ann@oak.",
        "ann@.example",
        "ann@oak..example",
        "an n@oak.example",
        "ann@oak.example\nBcc: all@oak.example",
        "ann@oak.example\x00",
        "a,b@oak.example",
        "<ann@oak.example>",
        '"ann"@oak.example',
        "ann@oak.example\u202e",
        "a" * 500 + "@oak.example",
    ],
)
def test_what_is_no_address_is_refused(text: str) -> None:
    with refused(Code.FIELD_INVALID, field="email"):
        words.email(text)
