"""Notices: one row for each member and thing that they are told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import msgspec

from cesnode.community.notices import Kind, Pace
from cesnode.store.database import Reader, Row, Writer
from cesnode.store.sqlite import plain

plain(Kind)

_COLUMNS = (
    "SELECT n.id, n.member_id, n.kind, n.account_id, n.trade_id, n.details, n.at,"
    " n.read_at FROM notices AS n "
)
_OF_TRADE = (
    "INSERT INTO notices (member_id, kind, account_id, trade_id, at)"
    " SELECT member_id, CASE account_id WHEN ?1 THEN ?2 ELSE ?4 END, account_id, ?5, ?7"
    " FROM account_members WHERE account_id IN (?1, ?3) AND member_id IS NOT ?6"
)
_OF_ACCOUNT = (
    "INSERT INTO notices (member_id, kind, account_id, details, at)"
    " SELECT member_id, ?2, account_id, ?3, ?5 FROM account_members"
    " WHERE account_id = ?1 AND member_id IS NOT ?4"
)
_OF_GROUP = (
    "INSERT INTO notices (member_id, kind, details, at)"
    " SELECT member_id, ?2, ?3, ?5 FROM group_members"
    " WHERE group_id = ?1 AND member_id IS NOT ?4"
    " AND (seat = 'steward' OR (seat = 'member' AND NOT ?6))"
)
_OF_EVERYBODY = (
    "INSERT INTO notices (member_id, kind, details, at)"
    " SELECT m.id, ?1, ?2, ?3 FROM members AS m"
    " WHERE m.state = 'active' AND m.id IS NOT ?4 AND EXISTS (SELECT 1"
    " FROM account_members AS h JOIN accounts AS a ON a.id = h.account_id"
    " WHERE h.member_id = m.id AND a.state <> 'closed' AND (?5 IS NULL OR a.area_id = ?5))"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What a member was told; `trade` and `account` where it is about one."""

    id: int
    member: int
    kind: Kind
    account: int | None
    trade: int | None
    details: Mapping[str, str]
    at: int
    read_at: int | None


def of_trade(
    writer: Writer,
    *,
    seller: tuple[int, Kind],
    buyer: tuple[int, Kind],
    trade: int,
    but: int | None,
    now: int,
) -> None:
    """Tell the members of both accounts of an event of a trade, but for one member."""
    writer.run(_OF_TRADE, (*seller, *buyer, trade, but, now))


def of_side(
    writer: Writer, account: int, kind: Kind, *, trade: int, but: int | None, now: int
) -> None:
    """Tell the members of one account of an event of a trade, but for one member."""
    writer.run(_OF_TRADE, (account, kind, None, None, trade, but, now))


def of_account(
    writer: Writer,
    account: int,
    kind: Kind,
    *,
    details: Mapping[str, str],
    but: int | None,
    now: int,
) -> None:
    writer.run(_OF_ACCOUNT, (account, kind, _written(details), but, now))


def of_group(
    writer: Writer,
    group: int,
    kind: Kind,
    *,
    stewards_only: bool,
    details: Mapping[str, str],
    but: int | None,
    now: int,
) -> None:
    """Tell all who are in a group, or its stewards, but for one member."""
    writer.run(_OF_GROUP, (group, kind, _written(details), but, now, stewards_only))


def of_everybody(
    writer: Writer,
    kind: Kind,
    *,
    area: int | None,
    details: Mapping[str, str],
    but: int | None,
    now: int,
) -> int:
    """Tell all members, or those of an area, but for one; return how many."""
    return writer.run(_OF_EVERYBODY, (kind, _written(details), now, but, area))


def insert(
    writer: Writer, member: int, kind: Kind, *, details: Mapping[str, str], now: int
) -> int:
    """Tell one member; return the id of the notice."""
    return writer.insert(
        "INSERT INTO notices (member_id, kind, details, at) VALUES (?, ?, ?, ?)",
        (member, kind, _written(details), now),
    )


def of_member(
    reader: Reader,
    member: int,
    *,
    silenced: AbstractSet[Kind],
    before: int | None,
    limit: int,
    unread: bool = False,
) -> list[Notice]:
    """Return what a member was told, newest first, before a notice's id if one is given.

    `unread` leaves out what was read.
    """
    but, kinds = _but(silenced)
    if unread:
        but += " AND n.read_at IS NULL"
    rows = reader.all(
        _COLUMNS
        + f"WHERE n.member_id = ? AND n.id < ?{but} ORDER BY n.id DESC LIMIT ? + 0",
        (member, 2**62 if before is None else before, *kinds, limit),
    )
    return [_notice(row) for row in rows]


def unread(reader: Reader, member: int, *, silenced: AbstractSet[Kind], most: int) -> int:
    """Return how many a member has not read; counting ends at `most`."""
    but, kinds = _but(silenced)
    (count,) = reader.one(
        "SELECT COUNT(*) FROM (SELECT 1 FROM notices AS n"  # noqa: S608
        f" WHERE n.member_id = ? AND n.read_at IS NULL{but} LIMIT ? + 0)",
        (member, *kinds, most),
    )
    return int(count)


def unread_of_kind(reader: Reader, member: int, kind: Kind) -> list[Notice]:
    """Return what of a kind a member has not read."""
    rows = reader.all(
        _COLUMNS + "WHERE n.member_id = ? AND n.kind = ? AND n.read_at IS NULL",
        (member, kind),
    )
    return [_notice(row) for row in rows]


def mark_all_read(writer: Writer, member: int, *, now: int) -> int:
    return writer.run(
        "UPDATE notices SET read_at = ? WHERE member_id = ? AND read_at IS NULL",
        (now, member),
    )


def mark_read(writer: Writer, member: int, notice: int, *, now: int) -> int:
    return writer.run(
        "UPDATE notices SET read_at = ? WHERE id = ? AND member_id = ? AND read_at IS NULL",
        (now, notice, member),
    )


def mark_read_at(writer: Writer, member: int, path: str, *, now: int) -> int:
    """Mark as read what a member was told of the page at an address."""
    return writer.run(
        "UPDATE notices INDEXED BY notices_unread SET read_at = ?"
        " WHERE member_id = ? AND read_at IS NULL AND details ->> '$.path' = ?",
        (now, member, path),
    )


def take_as_read(writer: Writer, *, before: int) -> None:
    """Take what anybody was told before a time as read when it was told."""
    writer.run(
        "UPDATE notices SET read_at = at WHERE at < ? AND read_at IS NULL", (before,)
    )


def after(reader: Reader, notice: int, *, limit: int) -> list[Notice]:
    """Return the notices after one, in order."""
    rows = reader.all(
        _COLUMNS + "WHERE n.id > ? ORDER BY n.id LIMIT ? + 0", (notice, limit)
    )
    return [_notice(row) for row in rows]


def told_by(reader: Reader, mail: int) -> list[Notice]:
    rows = reader.all(_COLUMNS + "WHERE n.mail_id = ? ORDER BY n.id", (mail,))
    return [_notice(row) for row in rows]


def set_mail(writer: Writer, told: Iterable[Notice], mail: int) -> None:
    writer.many(
        "UPDATE notices SET mail_id = ? WHERE id = ?",
        [(mail, notice.id) for notice in told],
    )


def keep_for_digest(writer: Writer, notice: Notice, pace: Pace) -> None:
    writer.run(
        "INSERT INTO notices_to_mail (notice_id, member_id, pace) VALUES (?, ?, ?)",
        (notice.id, notice.member, pace),
    )


def kept_for_digest(reader: Reader, pace: Pace) -> list[Notice]:
    """Return what waits for a digest, the notices of each member together."""
    rows = reader.all(
        _COLUMNS + "JOIN notices_to_mail AS m ON m.notice_id = n.id WHERE m.pace = ?"
        " ORDER BY m.member_id, n.id",
        (pace,),
    )
    return [_notice(row) for row in rows]


def empty_digest(writer: Writer, pace: Pace) -> None:
    writer.run("DELETE FROM notices_to_mail WHERE pace = ?", (pace,))


def forget(writer: Writer, *, before: int, limit: int) -> int:
    """Remove notices of before a time, the oldest first; return how many.

    The last one always stays: the sorting goes by ids, which must not begin again.
    """
    return writer.run(
        "DELETE FROM notices WHERE id IN (SELECT id FROM notices ORDER BY id LIMIT ? + 0)"
        " AND at < ? AND id < (SELECT MAX(id) FROM notices)",
        (limit, before),
    )


def _but(silenced: AbstractSet[Kind]) -> tuple[str, list[Kind]]:
    if not silenced:
        return "", []
    marks = ", ".join("?" * len(silenced))
    return f" AND n.kind NOT IN ({marks})", sorted(silenced)


def _written(details: Mapping[str, str]) -> str | None:
    return msgspec.json.encode(dict(details)).decode() if details else None


def _notice(row: Row) -> Notice:
    notice, member, kind, account, trade, details, at, read_at = row
    return Notice(
        id=notice,
        member=member,
        kind=Kind(kind),
        account=account,
        trade=trade,
        details=msgspec.json.decode(details, type=dict[str, str]) if details else {},
        at=at,
        read_at=read_at,
    )
