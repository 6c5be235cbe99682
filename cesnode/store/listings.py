"""Offerings and wants, our own and those pulled from neighbour exchanges.

`revision` grows with every change to any listing: who has seen the market up to one
asks for what came after it.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import msgspec

from cesnode.community.market import Audience, Kind, Price, State, Terms, Words
from cesnode.store.database import Reader, Row, Writer

_KEYWORDS = ", "
_COLUMNS = (
    "SELECT l.id, l.uuid, l.peer_id, l.account_id, l.kind, l.state, l.title, l.body,"
    " l.keywords, l.category_id, l.area_id, l.price, l.amount, l.unit, l.terms, l.money,"
    " l.audience, l.groups_only, l.was_shared, l.expires_on, l.created_at, l.shown_at,"
    " l.changed_at, l.revision FROM listings AS l "
)


class Listing(msgspec.Struct, frozen=True, kw_only=True):
    """An offering or a want.

    Either `account` is whose it is, or `peer` the exchange it was pulled from, in
    whose currency the amount is then.  `expires_on` is the last day it is shown.
    """

    id: int
    uuid: UUID
    peer: int | None
    account: int | None
    kind: Kind
    state: State
    words: Words
    category: int | None
    area: int | None
    terms: Terms
    audience: Audience
    was_shared: bool
    expires_on: str | None
    created_at: int
    shown_at: int | None
    changed_at: int
    revision: int = 0


def insert(writer: Writer, listing: Listing) -> int | None:
    """Add a listing; None if this exchange's listing with this id is there already."""
    row = writer.first(
        "INSERT INTO listings (uuid, peer_id, account_id, kind, state, title, body,"
        " keywords, category_id, area_id, price, amount, unit, terms, money, audience,"
        " groups_only, was_shared, expires_on, created_at, shown_at, changed_at, revision)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,"
        " (SELECT COALESCE(MAX(revision), 0) + 1 FROM listings))"
        " ON CONFLICT (uuid, COALESCE(peer_id, 0)) DO NOTHING RETURNING id",
        (
            listing.uuid.bytes,
            listing.peer,
            listing.account,
            listing.kind,
            listing.state,
            *_said(listing),
            *_audience(listing),
            listing.was_shared,
            listing.expires_on,
            listing.created_at,
            listing.shown_at,
            listing.changed_at,
        ),
    )
    return row[0] if row else None


def update(writer: Writer, listing: Listing) -> None:
    """Write anew all that may change of a listing."""
    writer.run(
        "UPDATE listings SET title = ?, body = ?, keywords = ?, category_id = ?,"
        " area_id = ?, price = ?, amount = ?, unit = ?, terms = ?, money = ?,"
        " state = ?, audience = ?, groups_only = ?, was_shared = ?, expires_on = ?,"
        " warned = 0, shown_at = ?, changed_at = ?, revision ="
        " (SELECT MAX(revision) + 1 FROM listings) WHERE id = ?",
        (
            *_said(listing),
            listing.state,
            *_audience(listing),
            listing.was_shared,
            listing.expires_on,
            listing.shown_at,
            listing.changed_at,
            listing.id,
        ),
    )


def remove(writer: Writer, listing: int) -> None:
    """Drop what a neighbour no longer shows, and all that hangs on it."""
    writer.run("DELETE FROM listings WHERE id = ? AND peer_id IS NOT NULL", (listing,))


def find(reader: Reader, listing: int) -> Listing | None:
    row = reader.first(_COLUMNS + "WHERE l.id = ?", (listing,))
    return _listing(row) if row else None


def by_uuid(reader: Reader, uuid: UUID, peer: int | None = None) -> Listing | None:
    row = reader.first(
        _COLUMNS + "WHERE l.uuid = ? AND COALESCE(l.peer_id, 0) = ?",
        (uuid.bytes, peer or 0),
    )
    return _listing(row) if row else None


def known(reader: Reader, uuid: UUID) -> Listing:
    """Return the listing that our own exchange has under this id."""
    listing = by_uuid(reader, uuid)
    assert listing is not None
    return listing


def of_ids(reader: Reader, ids: Sequence[int]) -> list[Listing]:
    """Return these listings, in this order."""
    marks = ", ".join("?" * len(ids))
    rows = reader.all(_COLUMNS + f"WHERE l.id IN ({marks})", ids)
    found = {row[0]: _listing(row) for row in rows}
    return [found[each] for each in ids if each in found]


def of_account(reader: Reader, account: int) -> list[Listing]:
    """Return all of an account's listings but the withdrawn, the latest first."""
    rows = reader.all(
        _COLUMNS + "WHERE l.account_id = ? AND l.state <> 'withdrawn' ORDER BY l.id DESC",
        (account,),
    )
    return list(map(_listing, rows))


def own_after(reader: Reader, listing: int, limit: int) -> list[Listing]:
    """Return our listings but the withdrawn, in the order they came, after one of them."""
    rows = reader.all(
        _COLUMNS + "WHERE l.id > ? AND l.peer_id IS NULL AND l.state <> 'withdrawn'"
        " ORDER BY l.id LIMIT ? + 0",
        (listing, limit),
    )
    return list(map(_listing, rows))


def changed_since(reader: Reader, revision: int, limit: int) -> list[Listing]:
    """Return what neighbours may ever have seen of ours and changed, oldest first."""
    rows = reader.all(
        _COLUMNS + "WHERE l.revision > ? AND l.peer_id IS NULL AND l.was_shared = 1"
        " ORDER BY l.revision LIMIT ? + 0",
        (revision, limit),
    )
    return list(map(_listing, rows))


def ending(reader: Reader, *, before: str, limit: int) -> list[Listing]:
    """Return our listings that end before a day and whose owners were not told."""
    rows = reader.all(
        _COLUMNS + "WHERE l.state = 'shown' AND l.expires_on < ? AND l.warned = 0"
        " AND l.peer_id IS NULL ORDER BY l.expires_on, l.id LIMIT ? + 0",
        (before, limit),
    )
    return list(map(_listing, rows))


def set_area(writer: Writer, account: int, area: int | None) -> None:
    """Let an account's listings move with it."""
    writer.run("UPDATE listings SET area_id = ? WHERE account_id = ?", (area, account))


def set_warned(writer: Writer, listing: int) -> None:
    writer.run("UPDATE listings SET warned = 1 WHERE id = ?", (listing,))


def head(reader: Reader) -> int:
    """Return the latest revision."""
    return int(reader.one("SELECT COALESCE(MAX(revision), 0) FROM listings")[0])


def _said(listing: Listing) -> tuple[object, ...]:
    words, terms = listing.words, listing.terms
    return (
        words.title,
        words.text,
        _KEYWORDS.join(words.keywords),
        listing.category,
        listing.area,
        terms.price,
        terms.amount,
        terms.unit,
        terms.words,
        terms.money,
    )


def _audience(listing: Listing) -> tuple[Audience, bool]:
    """Return the audience as it is kept: groups are some of those here."""
    if listing.audience is Audience.GROUP:
        return Audience.HERE, True
    return listing.audience, False


def _listing(row: Row) -> Listing:
    return Listing(
        id=row[0],
        uuid=UUID(bytes=row[1]),
        peer=row[2],
        account=row[3],
        kind=Kind(row[4]),
        state=State(row[5]),
        words=Words(
            title=row[6],
            text=row[7],
            keywords=tuple(row[8].split(_KEYWORDS)) if row[8] else (),
        ),
        category=row[9],
        area=row[10],
        terms=Terms(
            price=Price(row[11]),
            amount=row[12],
            unit=row[13],
            words=row[14],
            money=row[15],
        ),
        audience=Audience.GROUP if row[17] else Audience(row[16]),
        was_shared=bool(row[18]),
        expires_on=row[19],
        created_at=row[20],
        shown_at=row[21],
        changed_at=row[22],
        revision=row[23],
    )
