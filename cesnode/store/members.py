"""Members, their roles and passwords, and the areas they live in."""

from __future__ import annotations

from dataclasses import dataclass

from cesnode.community.roles import Grant, Role
from cesnode.store.database import Reader, Writer


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


def insert(writer: Writer, *, name: str, email: str | None, now: int) -> int:
    return writer.insert(
        "INSERT INTO members (name, email, joined_at) VALUES (?, ?, ?)", (name, email, now)
    )


def set_name(writer: Writer, member: int, name: str) -> None:
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


def grant(writer: Writer, member: int, grant: Grant) -> None:
    writer.run(
        "INSERT OR IGNORE INTO member_roles (member_id, role, area_id) VALUES (?, ?, ?)",
        (member, grant.role, grant.area),
    )


def revoke(writer: Writer, member: int, role: Role) -> None:
    writer.run("DELETE FROM member_roles WHERE member_id = ? AND role = ?", (member, role))


def leave(writer: Writer, member: int) -> None:
    """End a membership: no role, no password, and no token of it counts any more."""
    writer.run("UPDATE members SET state = 'left' WHERE id = ?", (member,))
    writer.run("DELETE FROM member_roles WHERE member_id = ?", (member,))
    writer.run("DELETE FROM passwords WHERE member_id = ?", (member,))


def area(reader: Reader, name: str) -> int | None:
    row = reader.first("SELECT id FROM areas WHERE name = ?", (name,))
    return row[0] if row else None


def area_name(reader: Reader, area: int | None) -> str | None:
    row = reader.first("SELECT name FROM areas WHERE id = ?", (area,))
    return row[0] if row else None


def insert_area(writer: Writer, name: str) -> int:
    return writer.insert("INSERT INTO areas (name) VALUES (?)", (name,))


def set_password(writer: Writer, member: int, digest: str, *, now: int) -> None:
    writer.run(
        "INSERT INTO passwords (member_id, hash, set_at) VALUES (?1, ?2, ?3)"
        " ON CONFLICT (member_id) DO UPDATE SET hash = ?2, set_at = ?3",
        (member, digest, now),
    )


def directory(reader: Reader, *, like: str, limit: int, after: str) -> list[Listed]:
    """Return members whose name or number holds a text, by number, after a number."""
    wanted = "%" + like.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_") + "%"
    rows = reader.all(
        "SELECT a.number, a.name, a.kind, a.state, r.name, s.balance, s.sales,"
        " s.purchases, s.last_trade_at"
        " FROM accounts AS a JOIN standings AS s ON s.account_id = a.id"
        " LEFT JOIN areas AS r ON r.id = a.area_id"
        " WHERE a.kind NOT IN ('clearing', 'system')"
        " AND (length(a.number), a.number) > (length(?2), ?2)"
        r" AND (a.name LIKE ?1 ESCAPE '\' OR a.number LIKE ?1 ESCAPE '\')"
        " ORDER BY length(a.number), a.number LIMIT ?3",
        (wanted, after, limit),
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
