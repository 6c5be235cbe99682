"""The card a node shows of itself, which proves itself, and how people compare keys."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Annotated, Literal

import msgspec

from federation import canonical, moves, wire
from federation.errors import schema_invalid, signature_invalid
from federation.fields import TAG
from federation.keys import (
    PrivateKey,
    PublicKey,
    base64text,
    thumbprint,
    unbase64text,
    unbase64url,
)
from federation.moves import Moved
from federation.nodes import node_name
from federation.objects import NodeMove, Rate
from federation.signed import FindKey, Signed
from federation.wire import (
    Base64Signature,
    Body,
    CurrencyCode,
    KeyId,
    Line,
    Moment,
    Scale,
    Url,
)

PATH = "/.well-known/cxn-federation"
SUCCESSION_PATH = f"{PATH}/keys"
BASE = "/fed/v1"
PROTOCOL = "cxn-fed/1"

MOST_KEYS = 10

_CONSONANTS = "bdfghjklmnprstvz"
_VOWELS = "aiou"
_WORDS = 6


class CardCurrency(Body, frozen=True, kw_only=True):
    code: CurrencyCode
    name: Line
    scale: Scale
    rate: Rate


class SigningJwk(Body, frozen=True, kw_only=True):
    """A key of the node, as RFC 8037 writes it."""

    kty: Literal["OKP"] = "OKP"
    crv: Literal["Ed25519"] = "Ed25519"
    x: KeyId
    kid: KeyId
    use: Literal["sig"] = "sig"
    not_before: Moment
    not_after: Moment | None
    rotated_from: KeyId | None


class BoxJwk(Body, frozen=True, kw_only=True):
    """The key to seal with what only this node may read."""

    kty: Literal["OKP"] = "OKP"
    crv: Literal["X25519"] = "X25519"
    x: KeyId
    kid: KeyId


class Software(Body, frozen=True, kw_only=True):
    name: Line
    version: Line


class SelfSignature(Body, frozen=True, kw_only=True):
    kid: KeyId
    sig: Base64Signature


class Card(Body, frozen=True, kw_only=True, omit_defaults=True):
    """What a node says of itself; it proves possession of its keys, and nothing more.

    One that has `moved` shows by which word, both where it was, if somebody is there
    still, and where it is: it keeps the name that its first address gave it.
    """

    v: wire.Version
    origin: Url
    name: Line
    federation: Url
    protocols: Annotated[tuple[Line, ...], msgspec.Meta(max_length=10)]
    currency: CardCurrency
    keys: Annotated[
        tuple[SigningJwk, ...], msgspec.Meta(min_length=1, max_length=MOST_KEYS)
    ]
    box_key: BoxJwk
    contact: Line
    software: Software
    accepts_invites: bool
    moved: Moved | None = None
    self_sig: SelfSignature | None = None

    @property
    def node(self) -> str:
        return node_name(self.origin) if self.moved is None else self.moved.move.node

    @property
    def elsewhere(self) -> str | None:
        """Where the node has gone; None where it is at the address of this card."""
        if self.moved is None or self.moved.move.new_origin == self.origin:
            return None
        return self.moved.move.new_origin


def sign_card(key: PrivateKey, card: Card) -> Card:
    signature = base64text(key.sign(_preimage(card)))
    return msgspec.structs.replace(
        card, self_sig=SelfSignature(kid=key.keyid, sig=signature)
    )


def read_card(document: bytes, origin: str) -> Card:
    """Read the card found at `origin`, or refuse it."""
    card = wire.read(document, Card)
    check_card(card)
    if card.origin != origin:
        raise schema_invalid(f"The card found at {origin} is that of {card.origin}.")
    return card


def check_card(card: Card) -> None:
    """Refuse a card that does not prove itself or speaks another protocol."""
    if card.federation != card.origin + BASE or PROTOCOL not in card.protocols:
        raise schema_invalid(f"The card of {card.origin} does not offer {PROTOCOL}.")
    for jwk in card.keys:
        public_key(jwk)
    if card.box_key.kid != thumbprint("X25519", unbase64url(card.box_key.x, 32)):
        raise schema_invalid("The card's box key does not have the kid it should have.")
    if card.self_sig is None:
        raise signature_invalid("the card is not signed")
    held = unbase64text(card.self_sig.sig)
    key = key_of(card, card.self_sig.kid)
    if key is None or held is None:
        raise signature_invalid("the card is not signed by a key of its own")
    key.verify(_preimage(card), held)
    if card.moved is not None:
        move = moves.opened(card.moved, lambda _, keyid: key_of(card, keyid)).value
        if card.origin not in {move.old_origin, move.new_origin}:
            raise schema_invalid("The card shows a move from and to somewhere else.")


def signer(card: Card) -> str:
    """Return the keyid that a card, checked before, is signed with."""
    return "" if card.self_sig is None else card.self_sig.kid


def proven_move(card: Card, node: str, find_key: FindKey) -> Signed[NodeMove]:
    """Return the move of a node by the card that was found where it leads.

    Raises:
        FederationError: it is not the node's own card, or shows no move to where it is.

    """
    if card.node != node or find_key(node, signer(card)) is None:
        raise signature_invalid(f"the card at {card.origin} is not signed by {node}")
    if card.moved is None or card.elsewhere is not None:
        raise schema_invalid(f"The card at {card.origin} shows no move to there.")
    return moves.opened(card.moved, find_key)


def public_key(jwk: SigningJwk) -> PublicKey:
    key = PublicKey.from_text(jwk.x)
    if key.keyid != jwk.kid:
        raise schema_invalid("A key does not have the kid it should have.")
    return key


def key_of(card: Card, keyid: str) -> PublicKey | None:
    """Return the card's key of this keyid."""
    return next((public_key(jwk) for jwk in card.keys if jwk.kid == keyid), None)


def jwk_of(
    key: PublicKey,
    since: datetime,
    *,
    until: datetime | None = None,
    rotated_from: str | None = None,
) -> SigningJwk:
    return SigningJwk(
        x=key.text,
        kid=key.keyid,
        not_before=since,
        not_after=until,
        rotated_from=rotated_from,
    )


def fingerprint_words(keyid: str) -> str:
    """Return six speakable words, 96 bits, for two people to compare by telephone."""
    bits = int.from_bytes(hashlib.sha256(keyid.encode()).digest()[: _WORDS * 2])
    words = (_word(bits >> shift & 0xFFFF) for shift in range(0, _WORDS * 16, 16))
    return "-".join(words)


def _word(bits: int) -> str:
    return (
        _CONSONANTS[bits >> 12]
        + _VOWELS[bits >> 10 & 3]
        + _CONSONANTS[bits >> 6 & 15]
        + _VOWELS[bits >> 4 & 3]
        + _CONSONANTS[bits & 15]
    )


def _preimage(card: Card) -> bytes:
    told: dict[str, canonical.Json] = msgspec.to_builtins(card)
    told.pop("self_sig", None)
    return f"{TAG}:card\n".encode() + canonical.encode(told)
