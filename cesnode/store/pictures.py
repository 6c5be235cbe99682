"""Which pictures belong to which listing; the files themselves are in media.py."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cesnode.store.database import Reader, Writer


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """Two sizes of a picture by the names of their files; width and height of the large.

    `words` say what is to be seen, for those who cannot see it.
    """

    small: str
    large: str
    width: int
    height: int
    words: str = ""


def of_listings(reader: Reader, listings: Sequence[int]) -> dict[int, tuple[Picture, ...]]:
    """Return the pictures of each listing that has some, in their order."""
    marks = ", ".join("?" * len(listings))
    rows = reader.all(
        "SELECT listing_id, small, large, width, height, words FROM pictures"  # noqa: S608
        f" WHERE listing_id IN ({marks}) ORDER BY listing_id, position",
        listings,
    )
    found: dict[int, tuple[Picture, ...]] = {}
    for listing, small, large, width, height, words in rows:
        picture = Picture(small=small, large=large, width=width, height=height, words=words)
        found[listing] = (*found.get(listing, ()), picture)
    return found


def replace(writer: Writer, listing: int, pictures: Sequence[Picture]) -> None:
    """Let a listing have these pictures and no others."""
    writer.run("DELETE FROM pictures WHERE listing_id = ?", (listing,))
    writer.many(
        "INSERT INTO pictures (listing_id, position, small, large, width, height, words)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        [
            (listing, position, one.small, one.large, one.width, one.height, one.words)
            for position, one in enumerate(pictures, start=1)
        ],
    )


def names(reader: Reader) -> frozenset[str]:
    """Return the name of every file that a listing needs."""
    rows = reader.all("SELECT small FROM pictures UNION SELECT large FROM pictures")
    return frozenset(name for (name,) in rows)
