"""The list of those one can trade with, and how many people somebody traded with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cesnode.store.database import Reader
from cesnode.store.members import containing

# A joint account is listed if all who hold it wish to be.
_LISTED = """
SELECT a.id, a.number, a.name, a.kind, r.name, a.opened_at, p.face,
    CASE WHEN p.absent_until >= ?1 THEN p.absent_until END,
    (SELECT COUNT(*) FROM listings AS l WHERE l.account_id = a.id AND l.kind = 'offering'
        AND l.state = 'shown' AND l.groups_only = 0
        AND (l.expires_on IS NULL OR l.expires_on >= ?1))
FROM accounts AS a
LEFT JOIN areas AS r ON r.id = a.area_id
LEFT JOIN profiles AS p ON p.member_id = (
    SELECT MIN(m.member_id) FROM account_members AS m WHERE m.account_id = a.id)
WHERE a.kind <> 'clearing' AND a.kind <> 'system' AND a.state <> 'closed'
    AND NOT EXISTS (SELECT 1 FROM account_members AS m
        JOIN profiles AS h ON h.member_id = m.member_id
        WHERE m.account_id = a.id AND h.listed = 0)
    AND (?2 IS NULL OR a.area_id = ?2)
    AND (?3 = '' OR EXISTS (SELECT 1 FROM account_members AS m
        JOIN profile_languages AS s ON s.member_id = m.member_id
        WHERE m.account_id = a.id AND s.language = ?3))
"""
_CALLED = r"(a.name LIKE ?4 ESCAPE '\' OR a.number LIKE ?4 ESCAPE '\')"
_IN_ORDER = " ORDER BY a.name COLLATE NOCASE, a.id LIMIT ?5 + 0 OFFSET ?6"
_PARTNERS = """
SELECT COUNT(DISTINCT CASE ?1 WHEN t.seller_id THEN COALESCE(t.other, t.buyer_id)
    ELSE COALESCE(t.other, t.seller_id) END)
FROM entries AS e
JOIN transfers AS x ON x.seq = e.seq
JOIN trades AS t ON t.id = x.trade_id
WHERE e.account_id = ?1 AND t.state IN ('posted', 'objected')
    AND (t.seller_id = ?1 OR t.buyer_id = ?1)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A line of the directory; `offerings` counts what is on the market."""

    id: int
    number: str
    name: str
    kind: str
    area: str | None
    opened_at: int
    face: str | None
    absent_until: str | None
    offerings: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """Whom to list: a part of a name or number, or one of some accounts.

    `today` is the date from which absences and listings count.
    """

    today: str
    words: str = ""
    accounts: frozenset[int] = frozenset()
    area: int | None = None
    language: str = ""
    limit: int = 25
    offset: int = 0


def listed(reader: Reader, sought: Sought) -> list[Listed]:
    """Return a page of those who wish to be listed, by name."""
    condition = ""
    if sought.words:
        marks = ", ".join(str(account) for account in sorted(sought.accounts))
        condition = f"AND ({_CALLED} OR a.id IN ({marks}))"
    rows = reader.all(
        _LISTED + condition + _IN_ORDER,
        (
            sought.today,
            sought.area,
            sought.language,
            containing(sought.words),
            sought.limit,
            sought.offset,
        ),
    )
    return [
        Listed(
            id=account,
            number=number,
            name=name,
            kind=kind,
            area=area,
            opened_at=opened,
            face=face,
            absent_until=until,
            offerings=offerings,
        )
        for account, number, name, kind, area, opened, face, until, offerings in rows
    ]


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody who holds an account."""

    member: int
    name: str
    email: str | None


def holders(reader: Reader, accounts: Sequence[int]) -> dict[int, list[Holder]]:
    """Return who holds each of these accounts; those that nobody holds are missing."""
    marks = ", ".join("?" * len(accounts))
    rows = reader.all(
        "SELECT h.account_id, m.id, m.name, m.email"  # noqa: S608 - marks alone
        " FROM account_members AS h JOIN members AS m ON m.id = h.member_id"
        f" WHERE h.account_id IN ({marks}) ORDER BY h.account_id, m.id",
        accounts,
    )
    found: dict[int, list[Holder]] = {}
    for account, *told in rows:
        found.setdefault(account, []).append(Holder(*told))
    return found


def partners(reader: Reader, account: int) -> int:
    """Return with how many different people an account has traded."""
    (count,) = reader.one(_PARTNERS, (account,))
    return int(count)
