"""What renews a listing from a mail: the digest of a token, used once."""

from __future__ import annotations

from cesnode.store.database import Reader, Writer


def insert(writer: Writer, digest: bytes, listing: int, *, now: int) -> None:
    writer.run(
        "INSERT INTO renewals (digest, listing_id, made_at) VALUES (?, ?, ?)",
        (digest, listing, now),
    )


def find(reader: Reader, digest: bytes) -> int | None:
    sql = "SELECT listing_id FROM renewals WHERE digest = ?"
    row = reader.first(sql, (digest,))
    return row[0] if row else None


def remove(writer: Writer, digest: bytes) -> None:
    writer.run("DELETE FROM renewals WHERE digest = ?", (digest,))


def forget(writer: Writer, *, before: int) -> None:
    """Drop what nobody has used for long."""
    writer.run("DELETE FROM renewals WHERE made_at < ?", (before,))
