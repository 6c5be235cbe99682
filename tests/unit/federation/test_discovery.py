"""The card: it proves its own keys, and nothing it says can be changed unseen."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from federation import wire
from federation.discovery import (
    BoxJwk,
    Card,
    CardCurrency,
    Software,
    check_card,
    fingerprint_words,
    jwk_of,
    key_of,
    proven_move,
    read_card,
    sign_card,
)
from federation.errors import FederationError
from federation.keys import PrivateKey, PublicKey, base64url
from federation.moves import told
from federation.objects import NodeMove, Rate
from federation.seal import BoxKey
from federation.signed import sign

SINCE = datetime(2026, 1, 1, tzinfo=UTC)
BOX = BoxKey(bytes(range(32)))
OLD, NEW = "https://a.example", "https://new.example"


@pytest.fixture
def card(key_a: PrivateKey) -> Card:
    return sign_card(
        key_a,
        Card(
            v=1,
            origin="https://a.example",
            name="Avon Exchange",
            federation="https://a.example/fed/v1",
            protocols=("cxn-fed/1",),
            currency=CardCurrency(
                code="ACH", name="Avon credit", scale=2, rate=Rate(n=1, d=10)
            ),
            keys=(jwk_of(key_a.public, SINCE),),
            box_key=BoxJwk(x=base64url(BOX.x), kid=BOX.keyid),
            contact="mailto:admin@a.example",
            software=Software(name="cesnode", version="1"),
            accepts_invites=True,
        ),
    )


def test_a_card_is_read_as_it_is_written(card: Card, key_a: PrivateKey) -> None:
    read = read_card(wire.write(card), "https://a.example")

    assert read == card
    assert read.node == "a.example"
    assert key_of(read, key_a.keyid) == key_a.public
    assert key_of(read, "A" * 43) is None


def test_a_card_found_elsewhere_is_refused(card: Card) -> None:
    with pytest.raises(FederationError) as refused:
        read_card(wire.write(card), "https://evil.example")

    assert "that of https://a.example" in str(refused.value)


def test_a_changed_card_does_not_prove_itself(card: Card, key_b: PrivateKey) -> None:
    assert card.self_sig is not None
    jwk = card.keys[0]
    for wrong in (
        replace(card, name="Avon Exchanges"),
        replace(card, self_sig=None),
        replace(card, self_sig=replace(card.self_sig, sig="A" * 86 + "==")),
        replace(card, self_sig=replace(card.self_sig, sig="A" * 85 + "B==")),
        replace(card, protocols=("cxn-fed/2",)),
        replace(card, federation="https://evil.example/fed/v1"),
        replace(card, keys=(replace(jwk, kid=key_b.keyid),)),
        replace(card, box_key=replace(card.box_key, kid=key_b.keyid)),
        sign_card(key_b, card),
    ):
        with pytest.raises(FederationError):
            check_card(wrong)


def test_people_compare_six_words(key_a: PrivateKey, key_b: PrivateKey) -> None:
    words = fingerprint_words(key_a.keyid)

    assert len(words.split("-")) == 6
    assert all(len(word) == 5 and word.isalpha() for word in words.split("-"))
    assert words == fingerprint_words(key_a.keyid) != fingerprint_words(key_b.keyid)


def moved_to(card: Card, key: PrivateKey, new: str, *, old: str = OLD) -> Card:
    """Let a card show a move, and sign it again."""
    move = NodeMove(
        v=1,
        node="a.example",
        old_origin=old,
        new_origin=new,
        kid=key.keyid,
        serial=1,
        effective_at=datetime(2026, 11, 22, tzinfo=UTC),
    )
    return sign_card(key, replace(card, moved=told(sign(key, move)), self_sig=None))


def at_new_address(card: Card) -> Card:
    return replace(card, origin=NEW, federation=f"{NEW}/fed/v1")


def test_a_node_that_moved_shows_it_where_it_was_and_where_it_is(
    card: Card, key_a: PrivateKey
) -> None:
    before = moved_to(card, key_a, NEW)
    after = moved_to(at_new_address(card), key_a, NEW)

    assert read_card(wire.write(before), OLD).elsewhere == NEW
    assert read_card(wire.write(after), NEW) == after
    assert (after.node, after.elsewhere, card.elsewhere) == ("a.example", None, None)
    assert b"moved" not in wire.write(card)


def test_a_card_shows_only_a_move_of_its_own(
    card: Card, key_a: PrivateKey, key_b: PrivateKey
) -> None:
    foreign = moved_to(card, key_b, NEW).moved
    for wrong in (
        moved_to(card, key_a, NEW, old="https://third.example"),
        sign_card(key_a, replace(card, moved=foreign, self_sig=None)),
    ):
        with pytest.raises(FederationError):
            read_card(wire.write(wrong), OLD)


def test_a_move_is_proven_by_the_nodes_own_card_where_it_leads(
    card: Card, key_a: PrivateKey, key_b: PrivateKey
) -> None:
    def find_key(_node: str, keyid: str) -> PublicKey | None:
        return key_a.public if keyid == key_a.keyid else None

    there = moved_to(at_new_address(card), key_a, NEW)

    assert proven_move(there, "a.example", find_key).value.new_origin == NEW
    for wrong, node in (
        (there, "b.example"),
        (sign_card(key_b, replace(there, self_sig=None)), "a.example"),
        (replace(there, self_sig=None), "a.example"),
        (card, "a.example"),
        (moved_to(card, key_a, NEW), "a.example"),
    ):
        with pytest.raises(FederationError):
            proven_move(wrong, node, find_key)
