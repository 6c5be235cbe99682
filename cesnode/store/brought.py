"""What was brought from elsewhere: which accounts, transfers and listings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from cesnode.store.database import Reader, Writer


class Stranger(NamedTuple):
    """Who holds an account and has no password here; `sign_in` by which one.

    `is_first`: of those who hold it, this is the one its number stands for.
    """

    number: str
    member: int
    name: str
    email: str | None
    sign_in: int | None
    is_first: bool


def has_members(reader: Reader) -> bool:
    """Whether there are transfers already, or accounts of others than its admins."""
    row = reader.first(
        "SELECT 1 FROM accounts AS a WHERE a.id <> 1 AND NOT EXISTS ("
        "SELECT 1 FROM account_members AS h JOIN member_roles AS r USING (member_id)"
        " WHERE h.account_id = a.id AND r.role = 'admin')"
        " UNION ALL SELECT 1 FROM transfers LIMIT 1"
    )
    return row is not None


def begin(reader: Reader) -> tuple[int, int]:
    """Return the id that the next bringing has, and the seq its first transfer has."""
    (bringing, seq) = reader.one(
        "SELECT (SELECT COALESCE(MAX(id), 0) + 1 FROM bringings),"
        " (SELECT COALESCE(MAX(seq), 0) + 1 FROM transfers)"
    )
    return int(bringing), int(seq)


def insert(
    writer: Writer, *, at: int, system: str, digest: bytes, seqs: tuple[int, int]
) -> int:
    return writer.insert(
        "INSERT INTO bringings (at, system, digest, first_seq, last_seq)"
        " VALUES (?, ?, ?, ?, ?)",
        (at, system, digest, *seqs),
    )


def systems(reader: Reader) -> tuple[str, ...]:
    """Return the systems something was brought from."""
    rows = reader.all("SELECT DISTINCT system FROM bringings ORDER BY system")
    return tuple(system for (system,) in rows)


def accounts(reader: Reader) -> dict[str, int]:
    return dict(reader.all("SELECT key, account_id FROM brought_accounts"))


def keep_accounts(writer: Writer, bringing: int, new: Sequence[tuple[str, int]]) -> None:
    writer.many(
        "INSERT INTO brought_accounts (key, account_id, bringing_id) VALUES (?, ?, ?)",
        [(key, account, bringing) for key, account in new],
    )


def transfer(reader: Reader, key: str) -> tuple[int, bytes] | None:
    """Return the seq and the digest of a row that was brought before."""
    row = reader.first("SELECT seq, digest FROM brought_transfers WHERE key = ?", (key,))
    return (row[0], bytes(row[1])) if row else None


def is_empty(reader: Reader) -> bool:
    """Whether nothing was ever brought here."""
    return reader.first("SELECT 1 FROM bringings LIMIT 1") is None


def keep_transfer(
    writer: Writer, bringing: int, seq: int, *, key: str, digest: bytes
) -> None:
    writer.run(
        "INSERT INTO brought_transfers (seq, key, digest, bringing_id) VALUES (?, ?, ?, ?)",
        (seq, key, digest, bringing),
    )


def trade_of(reader: Reader, seq: int) -> int | None:
    """Return the trade that a transfer posted."""
    row = reader.first("SELECT trade_id FROM transfers WHERE seq = ?", (seq,))
    return row[0] if row else None


def balances(reader: Reader) -> dict[int, int]:
    """Return what each account was brought to, whatever was traded here since."""
    rows = reader.all(
        "SELECT e.account_id, SUM(e.amount) FROM accounts AS a"
        " CROSS JOIN entries AS e ON e.account_id = a.id"
        " CROSS JOIN brought_transfers AS b ON b.seq = e.seq GROUP BY e.account_id"
    )
    return dict(rows)


def counts(reader: Reader) -> dict[int, int]:
    """Return how many entries of each account were brought."""
    rows = reader.all(
        "SELECT e.account_id, COUNT(*) FROM brought_transfers AS b"
        " CROSS JOIN entries AS e ON e.seq = b.seq GROUP BY e.account_id"
    )
    return dict(rows)


def listings(reader: Reader) -> frozenset[tuple[str, str]]:
    """Return the kind and the key of every offering and want that was brought."""
    rows = reader.all("SELECT kind, key FROM brought_listings")
    return frozenset((kind, key) for kind, key in rows)


def keep_listing(
    writer: Writer, bringing: int, listing: int, *, kind: str, key: str
) -> None:
    writer.run(
        "INSERT INTO brought_listings (kind, key, listing_id, bringing_id)"
        " VALUES (?, ?, ?, ?)",
        (kind, key, listing, bringing),
    )


def sayings(reader: Reader) -> dict[int, tuple[str, str]]:
    """Return for each account what files said of it last, and what was kept of that."""
    rows = reader.all("SELECT account_id, said, kept FROM brought_sayings")
    return {account: (said, kept) for account, said, kept in rows}


def saying_of(reader: Reader, account: int) -> str | None:
    """Return what files said of an account last, JSON."""
    row = reader.first("SELECT said FROM brought_sayings WHERE account_id = ?", (account,))
    return row[0] if row else None


def keep_saying(writer: Writer, account: int, said: str, kept: str) -> None:
    writer.run(
        "INSERT INTO brought_sayings (account_id, said, kept) VALUES (?, ?, ?)"
        " ON CONFLICT (account_id) DO UPDATE SET said = excluded.said,"
        " kept = excluded.kept",
        (account, said, kept),
    )


def forget(writer: Writer, account: int) -> None:
    """Forget what files said of whoever wants to be forgotten."""
    writer.run("DELETE FROM brought_sayings WHERE account_id = ?", (account,))


def strangers(reader: Reader) -> list[Stranger]:
    """Return who holds an account that was brought, and is open, and never came in."""
    rows = reader.all(
        "SELECT a.number, m.id, m.name, m.email, ("
        "SELECT MIN(l.sign_in_id) FROM sign_in_members AS l WHERE l.member_id = m.id),"
        " m.id = (SELECT MIN(f.member_id) FROM account_members AS f"
        " WHERE f.account_id = a.id)"
        " FROM brought_accounts AS b JOIN accounts AS a ON a.id = b.account_id"
        " JOIN account_members AS h ON h.account_id = a.id"
        " JOIN members AS m ON m.id = h.member_id"
        " WHERE a.state = 'open' AND m.state = 'active'"
        " AND NOT EXISTS (SELECT 1 FROM sign_in_members AS l JOIN sign_ins AS s"
        " ON s.id = l.sign_in_id WHERE l.member_id = m.id AND s.password IS NOT NULL)"
        " ORDER BY a.number, m.id"
    )
    return [
        Stranger(number, member, name, email, sign_in, is_first=bool(is_first))
        for number, member, name, email, sign_in, is_first in rows
    ]
