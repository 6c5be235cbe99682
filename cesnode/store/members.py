"""Members, their roles, and the areas they live in."""

from __future__ import annotations

from dataclasses import dataclass

from cesnode.community.roles import Grant, Role
from cesnode.store.database import Reader, Writer

_NAMES = "names of members"


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A line of the directory."""

    number: str
    name: str
    kind: str
    state: str
    area: str | None
    balance: int
    sales: int
    purchases: int
    last_trade_at: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    id: int
    name: str
    email: str | None
    joined_at: int


def by_id(reader: Reader, member: int) -> Member:
    member_id, name, email, joined = reader.one(
        "SELECT id, name, email, joined_at FROM members WHERE id = ?", (member,)
    )
    return Member(id=member_id, name=name, email=email, joined_at=joined)


def exists(reader: Reader, member: int) -> bool:
    return reader.first("SELECT 1 FROM members WHERE id = ?", (member,)) is not None


def is_active(reader: Reader, member: int) -> bool:
    """Whether a member has not left."""
    (state,) = reader.one("SELECT state FROM members WHERE id = ?", (member,))
    return bool(state == "active")


def insert(writer: Writer, *, name: str, email: str | None, now: int) -> int:
    return writer.insert(
        "INSERT INTO members (name, email, joined_at) VALUES (?, ?, ?)", (name, email, now)
    )


def name(reader: Reader, member: int) -> str:
    known = names(reader)
    if member not in known:
        (known[member],) = reader.one("SELECT name FROM members WHERE id = ?", (member,))
    return known[member]


def names(reader: Reader) -> dict[int, str]:
    """Return the names read so far in this transaction, for whoever reads more."""
    known: dict[int, str] = reader.memo.setdefault(_NAMES, {})
    return known


def set_name(writer: Writer, member: int, name: str) -> None:
    writer.memo.pop(_NAMES, None)
    writer.run("UPDATE members SET name = ? WHERE id = ?", (name, member))


def set_email(writer: Writer, member: int, email: str | None) -> None:
    writer.run("UPDATE members SET email = ? WHERE id = ?", (email, member))


def grants(reader: Reader, member: int) -> tuple[Grant, ...]:
    rows = reader.all(
        "SELECT role, area_id FROM member_roles WHERE member_id = ?"
        " ORDER BY role, COALESCE(area_id, 0)",
        (member,),
    )
    return tuple(Grant(Role(role), area) for role, area in rows)


def in_office(reader: Reader) -> list[int]:
    """Return everybody who has a role."""
    rows = reader.all("SELECT DISTINCT member_id FROM member_roles ORDER BY member_id")
    return [member for (member,) in rows]


def grant(writer: Writer, member: int, grant: Grant) -> None:
    writer.run(
        "INSERT OR IGNORE INTO member_roles (member_id, role, area_id) VALUES (?, ?, ?)",
        (member, grant.role, grant.area),
    )


def revoke(writer: Writer, member: int, role: Role) -> None:
    writer.run("DELETE FROM member_roles WHERE member_id = ? AND role = ?", (member, role))


def leave(writer: Writer, member: int) -> None:
    """End a membership: no role of it counts any more."""
    writer.run("UPDATE members SET state = 'left' WHERE id = ?", (member,))
    writer.run("DELETE FROM member_roles WHERE member_id = ?", (member,))


def area(reader: Reader, name: str) -> int | None:
    row = reader.first("SELECT id FROM areas WHERE name = ?", (name,))
    return row[0] if row else None


def area_name(reader: Reader, area: int | None) -> str | None:
    row = reader.first("SELECT name FROM areas WHERE id = ?", (area,))
    return row[0] if row else None


def areas(reader: Reader) -> dict[int, str]:
    """Return the name of every area."""
    return dict(reader.all("SELECT id, name FROM areas ORDER BY name"))


def insert_area(writer: Writer, name: str) -> int:
    return writer.insert("INSERT INTO areas (name) VALUES (?)", (name,))


def containing(text: str) -> str:
    """Return the pattern of LIKE, with its ESCAPE, for whatever holds a text."""
    plain = text.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")
    return f"%{plain}%"


def directory(
    reader: Reader, *, like: str, limit: int, after: str, hidden: bool
) -> list[Listed]:
    """Return members whose name or number holds a text, by number, after a number.

    `hidden` brings along those who do not wish to be listed.
    """
    rows = reader.all(
        "SELECT a.number, a.name, a.kind, a.state, r.name, s.balance, s.sales,"
        " s.purchases, s.last_trade_at"
        " FROM accounts AS a JOIN standings AS s ON s.account_id = a.id"
        " LEFT JOIN areas AS r ON r.id = a.area_id"
        " WHERE a.kind NOT IN ('clearing', 'system')"
        " AND (length(a.number), a.number) > (length(?2), ?2)"
        r" AND (a.name LIKE ?1 ESCAPE '\' OR a.number LIKE ?1 ESCAPE '\')"
        " AND (?4 OR NOT EXISTS (SELECT 1 FROM account_members AS m"
        " JOIN profiles AS p ON p.member_id = m.member_id"
        " WHERE m.account_id = a.id AND p.listed = 0))"
        " ORDER BY length(a.number), a.number LIMIT ?3 + 0",
        (containing(like), after, limit, hidden),
    )
    return [
        Listed(
            number=number,
            name=name,
            kind=kind,
            state=state,
            area=area,
            balance=balance,
            sales=sales,
            purchases=purchases,
            last_trade_at=last,
        )
        for number, name, kind, state, area, balance, sales, purchases, last in rows
    ]
