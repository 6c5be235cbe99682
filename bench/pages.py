"""Which statement pages are read: full ones, spread over the histories of the busiest."""

from __future__ import annotations

from bench.load import Pages
from bench.place import Community
from cesnode.store import Reader
from cesnode.store.store import reading

LINES = 50
_BUSIEST = 20
_PAGES_EACH = 25


def statement_pages(community: Community) -> Pages:
    """Return pages of LINES entries, of accounts that have so many."""
    with reading(community.folder) as reader:
        paths = tuple(
            (
                f"/api/v1/accounts/{member.number}/statement?{query}&limit={LINES}",
                member.token,
            )
            for member in community.members[:_BUSIEST]
            for query in _queries(reader, member.number)
        )
    if not paths:
        raise ValueError(f"no account has {LINES} entries yet")
    return Pages(paths=paths)


def _queries(reader: Reader, number: str) -> list[str]:
    rows = reader.all(
        "SELECT e.seq FROM entries AS e JOIN accounts AS a ON a.id = e.account_id"
        " WHERE a.number = ? ORDER BY e.seq",
        (number,),
    )
    starts = rows[: max(0, len(rows) - LINES)]
    step = max(1, len(starts) // _PAGES_EACH)
    return [f"cursor={seq}" for (seq,) in starts[::step]]
