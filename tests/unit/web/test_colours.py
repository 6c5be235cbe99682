"""Whatever colour an exchange chooses, its pages can be read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cesnode.web.colours import BY_DAY, BY_NIGHT, TEXT, Colour, Theme, palette, stylesheet
from cesnode.web.site import BRAND

INK = {BY_DAY.on_brand: Colour.read("#5a5349"), BY_NIGHT.on_brand: Colour.read("#beb4a6")}
"""The weaker of the two inks of each theme, which also stands on the soft ground."""

colours = st.from_regex(r"#[0-9a-f]{6}", fullmatch=True).map(Colour.read)
themes = st.sampled_from([BY_DAY, BY_NIGHT])


@given(colours, themes)
def test_every_pair_that_meets_on_a_page_can_be_read(chosen: Colour, theme: Theme) -> None:
    tokens = {name: Colour.read(text) for name, text in palette(chosen, theme).items()}

    for ground in (*theme.grounds, tokens["brand-soft"], tokens["on-brand"]):
        assert tokens["brand"].contrast(ground) >= TEXT
        assert tokens["brand-strong"].contrast(ground) >= TEXT
    assert INK[theme.on_brand].contrast(tokens["brand-soft"]) >= TEXT


def test_a_colour_that_is_good_already_is_left_as_it_is() -> None:
    assert palette(BRAND, BY_DAY)["brand"] == BRAND.hex


def test_contrast_is_measured_as_wcag_defines_it() -> None:
    black, white = Colour.read("#000000"), Colour.read("#ffffff")

    assert black.contrast(white) == pytest.approx(21)
    assert Colour.read("#767676").contrast(white) == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("text", ["", "red", "#fff", "#1d635", "1d6350", "#1d6350;}"])
def test_what_is_no_colour_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a colour"):
        Colour.read(text)


def test_the_stylesheet_has_tokens_for_day_and_night() -> None:
    day, night = stylesheet(BRAND).splitlines()

    assert f"--brand:{BRAND.hex};" in day
    assert "prefers-color-scheme:dark" in night
    assert BRAND.hex not in night
