"""An answer is the peer's own, whole, and to this very request."""

from __future__ import annotations

from dataclasses import replace

import pytest

from federation.errors import FederationError, Problem
from federation.keys import PrivateKey, base64text
from federation.signing import (
    Answer,
    Reply,
    Sent,
    Stamp,
    sign_answer,
    verify_answer,
)

NOW = 1795300000
URI = "https://b.example/fed/v1/trades"
BODY = b'{"trades":[]}'
NONCE = "c2l4dGVlbi1jaGFycw"

SENT = Sent(method="POST", target_uri=URI, signature=f":{base64text(bytes(64))}:")


def answer_of(key: PrivateKey, reply: Reply, sent: Sent = SENT) -> Answer:
    headers = sign_answer(key, sent, reply, Stamp(NOW, NONCE))
    return Answer(status=reply.status, headers=headers, body=reply.body)


def test_an_answer_is_bound_to_its_request(key_b: PrivateKey) -> None:
    keys = {key_b.keyid: key_b.public}
    answer = answer_of(key_b, Reply(201, b"{}"))

    assert verify_answer(answer, SENT, keys, NOW).status == 201
    for other in (
        replace(SENT, method="PUT"),
        replace(SENT, target_uri=f"{URI}?x"),
        replace(SENT, signature=f":{base64text(bytes(63) + b'x')}:"),
    ):
        with pytest.raises(FederationError):
            verify_answer(answer, other, keys, NOW)


def test_an_answer_without_a_body_is_bound_too(key_b: PrivateKey) -> None:
    answer = answer_of(key_b, Reply(204))
    keys = {key_b.keyid: key_b.public}

    assert verify_answer(answer, SENT, keys, NOW).content_type == ""
    with pytest.raises(FederationError):
        verify_answer(replace(answer, body=b"{}"), SENT, keys, NOW)


def test_an_answer_that_was_changed_or_is_not_the_peers_proves_nothing(
    key_a: PrivateKey, key_b: PrivateKey
) -> None:
    keys = {key_b.keyid: key_b.public}
    answer = answer_of(key_b, Reply(201, b"{}"))
    stripped = tuple(pair for pair in answer.headers if "Content" not in pair[0])

    for wrong in (
        replace(answer, status=200),
        replace(answer, body=b"[]"),
        replace(answer, headers=()),
        replace(answer, body=b"", headers=stripped),
        answer_of(key_a, Reply(201, b"{}")),
    ):
        with pytest.raises(FederationError) as refused:
            verify_answer(wrong, SENT, keys, NOW)
        assert refused.value.problem is Problem.SIGNATURE_INVALID
    with pytest.raises(FederationError) as late:
        verify_answer(answer, SENT, keys, NOW + 301)
    assert late.value.problem is Problem.CLOCK_SKEW


def test_an_answer_covers_the_whole_profile(key_b: PrivateKey) -> None:
    answer = answer_of(key_b, Reply(201, b"{}"))
    less = tuple((name, text.replace('"@status" ', "")) for name, text in answer.headers)

    with pytest.raises(FederationError) as refused:
        verify_answer(replace(answer, headers=less), SENT, {key_b.keyid: key_b.public}, NOW)

    assert refused.value.reason.startswith("the answer covers")
