"""A reference survives being said over the telephone."""

from __future__ import annotations

import pytest

from cesnode.errors import Code, NodeError
from cesnode.ledger.trades import parse_reference, reference
from tests.support.exchanges import refused

LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
SERIALS = (1, 2, 30, 31, 32, 33, 1023, 1024, 31337, 2**20 + 7, 987_654_321, 2**50 + 1)


def is_noticed(text: str) -> bool:
    """Whether a text with a mistake in it is refused."""
    try:
        parse_reference(text)
    except NodeError:
        return True
    return False


@pytest.mark.parametrize("serial", SERIALS)
def test_a_reference_leads_back_to_its_trade(serial: int) -> None:
    assert parse_reference(reference(serial)) == serial


def test_the_first_hundred_thousand_references_all_differ() -> None:
    written = {reference(serial) for serial in range(1, 100_000)}

    assert len(written) == 99_999
    assert {len(text) for text in written} == {5}


@pytest.mark.parametrize("serial", SERIALS)
def test_every_single_wrong_letter_is_noticed(serial: int) -> None:
    right = reference(serial)
    wrong = [
        right[:place] + letter + right[place + 1 :]
        for place in range(len(right))
        for letter in LETTERS
        if letter != right[place]
    ]

    assert [text for text in wrong if not is_noticed(text)] == []


@pytest.mark.parametrize("serial", SERIALS)
def test_every_swap_of_neighbours_is_noticed(serial: int) -> None:
    right = reference(serial)
    swapped = [
        right[:place] + right[place + 1] + right[place] + right[place + 2 :]
        for place in range(len(right) - 1)
        if right[place] != right[place + 1]
    ]

    assert [text for text in swapped if not is_noticed(text)] == []


@pytest.mark.parametrize("dress", ["{0}-{1}", " {0} {1} ", "{0}{1}"])
def test_a_reference_is_read_in_any_dress(dress: str) -> None:
    right = reference(31337)

    assert parse_reference(dress.format(right[:3], right[3:]).lower()) == 31337


def test_letters_that_look_like_digits_are_read_as_these() -> None:
    right = reference(1 * 32**3)  # 1000 and a check letter

    assert right.startswith("1000")
    assert parse_reference("IOoO" + right[4:]) == 32**3
    assert parse_reference("lOO0" + right[4:]) == 32**3


@pytest.mark.parametrize(
    "text", ["", "0", "1234", "1" * 13, "U0001", "!!!!!", "00001é", "\ud800" * 5, "0000 "]
)
def test_what_is_no_reference_names_no_trade(text: str) -> None:
    with refused(Code.UNKNOWN_TRADE):
        parse_reference(text)


def test_the_largest_serial_of_a_file_has_a_reference_that_can_be_read() -> None:
    largest = 32**11 - 1

    assert parse_reference(reference(largest)) == largest < 2**63
