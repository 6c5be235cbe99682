"""Signed heads of the chain, to be compared with what others kept of them."""

from __future__ import annotations

from dataclasses import dataclass

from cesnode.store.database import Reader, Writer


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A signed note, when it was made, and of how many transfers it tells."""

    at: int
    seq: int
    note: str


def latest(reader: Reader) -> Checkpoint | None:
    row = reader.first("SELECT at, seq, note FROM checkpoints ORDER BY id DESC LIMIT 1")
    return Checkpoint(*row) if row else None


def insert(writer: Writer, checkpoint: Checkpoint) -> None:
    writer.run(
        "INSERT INTO checkpoints (at, seq, note) VALUES (?, ?, ?)",
        (checkpoint.at, checkpoint.seq, checkpoint.note),
    )
