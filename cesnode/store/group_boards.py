"""The boards of groups: which listings are on them."""

from __future__ import annotations

from collections.abc import Iterable

from cesnode.store.database import Reader, Writer


def replace(writer: Writer, listing: int, groups: Iterable[int]) -> None:
    """Put a listing on these boards and no others."""
    writer.run("DELETE FROM group_boards WHERE listing_id = ?", (listing,))
    writer.many(
        "INSERT INTO group_boards (listing_id, group_id) VALUES (?, ?)",
        [(listing, group) for group in groups],
    )


def of_listing(reader: Reader, listing: int) -> tuple[int, ...]:
    """Return the groups on whose boards a listing is."""
    rows = reader.all(
        "SELECT group_id FROM group_boards WHERE listing_id = ? ORDER BY group_id",
        (listing,),
    )
    return tuple(group for (group,) in rows)


def of_strangers(reader: Reader, group: int) -> list[int]:
    """Return the listings on a board of whose owners nobody is in the group any more."""
    rows = reader.all(
        "SELECT b.listing_id FROM group_boards AS b"
        " JOIN listings AS l ON l.id = b.listing_id"
        " WHERE b.group_id = ? AND NOT EXISTS (SELECT 1 FROM account_members AS h"
        " JOIN group_members AS m ON m.member_id = h.member_id"
        " WHERE h.account_id = l.account_id AND m.group_id = b.group_id"
        " AND m.seat IN ('member', 'steward'))",
        (group,),
    )
    return [listing for (listing,) in rows]


def remove(writer: Writer, group: int, listing: int) -> None:
    writer.run(
        "DELETE FROM group_boards WHERE group_id = ? AND listing_id = ?", (group, listing)
    )


def open_to(reader: Reader, account: int) -> dict[int, str]:
    """Return the groups that a member of an account is in, with their names.

    In one of another exchange a member is known by one account, and shows what that has.
    """
    return dict(
        reader.all(
            "SELECT DISTINCT g.id, g.name FROM account_members AS h"
            " JOIN group_members AS m ON m.member_id = h.member_id"
            " JOIN groups AS g ON g.id = m.group_id"
            " WHERE h.account_id = ?1 AND m.seat IN ('member', 'steward')"
            " AND (g.peer_id IS NULL OR EXISTS (SELECT 1 FROM group_visits AS v"
            " WHERE v.group_id = g.id AND v.account_id = ?1))"
            " ORDER BY g.name COLLATE NOCASE, g.id",
            (account,),
        )
    )


def is_seen_by(reader: Reader, listing: int, member: int) -> bool:
    """Whether a member is in a group on whose board a listing is."""
    row = reader.first(
        "SELECT 1 FROM group_boards AS b JOIN group_members AS m"
        " ON m.group_id = b.group_id WHERE b.listing_id = ? AND m.member_id = ?"
        " AND m.seat IN ('member', 'steward')",
        (listing, member),
    )
    return row is not None
