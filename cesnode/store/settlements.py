"""Debts settled outside, in goods or money: the debtor's word, and what came of it."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from cesnode.store.database import Reader, Row, Writer
from federation.objects import Settlement as Word
from federation.signed import Signature, Signed, restore


class SettlementState(StrEnum):
    PROPOSED = "proposed"  # the debtor has said so; the creditor has still to agree
    BOOKED = "booked"
    REFUSED = "refused"


class Settlement(msgspec.Struct, frozen=True, kw_only=True):
    """A settlement as this node has it.  `ours`: we owed, and proposed it.

    `own_amount` is in our minor units, `other_amount` in those of the peer.
    """

    peer: int
    ours: bool
    own_amount: int
    other_amount: int
    word: Signed[Word]
    state: SettlementState
    why: str | None
    proposed_at: int
    ended_at: int | None

    @property
    def id(self) -> str:
        return self.word.value.settlement_id


_SELECT = (
    "SELECT peer_id, ours, own_amount, other_amount, body, signature, state, why,"
    " proposed_at, ended_at FROM settlements "
)


def insert(writer: Writer, settlement: Settlement) -> None:
    writer.run(
        "INSERT INTO settlements (settlement_id, peer_id, ours, digest, own_amount,"
        " other_amount, body, signature, proposed_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            settlement.id,
            settlement.peer,
            settlement.ours,
            settlement.word.digest,
            settlement.own_amount,
            settlement.other_amount,
            settlement.word.content,
            msgspec.json.encode(settlement.word.signature).decode(),
            settlement.proposed_at,
        ),
    )


def find(reader: Reader, settlement_id: str) -> Settlement | None:
    row = reader.first(_SELECT + "WHERE settlement_id = ?", (settlement_id,))
    return _settlement(row) if row else None


def by_digest(reader: Reader, digest: str) -> Settlement | None:
    row = reader.first(_SELECT + "WHERE digest = ?", (digest,))
    return _settlement(row) if row else None


def every(reader: Reader) -> list[Settlement]:
    """Return all settlements, the latest first."""
    rows = reader.all(_SELECT + "ORDER BY proposed_at DESC, settlement_id DESC")
    return [_settlement(row) for row in rows]


def waiting(reader: Reader, peer: int) -> tuple[int, int]:
    """Return how much we have proposed to a peer that is not answered, in both units."""
    own, other = reader.one(
        "SELECT COALESCE(SUM(own_amount), 0), COALESCE(SUM(other_amount), 0)"
        " FROM settlements WHERE peer_id = ? AND state = 'proposed' AND ours",
        (peer,),
    )
    return own, other


def end(
    writer: Writer,
    settlement: Settlement,
    state: SettlementState,
    *,
    why: str | None = None,
    now: int,
) -> None:
    writer.run(
        "UPDATE settlements SET state = ?, why = ?, ended_at = ? WHERE settlement_id = ?",
        (state, why, now, settlement.id),
    )


def _settlement(row: Row) -> Settlement:
    (
        peer, ours, own_amount, other_amount, body, signature, state, why, proposed_at,
        ended_at,
    ) = row  # fmt: skip
    proven = msgspec.json.decode(signature, type=Signature)
    return Settlement(
        peer=peer,
        ours=bool(ours),
        own_amount=own_amount,
        other_amount=other_amount,
        word=restore(Word, bytes(body), proven),
        state=SettlementState(state),
        why=why,
        proposed_at=proposed_at,
        ended_at=ended_at,
    )
