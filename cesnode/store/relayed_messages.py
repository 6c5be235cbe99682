"""Which messages other exchanges have brought, so that each is answered once."""

from __future__ import annotations

from dataclasses import dataclass

from cesnode.store.database import Reader, Writer


@dataclass(frozen=True, slots=True, kw_only=True)
class Relayed:
    """A message that a peer brought; whether it was `taken` never changes."""

    peer: int
    wire_id: str
    digest: bytes
    sender: str
    recipient: str
    taken: bool


@dataclass(frozen=True, slots=True)
class Pace:
    """How many messages came lately: of a peer, and of these by one and for one."""

    of_peer: int
    by_sender: int
    for_recipient: int


def insert(writer: Writer, relayed: Relayed, *, now: int) -> None:
    writer.run(
        "INSERT INTO relayed_messages"
        " (peer_id, wire_id, digest, sender, recipient, taken, heard_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            relayed.peer,
            relayed.wire_id,
            relayed.digest,
            relayed.sender,
            relayed.recipient,
            relayed.taken,
            now,
        ),
    )


def find(reader: Reader, peer: int, wire_id: str) -> Relayed | None:
    row = reader.first(
        "SELECT digest, sender, recipient, taken FROM relayed_messages"
        " WHERE peer_id = ? AND wire_id = ?",
        (peer, wire_id),
    )
    if row is None:
        return None
    digest, sender, recipient, taken = row
    return Relayed(
        peer=peer,
        wire_id=wire_id,
        digest=bytes(digest),
        sender=sender,
        recipient=recipient,
        taken=bool(taken),
    )


def pace(reader: Reader, peer: int, *, sender: str, recipient: str, since: int) -> Pace:
    counts = reader.one(
        "SELECT COUNT(*), COALESCE(SUM(sender = ?), 0), COALESCE(SUM(recipient = ?), 0)"
        " FROM relayed_messages WHERE peer_id = ? AND heard_at > ?",
        (sender, recipient, peer, since),
    )
    return Pace(*counts)


def forget(writer: Writer, *, before: int) -> int:
    """Forget what came before a time; return how many there were."""
    return writer.run("DELETE FROM relayed_messages WHERE heard_at < ?", (before,))
