"""What we know of neighbours' listings beside what every listing has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cesnode.community.places import Place
from cesnode.store.database import Reader, Writer


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteListing:
    """Where a listing comes from: its address, and its author there.

    `author` is the address a trade or a message with them begins with, `point` about
    where it is, if its exchange tells.
    """

    address: str
    author: str
    author_name: str
    category: str = ""
    place: str = ""
    point: Place | None = None


def of_ids(reader: Reader, ids: Sequence[int]) -> dict[int, RemoteListing]:
    marks = ", ".join("?" * len(ids))
    rows = reader.all(
        "SELECT listing_id, address, author, author_name, category, place,"  # noqa: S608
        " latitude, longitude"
        f" FROM remote_listings WHERE listing_id IN ({marks})",
        ids,
    )
    return {
        listing: RemoteListing(
            address=address,
            author=author,
            author_name=name,
            category=category,
            place=place,
            point=(latitude, longitude) if latitude is not None else None,
        )
        for listing, address, author, name, category, place, latitude, longitude in rows
    }


def name_of(reader: Reader, author: str) -> str:
    """Return what somebody's exchange calls them on its market; "" if it does not."""
    row = reader.first(
        "SELECT author_name FROM remote_listings WHERE author = ?"
        " ORDER BY heard_at DESC, listing_id LIMIT 1",
        (author,),
    )
    return str(row[0]) if row else ""


def points(reader: Reader) -> list[Place]:
    """Return every point that something is at."""
    rows = reader.all(
        "SELECT DISTINCT latitude, longitude FROM remote_listings"
        " WHERE latitude IS NOT NULL ORDER BY latitude, longitude"
    )
    return [(latitude, longitude) for latitude, longitude in rows]


def put(writer: Writer, listing: int, remote: RemoteListing, *, now: int) -> None:
    """Keep what is known of a listing, as of now."""
    writer.run(
        "INSERT INTO remote_listings"
        " (listing_id, address, author, author_name, category, place, heard_at,"
        " latitude, longitude)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (listing_id) DO UPDATE SET"
        " author = excluded.author, author_name = excluded.author_name,"
        " category = excluded.category, place = excluded.place,"
        " latitude = excluded.latitude, longitude = excluded.longitude,"
        " heard_at = MAX(heard_at, excluded.heard_at)",
        (
            listing,
            remote.address,
            remote.author,
            remote.author_name,
            remote.category,
            remote.place,
            now,
            *(remote.point or (None, None)),
        ),
    )


def heard(writer: Writer, listing: int, *, now: int) -> None:
    """Note that a listing was told of again, and nothing about it had changed.

    Two hearings may overlap: the later one counts.
    """
    writer.run(
        "UPDATE remote_listings SET heard_at = MAX(heard_at, ?) WHERE listing_id = ?",
        (now, listing),
    )


def by_address(reader: Reader, address: str) -> int | None:
    sql = "SELECT listing_id FROM remote_listings WHERE address = ?"
    row = reader.first(sql, (address,))
    return row[0] if row else None


def count(reader: Reader, peer: int) -> int:
    sql = "SELECT COUNT(*) FROM listings WHERE peer_id = ?"
    return int(reader.one(sql, (peer,))[0])


def drop_unheard(writer: Writer, peer: int, *, before: int) -> int:
    """Drop what a peer no longer tells of; return how many that were."""
    return writer.run(
        "DELETE FROM listings WHERE peer_id = ? AND id IN"
        " (SELECT listing_id FROM remote_listings WHERE heard_at < ?)",
        (peer, before),
    )


def drop_all(writer: Writer, peer: int) -> int:
    return writer.run("DELETE FROM listings WHERE peer_id = ?", (peer,))
