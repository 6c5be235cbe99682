"""Listings that members want to find again, and searches that are told of by mail."""

from __future__ import annotations

from dataclasses import dataclass

from cesnode.store.database import Reader, Row, Writer


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedSearch:
    """A search by its address on the market page; told of up to a revision."""

    id: int
    member: int
    address: str
    told_up_to: int


def add(writer: Writer, member: int, listing: int, *, now: int) -> None:
    writer.run(
        "INSERT OR IGNORE INTO favourites (member_id, listing_id, added_at)"
        " VALUES (?, ?, ?)",
        (member, listing, now),
    )


def remove(writer: Writer, member: int, listing: int) -> None:
    writer.run(
        "DELETE FROM favourites WHERE member_id = ? AND listing_id = ?", (member, listing)
    )


def of_member(reader: Reader, member: int) -> frozenset[int]:
    rows = reader.all("SELECT listing_id FROM favourites WHERE member_id = ?", (member,))
    return frozenset(listing for (listing,) in rows)


def save(writer: Writer, member: int, address: str, *, up_to: int, now: int) -> None:
    writer.run(
        "INSERT OR IGNORE INTO saved_searches"
        " (member_id, address, told_up_to, told_at, created_at) VALUES (?, ?, ?, ?, ?)",
        (member, address, up_to, now, now),
    )


def drop(writer: Writer, member: int, search: int) -> bool:
    """Forget a search; False if it is not this member's."""
    sql = "DELETE FROM saved_searches WHERE id = ? AND member_id = ?"
    return writer.run(sql, (search, member)) > 0


def saved_by(reader: Reader, member: int) -> list[SavedSearch]:
    rows = reader.all(
        "SELECT id, member_id, address, told_up_to FROM saved_searches"
        " WHERE member_id = ? ORDER BY id",
        (member,),
    )
    return list(map(_saved, rows))


def due(reader: Reader, *, before: int, limit: int) -> list[SavedSearch]:
    """Return searches of which nobody has been told since."""
    rows = reader.all(
        "SELECT id, member_id, address, told_up_to FROM saved_searches"
        " WHERE told_at < ? ORDER BY told_at, id LIMIT ? + 0",
        (before, limit),
    )
    return list(map(_saved, rows))


def told(writer: Writer, search: int, *, up_to: int, now: int) -> None:
    writer.run(
        "UPDATE saved_searches SET told_up_to = ?, told_at = ? WHERE id = ?",
        (up_to, now, search),
    )


def _saved(row: Row) -> SavedSearch:
    number, member, address, told_up_to = row
    return SavedSearch(id=number, member=member, address=address, told_up_to=told_up_to)
