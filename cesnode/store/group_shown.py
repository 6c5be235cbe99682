"""What stands on boards from elsewhere, and what of ours other exchanges were told.

None of it is a listing of the market, so that no search, count or feed can find it.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from cesnode.store.database import Reader, Row, Writer


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """An offering or a want of somebody elsewhere, on the board of one group.

    `listing` is as it came over the wire.
    """

    group: int
    item: UUID
    address: str
    name: str
    listing: bytes
    shown_at: int


def put(writer: Writer, shown: Shown) -> None:
    """Show something on a board, in place of what it was before."""
    writer.run(
        "INSERT INTO group_shown (group_id, item, address, address_name, listing, shown_at)"
        " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (group_id, item) DO UPDATE SET"
        " address = excluded.address, address_name = excluded.address_name,"
        " listing = excluded.listing, shown_at = excluded.shown_at",
        (
            shown.group,
            shown.item.bytes,
            shown.address,
            shown.name,
            shown.listing,
            shown.shown_at,
        ),
    )


def remove(writer: Writer, group: int, item: UUID) -> None:
    writer.run(
        "DELETE FROM group_shown WHERE group_id = ? AND item = ?", (group, item.bytes)
    )


def empty(writer: Writer, group: int) -> None:
    writer.run("DELETE FROM group_shown WHERE group_id = ?", (group,))


def find(reader: Reader, group: int, item: UUID) -> Shown | None:
    row = reader.first(
        "SELECT group_id, item, address, address_name, listing, shown_at"
        " FROM group_shown WHERE group_id = ? AND item = ?",
        (group, item.bytes),
    )
    return _shown(row) if row else None


def on_board(reader: Reader, group: int, address: str | None = None) -> list[Shown]:
    """Return what stands on a board from elsewhere, the latest first; of one, if named."""
    rows = reader.all(
        "SELECT group_id, item, address, address_name, listing, shown_at"
        " FROM group_shown WHERE group_id = ?1 AND (?2 IS NULL OR address = ?2)"
        " ORDER BY shown_at DESC, item",
        (group, address),
    )
    return list(map(_shown, rows))


def told(reader: Reader, listing: int) -> dict[int, str]:
    """Return the groups whose boards elsewhere have a listing of ours, with its digest."""
    rows = reader.all(
        "SELECT group_id, digest FROM group_told WHERE listing_id = ?", (listing,)
    )
    return dict(rows)


def tell(writer: Writer, group: int, listing: int, digest: str) -> None:
    """Note what of a listing was told to the exchanges of a group."""
    writer.run(
        "INSERT INTO group_told (group_id, listing_id, digest) VALUES (?, ?, ?)"
        " ON CONFLICT DO UPDATE SET digest = excluded.digest",
        (group, listing, digest),
    )


def untell(writer: Writer, group: int, listing: int) -> None:
    writer.run(
        "DELETE FROM group_told WHERE group_id = ? AND listing_id = ?", (group, listing)
    )


def untell_all(writer: Writer, group: int) -> None:
    writer.run("DELETE FROM group_told WHERE group_id = ?", (group,))


def ended(reader: Reader, *, today: str) -> list[int]:
    """Return the listings that were told of and have ended since."""
    rows = reader.all(
        "SELECT DISTINCT l.id FROM group_told AS t"
        " JOIN listings AS l ON l.id = t.listing_id WHERE l.expires_on < ? ORDER BY l.id",
        (today,),
    )
    return [listing for (listing,) in rows]


def _shown(row: Row) -> Shown:
    group, item, address, name, listing, shown_at = row
    return Shown(
        group=group,
        item=UUID(bytes=item),
        address=address,
        name=name,
        listing=bytes(listing),
        shown_at=shown_at,
    )
