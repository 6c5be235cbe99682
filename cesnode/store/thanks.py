"""Written thank-yous: what one side of a trade says of the other, for others to read."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from cesnode.store.database import Reader, Row, Writer

_COLUMNS = (
    "SELECT k.id, k.uuid, k.trade_id, k.author_id, k.from_account_id, k.to_account_id,"
    " k.abroad, k.words, k.said_at, k.answer, k.answered_at, k.is_hidden, k.removed_at"
    " FROM thanks AS k "
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Thanks:
    """From one account to another, or to an address `abroad`, for one trade.

    Hidden by who got it, or removed by who looks after the exchange, it is read by
    nobody but those it is between.
    """

    id: int
    uuid: UUID
    trade: int
    author: int
    giver: int
    receiver: int | None
    abroad: str | None
    words: str
    said_at: int
    answer: str | None
    answered_at: int | None
    is_hidden: bool
    removed_at: int | None


def insert(writer: Writer, said: Thanks) -> int:
    return writer.insert(
        "INSERT INTO thanks (uuid, trade_id, author_id, from_account_id, to_account_id,"
        " abroad, words, said_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            said.uuid.bytes,
            said.trade,
            said.author,
            said.giver,
            said.receiver,
            said.abroad,
            said.words,
            said.said_at,
        ),
    )


def by_id(reader: Reader, thanks: int) -> Thanks | None:
    row = reader.first(_COLUMNS + "WHERE k.id = ?", (thanks,))
    return _thanks(row) if row else None


def by_uuid(reader: Reader, uuid: UUID) -> Thanks | None:
    row = reader.first(_COLUMNS + "WHERE k.uuid = ?", (uuid.bytes,))
    return _thanks(row) if row else None


def of_trade(reader: Reader, trade: int) -> list[Thanks]:
    """Return what both sides of a trade said, at most one each."""
    rows = reader.all(_COLUMNS + "WHERE k.trade_id = ? ORDER BY k.id", (trade,))
    return [_thanks(row) for row in rows]


def to_account(
    reader: Reader, account: int, *, hidden_too: bool, limit: int, offset: int
) -> list[Thanks]:
    """Return what an account was thanked for and nobody removed, the latest first."""
    rows = reader.all(
        _COLUMNS + "WHERE k.to_account_id = ? AND k.removed_at IS NULL"
        " AND k.is_hidden <= ? ORDER BY k.id DESC LIMIT ? + 0 OFFSET ?",
        (account, hidden_too, limit, offset),
    )
    return [_thanks(row) for row in rows]


def to_abroad(reader: Reader, address: str, *, limit: int) -> list[Thanks]:
    """Return what members of ours thanked somebody of another exchange for."""
    rows = reader.all(
        _COLUMNS + "WHERE k.abroad = ? AND k.removed_at IS NULL"
        " ORDER BY k.id DESC LIMIT ? + 0",
        (address, limit),
    )
    return [_thanks(row) for row in rows]


def between(reader: Reader, account: int) -> list[Thanks]:
    """Return all that an account said and was told, in order."""
    rows = reader.all(
        _COLUMNS + "WHERE k.from_account_id = ?1 OR k.to_account_id = ?1 ORDER BY k.id",
        (account,),
    )
    return [_thanks(row) for row in rows]


def answer(writer: Writer, thanks: int, words: str, *, now: int) -> None:
    writer.run(
        "UPDATE thanks SET answer = ?, answered_at = ? WHERE id = ?", (words, now, thanks)
    )


def set_hidden(writer: Writer, thanks: int, *, hidden: bool) -> None:
    writer.run("UPDATE thanks SET is_hidden = ? WHERE id = ?", (hidden, thanks))


def remove(writer: Writer, thanks: int, *, now: int) -> None:
    """Let it be read by nobody any more."""
    writer.run(
        "UPDATE thanks SET removed_at = ? WHERE id = ? AND removed_at IS NULL",
        (now, thanks),
    )


def erase(writer: Writer, account: int, member: int) -> None:
    """Forget what somebody said for an account, and what the account was told."""
    writer.run(
        "DELETE FROM thanks WHERE to_account_id = ?1"
        " OR (from_account_id = ?1 AND author_id = ?2)",
        (account, member),
    )


def _thanks(row: Row) -> Thanks:
    return Thanks(
        id=row[0],
        uuid=UUID(bytes=row[1]),
        trade=row[2],
        author=row[3],
        giver=row[4],
        receiver=row[5],
        abroad=row[6],
        words=row[7],
        said_at=row[8],
        answer=row[9],
        answered_at=row[10],
        is_hidden=bool(row[11]),
        removed_at=row[12],
    )
