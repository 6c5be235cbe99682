"""A move as it is signed and shown, and keys that vouch for one another."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from federation.errors import FederationError, Problem
from federation.keys import PrivateKey, PublicKey
from federation.moves import Moved, is_newer, opened, told
from federation.objects import KeyRotation, NodeMove
from federation.rotation import successors
from federation.signed import FindKey, Signature, Signed, sign

NODE, OLD, NEW = "a.example", "https://a.example", "https://new.example"
AT = datetime(2026, 11, 22, tzinfo=UTC)
KEYS = tuple(PrivateKey(bytes([serial]) * 32) for serial in range(1, 5))


def move_of(key: PrivateKey, *, serial: int = 1, new: str = NEW) -> Signed[NodeMove]:
    return sign(
        key,
        NodeMove(
            v=1,
            node=NODE,
            old_origin=OLD,
            new_origin=new,
            kid=key.keyid,
            serial=serial,
            effective_at=AT,
        ),
    )


def holding(*keys: PrivateKey) -> FindKey:
    held = {key.keyid: key.public for key in keys}
    return lambda node, keyid: held.get(keyid) if node == NODE else None


def test_a_move_is_proven_by_the_key_it_names() -> None:
    key, other, *_ = KEYS
    signed = move_of(key)

    assert opened(told(signed), holding(key)) == signed
    for moved, found in (
        (told(signed), holding(other)),
        (Moved(move=signed.value, move_sig=move_of(other).signature), holding(key, other)),
    ):
        with pytest.raises(FederationError) as caught:
            opened(moved, found)
        assert caught.value.problem is Problem.SIGNATURE_INVALID


def test_the_move_with_the_higher_number_counts() -> None:
    key = KEYS[0]
    first, second = move_of(key), move_of(key, serial=2)

    assert is_newer(first, None)
    assert is_newer(second, first)
    assert not is_newer(first, second)
    assert not is_newer(first, first)
    with pytest.raises(FederationError) as caught:
        is_newer(move_of(key, new=OLD), first)
    assert caught.value.problem is Problem.TRADE_CONFLICT


def rotation(
    old: PrivateKey, new: PrivateKey, node: str = NODE, old_kid: str | None = None
) -> tuple[bytes, Signature]:
    signed = sign(
        old,
        KeyRotation(
            v=1,
            node=node,
            old_kid=old_kid or old.keyid,
            new_x=new.public.text,
            effective_at=AT,
        ),
    )
    return signed.content, signed.signature


def ids(keys: tuple[PublicKey, ...]) -> set[str]:
    return {key.keyid for key in keys}


def test_keys_vouch_for_one_another_as_far_as_the_first_is_pinned() -> None:
    first, second, third, stranger = KEYS
    chain = [rotation(first, second), rotation(second, third)]

    assert ids(successors(NODE, [first.public], chain)) == {
        first.keyid, second.keyid, third.keyid,
    }  # fmt: skip
    assert ids(successors(NODE, [second.public], chain)) == {second.keyid, third.keyid}
    assert ids(successors(NODE, [stranger.public], chain)) == {stranger.keyid}
    assert ids(successors(NODE, [first.public], chain[1:])) == {first.keyid}


def test_what_does_not_hold_vouches_for_nobody() -> None:
    first, second, third, _ = KEYS
    content, _ = rotation(first, second)
    _, signature = rotation(first, third)
    for told_of in (
        [(content, signature)],
        [rotation(first, second), rotation(first, third)],
        [rotation(first, second, "b.example")],
        [rotation(first, second, old_kid=third.keyid)],
    ):
        with pytest.raises(FederationError) as caught:
            successors(NODE, [first.public], told_of)
        assert caught.value.problem is Problem.SIGNATURE_INVALID
