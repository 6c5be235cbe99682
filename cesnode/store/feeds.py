"""How far we have heard what each neighbour shows of its market."""

from __future__ import annotations

from dataclasses import dataclass

from cesnode.store.database import Reader, Row, Writer

_COLUMNS = "SELECT peer_id, cursor, whole_at, heard_at, refused, fault FROM feeds "


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """What was heard of a peer up to `cursor`, which is the peer's own.

    `whole_at` is when all of it was last gone through, `heard_at` when we last heard it
    to its end; 0 is never.  `refused` counts what we could not take of it the last time,
    and `fault` says why it could not be heard, if it could not.
    """

    peer: int
    cursor: str = ""
    whole_at: int = 0
    heard_at: int = 0
    refused: int = 0
    fault: str = ""


def of_peer(reader: Reader, peer: int) -> Feed | None:
    row = reader.first(_COLUMNS + "WHERE peer_id = ?", (peer,))
    return _feed(row) if row else None


def every(reader: Reader) -> list[Feed]:
    return list(map(_feed, reader.all(_COLUMNS + "ORDER BY peer_id")))


def keep(writer: Writer, feed: Feed) -> None:
    writer.run(
        "INSERT INTO feeds (peer_id, cursor, whole_at, heard_at, refused, fault)"
        " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (peer_id) DO UPDATE SET"
        " cursor = excluded.cursor, whole_at = excluded.whole_at,"
        " heard_at = excluded.heard_at, refused = excluded.refused,"
        " fault = excluded.fault",
        (feed.peer, feed.cursor, feed.whole_at, feed.heard_at, feed.refused, feed.fault),
    )


def forget(writer: Writer, peer: int) -> None:
    """Hear a peer from the beginning the next time."""
    writer.run("DELETE FROM feeds WHERE peer_id = ?", (peer,))


def _feed(row: Row) -> Feed:
    peer, cursor, whole_at, heard_at, refused, fault = row
    return Feed(
        peer=peer,
        cursor=cursor,
        whole_at=whole_at,
        heard_at=heard_at,
        refused=refused,
        fault=fault,
    )
