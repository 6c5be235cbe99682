"""Bills that pass a hub: what a hub passes on, and what was signed of those that came."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from cesnode.store.database import Reader, Row, Writer
from federation.requests import RelayedRequest
from federation.signed import Signed


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A bill that passed here, from `upstream`, where its seller is, to `downstream`."""

    request_id: str
    upstream: int
    downstream: int
    digest: str
    expires_at: int
    passed_at: int
    ended_at: int | None


_SELECT = (
    "SELECT request_id, upstream_id, downstream_id, digest, expires_at, passed_at,"
    " ended_at FROM relayed_requests "
)


def passage(reader: Reader, request_id: str) -> Passage | None:
    row = reader.first(_SELECT + "WHERE request_id = ?", (request_id,))
    return _passage(row) if row else None


def passed_since(reader: Reader, upstream: int, since: int) -> int:
    """Return how many bills of a peer were passed on since a time."""
    (count,) = reader.one(
        "SELECT COUNT(*) FROM relayed_requests WHERE upstream_id = ? AND passed_at > ?",
        (upstream, since),
    )
    return int(count)


def insert(writer: Writer, passage: Passage) -> None:
    writer.run(
        "INSERT INTO relayed_requests (request_id, upstream_id, downstream_id, digest,"
        " expires_at, passed_at) VALUES (?, ?, ?, ?, ?, ?)",
        (
            passage.request_id,
            passage.upstream,
            passage.downstream,
            passage.digest,
            passage.expires_at,
            passage.passed_at,
        ),
    )


def end(writer: Writer, request_id: str, *, now: int) -> bool:
    """Note that a bill was declined; return whether that is news."""
    changed = writer.run(
        "UPDATE relayed_requests SET ended_at = ?"
        " WHERE request_id = ? AND ended_at IS NULL",
        (now, request_id),
    )
    return changed == 1


def keep(writer: Writer, signed: Signed[RelayedRequest], *, tried_at: int | None) -> None:
    """Keep what the seller's node signed; `tried_at` None: the buyer's rule is to be asked.

    The sealed words are not kept: they are in the trade, where they can be erased.
    """
    writer.run(
        "INSERT INTO sealed_requests (request_id, body, signature, tried_at)"
        " VALUES (?, ?, ?, ?)",
        (
            signed.value.request_id,
            signed.content,
            msgspec.json.encode(signed.signature).decode(),
            tried_at,
        ),
    )


def is_relayed(reader: Reader, request_id: str) -> bool:
    """Whether a hub brought a bill."""
    found = reader.first(
        "SELECT 1 FROM sealed_requests WHERE request_id = ?", (request_id,)
    )
    return found is not None


def untried(reader: Reader) -> list[int]:
    """Return the trades of bills which their buyers' standing rules may pay."""
    rows = reader.all(
        "SELECT r.trade_id FROM sealed_requests AS s JOIN requests AS r USING (request_id)"
        " WHERE s.tried_at IS NULL ORDER BY r.trade_id"
    )
    return [trade for (trade,) in rows]


def tried(writer: Writer, request_id: str, *, now: int) -> None:
    """Note that a buyer's standing rule has been asked about a bill."""
    writer.run(
        "UPDATE sealed_requests SET tried_at = ? WHERE request_id = ?", (now, request_id)
    )


def _passage(row: Row) -> Passage:
    request_id, upstream, downstream, digest, expires_at, passed_at, ended_at = row
    return Passage(
        request_id=request_id,
        upstream=upstream,
        downstream=downstream,
        digest=digest,
        expires_at=expires_at,
        passed_at=passed_at,
        ended_at=ended_at,
    )
