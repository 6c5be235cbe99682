"""What even the owner of a key may not sign: less than the profile, or otherwise."""

from __future__ import annotations

import pytest

from federation.errors import FederationError, Problem
from federation.fields import content_digest, signature_base
from federation.keys import PrivateKey, base64text
from federation.signing import (
    Request,
    Sender,
    Verified,
    read_request,
    verify_request,
)

NOW = 1795300000
URI = "https://b.example/fed/v1/trades"
BODY = b'{"trades":[]}'
NONCE = "c2l4dGVlbi1jaGFycw"

PARTS = {
    '"@method"': "POST",
    '"@target-uri"': URI,
    '"content-type"': "application/json",
    '"content-digest"': content_digest(BODY),
    '"@authority"': "b.example",
}
PROFILE = '"@method" "@target-uri" "content-type" "content-digest"'
LASTING = {"created": str(NOW), "expires": str(NOW + 300)}
TEXTS = {"nonce": NONCE, "keyid": "", "alg": "ed25519", "tag": "cxn-fed-v1"}


def prove(request: Request, key: PrivateKey, *, now: int = NOW) -> Verified:
    return verify_request(read_request(request), Sender("a.example", key.public), now)


def signed_by_hand(
    key: PrivateKey, components: str = PROFILE, **changed: str | None
) -> Request:
    """Sign as a careless or cunning peer would: another profile, but honestly."""
    texts = TEXTS | {"keyid": key.keyid}
    said = LASTING | {name: f'"{text}"' for name, text in texts.items()} | changed
    params = "".join(f";{name}={text}" for name, text in said.items() if text is not None)
    covered = [(name, PARTS[name]) for name in components.split()]
    base = signature_base(covered, f"({components}){params}")
    headers = (
        ("Content-Type", PARTS['"content-type"']),
        ("Content-Digest", PARTS['"content-digest"']),
        ("Signature-Input", f"sig1=({components}){params}"),
        ("Signature", f"sig1=:{base64text(key.sign(base))}:"),
    )
    return Request(method="POST", target_uri=URI, headers=headers, body=BODY)


def test_what_is_signed_by_hand_in_the_profile_is_verified(key_a: PrivateKey) -> None:
    assert prove(signed_by_hand(key_a), key_a).body == BODY


@pytest.mark.parametrize(
    ("components", "changed"),
    [
        ("", {}),
        ('"@method" "@target-uri"', {}),
        ('"@method" "@target-uri" "content-type"', {}),
        ('"@method" "@target-uri" "content-digest"', {}),
        ('"@method" "content-type" "content-digest"', {}),
        ('"@target-uri" "content-type" "content-digest"', {}),
        ('"@target-uri" "@method" "content-type" "content-digest"', {}),
        (f'{PROFILE} "@authority"', {}),
        (f'{PROFILE} "@method"', {}),
        (PROFILE, {"expires": str(NOW + 301)}),
        (PROFILE, {"expires": str(NOW)}),
        (PROFILE, {"expires": None}),
        (PROFILE, {"created": None}),
        (PROFILE, {"created": f'"{NOW}"'}),
        (PROFILE, {"created": f"{NOW}.0"}),
        (PROFILE, {"created": f"0{NOW}"}),
        (PROFILE, {"nonce": None}),
        (PROFILE, {"nonce": '"fifteen-letters"'}),
        (PROFILE, {"nonce": f'"{"n" * 65}"'}),
        (PROFILE, {"nonce": '"sixteen letters!"'}),
        (PROFILE, {"keyid": None}),
        (PROFILE, {"alg": None}),
        (PROFILE, {"alg": '"hmac-sha256"'}),
        (PROFILE, {"alg": '"rsa-pss-sha512"'}),
        (PROFILE, {"tag": None}),
        (PROFILE, {"tag": '"web-bot-auth"'}),
        (PROFILE, {"more": "1"}),
    ],
)
def test_even_the_peer_itself_may_not_sign_less_or_otherwise(
    components: str, changed: dict[str, str | None], key_a: PrivateKey
) -> None:
    with pytest.raises(FederationError) as refused:
        prove(signed_by_hand(key_a, components, **changed), key_a)

    assert refused.value.problem is Problem.SIGNATURE_INVALID
    assert "not signed by" not in refused.value.reason


def test_even_the_peer_itself_may_not_send_another_kind_of_body(
    key_a: PrivateKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(PARTS, '"content-type"', "application/json; charset=utf-8")

    with pytest.raises(FederationError) as refused:
        prove(signed_by_hand(key_a), key_a)

    assert "content type" in refused.value.reason


def test_a_header_is_measured_before_it_is_read(key_a: PrivateKey) -> None:
    request = signed_by_hand(key_a, more=f'"{"x" * 2048}"')

    with pytest.raises(FederationError) as refused:
        prove(request, key_a)

    assert refused.value.reason == "signature-input is longer than 2048"
