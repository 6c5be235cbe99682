"""What must be said to peers: committed with its cause, sent later, never forgotten."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import msgspec

from cesnode.store.database import Reader, Row, Writer


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A message that waits for its answer; `wire_id` says what it is about.

    `failures` counts how often in a row it could not be dealt with there.
    """

    id: int
    peer: int
    kind: str
    wire_id: str
    parameters: Mapping[str, str]
    body: bytes
    attempts: int
    failures: int
    next_at: int
    last_error: str | None
    created_at: int
    done_at: int | None
    answer: bytes | None


_COLUMNS = (
    "SELECT id, peer_id, kind, wire_id, parameters, body, attempts, failures, next_at,"
    " last_error, created_at, done_at, answer FROM outbox "
)


def add(
    writer: Writer,
    *,
    peer: int,
    kind: str,
    wire_id: str,
    parameters: Mapping[str, str],
    body: bytes,
    now: int,
) -> int:
    writer.letters_for.add(peer)
    return writer.insert(
        "INSERT INTO outbox (peer_id, kind, wire_id, parameters, body, next_at, created_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            peer,
            kind,
            wire_id,
            msgspec.json.encode(dict(parameters)).decode(),
            body,
            now,
            now,
        ),
    )


def due(reader: Reader, peer: int, *, now: int, limit: int) -> list[Letter]:
    """Return what may be sent to a peer, in the order it was written."""
    rows = reader.all(
        _COLUMNS + "WHERE peer_id = ? AND done_at IS NULL AND next_at <= ?"
        " ORDER BY next_at, id LIMIT ?",
        (peer, now, limit),
    )
    return [_letter(row) for row in rows]


def peers_due(reader: Reader, *, now: int) -> list[int]:
    """Return the peers for whom something may be sent."""
    rows = reader.all(
        "SELECT p.id FROM peers AS p WHERE EXISTS (SELECT 1 FROM outbox AS o"
        " WHERE o.peer_id = p.id AND o.done_at IS NULL AND o.next_at <= ?)",
        (now,),
    )
    return [peer for (peer,) in rows]


def about(reader: Reader, wire_id: str) -> list[Letter]:
    rows = reader.all(_COLUMNS + "WHERE wire_id = ? ORDER BY id", (wire_id,))
    return [_letter(row) for row in rows]


def waiting(reader: Reader, peer: int, *, kinds: AbstractSet[str]) -> list[Letter]:
    """Return what a peer has still to hear of some kinds, in the order it was written."""
    marks = ", ".join("?" * len(kinds))
    rows = reader.all(
        f"{_COLUMNS} WHERE peer_id = ? AND done_at IS NULL AND kind IN ({marks})"
        " ORDER BY id",
        (peer, *kinds),
    )
    return [_letter(row) for row in rows]


def done(writer: Writer, letter: int, *, answer: bytes | None, now: int) -> None:
    writer.run(
        "UPDATE outbox SET done_at = ?, answer = ? WHERE id = ? AND done_at IS NULL",
        (now, answer, letter),
    )


def forget_words(writer: Writer, letter: int) -> None:
    """Forget what stood in a letter that has been answered."""
    writer.run(
        "UPDATE outbox SET body = x'' WHERE id = ? AND done_at IS NOT NULL", (letter,)
    )


def settle(writer: Writer, wire_id: str, *, kinds: tuple[str, ...], now: int) -> None:
    """End the letters about a trade that need no answer any more."""
    marks = ", ".join("?" * len(kinds))
    writer.run(
        "UPDATE outbox SET done_at = ? WHERE wire_id = ? AND done_at IS NULL"  # noqa: S608
        f" AND kind IN ({marks})",
        (now, wire_id, *kinds),
    )


def postpone(
    writer: Writer,
    letter: Letter,
    *,
    next_at: int,
    error: str,
    failed: bool,
    answer: bytes | None = None,
) -> None:
    """Send a letter again later, unless it has ended; who could answer has not failed.

    An answer that decides something is kept, whatever still hinders us to act on it.
    """
    failures = letter.failures + 1 if failed else 0
    writer.run(
        "UPDATE outbox SET attempts = attempts + 1, failures = ?, next_at = ?,"
        " last_error = ?, answer = COALESCE(?, answer) WHERE id = ? AND done_at IS NULL",
        (failures, next_at, error, answer, letter.id),
    )


def hurry(writer: Writer, peer: int | None = None, *, now: int) -> None:
    """Send at once what waits for a peer, or for any: it can be reached again."""
    writer.run(
        "UPDATE outbox SET next_at = ?1, failures = 0 WHERE done_at IS NULL"
        " AND next_at > ?1 AND (?2 IS NULL OR peer_id = ?2)",
        (now, peer),
    )
    if peer is not None:
        writer.letters_for.add(peer)


def _letter(row: Row) -> Letter:
    (
        letter, peer, kind, wire_id, parameters, body, attempts, failures, next_at,
        last_error, created_at, done_at, answer,
    ) = row  # fmt: skip
    return Letter(
        id=letter,
        peer=peer,
        kind=kind,
        wire_id=wire_id,
        parameters=msgspec.json.decode(parameters, type=dict[str, str]),
        body=bytes(body),
        attempts=attempts,
        failures=failures,
        next_at=next_at,
        last_error=last_error,
        created_at=created_at,
        done_at=done_at,
        answer=None if answer is None else bytes(answer),
    )
