"""What offerings and wants may say, and what may become of them."""

from __future__ import annotations

import pytest

from cesnode.community import market
from cesnode.community.market import (
    TRANSITIONS,
    Price,
    State,
    Terms,
    Wish,
    Words,
    after,
    fold,
)
from cesnode.errors import Code
from tests.support.exchanges import refused


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("wish", Wish)
def test_every_wish_of_every_state_is_granted_or_refused(state: State, wish: Wish) -> None:
    if wish in TRANSITIONS[state]:
        assert after(state, wish) is TRANSITIONS[state][wish]
    else:
        with refused(Code.LISTING_STATE):
            after(state, wish)


def test_what_was_withdrawn_stays_so() -> None:
    assert TRANSITIONS[State.WITHDRAWN] == {}


def test_its_owner_cannot_show_again_what_was_stopped() -> None:
    assert TRANSITIONS[State.STOPPED].keys() == {Wish.ALLOW, Wish.WITHDRAW}


@pytest.mark.parametrize(
    ("written", "sought"),
    [
        ("Crème Brûlée", "creme brulee"),
        ("Straße", "strasse"),
        ("İstanbul", "istanbul"),
        ("ﬁne bread", "fine bread"),
        ("مَدْرَسَة", "مدرسة"),
        ("ΣΊΣΥΦΟΣ", "σισυφοσ"),
        ("\uff46ull", "full"),
    ],
)
def test_marks_and_capitals_do_not_matter_to_a_search(written: str, sought: str) -> None:
    assert fold(written) == fold(sought)


def test_words_are_made_tidy() -> None:
    words = Words.read("  Jam   of  plums ", "one\r\ntwo  \n\n", "jam, plums; jam ,,")

    assert words == Words(title="Jam of plums", text="one\ntwo", keywords=("jam", "plums"))


@pytest.mark.parametrize(
    ("field", "title", "text", "keywords"),
    [
        ("title", " ", "", ""),
        ("title", "x" * 101, "", ""),
        ("title", "turned \u202e around", "", ""),
        ("text", "Jam", "x" * 5_001, ""),
        ("text", "Jam", "a bell \a", ""),
        ("keywords", "Jam", "", "x" * 61),
        ("keywords", "Jam", "", ",".join(map(str, range(13)))),
    ],
)
def test_words_that_cannot_be_shown_are_refused(
    field: str, title: str, text: str, keywords: str
) -> None:
    with refused(Code.FIELD_INVALID, field=field):
        Words.read(title, text, keywords)


def test_a_price_is_an_amount_exactly_where_it_says_so() -> None:
    with refused(Code.FIELD_INVALID, field="price"):
        Terms(price=Price.FREE, amount=5)
    with refused(Code.FIELD_INVALID, field="price"):
        Terms(price=Price.AMOUNT)
    with refused(Code.FIELD_INVALID, field="terms"):
        Terms(price=Price.WORDS)


def test_a_few_words_may_be_none() -> None:
    assert market.few_words("  ", field="unit") == ""
