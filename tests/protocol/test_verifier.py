"""What the verifier must refuse, and what it then says (RFC 9421's known weaknesses)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import TypeAlias

import pytest

from federation.errors import NATURE, FederationError, Problem
from federation.fields import LABEL, content_digest
from federation.keys import PrivateKey
from federation.signing import (
    Request,
    Sender,
    Stamp,
    Verified,
    read_request,
    sign_request,
    verify_request,
)

NOW = 1795300000
URI = "https://b.example/fed/v1/trades"
BODY = b'{"trades":[]}'
NONCE = "c2l4dGVlbi1jaGFycw"

Headers: TypeAlias = tuple[tuple[str, str], ...]
Change: TypeAlias = Callable[[Request], Request]


@pytest.fixture
def request_of_a(key_a: PrivateKey) -> Request:
    headers, _ = sign_request(
        key_a, method="POST", target_uri=URI, body=BODY, stamp=Stamp(NOW, NONCE)
    )
    return Request(method="POST", target_uri=URI, headers=headers, body=BODY)


def prove(request: Request, key: PrivateKey, *, now: int = NOW) -> Verified:
    return verify_request(read_request(request), Sender("a.example", key.public), now)


def in_header(name: str, old: str, new: str) -> Change:
    """Change one header's text."""

    def change(request: Request) -> Request:
        changed = tuple(
            (key, value.replace(old, new, 1) if key.lower() == name else value)
            for key, value in request.headers
        )
        assert changed != request.headers
        return replace(request, headers=changed)

    return change


def without(name: str) -> Change:
    return lambda request: replace(
        request,
        headers=tuple(pair for pair in request.headers if pair[0].lower() != name),
    )


def twice(name: str) -> Change:
    return lambda request: replace(
        request,
        headers=(
            *request.headers,
            *(pair for pair in request.headers if pair[0].lower() == name),
        ),
    )


def target(uri: str) -> Change:
    return lambda request: replace(request, target_uri=uri)


def second_label(request: Request) -> Request:
    headers = tuple(
        (key, f"{value}, {value.replace(LABEL, 'sig2', 1)}" if "ignature" in key else value)
        for key, value in request.headers
    )
    return replace(request, headers=headers)


def other_body(request: Request) -> Request:
    return replace(request, body=BODY.replace(b"[]", b"[1]"))


def other_body_and_digest(request: Request) -> Request:
    changed = other_body(request)
    return in_header("content-digest", content_digest(BODY), content_digest(changed.body))(
        changed
    )


REFUSED: dict[str, Change] = {
    "no signature": without("signature"),
    "no signature input": without("signature-input"),
    "no digest": without("content-digest"),
    "no content type": without("content-type"),
    "signature twice": twice("signature"),
    "signature input twice": twice("signature-input"),
    "digest twice": twice("content-digest"),
    "content type twice": twice("content-type"),
    "folded header": in_header("signature-input", ";created", "\r\n ;created"),
    "non-ASCII header": in_header("signature-input", "c2l4", "c2lé"),
    "huge signature input": in_header("signature-input", '"@method"', '"@method" ' * 300),
    "padded header": in_header("content-type", "application/json", " application/json"),
    "two labels": second_label,
    "another label": in_header("signature-input", "sig1", "sig2"),
    "another label of the signature": in_header("signature", "sig1", "sig2"),
    "method not covered": in_header("signature-input", '"@method" ', ""),
    "target not covered": in_header("signature-input", ' "@target-uri"', ""),
    "content type not covered": in_header("signature-input", ' "content-type"', ""),
    "digest not covered": in_header("signature-input", ' "content-digest"', ""),
    "components in another order": in_header(
        "signature-input", '"@method" "@target-uri"', '"@target-uri" "@method"'
    ),
    "params in another order": in_header(
        "signature-input",
        'alg="ed25519";tag="cxn-fed-v1"',
        'tag="cxn-fed-v1";alg="ed25519"',
    ),
    "unsorted spaces": in_header("signature-input", ";nonce", "; nonce"),
    "no nonce": in_header("signature-input", f';nonce="{NONCE}"', ""),
    "short nonce": in_header("signature-input", NONCE, "c2l4dGVlbi1jaGF"),
    "long nonce": in_header("signature-input", NONCE, "n" * 65),
    "leading zero": in_header("signature-input", "created=1", "created=01"),
    "lasts too long": in_header("signature-input", f"{NOW + 300}", f"{NOW + 301}"),
    "ends before it begins": in_header("signature-input", f"{NOW + 300}", f"{NOW}"),
    "algorithm substituted": in_header("signature-input", "ed25519", "hmac-sha256"),
    "another tag": in_header("signature-input", "cxn-fed-v1", "web-bot-auth"),
    "sha-512": in_header("content-digest", "sha-256", "sha-512"),
    "two digests": in_header("content-digest", "sha-256", "sha-512=:AA==:, sha-256"),
    "signature of 63 bytes": in_header("signature", "==:", "=:"),
    "content type changed": in_header("content-type", "json", "xml"),
    "content type with charset": in_header("content-type", "json", "json; charset=utf-8"),
    "body changed": other_body,
    "body and digest changed": other_body_and_digest,
    "body dropped": lambda request: replace(request, body=b""),
    "method changed": lambda request: replace(request, method="PUT"),
    "method in small letters": lambda request: replace(request, method="post"),
    "another host": target("https://c.example/fed/v1/trades"),
    "default port in the authority": target("https://b.example:443/fed/v1/trades"),
    "another scheme": target("http://b.example/fed/v1/trades"),
    "percent-encoded path": target("https://b.example/fed/v1/%74rades"),
    "empty query": target(f"{URI}?"),
    "query added": target(f"{URI}?limit=1"),
    "trailing slash": target(f"{URI}/"),
    "non-ASCII target": target(f"{URI}/é"),
    "line break in the target": target(f'{URI}\n"content-type": x'),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_weak_request_is_refused(
    case: str, request_of_a: Request, key_a: PrivateKey
) -> None:
    with pytest.raises(FederationError) as refused:
        prove(REFUSED[case](request_of_a), key_a)

    assert refused.value.problem is Problem.SIGNATURE_INVALID
    assert NATURE[refused.value.problem].status == 401
    assert refused.value.detail == "The signature of this message does not hold."
    assert refused.value.reason != refused.value.detail


def test_an_honest_request_is_verified(request_of_a: Request, key_a: PrivateKey) -> None:
    verified = prove(request_of_a, key_a)

    assert (verified.sender, verified.body) == ("a.example", BODY)
    assert (verified.keyid, verified.nonce) == (key_a.keyid, NONCE)


def test_a_request_without_a_body_covers_only_its_line(key_a: PrivateKey) -> None:
    headers, _ = sign_request(
        key_a, method="GET", target_uri=URI, body=b"", stamp=Stamp(NOW, NONCE)
    )
    request = Request(method="GET", target_uri=URI, headers=headers, body=b"")

    assert prove(request, key_a).body == b""
    assert [name for name, _ in headers] == ["Signature-Input", "Signature"]
    with pytest.raises(FederationError):
        prove(replace(request, body=BODY), key_a)


def test_a_signature_has_one_spelling(request_of_a: Request, key_a: PrivateKey) -> None:
    """The last character of 64 bytes in base64 has four bits that are not used."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    signature = dict(request_of_a.headers)["Signature"]
    last = signature[-4]
    other = alphabet[alphabet.index(last) + 1]

    with pytest.raises(FederationError):
        prove(in_header("signature", f"{last}==", f"{other}==")(request_of_a), key_a)


@pytest.mark.parametrize("now", [NOW - 301, NOW + 301, NOW + 3600, NOW - 3600])
def test_a_clock_too_far_off_is_told_both_times(
    now: int, request_of_a: Request, key_a: PrivateKey
) -> None:
    with pytest.raises(FederationError) as refused:
        prove(request_of_a, key_a, now=now)

    assert refused.value.problem is Problem.CLOCK_SKEW
    assert refused.value.members == {"your_time": NOW, "our_time": now}
    assert str(NOW) in refused.value.detail
    assert str(now) in refused.value.detail


@pytest.mark.parametrize("now", [NOW - 300, NOW + 300])
def test_five_minutes_are_allowed(
    now: int, request_of_a: Request, key_a: PrivateKey
) -> None:
    assert prove(request_of_a, key_a, now=now).sender == "a.example"


def test_a_request_that_ended_early_is_late(key_a: PrivateKey) -> None:
    headers, _ = sign_request(
        key_a, method="GET", target_uri=URI, body=b"", stamp=Stamp(NOW, NONCE)
    )
    request = Request(method="GET", target_uri=URI, headers=headers, body=b"")
    short = in_header("signature-input", f"{NOW + 300}", f"{NOW + 10}")(request)

    with pytest.raises(FederationError) as refused:
        prove(short, key_a, now=NOW + 11)

    assert refused.value.problem is Problem.CLOCK_SKEW


def test_a_key_nobody_pinned_is_unknown(request_of_a: Request, key_b: PrivateKey) -> None:
    claim = read_request(request_of_a)

    for sender in (None, Sender("a.example", key_b.public)):
        with pytest.raises(FederationError) as refused:
            verify_request(claim, sender, NOW)
        assert refused.value.problem is Problem.PEER_UNKNOWN


def test_another_version_is_told_apart_from_a_bad_signature(request_of_a: Request) -> None:
    with pytest.raises(FederationError) as refused:
        read_request(in_header("signature-input", "cxn-fed-v1", "cxn-fed-v2")(request_of_a))

    assert refused.value.problem is Problem.VERSION_UNSUPPORTED


def test_checks_come_in_the_order_of_the_protocol(
    request_of_a: Request, key_a: PrivateKey, key_b: PrivateKey
) -> None:
    """A request wrong in every way is refused for the first of them, then the next."""
    stranger = Sender("b.example", key_b.public)
    known = Sender("a.example", key_a.public)
    wrong = other_body(target("https://c.example/")(request_of_a))
    worse = in_header("signature-input", "ed25519", "none")(wrong)

    def reason(request: Request, sender: Sender, now: int) -> str:
        with pytest.raises(FederationError) as refused:
            verify_request(read_request(request), sender, now)
        return f"{refused.value.problem}: {refused.value.reason}"

    assert "algorithm" in reason(worse, stranger, NOW + 900)
    assert "peer-unknown" in reason(wrong, stranger, NOW + 900)
    assert "clock-skew" in reason(wrong, known, NOW + 900)
    assert "Content-Digest" in reason(wrong, known, NOW)
    assert "not signed by" in reason(target("https://c.example/")(request_of_a), known, NOW)


def test_the_profile_is_written_as_it_is_read(request_of_a: Request) -> None:
    value = dict(request_of_a.headers)["Signature-Input"]

    assert re.fullmatch(
        r'sig1=\("@method" "@target-uri" "content-type" "content-digest"\)'
        r';created=\d+;expires=\d+;nonce="[^"]+";keyid="[^"]{43}"'
        r';alg="ed25519";tag="cxn-fed-v1"',
        value,
    )
