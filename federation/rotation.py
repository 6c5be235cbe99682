"""Pinned keys, and how one is followed by another that it vouches for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from federation.errors import signature_invalid
from federation.keys import PublicKey
from federation.objects import KeyRotation
from federation.signed import Signature, Signed, open_signed

OVERLAP = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Pin:
    """A key held to be a node's, and for how long new messages may be signed with it."""

    node: str
    key: PublicKey
    not_before: datetime
    not_after: datetime | None = None

    def usable(self, now: datetime) -> bool:
        ended = self.not_after is not None and self.not_after <= now
        return self.not_before <= now and not ended


def rotate(pin: Pin, signed: Signed[KeyRotation]) -> tuple[Pin, Pin]:
    """Return the old key, soon to end, and the new one it vouches for."""
    rotation = signed.value
    vouched = (rotation.node, rotation.old_kid, signed.signature.keyid)
    if vouched != (pin.node, pin.key.keyid, pin.key.keyid):
        raise signature_invalid("the rotation is not signed by the pinned key")
    start = rotation.effective_at
    old = Pin(pin.node, pin.key, pin.not_before, start + OVERLAP)
    return old, Pin(pin.node, PublicKey.from_text(rotation.new_x), start)


def successors(
    node: str,
    pinned: Iterable[PublicKey],
    told: Iterable[tuple[bytes, Signature]],
) -> tuple[PublicKey, ...]:
    """Return the keys that those pinned for a node vouch for, one after the other.

    `told` are rotations, the oldest first; what begins at a key unknown here proves
    nothing and is passed over.

    Raises:
        FederationError: one does not hold, or a key vouches for two others.

    """
    known = {key.keyid: key for key in pinned}
    followed: dict[str, str] = {}
    for document, signature in told:
        if signature.keyid not in known:
            continue
        rotation = open_signed(
            KeyRotation,
            document,
            signature,
            lambda named, keyid: known.get(keyid) if named == node else None,
        ).value
        new = PublicKey.from_text(rotation.new_x)
        follower = followed.setdefault(signature.keyid, new.keyid)
        if (rotation.old_kid, follower) != (signature.keyid, new.keyid):
            raise signature_invalid(f"{signature.keyid} vouches for two, or for another")
        known[new.keyid] = new
    return tuple(known.values())
