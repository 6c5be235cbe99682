"""What members may tell of themselves, as they type it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cesnode.community import profiles
from cesnode.errors import Code
from tests.support.exchanges import refused


@pytest.mark.parametrize(
    "text", ["+351 912 345 678", "555-0107", "(021) 555.0107", "030/12345", ""]
)
def test_a_telephone_number_is_kept_as_it_was_written(text: str) -> None:
    assert profiles.phone(f" {text} ", field="phone") == text


@pytest.mark.parametrize("text", ["call me", "12", "555\u202e0107", "+", "5" * 41])
def test_what_cannot_be_dialled_is_refused(text: str) -> None:
    with refused(Code.FIELD_INVALID, field="mobile"):
        profiles.phone(text, field="mobile")


def test_a_telephone_dials_digits_alone() -> None:
    assert profiles.dialled("+351 (0)21/555-0107") == "+3510215550107"


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("bakery.example", "https://bakery.example"),
        ("http://bakery.example/bread", "http://bakery.example/bread"),
        (" ", ""),
    ],
)
def test_a_website_is_https_unless_it_says_otherwise(text: str, whole: str) -> None:
    assert profiles.website(text) == whole


@pytest.mark.parametrize(
    "text",
    [
        "javascript:alert(1)",
        "ftp://a.example",
        "https://nowhere",
        "https://a.example/ b",
        "https://[",
        "data:text/html,x.y",
        "a.example/" + "x" * 200,
    ],
)
def test_what_is_no_website_is_refused(text: str) -> None:
    with refused(Code.FIELD_INVALID, field="website"):
        profiles.website(text)


def test_languages_keep_their_order_and_stand_once() -> None:
    assert profiles.languages("isiXhosa, English,,isixhosa ,Deutsch") == (
        "isiXhosa",
        "English",
        "Deutsch",
    )


def test_too_many_languages_are_refused() -> None:
    with refused(Code.FIELD_INVALID, field="languages"):
        profiles.languages(",".join(f"Language {number}" for number in range(13)))


@given(st.integers(-900_000, 900_000), st.integers(-1_800_000, 1_800_000))
def test_a_place_is_read_as_it_is_written(latitude: int, longitude: int) -> None:
    place = latitude, longitude

    assert profiles.place(profiles.place_text(place)) == place


@pytest.mark.parametrize("text", ["91, 0", "0, 181", "here", "1", "1,2,3", "90.00001, 181"])
def test_what_is_nowhere_on_earth_is_refused(text: str) -> None:
    with refused(Code.FIELD_INVALID, field="place"):
        profiles.place(text)


def test_nothing_told_is_nothing_kept() -> None:
    assert (profiles.place(" "), profiles.about(" "), profiles.address("")) == (
        None,
        "",
        "",
    )
