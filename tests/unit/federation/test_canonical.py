"""One value, one spelling; what could be read in two ways is refused."""

from __future__ import annotations

import pytest

from federation.canonical import LARGEST, Json, encode, parse
from federation.errors import FederationError, Problem


def test_members_are_sorted_and_spaces_dropped() -> None:
    told = parse(b' {"b": [1, -2, true, null], "a": "\\u00e9\\n"} ')

    assert encode(told) == '{"a":"é\\n","b":[1,-2,true,null]}'.encode()


def test_an_object_of_our_own_may_hold_tuples() -> None:
    assert encode({"path": ("a", "b")}) == b'{"path":["a","b"]}'


@pytest.mark.parametrize(
    "document",
    [
        b"",
        b"{",
        b'{"a":1}x',
        b"\xef\xbb\xbf{}",
        b'{"a":"\xff"}',
        b'{"a":1.0}',
        b'{"a":1e2}',
        b'{"a":NaN}',
        b'{"a":Infinity}',
        b'{"a":1,"a":1}',
        b'{"a":{"b":1,"b":2}}',
        b'{"a":9007199254740992}',
        b'{"a":-9007199254740992}',
        b'{"a":' + b"9" * 5000 + b"}",
        '{"a":"e\u0301"}'.encode(),
        b'{"a":"e\\u0301"}',
        '{"e\u0301":1}'.encode(),
        b'{"a":"\\ud800"}',
        b"[" * 17 + b"]" * 17,
        b"[" * 100_000,
    ],
)
def test_what_has_two_readings_is_refused(document: bytes) -> None:
    with pytest.raises(FederationError) as refused:
        parse(document)

    assert refused.value.problem is Problem.SCHEMA_INVALID


def test_the_largest_integers_are_kept() -> None:
    for integer in (LARGEST, -LARGEST):
        assert parse(encode({"a": integer})) == {"a": integer}


@pytest.mark.parametrize("value", [{"a": 1.5}, {"a": LARGEST + 1}, ["e\u0301"]])
def test_we_do_not_write_what_we_would_not_read(value: Json) -> None:
    with pytest.raises(FederationError):
        encode(value)
