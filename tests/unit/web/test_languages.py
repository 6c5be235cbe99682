"""A visitor is answered in a language they can read, whatever their browser says."""

from __future__ import annotations

import pytest
from aiohttp.test_utils import make_mocked_request
from hypothesis import given
from hypothesis import strategies as st

from cesnode.web.languages import LANGUAGES, choose
from cesnode.web.preferences import preferences


@pytest.mark.parametrize(
    ("path", "headers", "code"),
    [
        ("/", {}, "en"),
        ("/", {"Accept-Language": "fr-CH, de;q=0.9"}, "fr"),
        ("/", {"Accept-Language": "tlh, de;q=0.4, ca;q=0.7"}, "ca"),
        ("/", {"Accept-Language": "de;q=0, pt;q=0.1"}, "pt"),
        ("/", {"Accept-Language": "tlh"}, "en"),
        ("/", {"Accept-Language": "de", "Cookie": "lang=ar"}, "ar"),
        ("/", {"Accept-Language": "de", "Cookie": "lang=tlh"}, "de"),
        ("/?lang=es", {"Accept-Language": "de", "Cookie": "lang=ar"}, "es"),
        ("/?lang=PT-br", {}, "pt"),
        ("/?lang=", {"Cookie": "lang=ar"}, "ar"),
    ],
)
def test_the_address_comes_before_the_cookie_and_that_before_the_browser(
    path: str, headers: dict[str, str], code: str
) -> None:
    request = make_mocked_request("GET", path, headers=headers)

    assert choose(request) == LANGUAGES[code]


def test_the_dearest_comes_first_and_equals_keep_their_order() -> None:
    assert [*preferences("a;q=0.2, b, c;q=0.9, d, e;q=0")] == ["b", "d", "c", "a"]


@given(st.text())
def test_no_header_is_too_odd_to_be_read(header: str) -> None:
    weights = [*preferences(header).values()]

    assert weights == sorted(weights, reverse=True)
    assert all(0 < weight <= 1 for weight in weights)
