"""Bearer tokens: only a digest is kept, so the file gives none of them away."""

from __future__ import annotations

from dataclasses import dataclass

from cesnode.community.roles import Actor, Grant, Role, Scope
from cesnode.store import members
from cesnode.store.database import Reader, Writer

_SCOPES = {scope.value: scope for scope in Scope}
_ACTOR = """
SELECT t.member_id, m.name, t.scope,
    COALESCE((SELECT group_concat(account_id, ' ') FROM account_members AS h
        WHERE h.member_id = t.member_id), ''),
    COALESCE((SELECT group_concat(role || ':' || COALESCE(area_id, ''), ' ')
        FROM member_roles AS r WHERE r.member_id = t.member_id), '')
FROM tokens AS t JOIN members AS m ON m.id = t.member_id
WHERE t.digest = ? AND t.revoked_at IS NULL AND m.state = 'active'
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    id: int
    member: int
    scope: Scope
    label: str
    created_at: int
    revoked_at: int | None


def insert(
    writer: Writer, *, member: int, digest: bytes, scope: Scope, label: str, now: int
) -> int:
    return writer.insert(
        "INSERT INTO tokens (member_id, digest, scope, label, created_at)"
        " VALUES (?, ?, ?, ?, ?)",
        (member, digest, scope, label, now),
    )


def actor(reader: Reader, digest: bytes) -> Actor | None:
    """Return the member a token in force speaks for, with today's accounts and roles."""
    row = reader.first(_ACTOR, (digest,))
    if row is None:
        return None
    member, name, scope, held, granted = row
    members.names(reader)[member] = name
    return Actor(
        member=member,
        scope=_SCOPES[scope],
        accounts=frozenset(map(int, held.split())),
        grants=tuple(
            Grant(Role(role), int(area) if area else None)
            for role, _, area in (each.partition(":") for each in granted.split())
        ),
    )


def listed(reader: Reader) -> list[Token]:
    rows = reader.all(
        "SELECT id, member_id, scope, label, created_at, revoked_at FROM tokens ORDER BY id"
    )
    return [
        Token(
            id=token,
            member=member,
            scope=Scope(scope),
            label=label,
            created_at=created,
            revoked_at=revoked,
        )
        for token, member, scope, label, created, revoked in rows
    ]


def holder(reader: Reader, token: int) -> int | None:
    """Return whose token this is."""
    row = reader.first("SELECT member_id FROM tokens WHERE id = ?", (token,))
    return row[0] if row else None


def revoke_all(writer: Writer, member: int, *, now: int) -> None:
    writer.run(
        "UPDATE tokens SET revoked_at = ? WHERE member_id = ? AND revoked_at IS NULL",
        (now, member),
    )


def revoke(writer: Writer, token: int, *, now: int) -> bool:
    """Revoke a token; False if there is none, or none in force, of this number."""
    changed = writer.run(
        "UPDATE tokens SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL", (now, token)
    )
    return changed == 1
