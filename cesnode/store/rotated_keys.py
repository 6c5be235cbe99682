"""Keys this node signed with before, each with the word by which it named the next."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from cesnode.store.database import Reader, Writer
from federation.keys import PublicKey
from federation.objects import KeyRotation
from federation.signed import Signature, Signed, restore


@dataclass(frozen=True, slots=True)
class RotatedKey:
    """A key that is followed by another, since when, and its word for that."""

    key: PublicKey
    rotated_at: int
    rotation: Signed[KeyRotation]

    @property
    def follower(self) -> PublicKey:
        return PublicKey.from_text(self.rotation.value.new_x)


def insert(
    writer: Writer, key: PublicKey, rotation: Signed[KeyRotation], *, now: int
) -> None:
    writer.run(
        "INSERT INTO rotated_keys (kid, x, rotated_at, rotation, signature)"
        " VALUES (?, ?, ?, ?, ?)",
        (
            key.keyid,
            key.text,
            now,
            rotation.content,
            msgspec.json.encode(rotation.signature).decode(),
        ),
    )


def every(reader: Reader) -> list[RotatedKey]:
    """Return all keys that are followed by another, the oldest first."""
    rows = reader.all(
        "SELECT x, rotated_at, rotation, signature FROM rotated_keys"
        " ORDER BY rotated_at, kid"
    )
    return [
        RotatedKey(
            PublicKey.from_text(x),
            rotated_at,
            restore(
                KeyRotation, bytes(body), msgspec.json.decode(signature, type=Signature)
            ),
        )
        for x, rotated_at, body, signature in rows
    ]


def of(reader: Reader, keyid: str) -> RotatedKey | None:
    """Return a key of ours that is followed by another."""
    return next((one for one in every(reader) if one.key.keyid == keyid), None)


def public(reader: Reader, keyid: str) -> PublicKey | None:
    """Return any key of ours, one that ended or one that is to come."""
    known = {key.keyid: key for one in every(reader) for key in (one.key, one.follower)}
    return known.get(keyid)
