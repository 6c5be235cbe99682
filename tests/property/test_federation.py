"""For all messages and all rates: flipped bytes are refused, no unit comes from nothing."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction

import pytest
import rfc8785
from hypothesis import example, given
from hypothesis import strategies as st

from federation.canonical import LARGEST, Json, encode, parse
from federation.errors import FederationError
from federation.keys import PrivateKey
from federation.rates import Fee, Unit, dest_for, rate, source_for, through_hub
from federation.signing import (
    Answer,
    Reply,
    Request,
    Sender,
    Stamp,
    read_request,
    sign_answer,
    sign_request,
    verify_answer,
    verify_request,
)

NOW = 1795300000
URI = "https://b.example/fed/v1/trades"
OURS, THEIRS = PrivateKey(bytes(32)), PrivateKey(bytes(range(32)))
STAMP = Stamp(NOW, "c2l4dGVlbi1jaGFycw")

bodies = st.binary(min_size=1, max_size=200)
rates = st.fractions(min_value="1/1000", max_value=1000, max_denominator=1000)
scales = st.integers(0, 4)
amounts = st.integers(1, 10**12)
texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=8)
values: st.SearchStrategy[Json] = st.recursive(
    st.none() | st.booleans() | st.integers(-LARGEST, LARGEST) | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)


def flip(text: bytes, at: int) -> bytes:
    at %= len(text) * 8
    return bytes(
        byte ^ (1 << at % 8) if index == at // 8 else byte
        for index, byte in enumerate(text)
    )


def flipped(headers: tuple[tuple[str, str], ...], at: int) -> tuple[tuple[str, str], ...]:
    which = at % len(headers)
    return tuple(
        (name, flip(value.encode("latin-1"), at // 4).decode("latin-1"))
        if index == which
        else (name, value)
        for index, (name, value) in enumerate(headers)
    )


@given(
    body=bodies, at=st.integers(0, 100_000), part=st.sampled_from(["body", "head", "uri"])
)
def test_any_flipped_bit_of_a_request_is_refused(body: bytes, at: int, part: str) -> None:
    headers, _ = sign_request(OURS, method="PUT", target_uri=URI, body=body, stamp=STAMP)
    honest = Request(method="PUT", target_uri=URI, headers=headers, body=body)
    if part == "body":
        wrong = replace(honest, body=flip(body, at))
    elif part == "uri":
        wrong = replace(honest, target_uri=flip(URI.encode(), at).decode("latin-1"))
    else:
        wrong = replace(honest, headers=flipped(headers, at))
    sender = Sender("a.example", OURS.public)

    assert verify_request(read_request(honest), sender, NOW).body == body
    with pytest.raises(FederationError):
        verify_request(read_request(wrong), sender, NOW)


@given(body=bodies, at=st.integers(0, 100_000), of_body=st.booleans())
def test_any_flipped_bit_of_an_answer_is_refused(
    body: bytes, at: int, *, of_body: bool
) -> None:
    _, sent = sign_request(OURS, method="PUT", target_uri=URI, body=body, stamp=STAMP)
    headers = sign_answer(THEIRS, sent, Reply(201, body), STAMP)
    honest = Answer(status=201, headers=headers, body=body)
    wrong = (
        replace(honest, body=flip(body, at))
        if of_body
        else replace(honest, headers=flipped(headers, at))
    )
    keys = {THEIRS.keyid: THEIRS.public}

    assert verify_answer(honest, sent, keys, NOW).body == body
    with pytest.raises(FederationError):
        verify_answer(wrong, sent, keys, NOW)


@given(values)
@example({"\ue000": 1, "\U00010000": 2})
def test_what_is_written_is_read_back_and_has_one_spelling(value: Json) -> None:
    try:
        written = encode(value)
    except FederationError:
        return
    spelt = json.dumps(value, indent=1).encode()

    assert written == rfc8785.dumps(value)
    assert encode(parse(written)) == encode(parse(spelt)) == written


@given(st.binary(max_size=60))
def test_no_bytes_are_too_strange_to_be_refused_kindly(document: bytes) -> None:
    try:
        value = parse(document)
    except FederationError:
        return

    assert parse(encode(value)) == value


@given(amount=amounts, hours=st.tuples(rates, rates), scale=st.tuples(scales, scales))
def test_a_conversion_never_makes_a_unit(
    amount: int, hours: tuple[Fraction, Fraction], scale: tuple[int, int]
) -> None:
    source = Unit("AAAA", scale[0], hours[0])
    dest = Unit("BBBB", scale[1], hours[1])
    worth_source = source.hours / 10**source.scale
    worth_dest = dest.hours / 10**dest.scale
    per_dest = rate(source, dest)

    paid = source_for(amount, per_dest)
    arriving = dest_for(amount, per_dest)

    assert paid * worth_source >= amount * worth_dest
    assert arriving * worth_dest <= amount * worth_source
    assert (paid - 1) * worth_source < amount * worth_dest
    assert (arriving + 1) * worth_dest > amount * worth_source


@given(amount=amounts, there=rates, back=scales)
def test_there_and_back_again_is_never_a_gain(
    amount: int, there: Fraction, back: int
) -> None:
    home, away = Unit("AAAA", 2, Fraction(1)), Unit("BBBB", back, there)

    assert dest_for(dest_for(amount, rate(home, away)), rate(away, home)) <= amount


@given(
    amount=amounts,
    hours=st.tuples(rates, rates, rates),
    share=st.fractions(0, 1, max_denominator=100),
    fixed=st.integers(0, 100),
)
def test_a_way_through_a_hub_never_costs_less_than_the_direct_one(
    amount: int, hours: tuple[Fraction, Fraction, Fraction], share: Fraction, fixed: int
) -> None:
    payer, hub, payee = (
        Unit(name, 2, worth) for name, worth in zip("PHQ", hours, strict=True)
    )

    onward = source_for(amount, rate(hub, payee))
    held = through_hub(onward, Fee(share, fixed))
    paid = source_for(held, rate(payer, hub))

    assert held - onward >= 0
    assert paid >= source_for(amount, rate(payer, payee))
