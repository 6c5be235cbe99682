"""Who was near a limit every night since when; no balance is kept here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from cesnode.ledger.limits import Side
from cesnode.store.database import Reader, Row, Writer
from cesnode.store.sqlite import plain

plain(Side)


@dataclass(frozen=True, slots=True)
class NearLimit:
    """An account near one of its limits; `advised_at` is when its holders heard of it."""

    account: int
    side: Side
    since: int
    advised_at: int | None


_SELECT = "SELECT account_id, side, since, advised_at FROM near_limits "


def put(writer: Writer, account: int, side: Side, *, now: int) -> None:
    """Note that an account is near a limit; who was near the same one stays since then."""
    writer.run(
        "INSERT INTO near_limits (account_id, side, since) VALUES (?1, ?2, ?3)"
        " ON CONFLICT (account_id) DO UPDATE SET side = ?2, since = ?3,"
        " advised_at = NULL WHERE side <> ?2",
        (account, side, now),
    )


def drop(writer: Writer, accounts: Iterable[int]) -> None:
    writer.many(
        "DELETE FROM near_limits WHERE account_id = ?", [(each,) for each in accounts]
    )


def every(reader: Reader) -> list[NearLimit]:
    return [_near(row) for row in reader.all(_SELECT + "ORDER BY account_id")]


def of_accounts(reader: Reader, accounts: Iterable[int]) -> list[NearLimit]:
    """Return which of some accounts are near a limit, the longest first."""
    wanted = list(accounts)
    marks = ", ".join("?" * len(wanted))
    rows = reader.all(
        _SELECT + f"WHERE account_id IN ({marks}) ORDER BY since, account_id", wanted
    )
    return [_near(row) for row in rows]


def since(reader: Reader, side: Side, at: int, *, limit: int) -> list[NearLimit]:
    """Return who has been near a limit since a time, or for longer."""
    rows = reader.all(
        _SELECT + "WHERE side = ? AND since <= ? ORDER BY since, account_id LIMIT ? + 0",
        (side, at, limit),
    )
    return [_near(row) for row in rows]


def advised(writer: Writer, account: int, *, now: int) -> None:
    writer.run("UPDATE near_limits SET advised_at = ? WHERE account_id = ?", (now, account))


def _near(row: Row) -> NearLimit:
    account, side, since, advised_at = row
    return NearLimit(account, Side(side), since, advised_at)
