"""Settles what the rows that were read mean together, once all of them are there.

What takes a trade back is joined to the trade it takes back, and rows that say the same
thing twice are told apart from trades that were alike.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from msgspec.structs import replace

from cesnode.formats.brought import Dealing, Movement, Problems
from cesnode.formats.foreign import Foreign
from cesnode.services.bringing.rows import NAMELESS, digest_of, packed, unpacked
from cesnode.store.staging import Staging, Waiting


def settle(reader: Foreign, staging: Staging, problems: Problems) -> None:
    """Leave in the scratch file what is to be booked, and only that."""
    _drop_what_never_happened(reader, staging)
    _name_the_nameless(staging)
    _separate_the_repeated(staging, problems)
    _join_what_is_taken_back(staging)


def _drop_what_never_happened(reader: Foreign, staging: Staging) -> None:
    def rows() -> Iterator[Dealing | Movement]:
        return map(unpacked, staging.in_time())

    never = reader.never_happened(rows)
    if never:
        for waiting in staging.in_time():
            if unpacked(waiting).row in never:
                staging.drop(waiting.place)


def _name_the_nameless(staging: Staging) -> None:
    """Number rows without a key that are alike: two equal trades of a day are two."""
    counts: Counter[str] = Counter()
    for _, row in staging.repeated():
        if row.key.startswith(NAMELESS):
            counts[row.key] += 1
            staging.change(row._replace(key=f"{row.key}#{counts[row.key] + 1}"))


def _separate_the_repeated(staging: Staging, problems: Problems) -> None:
    """Two rows of one key are one row twice, or a trade and its taking back, or wrong."""
    counts: Counter[str] = Counter()
    for first, again in staging.repeated():
        row, known = unpacked(again), unpacked(first)
        counts[again.key] += 1
        if isinstance(row, Dealing) and _turns_back(first, again):
            undoing = row if row.undoes else _swapped(row)
            _change(staging, again, undoing, f"{again.key}/undone{counts[again.key]}")
            continue
        same = digest_of(row) == digest_of(known)
        what = "the same" if same else "another"
        reason = f"row {known.row} has {what} trade under this key ({again.key}); left out"
        problems.add(row.file, row.row, "", reason)
        staging.take(again.place)


def _turns_back(first: Waiting, again: Waiting) -> bool:
    swapped = (again.seller, again.buyer) == (first.buyer, first.seller)
    kept = (again.seller, again.buyer) == (first.seller, first.buyer)
    return (swapped and again.amount == first.amount) or (
        kept and again.amount == -first.amount
    )


def _swapped(row: Dealing) -> Dealing:
    return replace(
        row,
        seller=row.buyer,
        buyer=row.seller,
        seller_levy=row.buyer_levy,
        buyer_levy=row.seller_levy,
        undoes=True,
    )


def _change(staging: Staging, waiting: Waiting, row: Dealing, key: str) -> None:
    staging.change(packed(waiting.place, replace(row, key=key))._replace(key=key))


def _join_what_is_taken_back(staging: Staging) -> None:
    """Find for each row that takes a trade back the latest such trade before it."""
    joined: set[int] = set()
    for waiting in staging.undoing():
        row = unpacked(waiting)
        if not isinstance(row, Dealing) or row.of is not None:
            continue
        for earlier in staging.between(waiting.seller, waiting.buyer, row.amount):
            before = earlier.at <= waiting.at and earlier.place < waiting.place
            if before and earlier.place not in joined and _levies_fit(row, earlier):
                joined.add(earlier.place)
                joining = replace(row, of=earlier.key, perhaps=False)
                _change(staging, waiting, joining, waiting.key)
                break
        else:
            if row.perhaps:
                alone = replace(_swapped(row), undoes=False, perhaps=False)
                _change(staging, waiting, alone, waiting.key)


def _levies_fit(row: Dealing, earlier: Waiting) -> bool:
    """Whether all that was taken was given back."""
    was = unpacked(earlier)
    levies = (row.seller_levy, row.buyer_levy)
    return isinstance(was, Dealing) and levies == (was.seller_levy, was.buyer_levy)
