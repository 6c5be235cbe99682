"""Pinned keys, and how one is followed by another that it vouches for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from federation.errors import signature_invalid
from federation.keys import PublicKey
from federation.objects import KeyRotation
from federation.signed import Signed

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
