"""Disputes about trades with other exchanges: a claim, its evidence, how it ended."""

from __future__ import annotations

import msgspec

from cesnode.store.database import Reader, Row, Writer
from federation.bodies import DisputeOutcome


class Dispute(msgspec.Struct, frozen=True, kw_only=True):
    """A claim about a trade.  `ours`: we opened it; `evidence`: digests of objects."""

    dispute_id: str
    peer: int
    wire_id: str
    ours: bool
    claim: str
    evidence: tuple[str, ...]
    outcome: DisputeOutcome
    why: str | None
    opened_at: int
    ended_at: int | None


_SELECT = (
    "SELECT dispute_id, peer_id, wire_id, ours, claim, evidence, outcome, why, opened_at,"
    " ended_at FROM disputes "
)


def insert(writer: Writer, dispute: Dispute) -> None:
    writer.run(
        "INSERT INTO disputes (dispute_id, peer_id, wire_id, ours, claim, evidence,"
        " opened_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            dispute.dispute_id,
            dispute.peer,
            dispute.wire_id,
            dispute.ours,
            dispute.claim,
            msgspec.json.encode(dispute.evidence).decode(),
            dispute.opened_at,
        ),
    )


def find(reader: Reader, dispute_id: str) -> Dispute | None:
    row = reader.first(_SELECT + "WHERE dispute_id = ?", (dispute_id,))
    return _dispute(row) if row else None


def of_trade(reader: Reader, wire_id: str) -> list[Dispute]:
    rows = reader.all(_SELECT + "WHERE wire_id = ? ORDER BY opened_at", (wire_id,))
    return [_dispute(row) for row in rows]


def every(reader: Reader) -> list[Dispute]:
    """Return all disputes, the latest first."""
    rows = reader.all(_SELECT + "ORDER BY opened_at DESC, dispute_id DESC")
    return [_dispute(row) for row in rows]


def end(
    writer: Writer, dispute: Dispute, outcome: DisputeOutcome, *, why: str, now: int
) -> None:
    writer.run(
        "UPDATE disputes SET outcome = ?, why = ?, ended_at = ? WHERE dispute_id = ?",
        (outcome, why, now, dispute.dispute_id),
    )


def _dispute(row: Row) -> Dispute:
    (
        dispute_id, peer, wire_id, ours, claim, evidence, outcome, why, opened_at,
        ended_at,
    ) = row  # fmt: skip
    return Dispute(
        dispute_id=dispute_id,
        peer=peer,
        wire_id=wire_id,
        ours=bool(ours),
        claim=claim,
        evidence=msgspec.json.decode(evidence, type=tuple[str, ...]),
        outcome=DisputeOutcome(outcome),
        why=why,
        opened_at=opened_at,
        ended_at=ended_at,
    )
